"""oefenen: starting, pacing, stopping and leaving an exercise, and who may see how it went.

How it went is the trainee's own: nobody else sees it unless they share it with the lead, and then
by itself, never in a list that compares people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from core.domain import Role, User
from core.errors import BadInput, ExerciseOver, ExerciseRuns, NotFound
from core.permissions import Action, require
from core.store.exercise_queries import (
    Exercise,
    ExerciseState,
    RunningClock,
    exercise,
    exercises_of,
    inside,
    result_of,
)
from core.store.unit import Unit

SPEEDS: Final = (1, 2, 5, 10, 30)
LONGEST: Final = timedelta(hours=10)
_LONGEST_NAME: Final = 80


def note_start(evening: str, starts_at: datetime, speed: int, user: User, unit: Unit) -> int:
    """Notes that somebody begins an exercise; gives its id.

    Raises NotAllowed, BadInput, ExerciseRuns.
    """
    require(user, Action.EXERCISE)
    _require_speed(speed)
    if any(not one.state.is_over for one in exercises_of(unit.connection, user.id)):
        raise ExerciseRuns
    clock = RunningClock(shown_at=starts_at, anchored_at=unit.now, speed=speed, is_paused=True)
    exercise_id = unit.exercises.add(user.id, evening, clock)
    unit.audit.add(user.login, "exercise_started", "exercise", exercise_id, {"evening": evening})
    return exercise_id


def go(exercise_id: int, session: str, user: User, unit: Unit) -> None:
    """Lets a prepared exercise run, with this session in it."""
    found = own(exercise_id, user, unit)
    unit.exercises.set_clock(exercise_id, _anchored(found.clock, unit.now, is_paused=False))
    unit.exercises.set_state(exercise_id, ExerciseState.RUNNING)
    unit.exercises.enter(exercise_id, session)


def enter(exercise_id: int, session: str, user: User, unit: Unit) -> None:
    """Goes on with one's own exercise, in this session. Raises NotFound, ExerciseOver."""
    _running(exercise_id, user, unit)
    unit.exercises.enter(exercise_id, session)


def leave(session: str, unit: Unit) -> None:
    """Back to the real work; an exercise that runs is paused until its trainee comes back."""
    found = inside(unit.connection, session)
    if found is not None and found.state is ExerciseState.RUNNING:
        unit.exercises.set_clock(found.id, _anchored(found.clock, unit.now, is_paused=True))
    unit.exercises.leave(session)


def pause(exercise_id: int, user: User, unit: Unit) -> None:
    found = _running(exercise_id, user, unit)
    unit.exercises.set_clock(exercise_id, _anchored(found.clock, unit.now, is_paused=True))


def resume(exercise_id: int, user: User, unit: Unit) -> None:
    found = _running(exercise_id, user, unit)
    unit.exercises.set_clock(exercise_id, _anchored(found.clock, unit.now, is_paused=False))


def set_speed(exercise_id: int, speed: int, user: User, unit: Unit) -> None:
    """How many times as fast as the real evening it goes on. Raises BadInput."""
    _require_speed(speed)
    found = _running(exercise_id, user, unit)
    clock = _anchored(found.clock, unit.now, is_paused=found.clock.is_paused)
    unit.exercises.set_clock(exercise_id, replace(clock, speed=speed))


def stop(exercise_id: int, user: User, unit: Unit) -> None:
    """Ends an exercise before its evening is over; what was done until now is looked back on."""
    found = _running(exercise_id, user, unit)
    unit.exercises.set_clock(exercise_id, _anchored(found.clock, unit.now, is_paused=True))
    unit.exercises.set_state(exercise_id, ExerciseState.ENDING)


def share(exercise_id: int, with_lead: bool, user: User, unit: Unit) -> None:
    """Shows one's debriefing to the project lead, or no longer."""
    own(exercise_id, user, unit)
    unit.exercises.share(exercise_id, unit.now if with_lead else None)
    action = "exercise_shared" if with_lead else "exercise_unshared"
    unit.audit.add(user.login, action, "exercise", exercise_id)


def remove(exercise_id: int, user: User, unit: Unit) -> None:
    """Removes one's own debriefing. Raises ExerciseRuns while it goes on."""
    found = own(exercise_id, user, unit)
    if not found.state.is_over:
        raise ExerciseRuns
    unit.exercises.remove(exercise_id)
    unit.audit.add(user.login, "exercise_removed", "exercise", exercise_id)


def read_result(
    exercise_id: int, user: User, unit: Unit
) -> tuple[Exercise, Mapping[str, Any] | None]:
    """How it went, for its trainee, and for the lead when it was shared. Raises NotFound."""
    found = exercise(unit.connection, exercise_id)
    if found is None or not may_read(found, user):
        raise NotFound(what="exercise", id=exercise_id)
    return found, result_of(unit.connection, exercise_id)


def may_read(found: Exercise, user: User) -> bool:
    """Nobody but its trainee; shared, the project lead too. An administrator never."""
    if found.user_id == user.id:
        return True
    return found.shared_at is not None and Role.PROJECT_LEAD in user.roles


def record(
    pilot_id: int, name: str, starts_at: datetime, ends_at: datetime, user: User, unit: Unit
) -> int:
    """Makes a period of a pilot an evening to exercise on; gives its id.

    Nothing is copied: what is erased meanwhile is not in it any more. Raises NotAllowed, BadInput.
    """
    require(user, Action.SET_EXERCISES)
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if not timedelta(minutes=5) <= ends_at - starts_at <= LONGEST or ends_at > unit.now:
        raise BadInput(field="period", why="exercise.period_rule")
    unit.pilots.pilot(pilot_id)
    evening_id = unit.exercises.add_recorded(pilot_id, name, starts_at, ends_at, user.login)
    unit.audit.add(user.login, "evening_recorded", "recorded_evening", evening_id)
    return evening_id


def forget_recorded(evening_id: int, user: User, unit: Unit) -> None:
    """Takes a recorded evening off the list. Raises NotAllowed."""
    require(user, Action.SET_EXERCISES)
    unit.exercises.remove_recorded(evening_id)
    unit.audit.add(user.login, "evening_removed", "recorded_evening", evening_id)


def own(exercise_id: int, user: User, unit: Unit) -> Exercise:
    """One's own exercise. Raises NotFound, also when it is somebody else's."""
    found = exercise(unit.connection, exercise_id)
    if found is None or found.user_id != user.id:
        raise NotFound(what="exercise", id=exercise_id)
    return found


def as_trainee(user: User) -> User:
    """Who somebody is within an exercise: a dispatcher, whatever their work is.

    The exercise's store holds nothing but the evening, so this gives no right anywhere else.
    """
    return replace(user, roles=frozenset({Role.DISPATCHER}), area_ids=())


def _running(exercise_id: int, user: User, unit: Unit) -> Exercise:
    found = own(exercise_id, user, unit)
    if found.state is not ExerciseState.RUNNING:
        raise ExerciseOver
    return found


def _anchored(clock: RunningClock, now: datetime, *, is_paused: bool) -> RunningClock:
    """The same clock, told from now on."""
    return replace(clock, shown_at=clock.at(now), anchored_at=now, is_paused=is_paused)


def _require_speed(speed: int) -> None:
    if speed not in SPEEDS:
        raise BadInput(field="speed", why=str(speed))
