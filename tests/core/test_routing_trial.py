"""A rule is tried on what happened before it counts."""

from __future__ import annotations

from datetime import timedelta

from core.domain import RoutingRule
from core.routing import words_of
from core.routing_trial import trial_of, with_draft
from core.store.member_rows import members_of
from core.store.routing_queries import happened_since
from core.topics import topics
from core.triage import accept, hand_over
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = """
    at    | author | text
    20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
    20:20 | Piet   | ingebroken op de Osloweg 2
"""


def test_a_trial_says_what_would_go_elsewhere_and_whether_people_agreed(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    street.does(accept, 1, people.dora)
    street.does(hand_over, 1, people.dora, "community_officer")
    draft = RoutingRule(name="Grofvuil", target="community_officer", words=("grofvuil",))
    with street.store.read() as connection:
        happened = happened_since(connection, street.pilot.id, street.clock() - timedelta(days=30))
    found = trial_of(happened, with_draft([], draft), [], street.areas, topics())
    assert (found.incident_count, found.caught) == (2, {0: 1})
    assert [line.incident.id for line in found.elsewhere] == [1]
    assert (found.sent_count, found.agreed_before, found.agreed_after) == (1, 0, 1)


def test_a_trial_reads_no_more_words_than_the_rule_itself_will(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    caught = {}
    for word in ("grofvuil", "weer"):  # kept with the incident; an everyday word, which is not
        draft = RoutingRule(name=word, target="community_officer", words=(word,))
        with street.store.read() as connection:
            happened = happened_since(connection, street.pilot.id, street.clock() - timedelta(1))
        caught[word] = trial_of(happened, [draft], [], street.areas, topics()).caught[0]
    with street.store.read() as connection:
        live = words_of(members_of(connection, [1])[1])
    assert caught == {word: int(word in live) for word in caught} == {"grofvuil": 1, "weer": 0}


def test_a_draft_stands_where_the_rule_stood() -> None:
    rules = [
        RoutingRule(name=name, target="community_officer", id=n) for n, name in enumerate("abc", 1)
    ]
    draft = RoutingRule(name="x", target="community_officer", id=2)
    assert [rule.name for rule in with_draft(rules, draft)] == ["a", "x", "c"]


def test_nothing_happened_is_a_trial_too(street: Neighbourhood) -> None:
    found = trial_of([], [], [], street.areas, topics())
    assert (found.incident_count, found.elsewhere) == (0, ())
