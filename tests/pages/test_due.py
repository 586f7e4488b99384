"""What is due, what came back, who has how much, and what one shift leaves the next, on screen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import pages.room.drawn
from core import triage
from core.deadlines import usual_times
from core.domain import ShiftNote
from core.i18n import text_of
from core.shift_notes import write_note
from core.topics import topics
from pages.room.shift import paper_of
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, words
from tests.people import People
from tests.timepiece import START

EVENING = """
    at    | author | group          | text
    20:01 | Anna   | HNM Hoge Veld  | Er is ingebroken op de Bostonsingel 36
    20:10 | Carla  | HNM Zonne Veld | Harde muziek op het Ko van Dijkplein
    20:12 | Dirk   | HNM Lage Veld  | Grofvuil op de Londensingel
"""


@pytest.fixture
def evening(desk: Desk) -> Desk:
    desk.around.writes(EVENING)
    pages.room.drawn.draw.clear()
    return desk


def room(desk: Desk, login: str = "dora", **query: str) -> AppTest:
    desk.sign_in(login)
    return desk.open("control_room", **query)


def drawn_rows(around: Neighbourhood) -> dict[int, dict[str, Any]]:
    found = pages.room.drawn.draw(around.store.url, -1, "nl", around.store)
    return {number: json.loads(row) for number, row in found.rows.items()}


def test_a_row_says_what_is_due_first_and_until_when(evening: Desk, people: People) -> None:
    evening.around.does(triage.accept, 2, people.dora)
    rows = drawn_rows(evening.around)
    decide = START + timedelta(minutes=1) + usual_times(topics()["inbraak"]).decision
    assert rows[1]["due"] == {
        "duty": "decide",
        "at_ms": int(decide.timestamp() * 1000),
        "soon_ms": int((decide - timedelta(minutes=15)).timestamp() * 1000),
        "until_ms": None,
    }
    assert rows[2]["due"]["duty"] == "tell"


def test_what_came_back_says_why_in_its_row_and_on_its_screen(
    evening: Desk, people: People
) -> None:
    evening.around.does(triage.hand_over, 1, people.dora, "handhaving")
    evening.around.does(triage.hand_back, 1, people.hanna, "Voor de *politie*")
    assert drawn_rows(evening.around)[1]["state"] == "↩ Teruggegeven: Voor de *politie*"
    screen = room(evening, incident="1")
    assert not screen.exception
    (warning,) = screen.warning
    assert "Hanna Handhaver" in warning.value
    assert "Voor de \\*politie\\*" in warning.value


@pytest.mark.parametrize("sort", ["due", "oldest", "newest", "' or 1=1", "x" * 3000])
def test_an_order_in_the_address_is_followed_or_passed_over(evening: Desk, sort: str) -> None:
    screen = room(evening, sort=sort)
    assert not screen.exception and not screen.error


@pytest.mark.parametrize("login", ["dora", "wim", "lea"])
def test_choices_when_assigning_say_how_much_lies_there(
    evening: Desk, people: People, login: str
) -> None:
    evening.around.does(triage.assign, 2, people.dora, "user:wim")
    screen = room(evening, login, incident="1")
    if login != "dora":
        assert "room.assign" not in {button.key for button in screen.button}
        return
    screen = screen.button(key="room.assign").click().run()
    (choice,) = [box for box in screen.selectbox if box.key == "room.assignee.1"]
    wim = next(option for option in choice.options if option.startswith("Wim"))
    assert wim.startswith("Wim Wijkagent · 1 open, 1 te laat, oudste")
    daan = next(option for option in choice.options if option.startswith("Daan"))
    assert daan.endswith("niets open")


def test_who_got_it_may_give_it_back_and_who_did_not_may_not(evening: Desk, people: People) -> None:
    evening.around.does(triage.assign, 1, people.dora, "user:wim")
    keys = {button.key for button in room(evening, "wim", incident="1").button}
    assert "room.hand_back" in keys
    keys = {button.key for button in room(evening, "dora", incident="1").button}
    assert "room.hand_back" not in keys


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_shift_is_handed_over_read_and_confirmed(evening: Desk, language: str) -> None:
    evening.sign_in("dora", language)
    screen = evening.open("control_room")
    screen = screen.button(key="room.shift").click().run()
    (box,) = [area for area in screen.text_area if area.key == "room.shift.text"]
    assert "HNM-1" in str(box.value)
    box.set_value("HNM-1: deur staat nog open").run()
    screen.button(key="room.shift.save").click().run()
    evening.sign_in("daan", language)
    screen = evening.open("control_room")
    assert text_of(language, "shift.read") in [button.label for button in screen.button]
    screen = screen.button(key="room.shift.read").click().run()
    assert "HNM-1: deur staat nog open" in [text.value for text in screen.text]
    (confirm,) = [b for b in screen.button if b.label == text_of(language, "shift.confirm")]
    screen = confirm.click().run()
    assert text_of(language, "shift.read") not in [button.label for button in screen.button]
    evening.sign_in("lea", language)
    screen = evening.open("control_room").button(key="room.shift").click().run()
    assert "Daan Meldkamer" in words(screen)
    assert text_of(language, "shift.write") not in words(screen)


def test_an_own_note_is_taken_back_and_its_text_is_there_again(
    evening: Desk, people: People
) -> None:
    with evening.around.store.unit() as unit:
        write_note("Nog niet af", unit.now, people.dora, unit)
    screen = room(evening).button(key="room.shift").click().run()
    screen = screen.button(key="room.shift.earlier").click().run()
    screen = screen.button(key="room.shift.back.1").click().run()
    (box,) = [area for area in screen.text_area if area.key == "room.shift.text"]
    assert box.value == "Nog niet af"


@pytest.mark.parametrize("login", ["hanna", "ada"])
def test_who_may_not_read_hand_overs_is_not_offered_them(evening: Desk, login: str) -> None:
    keys = {button.key for button in room(evening, login).button}
    assert not {"room.shift", "room.shift.read"} & keys


@pytest.mark.parametrize(
    "text",
    ["OPEN MET SPOED\n- HNM-1 <b>Inbraak</b>\n\nRustig & stil.", "<para>", "\n\n", "Ğ" * 8000],
)
def test_a_hand_over_goes_on_paper_whatever_it_says(evening: Desk, text: str) -> None:
    evening.sign_in("dora")
    note = ShiftNote(id=1, text=text, since=START, by="dora", at=START)
    assert paper_of(note, "nl").startswith(b"%PDF-")


def test_the_deadlines_tab_sets_them_with_a_reason(evening: Desk) -> None:
    evening.sign_in("ada")
    screen = evening.open("admin", tab="service_times")
    assert not screen.exception
    slider = screen.select_slider(key="admin.service_times.1.afval.decision")
    assert slider.value == timedelta(hours=24)
    slider.set_value(timedelta(hours=12))
    screen.text_input(key="admin.service_times.1.reason").set_value("afspraak")
    (save,) = [b for b in screen.button if b.label == text_of("nl", "admin.save")]
    screen = save.click().run()
    with evening.around.store.unit() as unit:
        assert unit.service.times(1)["afval"].decision == timedelta(hours=12)
    assert "besluit 1 d → 12 u" in str([table.value for table in screen.table])


def test_the_lead_sees_what_is_late_and_the_way_to_it(evening: Desk, people: People) -> None:
    evening.around.does(triage.hand_over, 3, people.dora, "handhaving")
    evening.sign_in("lea")
    screen = evening.open("trends")
    late = [b.label for b in screen.button if (b.key or "").startswith("trends.overdue.")]
    assert any("HNM\\-1" in label and "besluit" in label for label in late)
    assert any("HNM\\-3" in label and "Handhaving" in label for label in late)


def test_the_street_sees_one_line_of_its_own(evening: Desk, people: People) -> None:
    evening.around.does(triage.assign, 1, people.dora, "user:wim")
    evening.sign_in("wim")
    assert "1 incident van u of uw team is over zijn termijn" in words(evening.open("area"))
    evening.sign_in("hanna")
    assert "over zijn termijn" not in words(evening.open("area"))
