"""Exercises and the periods to exercise on, as they are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.exercise_queries import ExerciseState, RunningClock
from core.store.rows import Rows, insert_or_skip
from core.store.tables import exercise_looks, exercises, recorded_evenings


class ExerciseRows(Rows):
    """oefeningen."""

    def add(self, user_id: int, evening: str, clock: RunningClock) -> int:
        """Notes an exercise that is being prepared; gives its id."""
        return self.insert(
            exercises,
            user_id=user_id,
            evening=evening,
            state=ExerciseState.PREPARING.value,
            started_at=self.now,
            **_columns(clock),
        )

    def set_clock(self, exercise_id: int, clock: RunningClock) -> None:
        self._update(exercise_id, **_columns(clock))

    def set_state(self, exercise_id: int, state: ExerciseState) -> None:
        self._update(exercise_id, state=state.value)

    def enter(self, exercise_id: int, session: str) -> None:
        """A session is in one exercise at most."""
        self.leave(session)
        self._update(exercise_id, session=session)

    def leave(self, session: str) -> None:
        there = exercises.c.session == session
        self.connection.execute(sa.update(exercises).where(there).values(session=None))

    def end(self, exercise_id: int, result: dict[str, Any] | None) -> None:
        """Writes down how it went; without a result it went wrong."""
        state = ExerciseState.BROKEN if result is None else ExerciseState.ENDED
        self._update(exercise_id, state=state.value, ended_at=self.now, result=result)

    def share(self, exercise_id: int, at: datetime | None) -> None:
        self._update(exercise_id, shared_at=at)

    def look(self, exercise_id: int, incident_id: int, at: datetime) -> None:
        """The first look counts; later ones change nothing."""
        values = {"exercise_id": exercise_id, "incident_id": incident_id, "at": at}
        self.connection.execute(insert_or_skip(self.connection, exercise_looks), values)

    def remove(self, exercise_id: int) -> None:
        looked = exercise_looks.c.exercise_id == exercise_id
        self.connection.execute(sa.delete(exercise_looks).where(looked))
        self.connection.execute(sa.delete(exercises).where(exercises.c.id == exercise_id))

    def over_since(self, moment: datetime) -> list[int]:
        """Those that ended before a moment."""
        query = sa.select(exercises.c.id).where(exercises.c.ended_at < moment)
        return list(self.connection.execute(query).scalars())

    def add_recorded(
        self, pilot_id: int, name: str, starts_at: datetime, ends_at: datetime, by: str
    ) -> int:
        return self.insert(
            recorded_evenings,
            pilot_id=pilot_id,
            name=name,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            at=self.now,
        )

    def remove_recorded(self, evening_id: int) -> None:
        one = recorded_evenings.c.id == evening_id
        self.connection.execute(sa.delete(recorded_evenings).where(one))

    def _update(self, exercise_id: int, **values: Any) -> None:
        one = exercises.c.id == exercise_id
        self.connection.execute(sa.update(exercises).where(one).values(**values))


def _columns(clock: RunningClock) -> dict[str, Any]:
    return {
        "shown_at": clock.shown_at,
        "anchored_at": clock.anchored_at,
        "speed": clock.speed,
        "paused": clock.is_paused,
    }
