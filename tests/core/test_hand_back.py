"""Who got an incident gives it back with a reason; the control room sees it and decides anew."""

from __future__ import annotations

import pytest

from core import triage
from core.domain import Status
from core.errors import NotAllowed, NotPossible, ReasonMissing
from core.store.deadline_queries import handed_back
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People

BURGLARY = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
"""


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    street.writes(BURGLARY)
    return street


def reasons(room: Neighbourhood) -> list[tuple[str, str]]:
    """Who gave it back and why, as the queue shows it."""
    incident = room.incident()
    with room.store.read() as connection:
        found = handed_back(connection, [incident.id] if incident.is_handed_back else [])
    return [(back.by, back.reason) for back in found.values()]


def test_what_was_handed_over_comes_back_with_its_reason_and_waits_for_a_decision(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    assert not room.incident().needs_decision
    room.clock.forward(minutes=20)
    room.does(triage.hand_back, 1, people.hanna, "Dit is voor de politie")
    assert room.incident().needs_decision
    assert room.incident().due_from == room.clock()
    assert reasons(room) == [("hanna", "Dit is voor de politie")]


def test_the_newest_reason_counts(room: Neighbourhood, people: People) -> None:
    for who, why in ((people.hanna, "Voor de politie"), (people.wim, "Toch voor Handhaving")):
        room.does(triage.hand_over, 1, people.dora, "handhaving")
        room.does(triage.hand_back, 1, who, why)
    assert reasons(room) == [("wim", "Toch voor Handhaving")]


@pytest.mark.parametrize("given", ["accept", "hand_over", "assign", "claim"])
def test_taking_it_up_again_ends_it(room: Neighbourhood, people: People, given: str) -> None:
    room.does(triage.assign, 1, people.dora, "team:handhaving")
    room.does(triage.hand_back, 1, people.hanna, "Niet van ons")
    more = {"hand_over": ("police_team",), "assign": ("user:wim",)}.get(given, ())
    room.does(getattr(triage, given), 1, people.dora, *more)
    assert reasons(room) == []


def test_what_was_only_assigned_comes_back_undecided_and_its_time_runs_on(
    room: Neighbourhood, people: People
) -> None:
    began = room.incident().due_from
    room.does(triage.assign, 1, people.dora, "team:handhaving")
    room.clock.forward(hours=2)
    room.does(triage.hand_back, 1, people.hanna, "Niet van ons")
    found = room.incident()
    assert (found.status, found.assignee, found.due_from) == (Status.NEW, None, began)
    assert reasons(room) == [("hanna", "Niet van ons")]


def test_nobody_gives_back_what_nobody_has(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotPossible):
        room.does(triage.hand_back, 1, people.hanna, "Niet van ons")
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    with pytest.raises(ReasonMissing):
        room.does(triage.hand_back, 1, people.hanna, " \n ")
    with pytest.raises(NotAllowed):
        room.does(triage.hand_back, 1, people.lea, "Niet van ons")


def test_giving_back_is_taken_back_by_who_did_it(room: Neighbourhood, people: People) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    room.does(triage.take_on, 1, people.hanna)
    room.does(triage.hand_back, 1, people.hanna, "Verkeerde")
    room.does(undo, 1, people.hanna, room.areas)
    found = room.incident()
    assert (found.status, found.assignee) == (Status.IN_PROGRESS, "user:hanna")
    assert (found.destination, found.handed_back_at) == ("handhaving", None)
    assert room.history()[-1] == ("hanna", "undo")


def test_undoing_what_took_it_up_shows_it_as_given_back_again(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    room.does(triage.hand_back, 1, people.hanna, "Niet van ons")
    came_back = room.incident().handed_back_at
    room.clock.forward(minutes=5)
    room.does(triage.hand_over, 1, people.dora, "police_team")
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().handed_back_at == came_back
    assert reasons(room) == [("hanna", "Niet van ons")]
