"""Reads for the conversations page: what a group wrote that was kept, and what it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Group
from core.store.outbox_rows import POSTED
from core.store.pilot_rows import PilotRows
from core.store.tables import incidents, links, messages, outbox

_WAITING: Final = frozenset({"queued", "leaving"})
_LEFT: Final = frozenset({"delivered", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """groep: a group with how much was kept of it and what waits or failed to leave for it."""

    group: Group
    kept_count: int
    sent_count: int
    waiting_count: int
    failed_count: int
    to_copy_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """melding: a kept message, redacted, with the incidents it belongs to."""

    id: int
    sent_at: datetime
    resident: str
    redacted: str
    incident_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLine:
    """verstuurd: a text of ours to a group or to one resident, and what became of it.

    `seen_state` is what the network said of it since ("delivered", "read"); `error` the name of
    what went wrong the last time it was tried.
    """

    id: int
    at: datetime
    due_at: datetime
    delivered_at: datetime | None
    kind: str
    text: str
    by: str
    state: str
    incident_id: int | None
    attempts: int = 0
    error: str | None = None
    seen_state: str | None = None
    seen_at: datetime | None = None

    @property
    def is_posted(self) -> bool:
        """A person said to have copied it to its group."""
        return self.state == "delivered" and self.seen_state == POSTED


_OF_OUTBOX: Final = tuple(OutboxLine.__dataclass_fields__)


def outbox_line(row: Any) -> OutboxLine:
    """A row of the outbox as a conversation shows it."""
    return OutboxLine(**{name: row._mapping[name] for name in _OF_OUTBOX})


def group_lines(connection: sa.Connection) -> list[GroupLine]:
    """Every group, those of open sources last."""
    kept = _counted(connection, messages.c.group_id)
    to_groups = outbox.c.kind != "hand_over"
    sent, waiting, failed, to_copy = (
        _counted(connection, outbox.c.group_id, to_groups, outbox.c.state.in_(states))
        for states in (_LEFT | _WAITING | {"to_copy"}, _WAITING, {"failed"}, {"to_copy"})
    )
    found = [
        GroupLine(
            group=group,
            kept_count=kept.get(group.id, 0),
            sent_count=sent.get(group.id, 0),
            waiting_count=waiting.get(group.id, 0),
            failed_count=failed.get(group.id, 0),
            to_copy_count=to_copy.get(group.id, 0),
        )
        for group in PilotRows(connection).groups()
    ]
    return sorted(found, key=lambda line: line.group.is_open_source)


def _counted(
    connection: sa.Connection, group_id: sa.Column[int], *where: sa.ColumnElement[bool]
) -> dict[int, int]:
    query = sa.select(group_id, sa.func.count().label("n")).where(*where).group_by(group_id)
    return {row[0]: row.n for row in connection.execute(query)}


def reports_of(connection: sa.Connection, group_id: int, limit: int) -> list[ReportLine]:
    """The group's latest kept messages, the oldest first."""
    newest = (
        sa.select(messages)
        .where(messages.c.group_id == group_id)
        .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    rows = list(connection.execute(newest))
    belongs: dict[int, list[int]] = {}
    query = (
        sa.select(links.c.message_id, links.c.incident_id)
        .where(links.c.message_id.in_([row.id for row in rows]))
        .distinct()
        .order_by(links.c.incident_id)
    )
    for link in connection.execute(query):
        belongs.setdefault(link.message_id, []).append(link.incident_id)
    return [
        ReportLine(
            id=row.id,
            sent_at=row.sent_at,
            resident=row.resident,
            redacted=row.redacted,
            incident_ids=tuple(belongs.get(row.id, ())),
        )
        for row in reversed(rows)
    ]


def sent_to(connection: sa.Connection, group_id: int, limit: int) -> list[OutboxLine]:
    """The latest texts to a group, taken back and failed ones too, the oldest first."""
    query = (
        sa.select(*(outbox.c[name] for name in _OF_OUTBOX))
        .where(outbox.c.group_id == group_id, outbox.c.kind != "hand_over")
        .order_by(outbox.c.at.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    rows = list(connection.execute(query))
    return [outbox_line(row) for row in reversed(rows)]


def topics_of(connection: sa.Connection, incident_ids: set[int]) -> dict[int, str]:
    """The topic of each incident."""
    query = sa.select(incidents.c.id, incidents.c.topic).where(incidents.c.id.in_(incident_ids))
    return {row.id: row.topic for row in connection.execute(query)}
