"""Taking back ("loos alarm") ends the urgency of the stored incident, until somebody says anew."""

from __future__ import annotations

import pytest

from core import triage
from core.domain import Urgency
from core.store.room_queries import dossier
from tests.neighbourhood import Neighbourhood
from tests.people import People


@pytest.fixture
def alarm(street: Neighbourhood) -> Neighbourhood:
    """HNM-1, urgent: somebody breaks in now."""
    street.writes("""
        id | at    | author | text
        a  | 20:01 | Anna   | help er wordt nu ingebroken op de Bostonsingel 36
    """)
    assert street.incident().urgency is Urgency.URGENT
    return street


def test_loos_alarm_ends_the_urgency_and_is_shown_as_what_did(alarm: Neighbourhood) -> None:
    alarm.writes("""
        id | at    | author | text
        b  | 20:06 | Anna   | loos alarm, was de monteur
    """)
    alarm.must_show("""
        id | topic   | urgency    | messages | status
        1  | inbraak | not_urgent | 2        | new
    """)
    with alarm.store.read() as connection:
        first, last = dossier(connection, 1, alarm.clock()).members
    assert (first.urgent, first.retracts) == (True, False)
    assert (last.urgent, last.retracts) == (False, True)


def test_an_answer_to_the_alarm_ends_it_too(alarm: Neighbourhood) -> None:
    alarm.writes("""
        id | at    | author | reply_to | text
        b  | 20:30 | Bram   | a        | loos alarm
    """)
    assert alarm.incident().urgency is Urgency.NOT_URGENT


def test_who_writes_after_it_that_it_goes_on_makes_it_urgent_again(alarm: Neighbourhood) -> None:
    alarm.writes("""
        id | at    | author | text
        b  | 20:06 | Anna   | loos alarm, was de monteur
        c  | 20:09 | Bram   | nee help ze hebben nu weer ingebroken op de Bostonsingel 36
    """)
    assert alarm.incident().urgency is Urgency.URGENT


def test_an_older_alarm_that_comes_late_does_not_bring_it_back(alarm: Neighbourhood) -> None:
    alarm.writes("""
        id | at    | author | text
        b  | 20:06 | Anna   | loos alarm, was de monteur
    """)
    alarm.writes("""
        id | at    | author | text
        c  | 20:04 | Bram   | help nu ingebroken op de Bostonsingel 36
    """)
    assert alarm.incident().urgency is Urgency.NOT_URGENT


def test_what_a_dispatcher_said_of_the_urgency_stays(alarm: Neighbourhood, people: People) -> None:
    alarm.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)
    alarm.writes("""
        id | at    | author | text
        b  | 20:06 | Anna   | loos alarm, was de monteur
    """)
    assert alarm.incident().urgency is Urgency.URGENT
