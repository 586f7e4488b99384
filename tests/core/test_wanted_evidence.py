"""What a pilot asks before its queue shows an incident: it waits, and enters by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import triage
from core.domain import Urgency, User, WantedEvidence
from core.errors import BadInput, NotAllowed, NotPossible
from core.grouping import merge
from core.store import Unit
from core.store.area_queries import changed_since
from core.store.tables import changes
from core.topics import topics
from core.undo import undo
from core.wanted_evidence import set_wanted_evidence
from tests.neighbourhood import Neighbourhood
from tests.people import People

ONE = """
    id | at    | author | text
    a  | 20:01 | Anna   | Grofvuil op de Londensingel
"""
ANOTHER = """
    id | at    | author | text
    b  | 20:05 | Bram   | vuilnis op de Londensingel ja
"""
SAME_AGAIN = """
    id | at    | author | text
    c  | 20:03 | Anna   | nog meer vuilnis op de Londensingel
"""


@pytest.fixture
def room(street: Neighbourhood, people: People) -> Neighbourhood:
    """A pilot that asks two residents, or 0.99, before waste is in the queue."""
    asks(street, people.ada, afval=WantedEvidence(residents=2, confidence=0.99))
    return street


def asks(room: Neighbourhood, user: User, **wanted: WantedEvidence) -> None:
    with room.store.unit() as unit:
        set_wanted_evidence(room.pilot.id, wanted, user, unit)
    room.clock.forward(seconds=6)  # how soon a worker reads what an administrator changed


def waits(room: Neighbourhood, incident_id: int = 1) -> bool:
    return room.incident(incident_id).waits


def told(room: Neighbourhood) -> list[str]:
    with room.store.read() as connection:
        return [row.what for row in connection.execute(changes.select())]


def test_it_waits_until_a_second_resident_writes_and_is_then_told_as_new(
    room: Neighbourhood,
) -> None:
    room.writes(ONE)
    assert waits(room)
    room.writes(SAME_AGAIN)
    assert waits(room), "one person who writes twice is one witness"
    room.writes(ANOTHER)
    found = room.incident()
    assert not found.waits
    assert found.entered_at == found.due_from == room.clock.now
    assert room.history()[-1] == ("system", "entered")
    assert told(room)[-1] == "entered"


def test_enough_confidence_is_enough_too(room: Neighbourhood, people: People) -> None:
    asks(room, people.ada, afval=WantedEvidence(residents=5, confidence=0.8))
    room.writes(ONE)
    assert not waits(room)


def test_what_is_urgent_never_waits(room: Neighbourhood, people: People) -> None:
    asks(room, people.ada, noodgeval=WantedEvidence(residents=5))
    room.writes("""
        at    | text
        20:01 | Help er is brand op de Bostonsingel
    """)
    assert not waits(room)


def test_what_becomes_urgent_enters_at_once(room: Neighbourhood) -> None:
    room.writes(ONE)
    room.writes("""
        id | at    | author | text
        d  | 20:09 | Anna   | help nu vuilnis op de Londensingel
    """)
    assert room.incident().urgency is Urgency.URGENT
    assert not waits(room)


def test_another_topic_and_another_pilot_ask_nothing(room: Neighbourhood) -> None:
    room.writes("""
        at    | text
        20:01 | Er is ingebroken op de Bostonsingel
    """)
    assert not waits(room)
    assert room.incident().entered_at is None


def test_a_person_lets_it_through_and_can_take_that_back(
    room: Neighbourhood, people: People
) -> None:
    room.writes(ONE)
    room.does(triage.let_through, 1, people.dora)
    assert not waits(room)
    assert room.incident().entered_at == room.clock.now
    room.does(undo, 1, people.dora, room.areas)
    assert waits(room)
    assert room.incident().entered_at is None
    with pytest.raises(NotAllowed):
        room.does(triage.let_through, 1, people.ron)


def test_who_decides_on_it_need_not_wait_for_more(room: Neighbourhood, people: People) -> None:
    room.writes(ONE)
    room.does(triage.accept, 1, people.dora)
    assert not waits(room)
    room.does(undo, 1, people.dora, room.areas)
    assert waits(room)


def test_who_calls_it_urgent_brings_it_into_the_queue(room: Neighbourhood, people: People) -> None:
    room.writes(ONE)
    room.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)
    assert not waits(room)


def test_a_topic_of_which_less_is_asked_brings_it_in(room: Neighbourhood, people: People) -> None:
    room.writes(ONE)
    room.does(triage.set_topic, 1, people.dora, "wrak", topics())
    assert not waits(room)


def test_what_does_not_wait_cannot_be_let_through(room: Neighbourhood, people: People) -> None:
    room.writes(ONE)
    room.does(triage.let_through, 1, people.dora)
    with pytest.raises(NotPossible):
        room.does(triage.let_through, 1, people.dora)


def test_when_less_is_asked_what_has_enough_enters(room: Neighbourhood, people: People) -> None:
    room.writes(ONE)
    asks(room, people.ada)
    assert not waits(room)
    assert room.history()[-1] == ("system", "entered")


def test_what_was_in_the_queue_does_not_leave_it_by_a_merge(
    room: Neighbourhood, people: People
) -> None:
    room.writes(ONE)
    room.writes("""
        id | at    | text
        e  | 20:06 | wrak op de Athenesingel
    """)

    def bring_in(incident_id: int, version: int, user: User, unit: Unit) -> object:
        return merge(incident_id, version, 2, user, unit, room.areas)

    room.does(bring_in, 1, people.dora)
    assert not waits(room)


def test_a_forwarded_text_is_no_second_witness(room: Neighbourhood) -> None:
    chain = "LET OP grofvuil Londensingel witte bestelbus Roemeense lading asbest delen aub"
    room.writes(f"""
        id | at    | author | text
        a  | 20:01 | Anna   | {chain}
        b  | 20:02 | Bram   | {chain}
        c  | 20:03 | Joost  | Doorgestuurd: {chain}
    """)
    room.must_show("""
        id | messages | residents
        1  | 3        | 1
    """)
    assert waits(room)
    assert room.incident().confidence < 0.99


def test_only_an_administrator_asks_and_only_of_topics_there_are(
    room: Neighbourhood, people: People
) -> None:
    with pytest.raises(NotAllowed):
        asks(room, people.dora, afval=WantedEvidence(residents=2))
    with pytest.raises(BadInput):
        asks(room, people.ada, onzin=WantedEvidence(residents=2))
    with pytest.raises(BadInput):
        asks(room, people.ada, afval=WantedEvidence(residents=99))


@pytest.mark.parametrize("wrong", [{"residents": 1}, {"residents": 0}, {"confidence": 1.0}])
def test_evidence_that_means_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"resident|confidence"):
        WantedEvidence(**wrong)  # type: ignore[arg-type]


def test_an_officer_in_the_street_sees_it_once_it_is_in_the_queue(room: Neighbourhood) -> None:
    def news() -> list[int]:
        areas = [area.id for area in room.areas]
        with room.store.read() as connection:
            found = changed_since(connection, areas, room.clock() - timedelta(days=1))
        return [incident.id for incident in found]

    room.writes(ONE)
    assert news() == []
    room.writes(ANOTHER)
    assert news() == [1]
