"""Screens on which residents are asked, promised and told: full, empty, each role and language."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import triage
from core.domain import Asking
from core.i18n import text_of
from core.promises import promise
from core.questions import Wish
from core.reciprocity import Rules, rules_of
from core.report_back import ask
from pages.components.words import escaped
from tests.pages.conftest import Desk, words
from tests.people import People
from tests.reciprocal import answerable, means_of

EVENING = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
    20:02 | Bram   | ingebroken hier ja, Bostonsingel
"""
WISH = Wish(kind=Asking.WHERE, text="Waar precies?", enough=3, open_min=30)
SPEAKS = ("dora", "wim", "hanna")
READS = ("lea", "ada")


@pytest.fixture
def evening(desk: Desk, people: People) -> Desk:
    """HNM-1 with a question that one resident answered, and a promise that is late."""
    around = answerable(desk.around)
    around.writes(EVENING)
    around.does(triage.accept, 1, people.dora)
    around.does(
        ask, 1, people.dora, WISH.text, hold=timedelta(0), means=means_of(around), wish=WISH
    )
    around.does(promise, 1, people.dora, around.clock.at("20:10"))
    around.writes("""
        at    | id | author | text
        20:05 | c  | Cor    | Bostonsingel 36
    """)
    around.clock.now = around.clock.at("20:20")
    return desk


def room(desk: Desk, login: str, language: str = "nl") -> AppTest:
    desk.sign_in(login, language)
    return desk.open("control_room", incident="1")


def labels(screen: AppTest) -> set[str]:
    return {button.label for button in screen.button}


def given(screen: AppTest, name: str) -> list[dict[str, Any]]:
    """What the browser's own parts are given that have this field."""
    parts = [e for e in screen.main if e.type == "bidi_component"]
    found = [json.loads(part.proto.json) for part in parts if part.proto.json]
    return [one for one in found if name in one]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", [*SPEAKS, *READS])
def test_the_incident_shows_its_question_answers_and_promise(
    evening: Desk, login: str, language: str
) -> None:
    screen = room(evening, login, language)
    assert not screen.exception
    assert not screen.error
    said = words(screen)
    assert "Waar precies?" in said
    summed_up = text_of(language, "answers.place", place="Bostonsingel 36")
    assert escaped(summed_up) in said
    assert [line["now_ms"] for line in given(screen, "now_ms")]


@pytest.mark.parametrize("login", SPEAKS)
def test_who_speaks_with_residents_may_end_it_and_send_the_receipt(
    evening: Desk, login: str
) -> None:
    screen = room(evening, login)
    assert text_of("nl", "asking.end") in labels(screen)
    assert text_of("nl", "asking.receipt_send") in labels(screen)
    screen = screen.button(key="room.end_question.1").click().run()
    assert not screen.exception
    with evening.around.store.unit() as unit:
        assert [q.state.value for q in unit.questions.of(1)] == ["closed"]


@pytest.mark.parametrize("login", READS)
def test_who_only_looks_has_no_buttons(evening: Desk, login: str) -> None:
    offered = labels(room(evening, login))
    assert text_of("nl", "asking.end") not in offered
    assert text_of("nl", "asking.receipt_send") not in offered
    assert text_of("nl", "asking.take_place") not in offered


def test_the_place_of_an_answer_is_taken_by_a_person(evening: Desk) -> None:
    screen = room(evening, "dora")
    assert evening.incident().location.name == "Bostonsingel"
    screen = screen.button(key="room.answer_place.1").click().run()
    assert not screen.exception
    assert evening.incident().location.name == "Bostonsingel 36"


