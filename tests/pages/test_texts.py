"""Texts for residents: written, shown as residents read them, kept in versions, chosen, offered."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import triage
from core.domain import TextKind, TextTemplate, Tone
from core.i18n import text_of
from core.ports import SourceCard
from core.store import Unit
from core.text_templates import PLACEHOLDERS, use_by_itself, withdraw_text, write_text
from tests.pages.conftest import Desk, words
from tests.people import People
from tests.reciprocal import answerable

PAGE = "pages._admin.texts"
CARDS = {"demo": SourceCard(name_nl="Demo", name_en="Demo", group_send=True)}
DONE = TextTemplate(
    name="Opgeruimd *<b>nu</b>*",
    kind=TextKind.DONE,
    text="Het {topic} bij {place} is opgeruimd door {team}.",
)
EVENING = """
    at    | author | text
    20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
"""


def tab(desk: Desk, login: str = "ada", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    if login == "ada":
        return desk.open("admin", tab="texts", **query)
    return desk.open("conversations", part="texts", **query)


def composer(screen: AppTest) -> dict[str, Any]:
    parts = [part for part in screen.main if part.type == "bidi_component" and part.proto.json]
    found = [json.loads(part.proto.json) for part in parts]
    return next(one for one in found if "starts" in one)


def write(desk: Desk, people: People, draft: TextTemplate = DONE) -> int:
    with desk.around.store.unit() as unit:
        return write_text(desk.around.pilot.id, draft, CARDS, people.ada, unit)


def kept(desk: Desk) -> list[TextTemplate]:
    with desk.around.store.read() as connection:
        return Unit(connection, desk.around.clock()).texts.all(desk.around.pilot.id)


@pytest.mark.parametrize("login", ["ada", "lea"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_texts_the_page_says_what_holds(desk: Desk, login: str, language: str) -> None:
    screen = tab(desk, login, language)
    assert not screen.exception and not screen.error
    assert text_of(language, "texts.none") in [box.value for box in screen.info]
    shown = composer(screen)
    assert [place["name"] for place in shown["places"]] == list(PLACEHOLDERS)
    assert shown["rules"]["en"] == text_of("en", "report_back.emergency")
    assert shown["lanes"]


@pytest.mark.parametrize("login", ["dora", "wim", "hanna"])
def test_who_writes_no_texts_is_not_offered_the_page(desk: Desk, login: str) -> None:
    screen = tab(desk, login)
    assert not screen.exception
    assert text_of("nl", "texts.new") not in words(screen)


@pytest.mark.parametrize("login", ["ada", "lea"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_text_is_shown_with_its_versions(
    desk: Desk, people: People, login: str, language: str
) -> None:
    text_id = write(desk, people)
    screen = tab(desk, login, language, text=str(text_id))
    assert not screen.exception and not screen.error
    assert composer(screen)["starts"][0]["text"] == DONE.text
    said = words(screen)
    assert text_of(language, "texts.tone_neighbourly").lower() in said
    assert "Ada Beheerder" in said
    assert "<b>" not in said, "a name shows as it was typed, never as markup"


def test_a_text_is_written_and_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = tab(desk)
    key = key_of(screen)
    screen.text_input(key=f"{key}.name").set_value("Onderweg")
    screen.selectbox(key=f"{key}.tone").set_value(Tone.SHORT)
    screen.multiselect(key=f"{key}.topics").set_value(["afval"])
    screen = sends(screen, monkeypatch, key, "We komen bij {place}.\nBij spoed: bel 112.")
    assert not screen.exception
    (one,) = kept(desk)
    assert (one.name, one.text, one.tone, one.topics, one.version) == (
        "Onderweg",
        "We komen bij {place}.",
        Tone.SHORT,
        ("afval",),
        1,
    )


@pytest.mark.parametrize("text", ["{0.__class__}", "a\x00b", "", "x" * 5000, "{topic"])
def test_what_cannot_be_kept_is_said_and_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    screen = tab(desk)
    key = key_of(screen)
    screen.text_input(key=f"{key}.name").set_value("Onderweg")
    screen = sends(screen, monkeypatch, key, text)
    assert not screen.exception
    assert screen.session_state["_notice"][0] == "error"
    assert kept(desk) == []


def key_of(screen: AppTest) -> str:
    """What the keys of the form's fields begin with."""
    return str(next(field.key for field in screen.text_input)).removesuffix(".name")


