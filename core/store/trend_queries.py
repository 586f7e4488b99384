"""Reads for trends: when things happened to incidents, and what was kept and dropped a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store.tables import audit_entries, daily_counts, groups, hand_overs, incidents, outbox

_BEGINNINGS: Final = ("opened", "split_from")
_DECISIONS: Final = ("accept", "reject", "hand_over", "close")
"""What a person does first that takes an incident out of the queue of new ones."""

_CONFIRMATIONS: Final = ("take_on", "receipt_confirmed")
"""A person of a work list has it, or was heard to have it."""
_LEFT: Final = ("hand_over", "outside")
"""What leaves for a work list here, and for a system of others."""
_TOLD: Final = ("feedback", "outcome")
"""Texts in which residents hear what was done; that a report arrived says nothing of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """verloop: the moments of one incident.

    `seen_at` is when it came on the screen: for messages that were read later than they were
    written (an import) that is what people could react to. What is urgent is handed over at
    `handed_over_at` only once a person there has said to have it.
    """

    incident_id: int
    topic: str
    urgent: bool
    area_id: int | None
    status: str
    opened_at: datetime
    seen_at: datetime
    decided_at: datetime | None
    handed_over_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """telling: how many messages of a group on a day were kept, or dropped and why."""

    group: str
    day: date
    what: str
    count: int


def courses(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Course]:
    """The incidents that began in a period, by their beginning; merged ones count once."""
    wanted = _wanted(pilot_id, since, until)
    seen, decided, has_it = _first_entries(
        connection, wanted, _BEGINNINGS, _DECISIONS, _CONFIRMATIONS
    )
    handed, told = _first_sent(connection, wanted)
    confirmed = _earliest(has_it, _acknowledged(connection, wanted))
    kept = ("id", "topic", "urgent", "area_id", "status", "opened_at")
    columns = [incidents.c[name] for name in kept]  # places are long, and nobody asks for them here
    query = sa.select(*columns).where(incidents.c.id.in_(wanted)).order_by(incidents.c.opened_at)
    return [
        Course(
            incident_id=row.id,
            topic=row.topic,
            urgent=row.urgent,
            area_id=row.area_id,
            status=row.status,
            opened_at=row.opened_at,
            seen_at=seen.get(row.id, row.opened_at),
            decided_at=decided.get(row.id),
            handed_over_at=(confirmed if row.urgent else handed).get(row.id),
            told_at=told.get(row.id),
        )
        for row in connection.execute(query).all()
    ]


def tallies(connection: sa.Connection, pilot_id: int, first: date, last: date) -> list[Tally]:
    """What was kept and dropped in the groups, both days included."""
    query = (
        sa.select(groups.c.name, daily_counts.c.day, daily_counts.c.what, daily_counts.c["count"])
        .join(groups, groups.c.id == daily_counts.c.group_id)
        .where(groups.c.pilot_id == pilot_id, daily_counts.c.day.between(first, last))
        .order_by(groups.c.id, daily_counts.c.day, daily_counts.c.what)
    )
    return [
        Tally(group=name, day=day, what=what, count=count)
        for name, day, what, count in connection.execute(query)
    ]


def extent(connection: sa.Connection, pilot_id: int) -> tuple[datetime, datetime] | None:
    """When the first and the last incident of a pilot began; None without incidents."""
    opened = incidents.c.opened_at
    query = sa.select(sa.func.min(opened), sa.func.max(opened)).where(
        incidents.c.pilot_id == pilot_id
    )
    first, last = connection.execute(query).one()
    return None if first is None else (first, last)


def _wanted(pilot_id: int, since: datetime, until: datetime) -> sa.Select[Any]:
    return sa.select(incidents.c.id).where(
        incidents.c.pilot_id == pilot_id,
        incidents.c.merged_into.is_(None),
        incidents.c.opened_at >= since,
        incidents.c.opened_at < until,
    )


def _first_entries(
    connection: sa.Connection, wanted: sa.Select[Any], *kinds: tuple[str, ...]
) -> list[dict[int, datetime]]:
    """Of each kind of entry when each incident first had one that was not taken back."""
    entries, undo = audit_entries, audit_entries.alias()
    ids = sa.select(sa.cast(wanted.selected_columns[0], sa.String))
    undid = undo.c.detail["undid"].as_integer()
    undone = sa.select(undid).where(
        undo.c.subject_kind == "incident",
        undo.c.subject_id.in_(ids),
        undo.c.action == "undo",
        undid.is_not(None),
    )
    firsts = [sa.func.min(sa.case((entries.c.action.in_(kind), entries.c.at))) for kind in kinds]
    query = (
        sa.select(entries.c.subject_id, *firsts)
        .where(entries.c.subject_kind == "incident", entries.c.subject_id.in_(ids))
        .where(entries.c.action.in_([action for kind in kinds for action in kind]))
        .where(entries.c.id.not_in(undone))
        .group_by(entries.c.subject_id)
    )
    rows = connection.execute(query).all()
    return [
        {int(row[0]): row[place] for row in rows if row[place] is not None}
        for place in range(1, len(kinds) + 1)
    ]


def _acknowledged(connection: sa.Connection, wanted: sa.Select[Any]) -> dict[int, datetime]:
    """When a person at an outside destination first said to have each incident."""
    query = (
        sa.select(hand_overs.c.incident_id, sa.func.min(hand_overs.c.acknowledged_at))
        .where(hand_overs.c.incident_id.in_(wanted), hand_overs.c.acknowledged_at.is_not(None))
        .where(hand_overs.c.withdrawn_at.is_(None))
        .group_by(hand_overs.c.incident_id)
    )
    return {incident_id: at for incident_id, at in connection.execute(query)}


def _earliest(*found: Mapping[int, datetime]) -> dict[int, datetime]:
    return {id_: min(one[id_] for one in found if id_ in one) for id_ in set().union(*found)}


def _first_sent(
    connection: sa.Connection, wanted: sa.Select[Any]
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When each incident first left, for a work list or outside; and when residents heard back."""
    query = (
        sa.select(
            outbox.c.incident_id,
            outbox.c.kind,
            sa.func.min(outbox.c.at).label("at"),
            sa.func.min(outbox.c.delivered_at).label("delivered_at"),
        )
        .where(outbox.c.incident_id.in_(wanted), outbox.c.kind.in_([*_LEFT, *_TOLD]))
        .where(outbox.c.state != "withdrawn")
        .group_by(outbox.c.incident_id, outbox.c.kind)
    )
    handed: dict[int, datetime] = {}
    told: dict[int, datetime] = {}
    for row in connection.execute(query):
        if row.kind in _LEFT:
            handed[row.incident_id] = min(row.at, handed.get(row.incident_id, row.at))
        elif row.delivered_at is not None:
            first = told.get(row.incident_id, row.delivered_at)
            told[row.incident_id] = min(first, row.delivered_at)
    return handed, told
