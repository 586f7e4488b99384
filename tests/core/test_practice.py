"""What people did with judgements is counted for what it says, and for no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import doubt, grouping, triage
from core.domain import Urgency
from core.i18n import text_of
from core.practice import (
    Handled,
    doubts,
    handled,
    most_mistaken,
    practice,
    practices,
    topic_changes,
)
from core.store.evaluation_queries import (
    beginnings,
    corrections,
    first_words,
    judgements,
    models_in,
    read_and_kept,
    recent_chances,
    reject_reasons,
    standings,
    urgency_of_members,
)
from core.store.trend_queries import courses
from core.topics import topics
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START

EVENING = """
    at    | author | group         | text
    19:00 | Anna   | HNM Hoge Veld | er wordt nu ingebroken in de Bostonsingel
    19:10 | Bram   | HNM Lage Veld | grofvuil naast de container in de Londensingel
    19:20 | Fatima | HNM Zonne Veld | harde muziek op het Ko van Dijkplein
    19:30 | Kees   | HNM Hoge Veld | wat een mooi weer
"""
SPAN = (1, START - timedelta(days=2), START + timedelta(days=2))


@pytest.fixture
def evening(street: Neighbourhood) -> Neighbourhood:
    """Three incidents: a burglary (urgent), waste, noise."""
    street.writes(EVENING)
    return street


def read(around: Neighbourhood) -> list[Handled]:
    with around.store.read() as connection:
        return handled(
            courses(connection, *SPAN),
            beginnings(connection, *SPAN),
            corrections(connection, *SPAN),
            reject_reasons(connection, *SPAN),
        )


def test_before_anybody_decides_nothing_is_said(evening: Neighbourhood) -> None:
    found = practice("", read(evening))
    assert (found.opened_count, found.decided_count) == (3, 0)
    assert [one.of for one in (found.report, found.topic, found.urgent)] == [0, 0, 0]


def test_what_is_taken_up_was_a_report(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.accept, 1, people.dora)
    evening.does(triage.accept, 2, people.dora)
    found = practice("", read(evening))
    assert (found.report.hits, found.report.of) == (2, 2)
    assert (found.urgent.hits, found.urgent.of) == (1, 1)
    assert not found.report.is_enough


@pytest.mark.parametrize(
    ("language", "number", "of"), [("nl", 1, 1), ("en", 1, 1), ("nl", 2, 0), ("en", 4, 0)]
)
def test_only_no_report_speaks_against_the_judgement(
    evening: Neighbourhood, people: People, language: str, number: int, of: int
) -> None:
    reason = text_of(language, f"room.reject_reason_{number}")
    evening.does(triage.reject, 2, people.dora, f"{reason}. Gebeld.")
    found = practice("", read(evening))
    assert (found.report.hits, found.report.of) == (0, of)
    assert found.rejected_count == 1


def test_a_topic_that_was_changed_is_told_from_one_that_stayed(
    evening: Neighbourhood, people: People
) -> None:
    evening.does(triage.set_topic, 2, people.dora, "wrak", topics())
    for incident_id in (1, 2, 3):
        evening.does(triage.accept, incident_id, people.dora)
    found = read(evening)
    assert (practice("", found).topic.hits, practice("", found).topic.of) == (2, 3)
    assert topic_changes(found) == [("afval", "wrak", 1)]
    assert [one.incident_id for one in most_mistaken(found, 5)] == [2]


def test_urgency_that_people_added_had_not_been_seen(
    evening: Neighbourhood, people: People
) -> None:
    evening.does(triage.set_urgency, 3, people.dora, Urgency.URGENT)
    evening.does(triage.set_urgency, 1, people.dora, Urgency.NOT_URGENT)
    for incident_id in (1, 2, 3):
        evening.does(triage.accept, incident_id, people.dora)
    found = practice("", read(evening))
    assert (found.urgent.hits, found.urgent.of) == (0, 1)
    assert (found.seen_urgent.hits, found.seen_urgent.of) == (0, 1)


def test_a_step_that_was_taken_back_counts_no_more(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.set_topic, 2, people.dora, "wrak", topics())
    evening.does(undo, 2, people.dora, evening.areas)
    assert topic_changes(read(evening)) == []


def test_a_merged_incident_counts_once(evening: Neighbourhood, people: People) -> None:
    with evening.store.unit() as unit:
        grouping.merge(1, 1, 2, people.dora, unit, evening.areas)
    assert practice("", read(evening)).opened_count == 2


def test_a_single_message_that_was_no_report_counts_as_one_in_doubt(
    evening: Neighbourhood, people: People
) -> None:
    with evening.store.unit() as unit:
        said = doubt.Answer(topic="geen", urgent=False)
        doubt.answer(2, 0, said, people.dora, unit, topics())
    with evening.store.read() as connection:
        found = doubts(corrections(connection, *SPAN))
    assert (found.hits, found.of) == (0, 1)
    emptied = practice("", read(evening))
    assert (emptied.report.hits, emptied.report.of) == (0, 1)


def test_parts_are_named_and_the_largest_comes_first(evening: Neighbourhood) -> None:
    found = practices(read(evening), lambda one: one.group, {})
    assert [part.opened_count for part in found] == [1, 1, 1]
    named = practices(read(evening), lambda one: one.said_topic, {"afval": "Afval"})
    assert "Afval" in [part.name for part in named]


def test_an_erased_message_leaves_an_incident_without_a_beginning(
    evening: Neighbourhood, people: People
) -> None:
    evening.receive("""
        at    | author | id | kind   | group         | text
        19:40 | Bram   | m2 | delete | HNM Lage Veld | -
    """)
    evening.work()
    groups = {one.incident_id: one.group for one in read(evening)}
    assert groups[2] == ""


def test_what_the_screens_ask_of_the_store(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.set_urgency, 3, people.dora, Urgency.URGENT)
    day = START.date()
    with evening.store.read() as connection:
        assert read_and_kept(connection, 1, day, day) == (4, 3)
        assert models_in(connection, *SPAN) == {"fake-judge": 3}
        assert [one.topic for one in judgements(connection, *SPAN)] == [
            "inbraak",
            "afval",
            "overlast",
        ]
        marked = {one.incident_id: one for one in standings(connection, *SPAN)}
        assert (marked[1].urgent, marked[1].overruled) == (True, False)
        assert (marked[3].urgent, marked[3].overruled) == (True, True)
        members = {one.incident_id: one for one in urgency_of_members(connection, *SPAN)}
        assert members[1].probability > 0.5 > members[2].probability
        chances = recent_chances(connection, 1)
        assert len(chances) == 4
        assert sum(relevance > 0.5 for relevance, _ in chances) == 3
        (words,) = first_words(connection, [2, 99])
        assert words.text.startswith("grofvuil")
