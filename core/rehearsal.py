"""oefenruimte: the store, keys and clock of an exercise, apart from all that is real.

An exercise's services differ from the house's in their folder: everything that is written goes into
`exercises/<id>/`, a SQLite file with keys of its own. No process that brings texts away opens it,
and its settings name no address at all, so nothing of it can leave.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from core import pilots
from core.clock import Clock, local
from core.domain import User
from core.exercise import go, note_start
from core.exercises import Evening, made_up
from core.privacy.consent import TEXT_VERSION
from core.privacy.vault import Vault
from core.recorded import copy_pilot, recorded_evening_of
from core.settings import Settings
from core.store import Store
from core.store.exercise_queries import Exercise, RunningClock
from core.store.unit import Unit
from core.wiring import Services

PILOT: Final = "wateringse_veld_2021"
RECORDED: Final = "recorded:"
_BY: Final = "exercise"
_NO_PASSWORD: Final = "!"  # noqa: S105 - a hash that no password fits
_COLLEAGUES: Final = (
    ("oefen.meldkamer", "Samira Vos", "meldkamer"),
    ("oefen.wijkagent", "Henk Bakker", "police_team"),
)


class ExerciseClock:
    """oefenklok: tells the time of an exercise; given anew whenever its row was read."""

    def __init__(self, running: RunningClock, until: datetime, real: Clock) -> None:
        self.running, self._until, self._real = running, until, real

    def __call__(self) -> datetime:
        return min(self.running.at(self._real()), self._until)


class Stage:
    """toneel van oefeningen: keeps the services of this process's running exercises open."""

    def __init__(self, house: Callable[[], Services]) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._open: dict[int, tuple[Services, ExerciseClock]] = {}

    def of(self, exercise: Exercise) -> Services:
        """The services of an exercise, with its clock as its row has it now."""
        with self._lock:
            if exercise.id not in self._open:
                self._open[exercise.id] = _opened(exercise, self._house())
            found, clock = self._open[exercise.id]
            clock.running = exercise.clock
            return found

    def close(self, exercise_id: int) -> None:
        with self._lock:
            found = self._open.pop(exercise_id, None)
        if found is not None:
            found[0].store.close()

    def is_empty(self) -> bool:
        return not self._open

    def close_all_but(self, ids: set[int]) -> None:
        """Closes what is over, also when another process ended it."""
        for exercise_id in set(self._open) - ids:
            self.close(exercise_id)


def begin(evening_id: str, speed: int, session: str, user: User, house: Services) -> int:
    """Sets an evening up for somebody and lets it run; gives the exercise's id.

    Raises NotAllowed, NotFound, BadInput, ExerciseRuns.
    """
    evening = evening_named(evening_id, house)
    with house.store.unit() as unit:
        exercise_id = note_start(evening.id, evening.starts_at, speed, user, unit)
    _prepare(exercise_id, evening, user, house)
    with house.store.unit() as unit:
        go(exercise_id, session, user, unit)
    return exercise_id


def evening_named(evening_id: str, house: Services) -> Evening:
    """A made-up evening, or one of the own pilot's. Raises NotFound."""
    if not evening_id.startswith(RECORDED):
        return made_up(evening_id)
    with house.store.read() as connection:
        return recorded_evening_of(evening_id.removeprefix(RECORDED), connection)


def folder_of(exercise_id: int, settings: Settings) -> Path:
    return settings.folder / "exercises" / str(exercise_id)


def clear(exercise_id: int, settings: Settings) -> None:
    """Removes an exercise's store and keys; all that stays is its debriefing."""
    shutil.rmtree(folder_of(exercise_id, settings), ignore_errors=True)


def clear_all_but(ids: set[int], settings: Settings) -> int:
    """Removes what an interrupted clearing left behind; gives how many."""
    left = [path for path in (settings.folder / "exercises").glob("*") if path.is_dir()]
    gone = [path for path in left if path.name not in {str(one) for one in ids}]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)


def _opened(exercise: Exercise, house: Services) -> tuple[Services, ExerciseClock]:
    until = evening_named(exercise.evening, house).ends_at
    clock = ExerciseClock(exercise.clock, until, house.clock)
    return _services(exercise.id, clock, house), clock


def _services(exercise_id: int, clock: Clock, house: Services) -> Services:
    settings = house.settings.model_copy(
        update={
            "folder": folder_of(exercise_id, house.settings),
            "model_folder": house.settings.models,
            "database_url": "",
            "demo": False,
            "web_url": "",
            "geocoder_url": "",
        }
    )
    return replace(
        house,
        settings=settings,
        store=Store(settings.url, clock),
        vault=Vault(settings.key_folder, timedelta(minutes=settings.inbox_key_minutes)),
        clock=clock,
    )


def _prepare(exercise_id: int, evening: Evening, user: User, house: Services) -> None:
    """Makes the exercise's own store: the pilot, its groups' consent, the trainee, colleagues."""
    folder_of(exercise_id, house.settings).mkdir(parents=True, mode=0o700)
    given = _services(exercise_id, lambda: evening.starts_at, house)
    try:
        given.store.migrate()
        with given.store.unit() as unit:
            pilot_id = _install(evening, house, unit)
            for group in unit.pilots.groups(pilot_id):
                unit.consents.record(
                    group.id, given=True, by=_BY, text_version=TEXT_VERSION, evidence=_BY
                )
            _add_people(user, unit)
    finally:
        given.store.close()


def _install(evening: Evening, house: Services, unit: Unit) -> int:
    period = (local(evening.starts_at).date(), local(evening.ends_at).date())
    if evening.pilot_id is not None:
        with house.store.read() as connection:
            own = Unit(connection, house.clock())
            return copy_pilot(evening.pilot_id, period, own, unit)
    return pilots.install(unit, _pilot_on(*period))


def _pilot_on(first: date, last: date) -> pilots.PilotFile:
    return pilots.load(PILOT).model_copy(update={"starts_on": first, "ends_on": last})


def _add_people(user: User, unit: Unit) -> None:
    """The trainee under their own id, and invented colleagues to give work to."""
    unit.accounts.add(
        id=user.id,
        login=user.login,
        name=user.name,
        password_hash=_NO_PASSWORD,
        roles=user.roles,
        language=user.language,
        team=user.team,
        area_ids=[],
    )
    for login, name, team in _COLLEAGUES:
        unit.accounts.add(
            login=login,
            name=name,
            password_hash=_NO_PASSWORD,
            roles=user.roles,
            language=user.language,
            team=team,
            area_ids=[],
        )
