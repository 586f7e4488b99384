"""Routing rules: the first that fits says who should get an incident; a person still decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from core.domain import RoutingRule, Status, Urgency
from core.errors import BadInput, NotAllowed, NotFound
from core.routing import (
    Facts,
    add_rule,
    change_rule,
    fits,
    move_rule,
    remove_rule,
    route,
    stems,
)
from core.topics import topics
from core.triage import accept, set_topic
from tests.neighbourhood import Neighbourhood
from tests.people import People

MONDAY_NIGHT = datetime(2021, 4, 12, 21, 30, tzinfo=UTC)  # 23:30 in The Hague
FACTS = Facts(
    topic="afval",
    urgency=Urgency.NOT_URGENT,
    area_ids=frozenset({1, 4}),
    opened_at=MONDAY_NIGHT,
    stems=stems(["twee gasflessen naast de container"]),
)
RULE = RoutingRule(name="proef", target="team:Noord", id=3)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True),
        ({"topics": ("afval", "wrak")}, True),
        ({"topics": ("wrak",)}, False),
        ({"area_ids": (4,)}, True),
        ({"area_ids": (9,)}, False),
        ({"urgency": Urgency.NOT_URGENT}, True),
        ({"urgency": Urgency.URGENT}, False),
        ({"weekdays": (0,)}, True),
        ({"weekdays": (1, 2)}, False),
        ({"from_time": time(23), "until_time": time(7)}, True),
        ({"from_time": time(7), "until_time": time(23)}, False),
        ({"from_time": time(23, 31)}, False),
        ({"until_time": time(23, 30)}, False),
        ({"words": ("gasfles",)}, True),
        ({"words": ("asbest", "Gasflessen")}, True),
        ({"words": ("asbest",)}, False),
        ({"topics": ("afval",), "area_ids": (9,)}, False),
    ],
)
def test_a_rule_fits_when_all_it_names_holds(conditions: dict[str, object], holds: bool) -> None:
    assert fits(replace(RULE, **conditions), FACTS) is holds  # type: ignore[arg-type]


def test_the_first_rule_that_fits_counts_and_one_that_is_off_does_not() -> None:
    first = replace(RULE, enabled=False, id=1)
    second = replace(RULE, target="community_officer", id=2)
    found = route(FACTS, [first, second, RULE], topics())
    assert (found.destination, found.team, found.rule_id) == ("community_officer", None, 2)


def test_a_rule_for_a_team_leaves_the_usual_destination() -> None:
    found = route(FACTS, [RULE], topics())
    assert (found.destination, found.team, found.rule_id) == ("handhaving", "Noord", 3)
    urgent = route(replace(FACTS, urgency=Urgency.URGENT), [], topics())
    assert (urgent.destination, urgent.rule_id) == ("police_team", None)


def test_a_new_incident_is_proposed_by_the_rules_and_nothing_is_done(
    street: Neighbourhood, people: People
) -> None:
    rule = RoutingRule(name="Grofvuil", target="community_officer", words=("grofvuil",))
    with street.store.unit() as unit:
        rule_id = add_rule(street.pilot.id, rule, people.ada, unit)
    street.writes(
        """
        at    | author | text
        20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
        """
    )
    incident = street.incident()
    assert (incident.proposed_destination, incident.routing_rule_id) == (
        "community_officer",
        rule_id,
    )
    assert (incident.status, incident.assignee, incident.destination) == (Status.NEW, None, None)


def test_another_topic_is_proposed_anew(street: Neighbourhood, people: People) -> None:
    rule = RoutingRule(name="Wrakken", target="community_officer", topics=("wrak",))
    with street.store.unit() as unit:
        rule_id = add_rule(street.pilot.id, rule, people.ada, unit)
    street.writes(
        """
        at    | author | text
        20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
        """
    )
    assert street.incident().routing_rule_id is None
    street.does(accept, 1, people.dora)
    street.does(set_topic, 1, people.dora, "wrak", topics())
    assert street.incident().routing_rule_id == rule_id


def test_rules_have_an_order_that_can_be_changed(street: Neighbourhood, people: People) -> None:
    pilot_id = street.pilot.id
    with street.store.unit() as unit:
        for name in "abc":
            add_rule(pilot_id, replace(RULE, name=name), people.ada, unit)
        last = unit.routing.rules(pilot_id)[-1]
        move_rule(last.id, -5, people.ada, unit)
        assert [rule.name for rule in unit.routing.rules(pilot_id)] == ["c", "a", "b"]
        change_rule(replace(last, name="d", words=("asbest",)), people.ada, unit)
        remove_rule(unit.routing.rules(pilot_id)[1].id, people.ada, unit)
        assert [rule.name for rule in unit.routing.rules(pilot_id)] == ["d", "b"]
        assert unit.routing.rules(pilot_id)[0].words == ("asbest",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "a" * 81},
        {"name": "a\nb"},
        {"target": "team: "},
        {"target": ""},
        {"words": ("!!",)},
        {"words": ("grofvuil", "straat")},
        {"words": ("ov",)},
        {"words": tuple(str(n) for n in range(31))},
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    street: Neighbourhood, people: People, wrong: dict[str, object]
) -> None:
    with street.store.unit() as unit, pytest.raises(BadInput):
        add_rule(street.pilot.id, replace(RULE, **wrong), people.ada, unit)  # type: ignore[arg-type]


def test_only_an_administrator_writes_rules(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        with pytest.raises(NotAllowed):
            add_rule(street.pilot.id, RULE, people.dora, unit)
        with pytest.raises(NotFound):
            remove_rule(99, people.ada, unit)
