"""The page where doubt is settled: by key or click, one by one or fast, for who may."""

from __future__ import annotations

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

import core.wiring
from core.i18n import counted, text_of
from core.store.learning_queries import doubts
from tests.pages.conftest import Desk, forget_services, words
from tests.people import CAST

EVENING = """
| id | at    | author | text                                    |
| a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel 36  |
| b  | 20:05 | Bram   | **ja** ingebroken <b>op</b> de Bostonsingel |
| c  | 20:09 | Joost  | brand in de Mexicosingel                |
"""


@pytest.fixture
def evening(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on the test's own clock, with three messages in doubt."""
    around = desk.around
    monkeypatch.setattr(core.wiring, "build", partial(core.wiring.build, clock=around.clock))
    forget_services()
    with around.store.unit() as unit:
        unit.pilots.set_thresholds(around.pilot.id, {"sure": 0.97})
    around.writes(EVENING)
    return desk


def doubt(desk: Desk, login: str = "dora", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("doubt", **query)


def left(desk: Desk) -> list[int]:
    with desk.around.store.read() as connection:
        return [one.message_id for one in doubts(connection)]


@pytest.mark.parametrize("login", ["dora", "lea"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_list_says_so(desk: Desk, login: str, language: str) -> None:
    screen = doubt(desk, login, language)
    assert [box.value for box in screen.success] == [text_of(language, "doubt.empty")]
    assert not screen.exception and not screen.error


def test_an_officer_without_areas_is_asked_to_choose(evening: Desk) -> None:
    screen = doubt(evening, "wim")
    assert [box.value for box in screen.info] == [text_of("nl", "doubt.choose_areas")]


@pytest.mark.parametrize("login", sorted(set(CAST) - {"dora", "daan", "lea", "wim"}))
def test_for_others_the_page_is_closed(evening: Desk, login: str) -> None:
    screen = doubt(evening, login)
    assert len(screen.error) == 1
    assert not screen.button


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", ["one", "list"])
def test_each_view_shows_what_waits(evening: Desk, view: str, language: str) -> None:
    screen = doubt(evening, language=language, view=view)
    assert not screen.exception and not screen.error
    assert counted(language, "count.doubts", 3) in words(screen)


def test_answers_go_one_after_another(evening: Desk) -> None:
    screen = doubt(evening)
    screen.button(key="doubt.agree").click().run()
    assert left(evening) == [2, 1]
    screen.button(key="doubt.topic.afval").click().run()
    assert left(evening) == [1]
    screen.button(key="doubt.no_report").click().run()
    assert left(evening) == []
    assert evening.incident(1).topic == "afval"
    assert evening.incident(1).message_count == 1


def test_urgency_is_turned_before_the_answer(evening: Desk) -> None:
    screen = doubt(evening)
    screen.button(key="doubt.skip").click().run()
    screen.button(key="doubt.turn").click().run()
    screen.button(key="doubt.agree").click().run()
    assert left(evening) == [3, 1]
    assert evening.incident(1).urgency.value == "urgent"


def test_who_skips_everything_starts_anew(evening: Desk) -> None:
    screen = doubt(evening)
    for _ in range(3):
        screen.button(key="doubt.skip").click().run()
    assert left(evening) == [3, 2, 1]
    screen.button(key="doubt.no_report").click().run()
    assert left(evening) == [2, 1]


def test_the_last_answers_are_taken_back_one_by_one(evening: Desk) -> None:
    screen = doubt(evening)
    for _ in range(3):
        screen.button(key="doubt.no_report").click().run()
    assert left(evening) == []
    for count in (1, 2, 3):
        screen.button(key="doubt.back").click().run()
        assert len(left(evening)) == count
    assert not [button for button in screen.button if button.key == "doubt.back"]


def test_the_list_answers_and_leads_to_one(evening: Desk) -> None:
    screen = doubt(evening, view="list")
    screen.button(key="doubt.no_report.2").click().run()
    assert left(evening) == [3, 1]
    screen.button(key="doubt.look.1").click().run()
    screen.button(key="doubt.agree").click().run()
    assert left(evening) == [3]


def test_what_a_colleague_answered_meanwhile_is_told(evening: Desk) -> None:
    screen = doubt(evening)
    evening.sign_in("daan")
    other = evening.open("doubt")
    other.button(key="doubt.topic.afval").click().run()
    evening.sign_in("dora")
    screen.button(key="doubt.no_report").click().run()
    assert left(evening) == [2, 1]
    assert evening.incident(2).topic == "afval"


def test_what_residents_wrote_is_never_markup(evening: Desk) -> None:
    screen = doubt(evening, view="list")
    assert any("**ja** ingebroken <b>op</b>" in text.value for text in screen.text)
    assert not any("<b>" in box.value and "\\<" not in box.value for box in screen.markdown)
