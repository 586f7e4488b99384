"""Reads for the administrator: health, what left or failed to, and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.hand_over_rows import owner_of
from core.store.inbox_rows import InboxRows
from core.store.pilot_rows import PilotRows
from core.store.tables import (
    audit_entries,
    groups,
    health,
    inbox,
    outbox,
    sessions,
    users,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLine:
    """proces: a worker process, when it last showed itself, and its figures."""

    role: str
    at: datetime
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLine:
    """opgegeven: messages of one group given up for one kind of error."""

    group: str
    error: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """gezondheid: how far behind the product is, and what it gave up."""

    roles: tuple[RoleLine, ...]
    waiting_count: int
    oldest_at: datetime | None
    dead: tuple[DeadLine, ...]
    failed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureLine:
    """vertrek: one row of the outbox."""

    id: int
    at: datetime
    kind: str
    group: str | None
    destination: str | None
    incident_id: int | None
    by: str
    state: str
    attempts: int
    error: str | None
    due_at: datetime
    delivered_at: datetime | None
    account_id: int | None = None

    @property
    def account(self) -> str | None:
        """The account outside that it goes to, as an incident's destination names one."""
        return owner_of(self.account_id) if self.account_id else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """gebruiker: an account as the administrator sees it."""

    login: str
    name: str
    roles: tuple[str, ...]
    team: str | None
    area_ids: tuple[int, ...]
    active: bool
    locked_until: datetime | None
    signed_in_at: datetime | None = None
    """When they last signed in; None: never, or before the audit log begins."""
    seen_at: datetime | None = None
    """When an open session last did something."""
    session_count: int = 0


def health_of(connection: sa.Connection, now: datetime) -> Health:
    waiting = connection.execute(
        sa.select(sa.func.count().label("n"), sa.func.min(inbox.c.received_at).label("oldest"))
    ).one()
    failed = sa.select(sa.func.count()).where(outbox.c.state == "failed")
    return Health(
        roles=tuple(
            RoleLine(role=row.role, at=row.at, figures=row.figures)
            for row in connection.execute(sa.select(health).order_by(health.c.role))
        ),
        waiting_count=waiting.n,
        oldest_at=waiting.oldest,
        dead=tuple(_dead(connection, now)),
        failed_count=connection.execute(failed).scalar_one(),
    )


def departures(
    connection: sa.Connection, states: Sequence[str] = (), limit: int = 200
) -> list[DepartureLine]:
    """What left or is to leave, the newest first."""
    names = [field for field in DepartureLine.__slots__ if field != "group"]
    query = (
        sa.select(*(outbox.c[name] for name in names), groups.c.name.label("group"))
        .join(groups, groups.c.id == outbox.c.group_id, isouter=True)
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    if states:
        query = query.where(outbox.c.state.in_(states))
    return [DepartureLine(**row._mapping) for row in connection.execute(query)]


def user_lines(connection: sa.Connection) -> list[UserLine]:
    """Every account, those that may sign in first, by name."""
    query = sa.select(users).order_by(users.c.active.desc(), users.c.name)
    signed_in, here = _signed_in(connection), _sessions(connection)
    return [
        UserLine(
            login=row.login,
            name=row.name,
            roles=tuple(row.roles),
            team=row.team,
            area_ids=tuple(row.area_ids),
            active=row.active,
            locked_until=row.locked_until,
            signed_in_at=signed_in.get(str(row.id)),
            seen_at=here[row.id].seen_at if row.id in here else None,
            session_count=here[row.id].n if row.id in here else 0,
        )
        for row in connection.execute(query)
    ]


def _signed_in(connection: sa.Connection) -> dict[str, datetime]:
    """By user id, as the audit log has it."""
    entries = audit_entries.c
    query = (
        sa.select(entries.subject_id, sa.func.max(entries.at).label("at"))
        .where(entries.action == "signed_in")
        .group_by(entries.subject_id)
    )
    return {row.subject_id: row.at for row in connection.execute(query)}


def _sessions(connection: sa.Connection) -> dict[int, Any]:
    query = sa.select(
        sessions.c.user_id,
        sa.func.count().label("n"),
        sa.func.max(sessions.c.seen_at).label("seen_at"),
    ).group_by(sessions.c.user_id)
    return {row.user_id: row for row in connection.execute(query)}


def _dead(connection: sa.Connection, now: datetime) -> list[DeadLine]:
    names = {group.id: group.name for group in PilotRows(connection).groups()}
    counts: dict[tuple[str, str], int] = {}
    for _, group_id, error in InboxRows(connection, now).dead():
        key = (names.get(group_id, str(group_id)), error)
        counts[key] = counts.get(key, 0) + 1
    return [DeadLine(group=group, error=error, count=n) for (group, error), n in counts.items()]
