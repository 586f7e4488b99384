"""Reads about consent: each group with its word, who stopped, and what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain import Group
from core.store.pilot_rows import PilotRows
from core.store.tables import consents, daily_counts, groups, messages, turns


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """toestemming: one word of a group or a resident, and what shows it."""

    at: datetime
    given: bool
    resident: str | None
    by: str
    text_version: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """groep: a group with its consent, its source's progress and what was kept and dropped."""

    group: Group
    consent: ConsentLine | None
    stopped_count: int
    stored_count: int
    kept_count: int
    dropped_count: int
    last_event_at: datetime | None
    last_error: str | None

    @property
    def consents(self) -> bool:
        return self.consent is not None and self.consent.given


def group_states(connection: sa.Connection, pilot_id: int) -> list[GroupState]:
    """The groups of a pilot, in the order in which they were added."""
    states = []
    stored = _per_group(connection, messages.c.group_id, sa.func.count())
    stopped = _stopped(connection)
    kept = _counted(connection, daily_counts.c.what == "kept")
    dropped = _counted(connection, daily_counts.c.what != "kept")
    newest = _newest_consents(connection)
    progress = {row.id: row for row in connection.execute(sa.select(groups))}
    for group in PilotRows(connection).groups(pilot_id):
        row = progress[group.id]
        states.append(
            GroupState(
                group=group,
                consent=newest.get(group.id),
                stopped_count=stopped.get(group.id, 0),
                stored_count=stored.get(group.id, 0),
                kept_count=kept.get(group.id, 0),
                dropped_count=dropped.get(group.id, 0),
                last_event_at=row.last_event_at,
                last_error=row.last_error,
            )
        )
    return states


def consents_of(connection: sa.Connection, group_id: int) -> list[ConsentLine]:
    """Every word of a group and of its residents, the newest first."""
    query = (
        sa.select(consents)
        .where(consents.c.group_id == group_id)
        .order_by(consents.c.at.desc(), consents.c.id.desc())
    )
    return [_consent(row) for row in connection.execute(query)]


def counts_of(connection: sa.Connection, group_id: int, day: date) -> dict[str, int]:
    """How many messages of a group were kept and dropped on a day, by what became of them."""
    query = sa.select(daily_counts.c.what, daily_counts.c.count).where(
        daily_counts.c.group_id == group_id, daily_counts.c.day == day
    )
    return {row.what: row[1] for row in connection.execute(query)}


def erasable(
    connection: sa.Connection, group_ids: Sequence[int], resident: str | None, limit: int
) -> list[tuple[int, str]]:
    """(group id, message key) of what is stored or was judged of groups, or of one resident."""
    return [
        (row.group_id, row.message_key)
        for row in connection.execute(_stored(group_ids, resident).limit(limit))
    ]


def erasable_count(
    connection: sa.Connection, group_ids: Sequence[int], resident: str | None
) -> int:
    found = _stored(group_ids, resident).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def _stored(group_ids: Sequence[int], resident: str | None) -> Any:
    kept = sa.select(messages.c.group_id, messages.c.message_key).where(
        messages.c.group_id.in_(group_ids)
    )
    judged = sa.select(turns.c.group_id, turns.c.message_key).where(
        turns.c.group_id.in_(group_ids), turns.c.topics.is_not(None)
    )
    if resident is not None:
        kept = kept.where(messages.c.resident == resident)
        judged = judged.where(turns.c.resident == resident)
    return sa.union(kept, judged)


def _newest_consents(connection: sa.Connection) -> dict[int, ConsentLine]:
    query = (
        sa.select(consents)
        .where(consents.c.resident.is_(None))
        .order_by(consents.c.at, consents.c.id)
    )
    return {row.group_id: _consent(row) for row in connection.execute(query)}


def _stopped(connection: sa.Connection) -> dict[int, int]:
    query = (
        sa.select(consents)
        .where(consents.c.resident.is_not(None))
        .order_by(consents.c.at, consents.c.id)
    )
    newest = {(row.group_id, row.resident): row.given for row in connection.execute(query)}
    counts: dict[int, int] = {}
    for (group_id, _), given in newest.items():
        counts[group_id] = counts.get(group_id, 0) + (not given)
    return counts


def _counted(connection: sa.Connection, which: sa.ColumnElement[bool]) -> dict[int, int]:
    total = sa.func.sum(daily_counts.c["count"])
    return _per_group(connection, daily_counts.c.group_id, total, which)


def _per_group(
    connection: sa.Connection,
    group_id: sa.Column[int],
    figure: sa.ColumnElement[Any],
    *where: sa.ColumnElement[bool],
) -> dict[int, int]:
    query = sa.select(group_id, figure.label("n")).where(*where).group_by(group_id)
    return {row[0]: int(row.n) for row in connection.execute(query)}


def _consent(row: Any) -> ConsentLine:
    names = ConsentLine.__slots__
    return ConsentLine(**{name: row._mapping[name] for name in names})
