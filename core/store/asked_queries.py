"""What became of messages that another system brought, for that system: a state, never words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Status
from core.store.tables import inbox, incidents, links, messages, turns

_MERGES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """wat ervan werd: a message by its key; "waiting", "no_report", or where its incident stands.

    `topic` and `status` are those of its incident.
    """

    key: str
    sent_at: datetime
    changed_at: datetime
    state: str
    topic: str | None = None
    status: Status | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "waiting" or (self.status is not None and self.status.is_open)


def became(connection: sa.Connection, group_id: int, keys: Sequence[str]) -> list[Became]:
    """Of these messages of one group; those that are not known, or were erased, are left out."""
    judged = _judged(connection, group_id, turns.c.message_key.in_(keys), len(keys))
    known = {one.key for one in judged}
    waiting = _waiting(connection, group_id, inbox.c.message_key.in_(keys), len(keys))
    return judged + [one for one in waiting if one.key not in known]


def became_between(
    connection: sa.Connection, group_id: int, start: datetime, end: datetime, most: int
) -> list[Became]:
    """Of the messages of one group in a time, the newest first."""
    judged = _judged(connection, group_id, turns.c.sent_at.between(start, end), most)
    known = {one.key for one in judged}
    waiting = _waiting(connection, group_id, inbox.c.sent_at.between(start, end), most)
    both = judged + [one for one in waiting if one.key not in known]
    return sorted(both, key=lambda one: (one.sent_at, one.key), reverse=True)[:most]


def _waiting(connection: sa.Connection, group_id: int, which: Any, most: int) -> list[Became]:
    query = (
        sa.select(inbox.c.message_key, inbox.c.sent_at, inbox.c.received_at)
        .where(inbox.c.group_id == group_id, inbox.c.kind == "message", which)
        .order_by(inbox.c.sent_at.desc())
        .limit(most)
    )
    return [
        Became(
            key=row.message_key, sent_at=row.sent_at, changed_at=row.received_at, state="waiting"
        )
        for row in connection.execute(query)
    ]


def _judged(connection: sa.Connection, group_id: int, which: Any, most: int) -> list[Became]:
    newest = (
        sa.select(links.c.message_id, sa.func.max(links.c.incident_id).label("incident_id"))
        .group_by(links.c.message_id)
        .subquery()
    )
    query = (
        sa.select(turns.c.message_key, turns.c.sent_at, newest.c.incident_id)
        .outerjoin(messages, messages.c.message_key == turns.c.message_key)
        .outerjoin(newest, newest.c.message_id == messages.c.id)
        .where(turns.c.group_id == group_id, sa.not_(turns.c.erased), which)
        .order_by(turns.c.sent_at.desc())
        .limit(most)
    )
    rows = connection.execute(query).all()
    found = _incidents(connection, {row.incident_id for row in rows if row.incident_id})
    return [_became(row, found.get(row.incident_id)) for row in rows]


def _became(row: Any, incident: Any) -> Became:
    if incident is None:
        state: dict[str, Any] = {"state": "no_report", "changed_at": row.sent_at}
    else:
        changed_at = incident.changed_at or incident.opened_at
        state = {"state": incident.status, "topic": incident.topic}
        state |= {"status": Status(incident.status), "changed_at": max(changed_at, row.sent_at)}
    return Became(key=row.message_key, sent_at=row.sent_at, **state)


def _incidents(connection: sa.Connection, ids: set[int]) -> dict[int, Any]:
    """The incidents by id; one that was merged stands as the one it became."""
    found: dict[int, Any] = {}
    wanted = dict.fromkeys(ids)
    target = {one: one for one in wanted}
    for _ in range(_MERGES):
        rows = connection.execute(
            sa.select(incidents).where(incidents.c.id.in_(set(target.values())))
        ).all()
        known = {row.id: row for row in rows}
        found = {one: known[to] for one, to in target.items() if to in known}
        onward = {one: row.merged_into for one, row in found.items() if row.merged_into}
        if not onward:
            break
        target |= onward
    return found