def test_who_is_reached_stands_beside_the_text(evening: Desk) -> None:
    screen = room(evening, "dora").button(key="room.tell").click().run()
    assert not screen.exception
    assert not screen.error
    (composer,) = given(screen, "starts")
    (group,) = composer["groups"]
    assert "HNM Hoge Veld" in group["name"]
    assert not group["off"]
    assert "112" in composer["rules"]["nl"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_form_of_a_question_says_what_ends_it(evening: Desk, language: str) -> None:
    screen = room(evening, "wim", language).button(key="room.ask").click().run()
    assert not screen.exception
    assert not screen.error
    assert {box.label for box in screen.selectbox} >= {
        text_of(language, f"asking.{name}") for name in ("kind", "whom", "enough", "open_min")
    }


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_conversation_shows_what_is_open_in_it(evening: Desk, language: str) -> None:
    evening.sign_in("hanna", language)
    screen = evening.open("conversations", part="group")
    assert not screen.exception
    assert not screen.error
    assert "Waar precies?" in words(screen)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_overdue_promise_stands_in_front_of_the_officer(evening: Desk, language: str) -> None:
    evening.sign_in("wim", language)
    with evening.around.store.unit() as unit:
        row = unit.accounts.row("wim")
        unit.accounts.change(row.id, area_ids=[area.id for area in evening.around.areas])
    screen = evening.open("area")
    assert not screen.exception
    (said,) = [error.value for error in screen.error]
    assert text_of(language, "count.promises.one", count=1) in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_lead_sees_what_became_of_promises(evening: Desk, language: str) -> None:
    evening.sign_in("lea", language)
    screen = evening.open("trends", period="pilot")
    assert not screen.exception
    values = {metric.label: metric.value for metric in screen.metric}
    assert values[text_of(language, "trends.promises_made")] == "1"
    assert values[text_of(language, "trends.promises_overdue")] == "1"


def test_an_administrator_sets_the_rules(desk: Desk) -> None:
    desk.sign_in("ada")
    screen = desk.open("admin", tab="reciprocity")
    assert not screen.exception
    key = f"admin.reciprocity.{desk.around.pilot.id}"
    screen.multiselect(key=f"{key}.receipts").set_value(["accept"])
    screen.multiselect(key=f"{key}.asks.overlast").set_value(["where"])
    screen.number_input(key=f"{key}.a_day").set_value(2)
    screen.text_area(key=f"{key}.text.thanks").set_value("Dank u.")
    save = [b for b in screen.button if b.label == text_of("nl", "admin.save")]
    screen = save[0].click().run()
    assert not screen.exception
    with desk.around.store.unit() as unit:
        rules = rules_of(desk.around.pilot.id, unit)
    assert rules == Rules(
        receipts=("accept",), asks={"overlast": ("where",)}, a_day=2, texts={"thanks": "Dank u."}
    )


def test_the_rules_are_set_in_english_too(desk: Desk) -> None:
    desk.sign_in("ada", "en")
    screen = desk.open("admin", tab="reciprocity")
    key = f"admin.reciprocity.{desk.around.pilot.id}"
    screen.number_input(key=f"{key}.enough").set_value(7)
    save = [b for b in screen.button if b.label == text_of("en", "admin.save")]
    save[0].click().run()
    with desk.around.store.unit() as unit:
        assert rules_of(desk.around.pilot.id, unit) == Rules(enough=7)


def test_a_text_that_cannot_be_said_is_refused_and_changes_nothing(desk: Desk) -> None:
    desk.sign_in("ada")
    screen = desk.open("admin", tab="reciprocity")
    key = f"admin.reciprocity.{desk.around.pilot.id}"
    screen.text_area(key=f"{key}.text.thanks").set_value("Dank {naam.__class__}")
    save = [b for b in screen.button if b.label == text_of("nl", "admin.save")]
    save[0].click().run()
    with desk.around.store.unit() as unit:
        assert rules_of(desk.around.pilot.id, unit) == Rules()


def test_the_outbox_names_every_kind_of_text(evening: Desk, people: People) -> None:
    with evening.around.store.unit() as unit:
        for kind in ("receipt", "outcome", "thanks", "takeover"):
            unit.outbox.put(
                idempotency_key=kind,
                due_at=unit.now,
                by="dora",
                kind=kind,
                group_id=evening.around.group().id,
                text="Dank.",
                incident_id=1,
            )
    for page, query in (("admin", {"tab": "outbox"}), ("conversations", {}), ("control_room", {})):
        evening.sign_in("ada")
        assert not evening.open(page, **query, incident="1").exception
