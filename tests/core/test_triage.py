"""People decide: one step each, with its place in the history, and nobody overwrites another."""

from __future__ import annotations

from typing import Any

import pytest

from core import triage
from core.domain import UNKNOWN_LOCATION, Location, PlaceKind, Status, Urgency, User
from core.errors import (
    BadInput,
    ChangedMeanwhile,
    NotAllowed,
    NotFound,
    NotPossible,
    ReasonMissing,
)
from core.incidents import Summary
from core.store.tables import changes, labels, outbox
from core.topics import topics
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.threads import together
from tests.timepiece import START

BURGLARY = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
"""


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """A neighbourhood with one new incident, HNM-1."""
    street.writes(BURGLARY)
    return street


def test_an_incident_goes_from_new_to_closed_and_back(room: Neighbourhood, people: People) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(triage.assign, 1, people.dora, "team:police_team")
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    room.does(triage.take_on, 1, people.hanna)
    room.does(triage.hand_back, 1, people.hanna, "Dit is voor de politie")
    room.does(triage.hand_over, 1, people.dora, "police_team")
    room.does(triage.take_on, 1, people.wim)
    room.must_show("""
        id | status      | destination | assignee
        1  | in_progress | police_team | user:wim
    """)
    room.does(triage.close, 1, people.wim, "Opgelost")
    room.does(triage.reopen, 1, people.wim, "Weer raak")
    room.must_show("""
        id | status   | destination | assignee
        1  | reopened | police_team | user:wim
    """)
    assert room.history() == [
        ("system", "opened"),
        ("dora", "accept"),
        ("dora", "assign"),
        ("dora", "hand_over"),
        ("hanna", "take_on"),
        ("hanna", "hand_back"),
        ("dora", "hand_over"),
        ("wim", "take_on"),
        ("wim", "close"),
        ("wim", "reopen"),
    ]


def test_the_history_has_what_was_before_and_after_and_why(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.reject, 1, people.dora, "Was een oefening")
    with room.store.unit() as unit:
        entry = unit.audit.of("incident", 1)[-1]
    assert (entry.actor, entry.at, entry.reason) == ("dora", room.clock(), "Was een oefening")
    assert entry.detail == {"before": {"status": "new"}, "after": {"status": "rejected"}}


def test_the_second_dispatcher_is_told_who_was_first(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        triage.accept(1, 1, people.dora, unit)
    first_at = room.clock()
    room.clock.forward(seconds=3)
    with pytest.raises(ChangedMeanwhile) as told, room.store.unit() as unit:
        triage.reject(1, 1, people.daan, unit, "Dubbel")
    assert told.value.params == {"number": "HNM-1", "who": "dora", "at": first_at}
    assert room.incident().status is Status.ACCEPTED


def test_of_two_dispatchers_at_the_same_moment_one_wins(
    room: Neighbourhood, people: People
) -> None:
    def decide(user: User) -> str:
        with room.store.unit() as unit:
            return triage.assign(1, 1, user, unit, f"user:{user.login}").assignee or ""

    answers = together([lambda: decide(people.dora), lambda: decide(people.daan)] * 2)
    won = [answer for answer in answers if isinstance(answer, str)]
    told = [answer for answer in answers if isinstance(answer, ChangedMeanwhile)]
    assert (len(won), len(told)) == (1, 3)
    assert room.incident().assignee == won[0]
    assert {f"user:{error.params['who']}" for error in told} == {won[0]}
    assert [who for who, what in room.history() if what == "assign"] == [won[0][5:]]


def test_a_message_that_joins_does_not_stop_the_dispatcher(
    room: Neighbourhood, people: People
) -> None:
    version = room.incident().version
    room.writes("""
        id | at    | author | text
        b  | 20:02 | Bram   | ingebroken op de Bostonsingel ja
    """)
    with room.store.unit() as unit:
        triage.accept(1, version, people.dora, unit)
    assert room.incident().message_count == 2


STEPS: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("accept", triage.accept, ()),
    ("reject", triage.reject, ("reden",)),
    ("assign", triage.assign, ("user:wim",)),
    ("hand_over", triage.hand_over, ("handhaving",)),
    ("set_topic", triage.set_topic, ("afval", topics())),
    ("set_urgency", triage.set_urgency, (Urgency.URGENT,)),
    ("take_on", triage.take_on, ()),
    ("close", triage.close, ()),
]


@pytest.mark.parametrize(("name", "step", "arguments"), STEPS, ids=lambda value: str(value)[:12])
def test_without_permission_a_step_is_refused_and_nothing_changes(
    name: str, step: Any, arguments: tuple[Any, ...], room: Neighbourhood, people: People
) -> None:
    before = room.incident()
    for user in (people.lea, people.ron, people.ada):
        with pytest.raises(NotAllowed):
            room.does(step, 1, user, *arguments)
    assert room.incident() == before
    assert room.history() == [("system", "opened")]


def test_a_step_that_does_not_fit_is_refused(room: Neighbourhood, people: People) -> None:
    room.does(triage.close, 1, people.dora)
    for step, arguments in ((triage.accept, ()), (triage.hand_over, ("handhaving",))):
        with pytest.raises(NotPossible):
            room.does(step, 1, people.dora, *arguments)


@pytest.mark.parametrize("reason", ["", "   "])
def test_rejecting_needs_a_reason(reason: str, room: Neighbourhood, people: People) -> None:
    with pytest.raises(ReasonMissing):
        room.does(triage.reject, 1, people.dora, reason)


def test_a_reason_fits_in_the_history(room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        room.does(triage.reject, 1, people.dora, "x" * 501)
    room.does(triage.reject, 1, people.dora, "x" * 500)


def test_an_owner_is_a_user_or_a_team(room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        room.does(triage.assign, 1, people.dora, "wim")


def test_an_incident_that_is_not_there_is_not_found(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotFound), room.store.unit() as unit:
        triage.accept(99, 1, people.dora, unit)


def test_a_topic_somebody_overruled_stays_whatever_residents_write(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.set_topic, 1, people.wim, "verdacht", topics())
    room.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)
    room.writes("""
        id | at    | author | text
        b  | 20:02 | Bram   | ja hier ook
    """)
    room.must_show("""
        id | topic    | urgency | messages
        1  | verdacht | urgent  | 2
    """)


def test_a_topic_that_is_not_there_is_refused(room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        room.does(triage.set_topic, 1, people.dora, "geen", topics())


def test_every_correction_is_kept_as_an_example(room: Neighbourhood, people: People) -> None:
    room.does(triage.set_topic, 1, people.dora, "verdacht", topics())
    room.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)
    room.does(triage.reject, 1, people.dora, "Geen melding: toch niets")
    with room.store.read() as connection:
        rows = connection.execute(labels.select().order_by(labels.c.id)).all()
    assert [(row.what, row.before, row.after, row.by) for row in rows] == [
        ("topic", "inbraak", "verdacht", "dora"),
        ("urgency", "not_urgent", "urgent", "dora"),
        ("relevance", True, False, "dora"),
    ]


def test_handing_over_puts_one_delivery_in_the_outbox(room: Neighbourhood, people: People) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    with room.store.read() as connection:
        (row,) = connection.execute(outbox.select()).all()
    assert (row.kind, row.destination, row.state, row.incident_id) == (
        "hand_over", "handhaving", "queued", 1,
    )  # fmt: skip


def test_screens_are_told_of_every_step_in_the_order_of_commits(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    with room.store.read() as connection:
        rows = connection.execute(changes.select().order_by(changes.c.revision)).all()
    assert [(row.incident_id, row.what) for row in rows] == [(1, "opened"), (1, "decided")]


def summary(topic: str, urgency: Urgency, location: Location) -> Summary:
    return Summary(
        topic=topic,
        urgency=urgency,
        location=location,
        confidence=0.9,
        message_count=1,
        resident_count=1,
        opened_at=START,
        last_message_at=START,
    )


NARROW = Location(kind=PlaceKind.ADDRESS, lat=52.0, lon=4.2, radius_m=60)
WIDE = Location(kind=PlaceKind.GROUP_AREA, lat=52.0, lon=4.2, radius_m=800)


@pytest.mark.parametrize(
    ("topic", "urgency", "location", "destination", "ask_where"),
    [
        ("afval", Urgency.NOT_URGENT, NARROW, topics()["afval"].destination, False),
        ("afval", Urgency.URGENT, NARROW, "police_team", False),
        ("inbraak", Urgency.NOT_URGENT, WIDE, "police_team", True),
        ("inbraak", Urgency.URGENT, UNKNOWN_LOCATION, "police_team", True),
    ],
)
def test_the_system_proposes_where_to_and_whether_to_ask_where(
    room: Neighbourhood,
    topic: str,
    urgency: Urgency,
    location: Location,
    destination: str,
    ask_where: bool,
) -> None:
    said = summary(topic, urgency, location)
    with room.store.unit() as unit:
        proposal = triage.propose(room.pilot.id, said, [], [], topics(), unit)
    assert (proposal.destination, triage.asks_where(location)) == (destination, ask_where)


def test_who_takes_an_incident_has_it_until_they_let_go(
    room: Neighbourhood, people: People
) -> None:
    taken = room.does(triage.claim, 1, people.dora)
    assert taken.assignee == "user:dora"
    with pytest.raises(BadInput):
        room.does(triage.release, 1, people.daan)
    assert room.does(triage.claim, 1, people.daan).assignee == "user:daan"
    assert room.does(triage.release, 1, people.daan).assignee is None
    assert [what for _, what in room.history()][-3:] == ["claim", "claim", "release"]
