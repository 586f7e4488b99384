"""Reads for exercises: who is in one, its clock, and what became of its incidents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from core.audit import AuditEntry
from core.domain import Incident
from core.store.audit_rows import entry_of
from core.store.incident_rows import incident_of
from core.store.tables import (
    audit_entries,
    exercise_looks,
    exercises,
    groups,
    incidents,
    links,
    messages,
    recorded_evenings,
    users,
)

_MOST_ENDED: Final = 50


class ExerciseState(StrEnum):
    """stand van een oefening: being prepared, running, asked to end, ended, or gone wrong."""

    PREPARING = "preparing"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"
    BROKEN = "broken"

    @property
    def is_over(self) -> bool:
        return self in (ExerciseState.ENDED, ExerciseState.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """oefenklok: what an exercise's clock showed at a moment, and how fast it runs since."""

    shown_at: datetime
    anchored_at: datetime
    speed: int
    is_paused: bool

    def at(self, now: datetime) -> datetime:
        """What it shows now."""
        passed = max(now - self.anchored_at, timedelta(0))
        return self.shown_at if self.is_paused else self.shown_at + passed * self.speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """oefening: one person works through one evening, in a store of its own."""

    id: int
    user_id: int
    login: str
    name: str
    evening: str
    state: ExerciseState
    session: str | None
    clock: RunningClock
    started_at: datetime
    ended_at: datetime | None
    shared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvening:
    """opgenomen avond: a period of a pilot to exercise on; the messages stay where they are."""

    id: int
    pilot_id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """bewaard bericht: a stored message, redacted, with the incident it stands in now."""

    id: int
    message_key: str
    group: str
    group_native_id: str
    resident: str
    sent_at: datetime
    stored_at: datetime
    redacted: str
    reply_to: str | None
    incident_id: int | None
    runner_up: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """gebeurd: what an exercise's own store holds at its end."""

    incidents: tuple[Incident, ...]
    messages: tuple[Kept, ...]
    entries: tuple[AuditEntry, ...]
    """Everything said of incidents, oldest first."""


def inside(connection: sa.Connection, session: str) -> Exercise | None:
    """The exercise in which a session (the hash of its token) is now."""
    query = _EXERCISES.where(exercises.c.session == session).order_by(exercises.c.id.desc())
    row = connection.execute(query.limit(1)).first()
    return None if row is None else exercise_of(row)


def exercise(connection: sa.Connection, exercise_id: int) -> Exercise | None:
    row = connection.execute(_EXERCISES.where(exercises.c.id == exercise_id)).first()
    return None if row is None else exercise_of(row)


def going_on(connection: sa.Connection) -> list[Exercise]:
    """Those that are not over, oldest first."""
    over = [state.value for state in ExerciseState if state.is_over]
    query = _EXERCISES.where(exercises.c.state.not_in(over)).order_by(exercises.c.id)
    return [exercise_of(row) for row in connection.execute(query)]


def exercises_of(connection: sa.Connection, user_id: int) -> list[Exercise]:
    """Somebody's own, the newest first."""
    query = _EXERCISES.where(exercises.c.user_id == user_id).order_by(exercises.c.id.desc())
    return [exercise_of(row) for row in connection.execute(query.limit(_MOST_ENDED))]


def shared_exercises(connection: sa.Connection) -> list[Exercise]:
    """Those that their trainees showed to the lead, the newest first."""
    shared = exercises.c.shared_at.is_not(None)
    query = _EXERCISES.where(shared).order_by(exercises.c.shared_at.desc())
    return [exercise_of(row) for row in connection.execute(query.limit(_MOST_ENDED))]


def result_of(connection: sa.Connection, exercise_id: int) -> dict[str, Any] | None:
    """What the exercise's end was written down as; None while it goes on, or went wrong."""
    query = sa.select(exercises.c.result).where(exercises.c.id == exercise_id)
    found: dict[str, Any] | None = connection.execute(query).scalar()
    return found


def looks(connection: sa.Connection, exercise_id: int) -> dict[int, datetime]:
    """When each incident of the exercise was first on the trainee's screen."""
    query = sa.select(exercise_looks).where(exercise_looks.c.exercise_id == exercise_id)
    return {row.incident_id: row.at for row in connection.execute(query)}


