"""The page of a neighbourhood-watch team, what staff see of it, and residents' requests."""

from __future__ import annotations

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

import core.wiring
from core.i18n import text_of
from core.store.share_queries import shares_of, team_reports_of
from core.watch_teams import share
from tests.fakes import FakeNames
from tests.pages.conftest import Desk, forget_services, words
from tests.people import CAST, People

TEAM = "Buurtpreventie Hoge Veld"
SEES = ("bep", "dora", "daan", "wim", "hanna")
WASTE = """
| at    | author | text                                         |
| 19:01 | Anna   | Weer grofvuil zwabbernoot op de Bostonsingel 36 |
"""


@pytest.fixture
def beat(desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on the test's own clock, an incident shared with Bep's team."""
    around = desk.around
    monkeypatch.setattr(core.wiring, "build", partial(core.wiring.build, clock=around.clock))
    monkeypatch.setattr("pages.watch.team.names", lambda given: FakeNames())
    forget_services()
    around.writes(WASTE)
    with around.store.unit() as unit:
        unit.accounts.change(people.bep.id, team=TEAM)
        share(1, TEAM, "Kijkt u of het er nog ligt?", people.wim, unit)
    return desk


def page(desk: Desk, login: str = "bep", language: str = "nl") -> AppTest:
    desk.sign_in(login, language)
    return desk.open("watch_team")


@pytest.mark.parametrize("login", SEES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_opens_with_nothing_shared(desk: Desk, login: str, language: str) -> None:
    screen = page(desk, login, language)
    assert not screen.exception
    assert not screen.error


@pytest.mark.parametrize("login", sorted(set(CAST) - set(SEES)))
def test_it_is_for_teams_and_who_works_with_them(desk: Desk, login: str) -> None:
    assert [box.value for box in page(desk, login).error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize(
    "name", ["control_room", "area", "conversations", "trends", "tips", "admin"]
)
def test_a_team_opens_no_other_page(desk: Desk, name: str) -> None:
    desk.sign_in("bep")
    assert [box.value for box in desk.open(name).error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_team_sees_the_street_and_no_words_of_residents(beat: Desk, language: str) -> None:
    screen = page(beat, language=language)
    assert not screen.exception
    shown = words(screen)
    assert "Bostonsingel" in shown
    assert "Kijkt u of het er nog ligt?" in shown
    assert "zwabbernoot" not in shown
    assert "36" not in shown
    assert text_of(language, "watch.emergency") in shown


def test_one_tap_files_what_was_found(beat: Desk) -> None:
    screen = page(beat)
    screen = screen.button(key="watch.1.cleared").click().run()
    assert not screen.exception
    with beat.around.store.read() as connection:
        (line,) = team_reports_of(connection, [1])[1]
    assert (line.outcome, line.by) == ("cleared", "bep")


def test_words_are_redacted_and_staff_read_them(beat: Desk) -> None:
    screen = page(beat)
    screen.text_area(key="watch.1.words").set_value("Fatima ruimt het op")
    (send,) = [b for b in screen.button if b.label == text_of("nl", "watch.send")]
    screen = send.click().run()
    assert not screen.exception
    screen = page(beat, "dora")
    assert "[naam] ruimt het op" in words(screen)
    assert "Fatima" not in words(screen)


def test_staff_end_sharing(beat: Desk) -> None:
    screen = page(beat, "hanna")
    screen = screen.button(key="watch.unshare.1").click().run()
    assert not screen.exception
    with beat.around.store.read() as connection:
        assert shares_of(connection) == []
    assert "Bostonsingel" not in words(page(beat))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_administrator_handles_requests(desk: Desk, language: str) -> None:
    desk.around.writes(WASTE)
    desk.sign_in("ada", language)
    screen = desk.open("admin", tab="requests")
    assert not screen.exception
    screen.selectbox(key="requests.letter.source").set_value("demo")
    screen.text_input(key="requests.letter.who").set_value("Anna")
    screen.text_input(key="requests.letter.evidence").set_value("paspoort gezien")
    (find,) = [b for b in screen.button if b.label == text_of(language, "requests.find")]
    screen = find.click().run()
    assert not screen.exception
    assert len(screen.get("download_button")) == 1
    assert "zwabbernoot" not in words(screen)  # in the file, not on the screen
