"""Connections to networks: how far each has listened, and its trouble; the groups behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Group
from core.store.pilot_rows import group_of
from core.store.rows import Rows
from core.store.tables import connections, groups, outbox

_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=10)


class ConnectionRows(Rows):
    """aansluitingen."""

    def add(self, pilot_id: int, source: str, name: str, by: str, **values: Any) -> int:
        return self.insert(
            connections,
            pilot_id=pilot_id,
            source=source,
            name=name,
            by=by,
            at=self.now,
            enabled=False,
            failure_count=0,
            **values,
        )

    def change(self, connection_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(connections).where(connections.c.id == connection_id).values(**values)
        )

    def get(self, connection_id: int) -> Any | None:
        query = sa.select(connections).where(connections.c.id == connection_id)
        return self.connection.execute(query).first()

    def all(self, pilot_id: int | None = None) -> list[Any]:
        query = sa.select(connections).order_by(connections.c.id)
        if pilot_id is not None:
            query = query.where(connections.c.pilot_id == pilot_id)
        return list(self.connection.execute(query))

    def due(self) -> list[Any]:
        """The connections that are on, and whose time to be asked again has come."""
        waited = sa.or_(connections.c.retry_at.is_(None), connections.c.retry_at <= self.now)
        query = sa.select(connections).where(connections.c.enabled, waited)
        return list(self.connection.execute(query.order_by(connections.c.id)))

    def listened(self, connection_id: int, cursor: str | None, heard: bool, note: str = "") -> None:
        """Notes how far a connection came, in the transaction that stores what it heard."""
        values: dict[str, Any] = {"cursor": cursor, "error": note or None}
        values |= {"failure_count": 0, "retry_at": None}
        if heard:
            values["heard_at"] = self.now
        self.change(connection_id, **values)

    def failed(self, connection_id: int, error: str, after_s: float | None = None) -> None:
        """Notes trouble; the next try comes later each time, or when the network asked for it."""
        row = self.get(connection_id)
        count = (row.failure_count if row else 0) + 1
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(count - 1, 12))
        if after_s is not None:
            wait = timedelta(seconds=min(max(after_s, 0.0), _LONGEST_WAIT.total_seconds()))
        self.change(connection_id, error=error[:80], failure_count=count, retry_at=self.now + wait)

    def count(self, connection_id: int, refused: Mapping[str, int]) -> None:
        """Adds to what was refused unread, by reason."""
        if not refused:
            return
        row = self.get(connection_id)
        known = Counter(row.counts if row else {})
        known.update(refused)
        self.change(connection_id, counts=dict(known))

    def group(self, pilot_id: int, source: str, native_id: str) -> Group | None:
        """The group by the network's own id."""
        query = sa.select(groups).where(
            groups.c.pilot_id == pilot_id,
            groups.c.source == source,
            groups.c.native_id == native_id,
        )
        row = self.connection.execute(query).first()
        return None if row is None else group_of(row)

    def group_row(self, group_id: int) -> Any:
        return self.connection.execute(sa.select(groups).where(groups.c.id == group_id)).one()

    def change_group(self, group_id: int, **values: Any) -> None:
        self.connection.execute(sa.update(groups).where(groups.c.id == group_id).values(**values))

    def noted(self, group_id: int, at: datetime) -> None:
        """When something was last written in a group."""
        newer = sa.or_(groups.c.last_event_at.is_(None), groups.c.last_event_at < at)
        self.connection.execute(
            sa.update(groups).where(groups.c.id == group_id, newer).values(last_event_at=at)
        )

    def groups_of(self, connection_id: int) -> list[Any]:
        """The groups that are followed or asked for through a connection."""
        query = sa.select(groups).where(groups.c.connection_id == connection_id)
        return list(self.connection.execute(query.order_by(groups.c.id)))

    def asking(self, pilot_id: int) -> list[Any]:
        """The groups that asked to be followed and were neither let in nor refused yet."""
        query = sa.select(groups).where(
            groups.c.pilot_id == pilot_id,
            groups.c.requested_by.is_not(None),
            groups.c.refused_at.is_(None),
        )
        return list(self.connection.execute(query.order_by(groups.c.id)))

    def unreadable(self, pilot_id: int) -> list[str]:
        """The names of the groups that write what we cannot read."""
        query = sa.select(groups.c.name).where(groups.c.pilot_id == pilot_id, groups.c.unreadable)
        return list(self.connection.execute(query.order_by(groups.c.name)).scalars())

    def announced_at(self, group_id: int) -> datetime | None:
        """When the group was last told that and how it is followed."""
        query = sa.select(sa.func.max(outbox.c.at)).where(
            outbox.c.group_id == group_id,
            outbox.c.kind.in_(("announcement", "make_group")),  # a made group is told so in it
        )
        return self.connection.execute(query).scalar()
