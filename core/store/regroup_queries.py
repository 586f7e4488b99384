"""Reads for grouping anew: what is clustered, and the proposals that still stand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Status
from core.store.tables import incidents, links, messages, regroupings

_OPEN: Final = [status.value for status in Status if status.is_open]
_MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """voorstel: a merge of two incidents, or a split of one, as it was proposed."""

    id: int
    pilot_id: int
    kind: str
    incident_id: int
    other_id: int | None
    message_ids: tuple[int, ...]
    strength: float
    at: datetime


def seen_mark(members: Mapping[int, Sequence[int]]) -> str:
    """Stands for the messages of incidents as they are now: another message, another mark."""
    told = ";".join(f"{i}:{','.join(map(str, sorted(set(members[i]))))}" for i in sorted(members))
    return hashlib.sha256(told.encode()).hexdigest()


def recent_incidents(
    connection: sa.Connection, pilot_id: int, since: datetime, most_messages: int
) -> dict[int, int]:
    """The incident of each of the latest messages of open incidents, oldest message first."""
    query = (
        sa.select(links.c.message_id, sa.func.min(links.c.incident_id).label("incident_id"))
        .join(messages, messages.c.id == links.c.message_id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.status.in_(_OPEN))
        .where(messages.c.sent_at >= since)
        .group_by(links.c.message_id, messages.c.sent_at)
        .order_by(messages.c.sent_at.desc(), links.c.message_id.desc())
        .limit(most_messages)
    )
    rows = connection.execute(query).all()
    return {row.message_id: row.incident_id for row in reversed(rows)}


def standing(connection: sa.Connection) -> list[Regrouping]:
    """The proposals nobody judged and that still fit what the incidents hold, strongest first."""
    query = (
        sa.select(regroupings)
        .where(regroupings.c.state == "open")
        .order_by(regroupings.c.strength.desc(), regroupings.c.id)
        .limit(_MOST_LISTED)
    )
    rows = connection.execute(query).all()
    ids = {i for row in rows for i in (row.incident_id, row.other_id) if i is not None}
    members, still_open = members_by_incident(connection, ids), _open_of(connection, ids)
    return [_regrouping(row) for row in rows if _stands(row, members, still_open)]


def members_by_incident(connection: sa.Connection, incident_ids: set[int]) -> dict[int, list[int]]:
    query = sa.select(links.c.incident_id, links.c.message_id).where(
        links.c.incident_id.in_(incident_ids)
    )
    found: dict[int, list[int]] = {incident_id: [] for incident_id in incident_ids}
    for row in connection.execute(query):
        found[row.incident_id].append(row.message_id)
    return found


def _open_of(connection: sa.Connection, incident_ids: set[int]) -> set[int]:
    query = sa.select(incidents.c.id).where(
        incidents.c.id.in_(incident_ids), incidents.c.status.in_(_OPEN)
    )
    return set(connection.execute(query).scalars())


def _stands(row: Any, members: Mapping[int, Sequence[int]], still_open: set[int]) -> bool:
    ids = [i for i in (row.incident_id, row.other_id) if i is not None]
    now = seen_mark({i: members[i] for i in ids})
    return now == row.seen and still_open.issuperset(ids)


def _regrouping(row: Any) -> Regrouping:
    return Regrouping(
        id=row.id,
        pilot_id=row.pilot_id,
        kind=row.kind,
        incident_id=row.incident_id,
        other_id=row.other_id,
        message_ids=tuple(row.message_ids),
        strength=row.strength,
        at=row.at,
    )