def sends(screen: AppTest, monkeypatch: pytest.MonkeyPatch, key: str, text: str) -> AppTest:
    """As the browser's part does: it gives the text, and the callback keeps it."""

    def pressed(**given: Any) -> None:
        monkeypatch.setattr(f"{PAGE}.show_composer", lambda **_: None)
        monkeypatch.setattr(f"{PAGE}._COMPOSER", "texts_said")
        st.session_state["texts_said"] = {"sent": {"text": text}}
        given["on_sent"]()

    monkeypatch.setattr(f"{PAGE}.show_composer", pressed)
    return screen.run()


def test_a_text_is_withdrawn_and_brought_back(desk: Desk, people: People) -> None:
    text_id = write(desk, people)
    screen = tab(desk, "lea", text=str(text_id))
    screen = screen.button(key=f"texts.withdraw.{text_id}").click().run()
    assert kept(desk)[0].withdrawn_at is not None
    assert text_of("nl", "texts.is_withdrawn") in [box.value for box in screen.warning]
    screen.button(key=f"texts.withdraw.{text_id}").click().run()
    assert kept(desk)[0].withdrawn_at is None


def test_an_earlier_version_is_restored(desk: Desk, people: People) -> None:
    text_id = write(desk, people)
    with desk.around.store.unit() as unit:
        unit.texts.change(replace(DONE, id=text_id, version=1, text="Anders."), "lea")
    screen = tab(desk, text=str(text_id))
    screen.button(key=f"texts.restore.{text_id}.1").click().run()
    assert (kept(desk)[0].text, kept(desk)[0].version) == (DONE.text, 3)


def test_only_an_administrator_chooses_what_leaves_by_itself(desk: Desk, people: People) -> None:
    text_id = write(desk, people, replace(DONE, kind=TextKind.RECEIPT))
    lead = tab(desk, "lea", text=str(text_id))
    assert text_of("nl", "texts.by_itself_whose") in words(lead)
    assert not [button for button in lead.button if str(button.key).startswith("texts.automatic")]
    screen = tab(desk, text=str(text_id))
    key = f"texts.automatic.{text_id}.None.None"
    screen.selectbox(key=key).set_value("receipt_accept")
    screen.button(key=f"texts.automatic_set.{text_id}").click().run()
    assert kept(desk)[0].automatic == "receipt_accept"


def test_an_older_wording_that_leaves_by_itself_is_said(desk: Desk, people: People) -> None:
    text_id = write(desk, people, replace(DONE, kind=TextKind.RECEIPT))
    with desk.around.store.unit() as unit:
        use_by_itself(text_id, "receipt_accept", people.ada, unit)
        unit.texts.change(replace(DONE, id=text_id, version=1, kind=TextKind.RECEIPT), "lea")
    screen = tab(desk, text=str(text_id))
    assert text_of("nl", "texts.by_itself_older", version=1) in [b.value for b in screen.warning]


@pytest.fixture
def waiting(desk: Desk, people: People) -> Desk:
    """HNM-1 about waste, accepted, in a network that can be answered."""
    around = answerable(desk.around)
    around.writes(EVENING)
    around.does(triage.accept, 1, people.dora)
    return desk


def test_who_tells_residents_is_offered_the_texts_filled_in(waiting: Desk, people: People) -> None:
    write(waiting, people)
    write(waiting, people, replace(DONE, name="Turks", language="tr", topics=("afval",)))
    write(waiting, people, replace(DONE, name="Vraagje", kind=TextKind.QUESTION))
    write(waiting, people, replace(DONE, name="Inbraak", topics=("inbraak",)))
    gone = write(waiting, people, replace(DONE, name="Weg"))
    with waiting.around.store.unit() as unit:
        withdraw_text(gone, people.ada, unit)
    waiting.sign_in("dora")
    screen = waiting.open("control_room", incident="1").button(key="room.tell").click().run()
    assert not screen.exception
    starts = composer(screen)["starts"]
    theirs = text_of("nl", "composer.theirs")
    written = [one for one in starts if one["heading"] == theirs]
    assert [one["name"] for one in written] == ["Turks (Türkçe)", DONE.name]
    assert written[1]["text"] == "Het afval bij Bostonsingel 36 is opgeruimd door de juiste dienst."
    assert starts[0]["heading"] == text_of("nl", "composer.ours"), "the product's own comes first"


def test_each_channel_says_what_it_carries(waiting: Desk) -> None:
    waiting.sign_in("dora", "en")
    screen = waiting.open("control_room", incident="1").button(key="room.tell").click().run()
    (lane,) = composer(screen)["lanes"]
    assert lane["room"] == 4096
    assert not lane["threads"] and not lane["shut"]
