"""The administrator lets learn, sees old beside new, switches with a reason, and back at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import core.wiring
from core import triage
from core.i18n import text_of
from core.store.learning_queries import latest_training
from core.store.research_queries import RunState
from core.topics import topics
from tests.pages.conftest import Desk, forget_services, words
from tests.people import People


def row(old: float, new: float, low: float, high: float, **more: Any) -> dict[str, float]:
    around = {"old_low": old - 0.05, "old_high": old, "new_low": new - 0.05, "new_high": new}
    return {"old": old, "new": new, "low": low, "high": high, **around, **more}


FIGURES = {
    "validation": {
        "count": 1447,
        "conversations": 300,
        "figures": {"relevance_f1": row(0.9, 0.91, -0.01, 0.02)},
        "topics": {
            "geen": row(0.9, 0.95, 0.01, 0.09, count=800),
            "afval": row(0.9, 0.8, -0.2, -0.01, count=60),
            "wrak": row(0.9, 0.9, -0.1, 0.1, count=20),
        },
    },
    "pairs": row(0.5, 1.0, 0.0, 1.0, count=4),
}
FIGURES["corrections"] = {**FIGURES["validation"], "count": 12}


@pytest.fixture
def corrected(desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on the test's own clock, with one incident that was corrected."""
    around = desk.around
    monkeypatch.setattr(core.wiring, "build", partial(core.wiring.build, clock=around.clock))
    forget_services()
    around.writes("""
        id | at    | author | text
        a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
    """)
    around.does(triage.set_topic, 1, people.dora, "afval", topics())
    return desk


@pytest.fixture
def made(corrected: Desk) -> Desk:
    """With a model that came out of learning."""
    key = corrected.around.services.vault.message_key(corrected.around.group().id, "a")
    with corrected.around.store.unit() as unit:
        unit.trainings.add_model(
            "judge-new+1",
            "judge-old",
            "ada",
            FIGURES,
            [key],
            correction_count=1,
            pair_count=4,
        )
    return corrected


def tab(desk: Desk, language: str = "nl", **query: str) -> AppTest:
    desk.sign_in("ada", language)
    return desk.open("admin", tab="models", **query)


def in_use(desk: Desk) -> str | None:
    with desk.around.store.unit() as unit:
        return unit.trainings.in_use()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_corrections_nothing_can_be_learned(desk: Desk, language: str) -> None:
    screen = tab(desk, language)
    assert not screen.exception and not screen.error
    assert screen.button(key="models.learn").disabled
    assert text_of(language, "models.nothing_yet") in words(screen)


def test_learning_is_asked_for_followed_and_stopped(corrected: Desk) -> None:
    screen = tab(corrected)
    screen.button(key="models.learn").click().run()
    screen = tab(corrected)
    assert not screen.exception
    screen.button(key="models.stop").click().run()
    with corrected.around.store.read() as connection:
        training = latest_training(connection)
    assert training is not None
    assert training.state is RunState.CANCELLED


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("on", ["corrections", "validation"])
def test_old_and_new_stand_beside_one_another(made: Desk, on: str, language: str) -> None:
    screen = tab(made, language, on=on)
    assert not screen.exception and not screen.error
    said = words(screen)
    better = text_of(language, "models.no_report").lower()
    worse = topics()["afval"].name(language).lower()
    assert text_of(language, "models.verdict", better=better, worse=worse, same=1) in said
    assert len(screen.table) == 2


def test_a_switch_needs_a_reason_and_back_is_one_click(made: Desk) -> None:
    screen = tab(made)
    screen.button(key="models.use").click().run()
    assert in_use(made) is None
    screen.text_input(key="models.reason").set_value("beter op geen melding").run()
    screen.button(key="models.use").click().run()
    assert in_use(made) == "judge-new+1"
    tab(made).button(key="models.back").click().run()
    assert in_use(made) is None
    tab(made).button(key="models.back").click().run()
    assert in_use(made) == "judge-new+1"


@pytest.mark.parametrize("why", ["missing", "other_code", "broken", "of another kind"])
def test_that_the_chosen_model_is_not_used_is_said(made: Desk, why: str) -> None:
    with made.around.store.unit() as unit:
        unit.trainings.use("judge-new+1")
        unit.report_health("process", done=1, model="judge-old", fallback=why)
    screen = tab(made)
    assert len(screen.error) == 1
    assert "judge-new+1" in screen.error[0].value


def test_that_examples_were_erased_since_is_said(made: Desk) -> None:
    around = made.around
    around.receive("""
        id | at    | author | kind   | text
        a  | 20:09 | Anna   | delete | -
    """)
    around.work()
    screen = tab(made)
    assert [box.value for box in screen.warning] == [text_of("nl", "models.erased", count="1")]


@pytest.mark.parametrize("login", ["dora", "wim", "hanna", "lea", "ron"])
def test_the_tab_is_the_administrators(made: Desk, login: str) -> None:
    made.sign_in(login)
    screen = made.open("admin", tab="models")
    assert len(screen.error) == 1
    assert not screen.button
