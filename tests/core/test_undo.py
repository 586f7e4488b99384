"""The last step can be taken back: every step, by its own user only, and that too is history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core import triage
from core.domain import Incident, Urgency
from core.errors import AlreadySent, NothingToUndo
from core.report_back import ask, tell
from core.store.tables import labels, outbox
from core.topics import topics
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People

HOLD = timedelta(seconds=10)
BACK: dict[str, tuple[Any, ...]] = {
    "accept": (triage.accept,),
    "reject": (triage.reject, "Dubbel"),
    "set_topic": (triage.set_topic, "afval", topics()),
    "set_urgency": (triage.set_urgency, Urgency.URGENT),
    "assign": (triage.assign, "user:wim"),
    "hand_over": (triage.hand_over, "handhaving"),
    "close": (triage.close,),
}


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """A neighbourhood with one new incident, HNM-1."""
    street.writes("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel
    """)
    return street


def same(one: Incident, other: Incident) -> bool:
    return replace(one, version=0) == replace(other, version=0)


@pytest.mark.parametrize("name", BACK)
def test_a_step_is_taken_back(name: str, room: Neighbourhood, people: People) -> None:
    before = room.incident()
    step, *arguments = BACK[name]
    room.does(step, 1, people.dora, *arguments)
    assert not same(room.incident(), before)
    room.does(undo, 1, people.dora, room.areas)
    assert same(room.incident(), before)
    assert [what for _, what in room.history()] == ["opened", name, "undo"]


def test_work_taken_on_handed_back_or_reopened_is_taken_back(
    room: Neighbourhood, people: People
) -> None:
    for step, arguments in (
        (triage.hand_over, ("handhaving",)),
        (triage.take_on, ()),
        (triage.hand_back, ("Verkeerd adres",)),
        (triage.close, ()),
        (triage.reopen, ("Toch niet",)),
    ):
        before = room.incident()
        room.does(step, 1, people.dora, *arguments)
        room.does(undo, 1, people.dora, room.areas)
        assert same(room.incident(), before), step
        room.does(step, 1, people.dora, *arguments)


def test_steps_are_taken_back_one_by_one_the_newest_first(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(triage.assign, 1, people.dora, "user:wim")
    room.does(undo, 1, people.dora, room.areas)
    assert (room.incident().status, room.incident().assignee) == ("accepted", None)
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().status == "new"
    with pytest.raises(NothingToUndo):
        room.does(undo, 1, people.dora, room.areas)


def test_nobody_takes_back_what_another_did(room: Neighbourhood, people: People) -> None:
    room.does(triage.accept, 1, people.dora)
    with pytest.raises(NothingToUndo):
        room.does(undo, 1, people.daan, room.areas)
    room.does(triage.assign, 1, people.daan, "user:wim")
    with pytest.raises(NothingToUndo):
        room.does(undo, 1, people.dora, room.areas)


def test_what_the_system_did_is_not_taken_back(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NothingToUndo):
        room.does(undo, 1, people.dora, room.areas)


@pytest.mark.parametrize("step", [tell, ask])
def test_a_text_is_taken_back_while_it_is_held(
    step: Any, room: Neighbourhood, people: People
) -> None:
    room.does(step, 1, people.dora, "Dank u wel.", hold=HOLD)
    room.does(undo, 1, people.dora, room.areas)
    assert states(room) == ["withdrawn"]


def test_a_text_that_left_in_one_group_stays_in_all(street: Neighbourhood, people: People) -> None:
    street.writes("""
        at    | group         | author | text
        20:01 | HNM Hoge Veld | Anna   | Er is ingebroken op de Bostonsingel
        20:02 | HNM Lage Veld | Bram   | ingebroken op de Bostonsingel zie ik
    """)
    street.does(tell, 1, people.dora, "Dank u wel.", hold=timedelta(0))
    with street.store.unit() as unit:
        unit.outbox.claim(limit=1)
    with pytest.raises(AlreadySent):
        street.does(undo, 1, people.dora, street.areas)
    assert states(street) == ["leaving", "queued"]


def test_a_hand_over_taken_back_leaves_the_earlier_one_as_it_was(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    room.does(triage.hand_over, 1, people.dora, "police_team")
    room.does(undo, 1, people.dora, room.areas)
    assert states(room) == ["queued", "withdrawn"]
    assert room.incident().destination == "handhaving"


def test_a_correction_taken_back_is_no_example_any_more(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.set_topic, 1, people.dora, "verdacht", topics())
    room.does(triage.set_topic, 1, people.dora, "afval", topics())
    room.does(undo, 1, people.dora, room.areas)
    with room.store.read() as connection:
        assert [row.after for row in connection.execute(labels.select())] == ["verdacht"]


def test_a_topic_taken_back_follows_the_messages_again(room: Neighbourhood, people: People) -> None:
    room.does(triage.set_urgency, 1, people.dora, Urgency.NOT_URGENT)
    room.writes("""
        id | at    | author | text
        b  | 20:02 | Bram   | help nu ingebroken op de Bostonsingel
    """)
    assert room.incident().urgency is Urgency.NOT_URGENT
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().urgency is Urgency.URGENT


def states(room: Neighbourhood) -> list[str]:
    with room.store.read() as connection:
        return [row.state for row in connection.execute(outbox.select().order_by(outbox.c.id))]