def recorded(connection: sa.Connection) -> list[RecordedEvening]:
    query = sa.select(recorded_evenings).order_by(recorded_evenings.c.starts_at.desc())
    return [_recorded(row) for row in connection.execute(query)]


def recorded_evening(connection: sa.Connection, evening_id: int) -> RecordedEvening | None:
    query = sa.select(recorded_evenings).where(recorded_evenings.c.id == evening_id)
    row = connection.execute(query).first()
    return None if row is None else _recorded(row)


def kept_between(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Kept]:
    """The messages of a pilot's incidents in a period that still have their words."""
    query = _KEPT.where(groups.c.pilot_id == pilot_id, messages.c.redacted != "").where(
        messages.c.sent_at >= since, messages.c.sent_at < until, links.c.incident_id.is_not(None)
    )
    return _once(connection, query)


def redacted_by_key(connection: sa.Connection, keys: Sequence[str]) -> dict[str, str]:
    """The words of stored messages; one that was erased is not among them."""
    query = sa.select(messages.c.message_key, messages.c.redacted).where(
        messages.c.message_key.in_(keys), messages.c.redacted != ""
    )
    return {row.message_key: row.redacted for row in connection.execute(query)}


def incidents_with(connection: sa.Connection, incident_ids: Sequence[int]) -> list[Incident]:
    query = sa.select(incidents).where(incidents.c.id.in_(incident_ids)).order_by(incidents.c.id)
    return [incident_of(row) for row in connection.execute(query)]


def entries_about(
    connection: sa.Connection, incident_ids: Sequence[int] | None = None
) -> list[AuditEntry]:
    """What the log says of incidents, oldest first; of all when none are named."""
    query = sa.select(audit_entries).where(audit_entries.c.subject_kind == "incident")
    if incident_ids is not None:
        query = query.where(audit_entries.c.subject_id.in_([str(one) for one in incident_ids]))
    return [entry_of(row) for row in connection.execute(query.order_by(audit_entries.c.id))]


def happened(connection: sa.Connection) -> Happened:
    """All that an exercise's own store holds, for its scores."""
    found = connection.execute(sa.select(incidents).order_by(incidents.c.id))
    return Happened(
        incidents=tuple(incident_of(row) for row in found),
        messages=tuple(_once(connection, _KEPT)),
        entries=tuple(entries_about(connection)),
    )


def by_incident(entries: Sequence[AuditEntry]) -> dict[int, list[AuditEntry]]:
    found: dict[int, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        found[int(entry.subject_id)].append(entry)
    return found


def exercise_of(row: Any) -> Exercise:
    return Exercise(
        id=row.id,
        user_id=row.user_id,
        login=row.login,
        name=row.name,
        evening=row.evening,
        state=ExerciseState(row.state),
        session=row.session,
        clock=RunningClock(
            shown_at=row.shown_at,
            anchored_at=row.anchored_at,
            speed=row.speed,
            is_paused=row.paused,
        ),
        started_at=row.started_at,
        ended_at=row.ended_at,
        shared_at=row.shared_at,
    )


def _recorded(row: Any) -> RecordedEvening:
    names = ("id", "pilot_id", "name", "starts_at", "ends_at", "by")
    return RecordedEvening(**{name: row._mapping[name] for name in names})


def _once(connection: sa.Connection, query: sa.Select[Any]) -> list[Kept]:
    """A message with two topics stands in two incidents: its first link says where it is."""
    found: dict[int, Kept] = {}
    for row in connection.execute(query.order_by(messages.c.sent_at, messages.c.id, links.c.id)):
        found.setdefault(row.id, Kept(**row._mapping))
    return list(found.values())


_EXERCISES: Final = sa.select(
    *(column for column in exercises.c if column.name != "result"), users.c.login, users.c.name
).join(users, users.c.id == exercises.c.user_id)

_KEPT: Final = (
    sa.select(
        messages.c.id,
        messages.c.message_key,
        groups.c.name.label("group"),
        groups.c.native_id.label("group_native_id"),
        messages.c.resident,
        messages.c.sent_at,
        messages.c.stored_at,
        messages.c.redacted,
        messages.c.reply_to,
        links.c.incident_id,
        links.c.runner_up,
    )
    .join(groups, groups.c.id == messages.c.group_id)
    .join(links, links.c.message_id == messages.c.id, isouter=True)
)
