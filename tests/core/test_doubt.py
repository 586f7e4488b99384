"""What a person says of a message in doubt holds at once, is an example, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import triage
from core.domain import NOT_RELEVANT, User
from core.doubt import Answer, answer, forget_no_reports, undo_answer
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NothingToUndo
from core.privacy.erase import erase_message
from core.store.learning_queries import Doubt, doubt_count, doubts, talk_around
from core.store.tables import assessments, labels, messages, turns
from core.topics import topics
from core.work import choose_areas
from tests.neighbourhood import Neighbourhood
from tests.people import People

NO_REPORT = Answer(topic=NOT_RELEVANT, urgent=False)
WASTE = Answer(topic="afval", urgent=False)


@pytest.fixture
def unsure(street: Neighbourhood) -> Neighbourhood:
    """A neighbourhood whose judge is never sure enough: every report waits for a person."""
    with street.store.unit() as unit:
        unit.pilots.set_thresholds(street.pilot.id, {"sure": 0.97})
    return street


@pytest.fixture
def room(unsure: Neighbourhood) -> Neighbourhood:
    """HNM-1 with two messages in doubt, HNM-2 with an urgent one."""
    unsure.writes("""
        id | at    | author | text
        a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
        b  | 20:05 | Bram   | ja ingebroken op de Bostonsingel
        c  | 20:09 | Joost  | brand in de Mexicosingel
    """)
    return unsure


def waiting(room: Neighbourhood) -> list[Doubt]:
    with room.store.read() as connection:
        return doubts(connection)


def says(
    room: Neighbourhood, message_id: int, said: Answer, user: User, seen: int | None = None
) -> None:
    with room.store.unit() as unit:
        (first, *_) = unit.learning.judged([message_id])
        count = first.corrected_count if seen is None else seen
        answer(message_id, count, said, user, unit, topics())


def takes_back(room: Neighbourhood, message_id: int, user: User) -> None:
    with room.store.unit() as unit:
        undo_answer(message_id, user, unit, topics())


def rows(room: Neighbourhood, query: Any) -> list[Any]:
    with room.store.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def said_of(room: Neighbourhood) -> list[Any]:
    query = sa.select(
        labels.c.message_id, labels.c.what, labels.c.before, labels.c.after, labels.c.model
    )
    return rows(room, query.order_by(labels.c.id))


def test_what_is_urgent_waits_first_then_the_newest(room: Neighbourhood) -> None:
    assert [(d.message_id, d.topic, d.urgent) for d in waiting(room)] == [
        (3, "noodgeval", True),
        (2, "inbraak", False),
        (1, "inbraak", False),
    ]


def test_what_the_judge_is_sure_of_does_not_wait(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
    """)
    assert waiting(street) == []


def test_agreeing_is_an_example_too_and_ends_the_waiting(
    room: Neighbourhood, people: People
) -> None:
    says(room, 1, Answer(topic="inbraak", urgent=False), people.dora)
    assert [doubt.message_id for doubt in waiting(room)] == [3, 2]
    assert said_of(room) == [
        (1, "relevance", True, True, "fake-judge"),
        (1, "topic", "inbraak", "inbraak", "fake-judge"),
        (1, "urgency", "not_urgent", "not_urgent", "fake-judge"),
    ]
    assert room.incident().confidence == 1.0


def test_another_topic_and_urgency_reach_the_incident_at_once(
    room: Neighbourhood, people: People
) -> None:
    says(room, 3, WASTE, people.lea)
    room.must_show("""
        id | topic   | urgency    | messages
        1  | inbraak | not_urgent | 2
        2  | afval   | not_urgent | 1
    """)
    (row,) = rows(
        room,
        sa.select(assessments.c.corrected_by, assessments.c.model).where(assessments.c.id == 3),
    )
    assert row == ("lea", "fake-judge")


def test_the_conversation_goes_on_from_what_a_person_said(
    room: Neighbourhood, people: People
) -> None:
    says(room, 3, WASTE, people.dora)
    room.writes("""
        id | at    | author | text
        d  | 20:12 | Anna   | hier ook
    """)
    assert [doubt.topic for doubt in waiting(room) if doubt.message_id == 4] == []
    found = rows(room, sa.select(assessments.c.topic).where(assessments.c.message_id == 4))
    assert found == [("afval",)]


def test_no_report_leaves_its_incident_and_an_empty_incident_closes(
    room: Neighbourhood, people: People
) -> None:
    says(room, 1, NO_REPORT, people.dora)
    says(room, 3, NO_REPORT, people.dora)
    room.must_show("""
        id | topic     | messages | status
        1  | inbraak   | 1        | new
        2  | noodgeval | 0        | closed
    """)
    assert [what for _, what in room.history(2)] == ["opened", "no_report", "emptied"]
    assert said_of(room)[0] == (1, "relevance", True, False, "fake-judge")


@pytest.mark.parametrize("said", [NO_REPORT, WASTE, Answer(topic="noodgeval", urgent=True)])
def test_an_answer_is_taken_back_whole(said: Answer, room: Neighbourhood, people: People) -> None:
    shown = """
        id | topic     | urgency    | messages | status | confidence
        1  | inbraak   | not_urgent | 2        | new    | 0.99
        2  | noodgeval | urgent     | 1        | new    | 0.90
    """
    room.must_show(shown)
    before = waiting(room)
    says(room, 3, said, people.dora)
    assert waiting(room) != before
    takes_back(room, 3, people.dora)
    room.must_show(shown)
    assert [doubt.message_id for doubt in waiting(room)] == [3, 2, 1]
    assert said_of(room) == []


