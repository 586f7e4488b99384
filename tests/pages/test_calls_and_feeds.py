"""Noting a call beside the board, what others published, and the administrator's feeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import connections
from core.bulletins import Published, add_feed, switch_feed, take_bulletins
from core.i18n import text_of
from core.locate import Gazetteer
from core.store.tables import feeds
from core.wiring import sources
from tests.pages.conftest import Desk, words
from tests.people import People
from tests.timepiece import START


@pytest.fixture
def line(desk: Desk, people: People) -> Desk:
    """A desk with an open line."""
    around = desk.around
    with around.store.unit() as unit:
        unit.pilots.set_period(around.pilot.id, around.pilot.starts_on, None)
        card, vault = sources()["calls"].CARD, around.services.vault
        connection_id = connections.add(
            around.pilot.id,
            "calls",
            card,
            "112 <b>lijn</b>",
            {},
            "",
            people.ada,
            unit,
            vault,
            purpose="hetzelfde incident",
            legal_basis="Politiewet, artikel 3",
        )
        connections.switch(connection_id, True, people.ada, unit)
    return desk


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_dispatcher_notes_a_call_and_it_becomes_an_incident(line: Desk, language: str) -> None:
    line.sign_in("dora", language)
    screen = line.open("control_room")
    screen.button(key="room.call").click().run()
    assert not screen.exception
    assert text_of(language, "calls.title") in words(screen)
    (what,) = screen.text_area
    what.set_value("Er is ingebroken")
    labelled = {field.label: field for field in screen.text_input}
    labelled[text_of(language, "calls.where")].set_value("Bostonsingel 36")
    (note,) = [b for b in screen.button if b.label == text_of(language, "calls.note")]
    note.click().run()
    assert not screen.exception
    assert [said.value for said in screen.error] == []
    assert line.around.work() == 1
    assert line.incident().location.name == "Bostonsingel 36"
    shown = words(line.open("control_room", incident="1"))
    assert text_of(language, "room.fact_called") in shown
    assert "112" in shown


def test_an_empty_note_is_refused_in_a_sentence(line: Desk) -> None:
    line.sign_in("dora")
    screen = line.open("control_room")
    screen.button(key="room.call").click().run()
    (note,) = [b for b in screen.button if b.label == text_of("nl", "calls.note")]
    note.click().run()
    assert not screen.exception
    assert line.around.work() == 0


def test_without_a_line_the_form_says_who_opens_one(desk: Desk) -> None:
    desk.sign_in("dora")
    screen = desk.open("control_room")
    screen.button(key="room.call").click().run()
    assert [note.value for note in screen.info] == [text_of("nl", "calls.no_line")]


@pytest.mark.parametrize("login", ["wim", "hanna", "lea", "ada"])
def test_who_takes_no_calls_has_no_button(line: Desk, login: str) -> None:
    line.sign_in(login)
    assert "room.call" not in {button.key for button in line.open("control_room").button}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_others_published_stands_beside_the_incident(
    desk: Desk, people: People, language: str
) -> None:
    around = desk.around
    around.writes("""
        at    | author | text
        20:00 | Anna   | brand op de Bostonsingel 36
    """)
    with around.store.unit() as unit:
        feed_id = add_feed(
            around.pilot.id, "p2000", "P<b>2000", "https://x.nl", [], people.ada, unit
        )
        switch_feed(feed_id, True, people.ada, unit)
        published = Published(
            id="1", title="P 1 BR woning Bostonsingel <i>36</i>", at=START - timedelta(minutes=2)
        )
        places: Gazetteer = around.scenes.gazetteer_of(around.pilot.id, unit)
        assert take_bulletins([published], unit.feeds.get(feed_id), places, around.areas, unit) == 1
    desk.sign_in("dora", language)
    screen = desk.open("control_room", incident="1")
    assert not screen.exception
    lines = [text.value for text in screen.text if "P<b>2000" in text.value]
    assert len(lines) == 1
    assert "19:58" in lines[0]
    assert "brand woning Bostonsingel" in lines[0]


def test_an_administrator_adds_switches_and_removes_a_feed(desk: Desk) -> None:
    desk.sign_in("ada")
    screen = desk.open("admin", tab="feeds")
    screen.text_input(key="feeds.name").set_value("P2000 <b>Haaglanden")
    screen.text_input(key="feeds.address").set_value("https://p2000.example.nl/rss")
    screen.text_input(key="feeds.towns").set_value("Den Haag, SGRAVH,")
    (add,) = [b for b in screen.button if b.label == text_of("nl", "admin.add")]
    add.click().run()
    assert not screen.exception
    row = stored(desk)
    assert (row.kind, row.enabled, row.towns) == ("p2000", False, ["Den Haag", "SGRAVH"])
    screen = desk.open("admin", tab="feeds")
    screen.button(key=f"feeds.{row.id}.switch").click().run()
    assert stored(desk).enabled
    with desk.around.store.unit() as unit:
        unit.feeds.failed(stored(desk), "error.network_down")
        unit.feeds.count(row.id, {"old": 2, "elsewhere": 3, "nowhere": 1})
    screen = desk.open("admin", tab="feeds")
    assert text_of("nl", "error.network_down") in str(screen.table[0].value.to_dict())
    screen.button(key=f"feeds.{row.id}.remove").click().run()
    assert stored(desk) is None


@pytest.mark.parametrize("login", ["dora", "lea"])
def test_feeds_are_the_administrators_alone(desk: Desk, login: str) -> None:
    desk.sign_in(login)
    assert [error.value for error in desk.open("admin", tab="feeds").error]


def test_the_tab_speaks_english_too(desk: Desk) -> None:
    desk.sign_in("ada", "en")
    screen = desk.open("admin", tab="feeds")
    assert not screen.exception
    assert text_of("en", "feeds.note") in words(screen)


def stored(desk: Desk) -> Any:
    with desk.around.store.read() as connection:
        return connection.execute(sa.select(feeds)).first()
