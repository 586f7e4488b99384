"""The work on the evaluation page: empty and full, for each role, a baseline by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Role
from core.i18n import text_of
from core.status import Step
from core.wiring import services
from tests.pages.conftest import Desk, words


def part(desk: Desk, login: str = "lea", language: str = "nl") -> AppTest:
    desk.sign_in(login, language)
    return desk.open("evaluation", part="work")


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """Three dispatchers, five days each, seven decisions a day after a claim."""
    desk.around.writes(
        """
        at    | author | text
        20:00 | Anna   | Er is ingebroken op de Bostonsingel 36
        """
    )
    store, now = services().store, services().clock()
    with store.unit(now) as unit:
        pilot = unit.pilots.all()[0]
        unit.pilots.set_period(pilot.id, pilot.starts_on, None)
        row = unit.accounts.row("dora")
        assert row is not None
        unit.accounts.add(
            login="dirk", name="Dirk", password_hash="!", roles=frozenset({Role.DISPATCHER})
        )
    for day in range(1, 6):
        for login in ("dora", "daan", "dirk"):
            begun = now - timedelta(days=day)
            for n in range(7):
                for after, step in ((0, Step.CLAIM), (3, Step.ACCEPT)):
                    with store.unit(begun + timedelta(minutes=10 * n + after)) as unit:
                        unit.audit.add(login, step.value, "incident", 1, {})
    return desk


@pytest.mark.parametrize("login", ["lea", "ron", "ada"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_steps_it_says_so_and_a_baseline_can_be_written(
    desk: Desk, login: str, language: str
) -> None:
    screen = part(desk, login, language)
    assert not screen.exception
    assert [box.value for box in screen.info] == [text_of(language, "work.nothing_yet")]


def test_the_pace_of_a_role_stands_beside_what_was_measured_before(worked: Desk) -> None:
    screen = part(worked)
    assert text_of("nl", "work.nothing_beside") in words(screen)
    key = f"work.baseline.{worked.around.pilot.id}"
    screen.selectbox(key=f"{key}.role").set_value("dispatcher")
    screen.number_input(key=f"{key}.value").set_value(4.0)
    screen.text_input(key=f"{key}.source").set_value("Tijdstudie <b>")
    press(screen, text_of("nl", "work.add"))
    for language in ("nl", "en"):
        screen = part(worked, language=language)
        assert not screen.exception
        assert text_of(language, "work.baseline_said", value="4") in words(screen)
        assert "Tijdstudie" in words(screen)


def test_half_a_baseline_is_asked_for_again(worked: Desk) -> None:
    screen = part(worked)
    press(screen, text_of("nl", "work.add"))
    assert text_of("nl", "work.baselines", count="0") in [e.label for e in part(worked).expander]


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


def test_it_is_for_who_may_evaluate(desk: Desk) -> None:
    screen = part(desk, "dora")
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]
