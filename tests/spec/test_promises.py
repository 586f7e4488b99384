"""What residents are promised is counted down, kept by the outcome, late, or taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from core import triage
from core.domain import PromiseState
from core.errors import BadInput, NotAllowed, NotFound, ReasonMissing
from core.grouping import merge
from core.promises import Kept, cancel_promise, count, promise
from core.report_back import tell
from core.store.question_queries import open_promises, promises_made
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import HOLD, answerable, means_of, must_tell
from tests.threads import together

BURGLARY = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
"""


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    answerable(street).writes(BURGLARY)
    return street


def tells(room: Neighbourhood, people: People, text: str, **more: Any) -> Any:
    return room.does(tell, 1, people.dora, text, hold=HOLD, means=means_of(room), **more)


def states(room: Neighbourhood) -> list[tuple[PromiseState, bool]]:
    with room.store.unit() as unit:
        return [(p.state, p.was_late) for p in unit.promises.of([1])]


def figures(room: Neighbourhood) -> Kept:
    since = room.clock.at("00:00")
    with room.store.read() as connection:
        made = promises_made(connection, room.pilot.id, since, since + timedelta(days=2))
    return count(made, room.clock())


def at(room: Neighbourhood, wall: str) -> datetime:
    return room.clock.at(wall)


def test_a_promise_stands_in_the_text_that_makes_it(room: Neighbourhood, people: People) -> None:
    tells(room, people, "We kijken rond.", promise_by=at(room, "21:30"))
    must_tell(room, "text\nWe kijken rond. We laten het vóór 21:30 uur weten.")
    with room.store.unit() as unit:
        (made,) = unit.promises.of([1])
    assert (made.text, made.due_at, made.by) == (
        "We laten het vóór 21:30 uur weten.",
        at(room, "21:30"),
        "dora",
    )


def test_the_outcome_keeps_it_in_time_or_late(room: Neighbourhood, people: People) -> None:
    room.does(promise, 1, people.wim, at(room, "20:30"))
    room.does(promise, 1, people.wim, at(room, "23:00"))
    room.clock.now = at(room, "21:00")
    with room.store.read() as connection:
        assert len(open_promises(connection)) == 2
    assert figures(room).overdue == 1
    tells(room, people, "Nog even geduld.")
    assert [state for state, _ in states(room)] == [PromiseState.OPEN] * 2
    tells(room, people, "Opgelost.", kind="outcome")
    assert states(room) == [(PromiseState.KEPT, True), (PromiseState.KEPT, False)]
    assert figures(room) == Kept(made=2, kept=1, late=1, overdue=0, cancelled=0)
    room.does(undo, 1, people.dora, room.areas)
    assert [state for state, _ in states(room)] == [PromiseState.OPEN] * 2


def test_a_promise_is_taken_back_with_a_reason_and_that_can_be_undone(
    room: Neighbourhood, people: People
) -> None:
    room.does(promise, 1, people.dora, at(room, "21:30"))
    with pytest.raises(ReasonMissing):
        room.does(cancel_promise, 1, people.dora, 1, "  ")
    room.does(cancel_promise, 1, people.dora, 1, "dubbel gedaan")
    assert figures(room) == Kept(made=1, kept=0, late=0, overdue=0, cancelled=1)
    with pytest.raises(NotFound):
        room.does(cancel_promise, 1, people.dora, 1, "nog eens")
    room.does(undo, 1, people.dora, room.areas)
    assert states(room) == [(PromiseState.OPEN, False)]


def test_a_promise_that_was_a_slip_never_was_one(room: Neighbourhood, people: People) -> None:
    room.does(promise, 1, people.dora, at(room, "21:30"))
    room.does(undo, 1, people.dora, room.areas)
    assert states(room) == []
    assert figures(room).made == 0


@pytest.mark.parametrize("wall", ["19:00", "20:00"])
def test_nobody_promises_what_is_over(room: Neighbourhood, people: People, wall: str) -> None:
    room.clock.now = at(room, "20:05")
    with pytest.raises(BadInput):
        room.does(promise, 1, people.dora, at(room, wall))


@pytest.mark.parametrize("text", ["x" * 301, "woord " * 90])
def test_an_endless_promise_is_refused(room: Neighbourhood, people: People, text: str) -> None:
    with pytest.raises(BadInput):
        room.does(promise, 1, people.dora, at(room, "21:30"), text)
    with pytest.raises(BadInput):
        room.does(promise, 1, people.dora, room.clock() + timedelta(days=91))


def test_what_was_promised_of_a_merged_incident_is_kept_by_the_outcome_of_the_other(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        at    | id | author | text
        20:03 | c  | Cor    | vechten op de Osloweg
    """)
    room.does(promise, 2, people.dora, at(room, "21:30"))
    room.does(lambda i, v, u, unit: merge(i, v, 2, u, unit, room.areas), 1, people.dora)
    tells(room, people, "Opgelost.", kind="outcome")
    assert figures(room) == Kept(made=1, kept=1, late=0, overdue=0, cancelled=0)


def test_two_outcomes_at_once_keep_it_once(room: Neighbourhood, people: People) -> None:
    room.does(promise, 1, people.dora, at(room, "21:30"))
    version = room.incident().version

    def press() -> object:
        with room.store.unit() as unit:
            return tell(1, version, people.dora, unit, "Klaar.", hold=HOLD, kind="outcome")

    together([press] * 3)
    must_tell(room, "kind\noutcome")
    assert figures(room).kept == 1


def test_who_may_not_speak_for_us_promises_nothing(room: Neighbourhood, people: People) -> None:
    for user in (people.lea, people.ron, people.ada):
        with pytest.raises(NotAllowed):
            room.does(promise, 1, user, at(room, "21:30"))
    room.does(triage.close, 1, people.dora)
    room.does(promise, 1, people.hanna, at(room, "21:30"))
