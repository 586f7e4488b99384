"""An exercise under test: a short evening of its own, a worker beside it, a trainee who decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import core.exercises as evenings
from connectors.exercise import Exercises
from core import exercise as steps
from core import rehearsal
from core.domain import User
from core.exercise import as_trainee
from core.exercise_scoring import Debriefing, debriefing_of
from core.store.exercise_queries import Exercise, exercise, result_of
from core.wiring import Services
from tests.neighbourhood import Neighbourhood
from tests.people import People

SESSION = "s" * 64
EVENING = """
name_nl = "Proefavond"
name_en = "Trial evening"
about_nl = "Kort en verzonnen."
about_en = "Short and invented."
starts_at = 2021-05-07T20:00:00
minutes = 60
expected = [
    { id = "inbraak", topics = ["inbraak"], urgent = true, to = ["police_team"], within_min = 5, why_nl = "Er wordt nu ingebroken.", why_en = "A burglary goes on now." },
    { id = "afval", topics = ["afval"], to = ["handhaving"], within_min = 30, why_nl = "Grofvuil op de stoep.", why_en = "Bulky waste on the pavement." },
    { id = "gerucht", topics = ["noodgeval"], verdict = "reject", within_min = 30, hoax = true, why_nl = "Van horen zeggen.", why_en = "By hearsay only." },
]
lines = '''
20:02 | Hoge Veld   | Els | inbraak | er wordt nu ingebroken op de Bostonsingel 36
20:04 | Hoge Veld   | Mo  | inbraak | >20:02 ook gezien, ingebroken Bostonsingel 40
20:05 | Hoge Veld   | Els | -       | lekker weer vandaag
20:10 | Zonne Veld  | Bea | afval   | grofvuil op het Ko van Dijkplein
20:20 | Lage Veld   | Jan | gerucht | brand op de Praagsingel zegt mijn neef
20:30 | Erasmusveld | Ko  | -       | muziek aan, barbecue aan, gezellig
'''
"""  # noqa: E501 - a file as it is written


class Rehearsed:
    """One trainee's exercise over a neighbourhood: time goes on, the worker works, they decide."""

    def __init__(self, around: Neighbourhood, trainee: User, evening: str = "proef") -> None:
        self.around, self.house = around, around.services
        self.trainee = trainee
        self.worker = Exercises(self.house)
        self.id = rehearsal.begin(evening, 1, SESSION, trainee, self.house)

    @property
    def row(self) -> Exercise:
        with self.house.store.read() as connection:
            found = exercise(connection, self.id)
        assert found is not None
        return found

    @property
    def services(self) -> Services:
        return self.worker._stage.of(self.row)

    def after(self, minutes: float) -> None:
        """Lets the evening come this far on its own clock, and the worker keep up."""
        start = rehearsal.evening_named(self.row.evening, self.house).starts_at
        while (left := minutes - self._at(start)) > 0:
            self.around.clock.forward(minutes=min(1.0, left))
            self.work()
        self.work()

    def _at(self, start: Any) -> float:
        shown = self.row.clock.at(self.around.clock())
        return float((shown - start).total_seconds() / 60)

    def work(self) -> None:
        while self.worker.step(lambda: self.around.tools):
            pass

    def does(self, step: Callable[..., Any], incident_id: int, *more: Any, **named: Any) -> None:
        """Takes a step in the exercise's own store, as its screen would."""
        me = as_trainee(self.trainee)
        with self.services.store.unit() as unit:
            version = unit.incidents.get(incident_id).version
            step(incident_id, version, me, unit, *more, **named)

    def looks(self, incident_id: int) -> None:
        at = self.services.clock()
        with self.house.store.unit() as unit:
            unit.exercises.look(self.id, incident_id, at)

    def stop(self) -> None:
        with self.house.store.unit() as unit:
            steps.stop(self.id, self.trainee, unit)
        self.work()

    def debriefing(self) -> Debriefing:
        with self.house.store.read() as connection:
            found = result_of(connection, self.id)
        assert found is not None
        return debriefing_of(found)


def write_evening(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = EVENING) -> None:
    """Makes "proef" the only evening there is."""
    folder.mkdir(exist_ok=True)
    (folder / "proef.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(evenings, "FOLDER", folder)
    evenings.made_up.cache_clear()


def trainee(around: Neighbourhood) -> User:
    with around.store.unit() as unit:
        return People.read(unit).dora
