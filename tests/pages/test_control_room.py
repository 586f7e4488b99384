"""The control room: what it shows, and that each step goes through core with what was seen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import triage
from core.domain import Status, Urgency
from core.i18n import text_of
from core.report_back import tell
from core.store import Store, Unit
from core.store.queries import revision
from core.store.room_queries import neighbours, queue
from core.store.tables import outbox
from pages.room import drawn
from tests.pages.conftest import Desk, words
from tests.people import CAST, People

EVENING = """
| at    | author | group          | text                                             |
| 20:01 | Anna   | HNM Hoge Veld  | Er is ingebroken op de Bostonsingel 36           |
| 20:04 | Bram   | HNM Hoge Veld  | Bostonsingel 40 ook ingebroken, fiets weg        |
| 20:10 | Carla  | HNM Zonne Veld | Harde muziek op het Ko van Dijkplein             |
| 20:12 | Dirk   | HNM Hoge Veld  | Ze zijn nu aan het vechten bij tramhalte Hoge Veld |
"""
SEES = {"dora", "daan", "wim", "hanna", "lea", "ada"}


@pytest.fixture
def evening(desk: Desk) -> Desk:
    desk.around.writes(EVENING)
    return desk


def room(
    desk: Desk, login: str = "dora", incident: int | None = 1, language: str = "nl"
) -> AppTest:
    desk.sign_in(login, language)
    query = {} if incident is None else {"incident": str(incident)}
    return desk.open("control_room", **query)


def labels(screen: AppTest) -> list[str]:
    """The steps on offer; keeping a view and the hand-over of a shift are no steps."""
    no_steps = {text_of("nl", "views.keep"), text_of("nl", "shift.button")}
    return [button.label for button in screen.button if button.label not in no_steps]


def press(screen: AppTest, step: str) -> AppTest:
    return screen.button(key=f"room.{step}").click().run()


def submit(screen: AppTest, step: str) -> AppTest:
    return screen.button(key=f"room.submit.{step}").click().run()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_room_says_what_to_expect(desk: Desk, language: str) -> None:
    screen = room(desk, incident=None, language=language)
    assert text_of(language, "room.nothing_chosen") in words(screen)
    assert not screen.exception and not screen.error


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", sorted(SEES))
def test_every_role_that_may_sees_the_incident_in_its_language(
    evening: Desk, login: str, language: str
) -> None:
    said = words(room(evening, login, language=language))
    assert "HNM-1" in said
    assert text_of(language, "place.evidence.address") in said


@pytest.mark.parametrize("login", sorted(set(CAST) - SEES))
def test_who_may_not_see_incidents_is_refused(evening: Desk, login: str) -> None:
    screen = room(evening, login)
    assert [error.value for error in screen.error] == [text_of("nl", "error.not_allowed")]
    assert "HNM-1" not in words(screen)


@pytest.mark.parametrize("incident", ["999", "-1", "1;drop", "99999999999999999999"])
def test_an_address_of_no_incident_is_no_crash(evening: Desk, incident: str) -> None:
    evening.sign_in("dora")
    screen = evening.open("control_room", incident=incident)
    assert not screen.exception


def test_where_and_how_sure_is_said_in_words(evening: Desk) -> None:
    said = words(room(evening))
    assert "Bostonsingel 36, adres uit de tekst, ± 120 m" in said
    assert "2 verschillende bewoners, 2 berichten" in said
    assert "20:01)" in said and "20:04)" in said


def test_a_dispatcher_is_offered_the_steps_that_fit(evening: Desk) -> None:
    assert labels(room(evening)) == [
        "Gebeld", "Aannemen", "Afwijzen", "Doorzetten", "Ik neem dit", "112 is gebeld",
        "Toewijzen", "Vraag stellen", "Informeren", "Afhandelen", "Onderwerp", "Maak spoed",
        "Samenvoegen", "Splitsen", "Verplaatsen", "Plaats", "Naam",
    ]  # fmt: skip


def test_a_project_lead_looks_and_touches_nothing(evening: Desk) -> None:
    assert labels(room(evening, "lea")) == []


def test_accepting_is_one_press_and_can_be_undone(evening: Desk) -> None:
    screen = press(room(evening), "accept")
    assert evening.incident().status is Status.ACCEPTED
    assert evening.around.history()[-1] == ("dora", "accept")
    press(screen, "undo")
    assert evening.incident().status is Status.NEW


def test_that_112_was_called_is_a_fact_until_it_is_taken_back(evening: Desk) -> None:
    fact = "112 is gebeld, volgens Dora Meldkamer"
    screen = press(room(evening), "called_112")
    assert evening.around.history()[-1] == ("dora", "called_112")
    assert fact in words(screen) and "112 is gebeld" not in labels(screen)
    press(screen, "undo")
    assert fact not in words(screen) and "112 is gebeld" in labels(screen)


def test_what_is_to_be_posted_stands_on_the_incident(evening: Desk, people: People) -> None:
    evening.around.does(tell, 1, people.dora, "Wij komen kijken.", hold=timedelta(0))
    with evening.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="to_copy"))
    screen = room(evening)
    assert "Wij komen kijken." in screen.code[0].value
    screen.button(key="room.posted.1").click().run()
    assert not screen.exception and not screen.code
    screen.button(key="room.not_posted.1").click().run()
    assert "Wij komen kijken." in screen.code[0].value


def test_rejecting_asks_for_a_reason(evening: Desk) -> None:
    screen = press(room(evening), "reject")
    screen = submit(screen, "reject")
    assert text_of("nl", "error.reason_missing") in words(screen)
    assert evening.incident().status is Status.NEW
    screen.text_input(key="room.reason.reject.1").input("oefening")
    submit(screen, "reject")
    assert evening.incident().status is Status.REJECTED


def test_handing_over_proposes_where_the_topic_belongs(evening: Desk) -> None:
    screen = press(room(evening), "hand_over")
    assert screen.radio(key="room.destination.1").value == "police_team"
    submit(screen, "hand_over")
    incident = evening.incident()
    assert (incident.status, incident.destination) == (Status.HANDED_OVER, "police_team")


def test_assigning_names_a_colleague(evening: Desk) -> None:
    screen = press(room(evening), "assign")
    screen.selectbox(key="room.assignee.1").set_value("user:wim")
    submit(screen, "assign")
    assert evening.incident().assignee == "user:wim"


def test_topic_and_urgency_can_be_corrected(evening: Desk) -> None:
    screen = press(room(evening), "set_urgency")
    assert evening.incident().urgency is Urgency.URGENT
    screen = press(screen, "set_topic")
    screen.button_group(key="room.topic.1").set_value("overlast")
    submit(screen, "set_topic")
    assert evening.incident().topic == "overlast"


def test_merging_takes_the_messages_over(evening: Desk) -> None:
    screen = press(room(evening), "merge")
    screen.radio(key="room.other.1").set_value(2)
    submit(screen, "merge")
    assert evening.incident(2).merged_into == 1
    assert evening.incident(1).message_count == 3


def test_splitting_gives_messages_an_incident_of_their_own(evening: Desk) -> None:
    screen = press(room(evening), "split")
    screen.multiselect(key="room.leaving.1").set_value([2])
    submit(screen, "split")
    assert evening.incident(1).message_count == 1
    assert evening.incident(4).message_count == 1


def test_closing_and_reopening(evening: Desk) -> None:
    screen = submit(press(room(evening), "close"), "close")
    assert evening.incident().status is Status.CLOSED
    screen = press(screen, "reopen")
    screen.text_input(key="room.reason.reopen.1").input("toch niet klaar")
    submit(screen, "reopen")
    assert evening.incident().status is Status.REOPENED


def test_the_second_dispatcher_is_told_what_the_first_did(evening: Desk) -> None:
    screen = press(room(evening, "daan"), "hand_over")
    evening.around.does(triage.accept, 1, people_of(evening).dora)
    screen = submit(screen, "hand_over")
    (told,) = [error.value for error in screen.error]
    assert "HNM-1 is intussen gewijzigd door Dora Meldkamer" in told
    assert evening.incident().status is Status.ACCEPTED


def test_having_been_told_the_step_can_be_taken_after_all(evening: Desk) -> None:
    screen = press(room(evening, "daan"), "hand_over")
    evening.around.does(triage.accept, 1, people_of(evening).dora)
    screen = submit(submit(screen, "hand_over"), "hand_over")
    assert not screen.error
    assert evening.incident().status is Status.HANDED_OVER


def test_the_queue_stands_urgent_first_then_the_newest(evening: Desk) -> None:
    with evening.around.store.read() as connection:
        found = queue(connection)
    assert [(i.id, i.urgency.value) for i in found] == [
        (3, "urgent"),
        (2, "not_urgent"),
        (1, "not_urgent"),
    ]


def test_what_ended_stands_behind_and_what_was_merged_not_at_all(evening: Desk) -> None:
    evening.around.does(triage.close, 3, people_of(evening).dora)
    submit(press(room(evening), "merge"), "merge")
    with evening.around.store.read() as connection:
        assert [i.id for i in queue(connection)] == [1, 3]


def test_what_may_be_the_same_is_nearest_first(evening: Desk) -> None:
    with evening.around.store.read() as connection:
        found = neighbours(connection, evening.incident(1))
    assert [incident.id for incident in found] == [3, 2]


def test_a_row_and_a_mark_are_drawn_once_until_their_incident_changes(evening: Desk) -> None:
    store = evening.around.store
    first = drawn.draw(store.url, newest(store), "nl", store)
    evening.around.does(triage.claim, 3, people_of(evening).dora)
    again = drawn.draw(store.url, newest(store), "nl", store)
    assert json.loads(first.rows[1])["where"] == "Bostonsingel 36"
    assert again.rows[1] is first.rows[1]
    assert again.marks[1] is first.marks[1]
    assert again.rows[3] != first.rows[3]
    assert first.urgent == {3}


def test_what_is_drawn_after_a_change_is_what_is_drawn_anew(evening: Desk) -> None:
    store = evening.around.store
    drawn.draw(store.url, newest(store), "nl", store)
    evening.around.does(triage.close, 1, people_of(evening).dora)
    after = drawn.draw(store.url, newest(store), "nl", store)
    st.cache_resource.clear()
    assert after == drawn.draw(store.url, newest(store), "nl", store)


def newest(store: Store) -> int:
    with store.read() as connection:
        return revision(connection)


def people_of(desk: Desk) -> People:
    with desk.around.store.read() as connection:
        return People.read(Unit(connection, desk.around.clock()))


def test_a_view_is_kept_opened_and_removed(evening: Desk) -> None:
    screen = room(evening)
    screen.toggle(key="urgent").set_value(True).run()
    screen.text_input(key="room.views.name").set_value("Nacht <b>")
    next(b for b in screen.button if b.label == text_of("nl", "views.keep")).click().run()
    assert not screen.exception
    screen.toggle(key="urgent").set_value(False).run()
    screen.button(key="room.views.open.0").click().run()
    assert screen.toggle(key="urgent").value is True
    screen.button(key="room.views.remove.0").click().run()
    assert not [b for b in screen.button if b.key == "room.views.open.0"]