def test_only_ones_own_last_answer_is_taken_back_and_once(
    room: Neighbourhood, people: People
) -> None:
    says(room, 3, WASTE, people.dora)
    with pytest.raises(NothingToUndo):
        takes_back(room, 3, people.daan)
    takes_back(room, 3, people.dora)
    with pytest.raises(NothingToUndo):
        takes_back(room, 3, people.dora)
    with pytest.raises(NothingToUndo):
        takes_back(room, 99, people.dora)


def test_after_an_hour_an_answer_stands_and_the_original_is_gone(
    room: Neighbourhood, people: People
) -> None:
    says(room, 3, NO_REPORT, people.dora)
    room.clock.forward(minutes=61)
    with room.store.unit() as unit:
        forget_no_reports(unit.now - timedelta(days=30), unit)
    with pytest.raises(NothingToUndo):
        takes_back(room, 3, people.dora)
    query = sa.select(messages.c.sealed_original, messages.c.redacted).where(messages.c.id == 3)
    assert rows(room, query) == [(None, "brand in de Mexicosingel")]


@pytest.mark.parametrize("days", [0, 30])
def test_the_words_of_no_report_go_when_they_are_no_example_any_more(
    days: int, room: Neighbourhood, people: People
) -> None:
    says(room, 3, NO_REPORT, people.dora)
    room.clock.forward(days=days, minutes=1)
    with room.store.unit() as unit:
        forget_no_reports(unit.now - timedelta(days=days), unit)
    assert room.stored()[2] == ""
    assert rows(room, sa.select(assessments.c.id).where(assessments.c.message_id == 3)) == []
    query = sa.select(messages.c.embedding).where(messages.c.id == 3)
    assert rows(room, query) == [(None,)]


def test_who_answers_what_a_colleague_answered_meanwhile_is_told(
    room: Neighbourhood, people: People
) -> None:
    says(room, 3, WASTE, people.daan)
    with pytest.raises(ChangedMeanwhile) as told:
        says(room, 3, NO_REPORT, people.dora, seen=0)
    assert told.value.params["who"] == "daan"
    says(room, 1, NO_REPORT, people.daan)
    with pytest.raises(ChangedMeanwhile):
        says(room, 1, WASTE, people.dora)


def test_what_was_erased_cannot_be_answered_and_is_no_example_any_more(
    room: Neighbourhood, people: People
) -> None:
    says(room, 1, WASTE, people.dora)
    key = room.services.vault.message_key(room.group().id, "a")
    with room.store.unit() as unit:
        erase_message(key, room.group().id, room.areas, unit, by="ada")
    assert {message_id for message_id, *_ in said_of(room)} == {None}
    with pytest.raises(NothingToUndo):
        takes_back(room, 1, people.dora)
    with room.store.unit() as unit, pytest.raises(NotFound):
        answer(1, 0, WASTE, people.dora, unit, topics())


def test_a_decision_about_the_incident_empties_it_from_the_list(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    assert [doubt.message_id for doubt in waiting(room)] == [3]
    room.clock.forward(minutes=1)
    room.writes("""
        id | at    | author | text
        d  | 20:30 | Fatima | weer ingebroken op de Bostonsingel 38
    """)
    assert [doubt.message_id for doubt in waiting(room)] == [3, 4]


def test_an_officer_answers_for_own_areas_only(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotAllowed):
        says(room, 1, WASTE, people.wim)
    with room.store.unit() as unit:
        choose_areas(people.wim, [area.id for area in room.areas], unit)
        wim = People.read(unit).wim
    says(room, 1, WASTE, wim)
    with room.store.read() as connection:
        assert doubt_count(connection, []) == 0
        assert doubt_count(connection, [area.id for area in room.areas]) == 2


@pytest.mark.parametrize("login", ["hanna", "ron", "ada"])
def test_others_may_not_answer(login: str, room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotAllowed):
        says(room, 1, WASTE, getattr(people, login))
    with pytest.raises(NotAllowed):
        takes_back(room, 1, getattr(people, login))


@pytest.mark.parametrize("topic", ["", "onzin", "afval; drop table"])
def test_a_topic_that_is_not_there_is_refused(
    topic: str, room: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        says(room, 1, Answer(topic=topic, urgent=False), people.dora)


def test_the_talk_around_stands_beside_it_without_what_is_no_report(
    room: Neighbourhood, people: People
) -> None:
    says(room, 1, NO_REPORT, people.dora)
    room.writes("""
        id | at    | author | reply_to | text
        d  | 20:11 | Anna   | c        | ja vechten en brand
    """)
    latest = next(doubt for doubt in waiting(room) if doubt.message_id == 4)
    with room.store.read() as connection:
        found = talk_around(connection, latest)
    assert [(one.message_id, one.is_answered) for one in found] == [(2, False), (3, True)]


def test_an_old_talk_stays_forgotten(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        unit.messages.forget_turns(room.clock.forward(days=3))
    says(room, 3, WASTE, people.dora)
    assert rows(room, sa.select(turns.c.topics).where(turns.c.topics.is_not(None))) == []
