"""One shift hands over to the next: proposed, edited, read, and without words of residents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import promises, triage
from core.errors import BadInput, NotAllowed, NotFound, NothingToUndo
from core.grouping import merge
from core.overrule import set_title
from core.privacy.erase import erase_message
from core.shift_notes import (
    LONGEST,
    confirm_read,
    earlier_notes,
    propose,
    shift_began,
    take_back_note,
    waiting_note,
    write_note,
)
from core.store import Unit
from core.store.tables import messages
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import CAST, People

EVENING = """
    at    | author | text
    20:01 | Anna   | er wordt nu ingebroken op de Bostonsingel 36, bel Piet op 06-12345678
    20:05 | Bram   | Harde muziek op het Ko van Dijkplein
    20:06 | Carla  | Grofvuil op de Londensingel
"""
HOUR = timedelta(hours=1)


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    street.writes(EVENING)
    return street


def proposed(room: Neighbourhood, language: str = "nl", hours: float = 8) -> str:
    with room.store.unit() as unit:
        return propose(language, unit.now - hours * HOUR, unit)


def leave(unit: Unit, people: People, text: str = "HNM-1 let op", login: str = "dora") -> int:
    return write_note(text, unit.now - HOUR, getattr(people, login), unit)


def test_the_proposal_says_what_came_in_and_what_was_done(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(triage.hand_over, 2, people.dora, "handhaving")
    room.does(triage.hand_back, 2, people.hanna, "Niet van ons")
    room.does(triage.reject, 3, people.dora, "Geen melding")
    said = proposed(room)
    assert "3 incidenten, waarvan 1 met spoed" in said
    assert "Aangenomen 1, afgewezen 1, doorgezet 1, teruggegeven 1, afgehandeld 0." in said


def test_what_was_taken_back_was_not_done(room: Neighbourhood, people: People) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(undo, 1, people.dora, room.areas)
    assert "Aangenomen 0" in proposed(room)


def test_urgent_due_and_promised_are_listed(room: Neighbourhood, people: People) -> None:
    by = room.clock() + HOUR
    room.does(promises.promise, 2, people.dora, by, "We bellen de buurt terug")
    said = proposed(room)
    urgent, due, kept = (said.split("\n\n")[place] for place in (1, 2, 3))
    assert urgent.splitlines()[1:] == ["- HNM-1 Inbraak en diefstal, Bostonsingel 36, nieuw"]
    assert "- HNM-1 Inbraak en diefstal, Bostonsingel 36: besluit vóór 20:16" in due
    assert "HNM-3" not in due, "a day is left"
    assert "- HNM-2 Overlast, Ko van Dijkplein: “We bellen de buurt terug” (vóór 21:06)" in kept
    room.clock.forward(hours=2)
    assert "besluit te laat sinds 20:16" in proposed(room)


def test_nothing_that_residents_wrote_gets_in_but_what_staff_called_it(
    room: Neighbourhood, people: People
) -> None:
    room.does(set_title, 1, people.dora, "Reeks schuurtjes")
    said = proposed(room)
    assert "HNM-1 Reeks schuurtjes, Bostonsingel 36" in said
    for word in ("Piet", "06-12345678", "wordt nu ingebroken", "Harde muziek", "Anna"):
        assert word not in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_evening_is_proposed_too(street: Neighbourhood, language: str) -> None:
    said = proposed(street, language)
    assert len(said.split("\n\n")) == 7
    assert "{" not in said


def test_a_thousand_incidents_make_a_note_that_can_be_read(room: Neighbourhood) -> None:
    for number in range(30):
        room.writes(f"""
            id  | at    | author | text
            n{number} | 20:10 | Z{number} | er wordt nu ingebroken op de Vuurland {number + 1}
        """)
    assert len(proposed(room)) < LONGEST


def test_it_is_kept_and_waits_for_the_next_dispatcher(unit: Unit, people: People) -> None:
    note_id = leave(unit, people, "  Let op HNM-1.  \nVerder rustig.  ")
    waiting = waiting_note(people.daan, unit)
    assert waiting is not None
    assert (waiting.id, waiting.text, waiting.by) == (
        note_id,
        "Let op HNM-1.\nVerder rustig.",
        "dora",
    )
    assert waiting_note(people.dora, unit) is None, "who wrote it knows"
    assert waiting_note(people.wim, unit) is None, "who takes no shift need not"


def test_who_read_it_and_when_is_kept_and_the_first_time_counts(unit: Unit, people: People) -> None:
    first, second = leave(unit, people), leave(unit, people, "Later")
    confirm_read(second, people.daan, unit)
    confirm_read(second, people.daan, unit)
    assert waiting_note(people.daan, unit) is None
    assert [note.read_by for note in earlier_notes(people.lea, unit)] == [{"daan": unit.now}] * 2
    entries = [(e.actor, e.action) for e in unit.audit.of("shift_note", first)]
    assert entries == [("dora", "shift_note_written"), ("daan", "shift_note_read")]


def test_who_was_away_for_long_is_not_shown_what_is_stale(
    room: Neighbourhood, people: People
) -> None:
    with room.store.unit() as unit:
        leave(unit, people)
    room.clock.forward(days=4)
    with room.store.unit() as unit:
        assert waiting_note(people.daan, unit) is None
        assert len(earlier_notes(people.daan, unit)) == 1


@pytest.mark.parametrize("login", sorted(set(CAST) - {"dora", "daan"}))
def test_only_a_dispatcher_writes_and_confirms(login: str, unit: Unit, people: People) -> None:
    note_id = leave(unit, people)
    with pytest.raises(NotAllowed):
        leave(unit, people, login=login)
    with pytest.raises(NotAllowed):
        confirm_read(note_id, getattr(people, login), unit)
    with pytest.raises(NotAllowed):
        take_back_note(note_id, getattr(people, login), unit)


@pytest.mark.parametrize("login", ["hanna", "ron", "ada", "bep"])
def test_only_police_and_the_lead_read_them(login: str, unit: Unit, people: People) -> None:
    with pytest.raises(NotAllowed):
        earlier_notes(getattr(people, login), unit)


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * (LONGEST + 1), "een\x00twee"])
def test_what_is_no_note_is_refused(text: str, unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        leave(unit, people, text)


@pytest.mark.parametrize("hours", [-1, 25])
def test_a_shift_began_within_a_day(hours: float, unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        write_note("tekst", unit.now - hours * HOUR, people.dora, unit)


def test_a_shift_begins_with_the_last_note_or_some_hours_ago(
    room: Neighbourhood, people: People
) -> None:
    with room.store.unit() as unit:
        assert shift_began(unit) == unit.now - 8 * HOUR
        leave(unit, people)
    at = room.clock()
    room.clock.forward(hours=9)
    with room.store.unit() as unit:
        assert shift_began(unit) == at
    room.clock.forward(hours=9)
    with room.store.unit() as unit:
        assert shift_began(unit) == unit.now - 8 * HOUR


def test_a_note_is_taken_back_until_somebody_read_it(unit: Unit, people: People) -> None:
    note_id = leave(unit, people)
    with pytest.raises(NothingToUndo):
        take_back_note(note_id, people.daan, unit)
    assert take_back_note(note_id, people.dora, unit).text == "HNM-1 let op"
    with pytest.raises(NotFound):
        confirm_read(note_id, people.daan, unit)
    note_id = leave(unit, people)
    confirm_read(note_id, people.daan, unit)
    with pytest.raises(NothingToUndo):
        take_back_note(note_id, people.dora, unit)


def test_erasing_a_message_takes_what_names_its_incident_out_of_the_notes(
    room: Neighbourhood, people: People
) -> None:
    text = "HNM-1 Bostonsingel 36\nHNM-2 muziek\nHNM-12 blijft\nTot zover"
    with room.store.unit() as unit:
        leave(unit, people, text)
        row = unit.connection.execute(messages.select().order_by(messages.c.id)).first()
        assert row is not None
        erase_message(row.message_key, row.group_id, room.areas, unit, by="ada")
        (note,) = earlier_notes(people.dora, unit)
    assert note.text == "- HNM-1: gewist\nHNM-2 muziek\nHNM-12 blijft\nTot zover"


def test_what_was_merged_is_taken_out_under_its_old_number_too(
    room: Neighbourhood, people: People
) -> None:
    with room.store.unit() as unit:
        leave(unit, people, "HNM-2 muziek")
        version = unit.incidents.get(3).version
        merge(3, version, 2, people.dora, unit, room.areas)
        query = messages.select().order_by(messages.c.id)
        row = unit.connection.execute(query).all()[1]
        erase_message(row.message_key, row.group_id, room.areas, unit, by="ada")
        (note,) = earlier_notes(people.dora, unit)
    assert note.text == "- HNM-2: gewist"


def test_old_notes_go_with_what_was_read_of_them(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        confirm_read(leave(unit, people), people.daan, unit)
    room.clock.forward(days=30)
    with room.store.unit() as unit:
        assert unit.retention.forget_shift_notes(unit.now - timedelta(days=31)) == 0
        assert unit.retention.forget_shift_notes(unit.now - timedelta(days=29)) == 1
        assert earlier_notes(people.dora, unit) == []
