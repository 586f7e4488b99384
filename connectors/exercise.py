"""Exercises as they run: their residents write by the exercise's clock, and are judged as always.

The process role does this when no real message waits: what trainees do never holds up a neighbour.
Nothing here brings anything to anybody: no channel and no destination is known.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.process import process_waiting
from core.domain import Event, EventKind, Group
from core.exercise_scoring import Debriefing, debrief
from core.exercises import Evening, Line
from core.inbox import receive
from core.pipeline import Tools
from core.rehearsal import Stage, clear, clear_all_but, evening_named
from core.scenes import Scenes
from core.store.exercise_queries import (
    Exercise,
    ExerciseState,
    going_on,
    happened,
    looks,
)
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

_READ_AGAIN_S: Final = 5.0
"""How soon what was erased leaves an exercise that is being done with it."""
_PREPARED_WITHIN_S: Final = 60.0
_MOST_FAILURES: Final = 5
"""In a row: a database that is busy for a moment ends no exercise."""


@dataclass(slots=True)
class Playing:
    """oefening die loopt: how far its evening was told."""

    evening: Evening
    scenes: Scenes
    read_at: float
    told: int = 0


class Exercises:
    """oefeningen die lopen: each goes on a little at every step."""

    def __init__(self, house: Services) -> None:
        self._house = house
        self._stage = Stage(lambda: house)
        self._playing: dict[int, Playing] = {}
        self._failures: Counter[int] = Counter()
        self._cleared = False

    def step(self, tools: Callable[[], Tools]) -> int:
        """Tells every running exercise what is due; gives how many messages were judged."""
        with self._house.store.read() as connection:
            found = going_on(connection)
        self._stage.close_all_but({one.id for one in found})
        if not self._cleared or len(self._playing) > len(found):
            self._forget({one.id for one in found})
        return sum(self._go_on(one, tools) for one in found)

    def _forget(self, ids: set[int]) -> None:
        clear_all_but(ids, self._house.settings)
        self._playing = {key: one for key, one in self._playing.items() if key in ids}
        self._cleared = True

    def _go_on(self, exercise: Exercise, tools: Callable[[], Tools]) -> int:
        """One exercise that cannot go on must not stop the others, let alone the real work."""
        try:
            if exercise.state is ExerciseState.PREPARING:
                return self._give_up_late(exercise)
            done = self._advance(exercise, tools())
        except Exception as error:
            log.warning("exercise failed id=%s error=%s", exercise.id, type(error).__name__)
            self._failures[exercise.id] += 1
            if self._failures[exercise.id] >= _MOST_FAILURES:
                self._end(exercise, None)
            return 0
        self._failures.pop(exercise.id, None)
        return done

    def _give_up_late(self, exercise: Exercise) -> int:
        waited = (self._house.clock() - exercise.started_at).total_seconds()
        if waited > _PREPARED_WITHIN_S:
            self._end(exercise, None)
        return 0

    def _advance(self, exercise: Exercise, tools: Tools) -> int:
        given = self._stage.of(exercise)
        playing = self._playing_of(exercise)
        now = given.clock()
        self._erase_gone(playing, given)
        self._tell_due(playing, now, given)
        own = replace(tools, vault=given.vault, outside_url="")
        done = process_waiting(given, own, playing.scenes)
        over = exercise.state is ExerciseState.ENDING or now >= playing.evening.ends_at
        if over and not done:
            self._end(exercise, self._debriefing(exercise, playing, given, now))
        return done

    def _playing_of(self, exercise: Exercise) -> Playing:
        if exercise.id not in self._playing:
            evening = evening_named(exercise.evening, self._house)
            self._playing[exercise.id] = Playing(
                evening=evening, scenes=Scenes(), read_at=time.monotonic()
            )
        return self._playing[exercise.id]

    def _tell_due(self, playing: Playing, now: datetime, given: Services) -> None:
        """Puts what residents have written by now in the exercise's inbox; once, also after a
        restart: the inbox knows what it had.
        """
        due = [line for line in playing.evening.lines[playing.told :] if line.at <= now]
        if not due:
            return
        with given.store.unit() as unit:
            for line in due:
                group = _group_of(line, unit)
                receive([_event(line, EventKind.MESSAGE)], group, unit, given.vault)
        playing.told += len(due)

    def _erase_gone(self, playing: Playing, given: Services) -> None:
        """A recorded evening loses what was erased in its pilot, also while somebody is in it."""
        if not playing.evening.is_recorded:
            return
        if time.monotonic() - playing.read_at < _READ_AGAIN_S:
            return
        playing.read_at = time.monotonic()
        still = {line.id for line in evening_named(playing.evening.id, self._house).lines}
        gone = [line for line in playing.evening.lines if line.id not in still]
        if not gone:
            return
        with given.store.unit() as unit:
            for line in gone:
                event = _event(line, EventKind.DELETE)
                receive([event], _group_of(line, unit), unit, given.vault)
        told = [line for line in playing.evening.lines[: playing.told] if line.id in still]
        left = tuple(line for line in playing.evening.lines if line.id in still)
        playing.evening, playing.told = replace(playing.evening, lines=left), len(told)

    def _debriefing(
        self, exercise: Exercise, playing: Playing, given: Services, now: datetime
    ) -> Debriefing:
        with self._house.store.read() as connection:
            looked = looks(connection, exercise.id)
        with given.store.unit() as unit:
            found = happened(unit.connection)
            line_of = {
                given.vault.message_key(_group_of(line, unit).id, line.id): line.id
                for line in playing.evening.lines
            }
        return debrief(playing.evening, found, line_of, looked, exercise.login, now)

    def _end(self, exercise: Exercise, result: Debriefing | None) -> None:
        """Keeps how it went, and removes all else."""
        with self._house.store.unit() as unit:
            unit.exercises.end(exercise.id, result.as_json() if result else None)
        self._stage.close(exercise.id)
        self._playing.pop(exercise.id, None)
        clear(exercise.id, self._house.settings)


def _group_of(line: Line, unit: Unit) -> Group:
    return next(group for group in unit.pilots.groups() if group.name == line.group)


def _event(line: Line, kind: EventKind) -> Event:
    return Event(
        kind=kind,
        native_id=line.id,
        author=line.author,
        sent_at=line.at,
        text=line.text if kind is EventKind.MESSAGE else "",
        reply_to=line.answers,
    )
