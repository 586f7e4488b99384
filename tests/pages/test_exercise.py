"""Exercising on the screen: begun, worked through in the control room, looked back on, left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import core.wiring
import pages._frame
from connectors.exercise import Exercises
from core import exercise as steps
from core.accounts import hash_token
from core.domain import Status
from core.i18n import text_of
from core.store.exercise_queries import Exercise, exercises_of
from pages.server.stages import stage
from tests.exercises import write_evening
from tests.pages.conftest import Desk, words
from tests.people import CAST, People


@pytest.fixture
def school(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    write_evening(tmp_path / "avonden", monkeypatch)
    # The desk's clock stands still until a test moves it; the dashboard's is the machine's.
    given = core.wiring.services()
    object.__setattr__(given, "clock", desk.around.clock)
    given.store.clock = desk.around.clock
    yield desk
    stage.close_all_but(set())


def own(desk: Desk, login: str = "dora") -> Exercise:
    with desk.around.store.unit() as unit:
        user = getattr(People.read(unit), login)
        return exercises_of(unit.connection, user.id)[0]


def begin(desk: Desk, login: str = "dora", language: str = "nl") -> AppTest:
    desk.sign_in(login, language)
    screen = desk.open("exercise")
    return screen.button(key="exercise.begin.proef").click().run()


def goes_on(desk: Desk, minutes: int) -> None:
    """Time passes at five times the speed, and the worker keeps up."""
    desk.around.clock.forward(minutes=minutes / 5)
    worker = Exercises(desk.around.services)
    while worker.step(lambda: desk.around.tools):
        pass


def press(screen: AppTest, key: str) -> AppTest:
    return screen.button(key=key).click().run()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", ["dora", "wim", "hanna"])
def test_who_decides_or_works_can_begin(school: Desk, login: str, language: str) -> None:
    screen = begin(school, login, language)
    assert not screen.exception
    assert [error.value for error in screen.error] == []
    assert text_of(language, "exercise.how") in words(screen)
    assert own(school, login).clock.speed == 5


@pytest.mark.parametrize("login", sorted(set(CAST) - {"ron", "bep"}))
def test_the_page_shows_in_both_languages_without_a_failure(school: Desk, login: str) -> None:
    for language in ("nl", "en"):
        school.sign_in(login, language)
        screen = school.open("exercise")
        assert not screen.exception
        assert not screen.error
        has_choice = any(button.key == "exercise.begin.proef" for button in screen.button)
        assert has_choice is (login in {"dora", "daan", "wim", "hanna"})


def test_a_whole_exercise(school: Desk) -> None:
    """Begun, one incident decided on in the control room, stopped, looked back on, left."""
    school.around.writes("""
        at    | author | text
        19:50 | Anna   | grofvuil op de Bostonsingel
    """)
    begin(school)
    goes_on(school, 4)
    room = school.open("control_room", incident="1")
    assert not room.exception
    assert text_of("nl", "room.tab_messages") in words(room)
    assert "Bostonsingel 36" in words(room), "the exercise's first incident, not the real one"
    press(room, "room.accept")
    assert school.incident(1).status is Status.NEW
    with stage.of(own(school)).store.unit() as unit:
        assert unit.incidents.get(1).status is Status.ACCEPTED
    goes_on(school, 8)
    number = own(school).id
    with school.around.store.unit() as unit:
        steps.stop(number, People.read(unit).dora, unit)
    goes_on(school, 1)
    screen = school.open("exercise")
    said = words(screen).replace("\\", "")
    assert text_of("nl", "exercise.again") in said
    assert text_of("nl", "exercise.should_send", to="Politieteam") in said
    assert "er wordt nu ingebroken op de Bostonsingel 36" in said
    press(screen, "exercise.leave")
    real = school.open("control_room", incident="1")
    assert "Bostonsingel" in words(real)
    assert "Bostonsingel 36" not in words(real)


def test_after_the_end_nobody_falls_back_into_the_real_work_unasked(school: Desk) -> None:
    school.around.writes("""
        at    | author | text
        19:50 | Anna   | grofvuil op de Bostonsingel
    """)
    begin(school)
    goes_on(school, 61)
    goes_on(school, 1)
    room = school.open("control_room", incident="1")
    assert text_of("nl", "error.exercise_over") in [error.value for error in room.error]
    assert not room.button
    frame = school.open_frame("http://127.0.0.1/control_room")
    assert not any("room." in str(button.key) for button in frame.button)
    assert text_of("nl", "exercise.bar_leave") in words(frame)


def test_what_one_tab_shows_is_not_done_in_the_other_world(school: Desk) -> None:
    """A tab still shows the real incident 1 while the exercise, with an incident 1, has begun."""
    school.around.writes("""
        at    | author | text
        19:50 | Anna   | grofvuil op de Bostonsingel
    """)
    school.sign_in("dora")
    tab = school.open("control_room", incident="1")
    begin_in_other_tab(school)
    goes_on(school, 4)
    press(tab, "room.accept")
    assert school.incident(1).status is Status.NEW
    with stage.of(own(school)).store.unit() as unit:
        assert unit.incidents.get(1).status is Status.NEW


def begin_in_other_tab(desk: Desk) -> None:
    press(desk.open("exercise"), "exercise.begin.proef")


def test_a_trainee_is_a_dispatcher_within_the_exercise_and_nowhere_else(school: Desk) -> None:
    begin(school, "hanna")
    goes_on(school, 4)
    room = school.open("control_room", incident="1")
    assert any(button.key == "room.accept" for button in room.button)
    screen = school.open("trends")
    assert not screen.exception
    with school.around.store.unit() as unit:
        steps.leave(hash_token(str(pages._frame.session_token())), unit)
    room = school.open("control_room")
    assert not any(button.key == "room.accept" for button in room.button)


def test_the_lead_sees_what_was_shared_and_nothing_else(school: Desk) -> None:
    begin(school)
    goes_on(school, 61)
    goes_on(school, 1)
    number = own(school).id
    school.sign_in("lea")
    assert not any("look_back" in str(button.key) for button in school.open("exercise").button)
    refused = school.open("exercise", of=str(number))
    assert refused.error
    school.sign_in("dora")
    with school.around.store.unit() as unit:
        steps.share(number, True, People.read(unit).dora, unit)
    school.sign_in("lea")
    screen = school.open("exercise", of=str(number))
    assert text_of("nl", "exercise.of_somebody", name="Dora Meldkamer") in words(screen)
    assert not any(button.key == "exercise.remove" for button in screen.button)


@pytest.mark.parametrize("of", ["0", "99999", "abc", "1" * 40, "-1", "1e9"])
def test_an_exercise_that_is_not_there_is_no_failure(school: Desk, of: str) -> None:
    school.sign_in("dora")
    screen = school.open("exercise", of=of)
    assert not screen.exception


def test_an_evening_of_the_own_pilot_is_recorded_in_the_page(school: Desk) -> None:
    school.sign_in("lea")
    screen = school.open("exercise")
    screen.text_input(key="exercise.record.name").input("Drukke zaterdag")
    screen.button[-1].click().run()
    assert "Drukke zaterdag" in words(school.open("exercise"))


def test_every_page_of_an_exercise_says_that_it_is_one(school: Desk) -> None:
    begin(school)
    frame = school.open_frame("http://127.0.0.1/control_room")
    assert not frame.exception
    sheets = [html.proto.body for html in frame.get("html")]
    assert any("OEFENING" in sheet for sheet in sheets)


def test_a_choice_keeps_its_name_while_somebody_chooses(school: Desk) -> None:
    """At thirty times the speed "oldest 3 min" is "oldest 5 min" before anybody has pressed."""
    begin(school)
    goes_on(school, 4)
    room = press(school.open("control_room", incident="1"), "room.accept")
    room = press(room, "room.hand_over")
    before = room.radio(key="room.destination.1").options
    goes_on(school, 30)
    room = room.run()
    assert room.radio(key="room.destination.1").options == before
    room = press(room, "room.submit.hand_over")
    with stage.of(own(school)).store.unit() as unit:
        assert unit.incidents.get(1).destination == "police_team"
