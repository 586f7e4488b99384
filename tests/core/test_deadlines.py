"""What is due when, whose clock that is, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core import promises, triage
from core.deadlines import URGENT_WITHIN, Deadline, Duty, all_deadlines, deadlines_of, overdue
from core.domain import Asking, ServiceTimes, Urgency, User
from core.grouping import merge
from core.questions import Wish
from core.report_back import OUTCOME, ask, tell
from core.store.deadline_queries import Asked, Standing, standing
from core.topics import topics
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import HOLD, answerable, means_of

MUSIC = """
    at    | author | text
    20:00 | Anna   | Harde muziek op het Ko van Dijkplein
"""
FIGHT = """
    at    | author | text
    20:00 | Anna   | Ze zijn nu aan het vechten op het Ko van Dijkplein
"""
WASTE = """
    id | at    | author | text
    w  | 20:00 | Bram   | Grofvuil op de Londensingel
"""


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """One incident of nuisance: 4 hours to decide, 48 to tell."""
    answerable(street).writes(MUSIC)
    return street


def due(room: Neighbourhood, incident_id: int = 1) -> dict[Duty, Deadline]:
    with room.store.unit() as unit:
        found = all_deadlines([unit.incidents.get(incident_id)], unit)
    return {one.duty: one for one in found.get(incident_id, ())}


def hours_left(room: Neighbourhood, duty: Duty, incident_id: int = 1) -> float:
    return due(room, incident_id)[duty].left(room.clock()) / timedelta(hours=1)


def asks(room: Neighbourhood, user: User, open_min: int = 120) -> None:
    wish = Wish(kind=Asking.STILL, text="Is het er nog?", enough=3, open_min=open_min)
    room.does(ask, 1, user, wish.text, hold=HOLD, means=means_of(room), wish=wish)


def tells(room: Neighbourhood, user: User, text: str = "We zijn er geweest.") -> None:
    room.does(tell, 1, user, text, hold=HOLD, means=means_of(room), kind=OUTCOME)


def test_a_new_incident_must_be_decided_on_and_its_residents_told(room: Neighbourhood) -> None:
    found = due(room)
    assert [one.duty for one in found.values()] == [Duty.DECIDE, Duty.TELL]
    assert hours_left(room, Duty.DECIDE) == topics()["overlast"].decision_hours
    assert hours_left(room, Duty.TELL) == topics()["overlast"].feedback_hours
    room.clock.forward(hours=4, seconds=1)
    assert due(room)[Duty.DECIDE].is_overdue(room.clock())
    assert not due(room)[Duty.TELL].is_overdue(room.clock())


@pytest.mark.parametrize("step", [triage.accept, triage.reject, triage.close, triage.hand_over])
def test_a_decision_ends_the_clock_of_the_control_room(
    room: Neighbourhood, people: People, step: Any
) -> None:
    more = {triage.reject: ("Geen melding",), triage.hand_over: ("handhaving",)}.get(step, ())
    room.does(step, 1, people.dora, *more)
    assert Duty.DECIDE not in due(room)
    room.does(undo, 1, people.dora, room.areas)
    assert Duty.DECIDE in due(room)


def test_claiming_or_assigning_is_no_decision(room: Neighbourhood, people: People) -> None:
    room.does(triage.claim, 1, people.dora)
    room.does(triage.assign, 1, people.dora, "team:handhaving")
    assert hours_left(room, Duty.DECIDE) == 4
    assert due(room)[Duty.DECIDE].owner == "team:handhaving"


def test_who_has_it_has_its_clock_and_residents_wait_all_the_same(
    room: Neighbourhood, people: People
) -> None:
    assert due(room)[Duty.TELL].owner == ""
    room.clock.forward(hours=3)
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    assert (due(room)[Duty.TELL].owner, hours_left(room, Duty.TELL)) == ("handhaving", 45)
    room.does(triage.take_on, 1, people.hanna)
    assert due(room)[Duty.TELL].owner == "user:hanna"


def test_what_comes_back_must_be_decided_on_anew_and_residents_waited_on(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    room.clock.forward(hours=10)
    room.does(triage.hand_back, 1, people.hanna, "Niet voor ons")
    assert (hours_left(room, Duty.DECIDE), hours_left(room, Duty.TELL)) == (4, 38)
    room.does(triage.hand_over, 1, people.dora, "police_team")
    assert list(due(room)) == [Duty.TELL]


def test_reopening_starts_both_clocks_anew(room: Neighbourhood, people: People) -> None:
    tells(room, people.dora)
    room.does(triage.close, 1, people.dora)
    room.clock.forward(hours=100)
    assert due(room) == {}
    room.does(triage.reopen, 1, people.dora, "Weer raak")
    assert (hours_left(room, Duty.DECIDE), hours_left(room, Duty.TELL)) == (4, 48)
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().reopened_at is None


def test_a_text_with_what_was_done_ends_the_clock_unless_it_is_taken_back(
    room: Neighbourhood, people: People
) -> None:
    tells(room, people.dora)
    assert Duty.TELL not in due(room)
    room.does(undo, 1, people.dora, room.areas)
    assert Duty.TELL in due(room)


def test_while_residents_are_asked_both_clocks_stand_still(
    room: Neighbourhood, people: People
) -> None:
    room.clock.forward(hours=1)
    asks(room, people.dora, open_min=120)
    paused = due(room)[Duty.DECIDE]
    assert paused.is_paused(room.clock())
    room.clock.forward(hours=1)
    assert hours_left(room, Duty.DECIDE) == 3
    assert hours_left(room, Duty.TELL) == 47
    room.clock.forward(hours=2)
    assert not paused.is_paused(room.clock())
    assert hours_left(room, Duty.DECIDE) == 2, "it runs again at the question's last moment"


def test_what_was_late_already_is_not_saved_by_a_question(
    room: Neighbourhood, people: People
) -> None:
    room.clock.forward(hours=5)
    asks(room, people.dora)
    assert due(room)[Duty.DECIDE].is_overdue(room.clock())
    assert not due(room)[Duty.TELL].is_overdue(room.clock())


def test_questions_that_run_together_stop_the_clock_once(
    room: Neighbourhood, people: People
) -> None:
    start = room.clock()
    both = tuple(
        Asked(
            asked_at=start + timedelta(minutes=begin),
            ends_at=start + timedelta(minutes=end),
            is_open=False,
        )
        for begin, end in ((30, 90), (10, 60), (20, 30))
    )
    known = Standing(told_at={}, asked={1: both}, promises={})
    times = ServiceTimes(decision=timedelta(hours=1), feedback=timedelta(days=1))
    (decide, _) = deadlines_of(room.incident(), times, known)
    assert decide.due_at == start + timedelta(minutes=140)


def test_what_is_urgent_waits_for_no_answer(street: Neighbourhood, people: People) -> None:
    answerable(street).writes(FIGHT)
    assert street.incident().urgency is Urgency.URGENT
    asks(street, people.dora)
    assert not due(street)[Duty.DECIDE].is_paused(street.clock())


def test_what_is_urgent_is_decided_on_soon_whatever_it_is_about(room: Neighbourhood) -> None:
    urgent = replace(room.incident(), urgency=Urgency.URGENT)
    with room.store.unit() as unit:
        (decide, told) = all_deadlines([urgent], unit)[1]
    assert decide.due_at - urgent.due_from == URGENT_WITHIN
    assert told.due_at - urgent.tell_from == timedelta(hours=48)


def test_promises_stand_among_them_and_follow_what_is_merged(
    room: Neighbourhood, people: People
) -> None:
    room.writes(WASTE)
    by = room.clock() + timedelta(minutes=30)
    room.does(promises.promise, 2, people.dora, by, "We bellen terug")
    with room.store.unit() as unit:
        version = unit.incidents.get(1).version
        merge(1, version, 2, people.dora, unit, room.areas)
    with room.store.unit() as unit:
        few, whole = standing(unit.connection, [1]), standing(unit.connection)
    assert few.promises == whole.promises, "asked of one incident or of all"
    kept = next(iter(due(room).values()))
    assert (kept.duty, kept.due_at, kept.text) == (Duty.KEEP, by, "We bellen terug")
    assert due(room, 2) == {}


def test_a_promise_outlives_the_incident_it_is_about(room: Neighbourhood, people: People) -> None:
    by = room.clock() + timedelta(minutes=30)
    room.does(promises.promise, 1, people.dora, by, "We bellen terug")
    room.does(triage.close, 1, people.dora)
    assert list(due(room)) == [Duty.KEEP]
    room.clock.forward(hours=1)
    with room.store.unit() as unit:
        found = all_deadlines([unit.incidents.get(1)], unit)
    assert [one.duty for one in overdue(found, room.clock())] == [Duty.KEEP]


def test_what_waits_for_evidence_has_no_clock(room: Neighbourhood) -> None:
    waiting = replace(room.incident(), waits=True)
    with room.store.unit() as unit:
        assert all_deadlines([waiting], unit) == {}
