"""Residents hear back: every group that wrote, once, after a moment's hold, always with 112."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import triage
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NotPossible
from core.i18n import languages, text_of
from core.report_back import ask, tell, with_emergency_rule
from core.store.tables import outbox
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People

HOLD = timedelta(seconds=10)
RULE = "Bij spoed: bel 112."


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """HNM-1, about which two groups wrote."""
    street.writes("""
        at    | group         | author | text
        20:01 | HNM Hoge Veld | Anna   | Er is ingebroken op de Bostonsingel
        20:02 | HNM Lage Veld | Bram   | ingebroken op de Bostonsingel zie ik
    """)
    return street


def outgoing(room: Neighbourhood) -> list[Any]:
    with room.store.read() as connection:
        return connection.execute(outbox.select().order_by(outbox.c.id)).all()


def test_every_group_that_wrote_hears_it_once(room: Neighbourhood, people: People) -> None:
    room.does(tell, 1, people.dora, "De politie kijkt rond.", hold=HOLD)
    rows = outgoing(room)
    assert [row.group_id for row in rows] == [
        room.group("HNM Hoge Veld").id,
        room.group("HNM Lage Veld").id,
    ]
    assert {row.text for row in rows} == {f"De politie kijkt rond.\n{RULE}"}


def test_only_the_chosen_groups_hear_it(room: Neighbourhood, people: People) -> None:
    here = room.group("HNM Lage Veld").id
    room.does(tell, 1, people.wim, "Dank u wel.", hold=HOLD, group_ids=[here])
    assert [row.group_id for row in outgoing(room)] == [here]


def test_a_question_goes_the_same_way(room: Neighbourhood, people: People) -> None:
    room.does(ask, 1, people.dora, "Welke kant gingen ze op?", hold=HOLD)
    assert {(row.kind, row.text) for row in outgoing(room)} == {
        ("question", f"Welke kant gingen ze op?\n{RULE}")
    }


def test_a_text_leaves_after_the_hold_time(room: Neighbourhood, people: People) -> None:
    room.does(tell, 1, people.dora, "Dank u wel.", hold=HOLD)
    assert {row.due_at for row in outgoing(room)} == {room.clock() + HOLD}


def test_the_same_click_twice_sends_once(room: Neighbourhood, people: People) -> None:
    version = room.incident().version
    with room.store.unit() as unit:
        tell(1, version, people.dora, unit, "Dank u wel.", hold=HOLD)
    with pytest.raises(ChangedMeanwhile), room.store.unit() as unit:
        tell(1, version, people.dora, unit, "Dank u wel.", hold=HOLD)
    assert len(outgoing(room)) == 2


def test_what_was_taken_back_can_be_said_again(room: Neighbourhood, people: People) -> None:
    room.does(tell, 1, people.dora, "Dank u wel.", hold=HOLD)
    room.does(undo, 1, people.dora, room.areas)
    room.does(tell, 1, people.dora, "Dank u zeer.", hold=HOLD)
    assert [row.state for row in outgoing(room)] == ["withdrawn"] * 2 + ["queued"] * 2


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1501])
def test_an_empty_or_endless_text_is_refused(
    text: str, room: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        room.does(tell, 1, people.dora, text, hold=HOLD)
    assert outgoing(room) == []


def test_a_group_that_did_not_write_about_it_is_refused(
    room: Neighbourhood, people: People
) -> None:
    other = room.group("HNM Zonne Veld").id
    for chosen in ([other], []):
        with pytest.raises(BadInput):
            room.does(tell, 1, people.dora, "Dank u wel.", hold=HOLD, group_ids=chosen)


def test_who_may_not_speak_for_the_organisation_is_refused(
    room: Neighbourhood, people: People
) -> None:
    for user in (people.lea, people.ron, people.ada):
        with pytest.raises(NotAllowed):
            room.does(tell, 1, user, "Dank u wel.", hold=HOLD)


def test_a_closed_incident_can_be_told_about_but_not_asked_about(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.close, 1, people.dora)
    with pytest.raises(NotPossible):
        room.does(ask, 1, people.dora, "Nog iets gezien?", hold=HOLD)
    room.does(tell, 1, people.dora, "Afgehandeld.", hold=HOLD)


@given(st.text(min_size=1))
def test_no_text_to_residents_goes_without_the_rule(text: str) -> None:
    for language in languages():
        rule = text_of(language, "report_back.emergency")
        sent = with_emergency_rule(text, language)
        assert sent.count(rule) >= 1
        assert with_emergency_rule(sent, language) == sent
        assert "112" in sent
