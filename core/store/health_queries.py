"""Reads about the sources: when each last gave something, how late that came, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.store.tables import connections, daily_counts, groups, inbox, messages, outbox

_LATEST: Final = 200
"""So many of the newest stored messages say how late messages come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """gezondheid van een bron: one connection, or the groups of a source that needs none.

    `lag`: between writing and storing, the median of the newest messages; `refused`: unread, by
    reason, with today's count of each.
    """

    source: str
    name: str
    connection_id: int | None
    enabled: bool
    group_count: int
    last_message_at: datetime | None
    heard_at: datetime | None
    lag: timedelta | None
    slowest: timedelta | None
    stored_count: int
    waiting_count: int
    undelivered_count: int
    error: str | None
    failure_count: int
    retry_at: datetime | None
    refused: dict[str, int] = field(default_factory=dict)


def source_health(connection: sa.Connection, since: datetime) -> list[SourceHealth]:
    """Every connection, then every source that has groups without one; counts are from `since`."""
    known = connection.execute(sa.select(connections).order_by(connections.c.id)).all()
    without = sa.select(groups.c.source).where(groups.c.connection_id.is_(None)).distinct()
    bare = sorted(connection.execute(without).scalars())
    return [
        *(_of(connection, row.source, row, since) for row in known),
        *(_of(connection, source, None, since) for source in bare),
    ]


def _of(connection: sa.Connection, source: str, row: Any, since: datetime) -> SourceHealth:
    behind = groups.c.source == source
    behind &= groups.c.connection_id == row.id if row else groups.c.connection_id.is_(None)
    mine = sa.select(groups.c.id).where(behind)
    lags = _lags(connection, mine)
    return SourceHealth(
        source=source,
        name=row.name if row else "",
        connection_id=row.id if row else None,
        enabled=bool(row.enabled) if row else True,
        group_count=_count(connection, groups, behind),
        last_message_at=_newest(connection, behind),
        heard_at=row.heard_at if row else None,
        lag=sorted(lags)[len(lags) // 2] if lags else None,
        slowest=max(lags, default=None),
        stored_count=_count(
            connection, messages, messages.c.group_id.in_(mine), messages.c.stored_at >= since
        ),
        waiting_count=_count(connection, inbox, inbox.c.group_id.in_(mine)),
        undelivered_count=_count(
            connection, outbox, outbox.c.group_id.in_(mine), outbox.c.state == "failed"
        ),
        error=row.error if row else _trouble(connection, behind),
        failure_count=row.failure_count if row else 0,
        retry_at=row.retry_at if row else None,
        refused=_refused(connection, mine, row, since),
    )


def _lags(connection: sa.Connection, mine: sa.Select[Any]) -> list[timedelta]:
    query = (
        sa.select(messages.c.sent_at, messages.c.stored_at)
        .where(messages.c.group_id.in_(mine))
        .order_by(messages.c.id.desc())
        .limit(_LATEST)
    )
    found = connection.execute(query).all()
    return [max(row.stored_at - row.sent_at, timedelta(0)) for row in found]


def _newest(connection: sa.Connection, behind: Any) -> datetime | None:
    query = sa.select(groups.c.last_event_at).where(behind, groups.c.last_event_at.is_not(None))
    return connection.execute(query.order_by(groups.c.last_event_at.desc()).limit(1)).scalar()


def _trouble(connection: sa.Connection, behind: Any) -> str | None:
    query = sa.select(groups.c.last_error).where(behind, groups.c.last_error.is_not(None))
    return connection.execute(query.limit(1)).scalar()


def _count(connection: sa.Connection, table: sa.Table, *where: Any) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(*where)
    return int(connection.execute(query).scalar() or 0)


def _refused(
    connection: sa.Connection, mine: sa.Select[Any], row: Any, since: datetime
) -> dict[str, int]:
    query = (
        sa.select(daily_counts.c.what, sa.func.sum(daily_counts.c.count))
        .where(daily_counts.c.group_id.in_(mine), daily_counts.c.day >= since.date())
        .group_by(daily_counts.c.what)
    )
    counted = {str(what): int(count) for what, count in connection.execute(query)}
    for what, count in (dict(row.counts) if row else {}).items():
        counted[what] = counted.get(what, 0) + int(count)
    return counted
