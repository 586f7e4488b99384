"""Runs beside each other, and clusters beside incidents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.comparison import (
    Change,
    Mixed,
    Spread,
    changes_between,
    compare,
    mixed_clusters,
    spread_incidents,
)
from core.ports import Method
from core.store.research_queries import Outcome, Recipe, Spot
from tests.timepiece import START

RECIPE = Recipe(first=START.date(), last=START.date())


def outcome(labels: str) -> Outcome:
    """A letter a message: A is cluster 0, B is 1, and so on; a dot is outside; a space is no."""
    placed = [(n, letter) for n, letter in enumerate(labels) if letter != " "]
    return Outcome(
        message_ids=tuple(n for n, _ in placed),
        clusters=tuple(-1 if letter == "." else ord(letter) - 65 for _, letter in placed),
        points=tuple((float(n), 0.0) for n, _ in placed),
        explained=0.5,
        found_count=len(placed),
    )


def stored(incidents: str) -> dict[int, Spot]:
    return {
        n: Spot(
            message_id=n,
            resident="r",
            topic="afval",
            incident_id=None if letter == "-" else int(letter),
            sent_at=START,
            redacted="",
        )
        for n, letter in enumerate(incidents)
    }


MOVES = [
    ("the same", "AABB.", "AABB.", ()),
    ("the same under other names", "AABB.", "BBAA.", ()),
    ("one goes over", "AAABB", "AABBB", (2,)),
    ("one falls out", "AAABB", "AA.BB", (2,)),
    ("one comes in", "AA.BB", "AAABB", (2,)),
    ("a cluster splits: the larger part stays", "AAAAA", "AAABB", (3, 4)),
    ("two become one: the larger stays", "AAABB", "AAAAA", (3, 4)),
    ("only what both have counts", "AAB  ", "AA BB", ()),
    ("nothing in both", "AA  ", "  AA", ()),
]


@pytest.mark.parametrize(("claim", "before", "after", "moved"), MOVES, ids=[m[0] for m in MOVES])
def test_a_message_moved_when_its_company_did_not(
    claim: str, before: str, after: str, moved: tuple[int, ...]
) -> None:
    found = compare(outcome(before), outcome(after), stored("1" * 5))
    assert found.moved == moved


def test_every_message_of_both_is_in_one_flow_and_the_others_are_named() -> None:
    found = compare(outcome("AAB. "), outcome(" ABBB"), stored("11111"))
    flows = {(flow.before, flow.after): flow.message_ids for flow in found.flows}
    assert flows == {(0, 0): (1,), (1, 1): (2,), (-1, 1): (3,)}
    assert (found.only_before, found.only_after) == ((0,), (4,))


def test_what_was_erased_since_is_compared_no_more() -> None:
    found = compare(outcome("AABB"), outcome("AABB"), stored("11"))
    assert found.shared_count == 2


def test_equal_is_the_same_clusters_and_the_same_places() -> None:
    one = outcome("AAB")
    assert compare(one, outcome("AAB"), stored("111")).is_equal
    assert not compare(one, replace(one, points=((9.0, 9.0),) * 3), stored("111")).is_equal
    assert not compare(one, outcome("BBA"), stored("111")).is_equal


def test_choices_that_differ_are_named_with_both_values() -> None:
    other = replace(RECIPE, topics=("afval",), method=Method(seed=8))
    assert changes_between(RECIPE, RECIPE) == []
    assert changes_between(RECIPE, other) == [
        Change(name="topics", before=(), after=("afval",)),
        Change(name="seed", before=7, after=8),
    ]


def test_clusters_of_several_incidents_and_incidents_in_several_clusters() -> None:
    found, spots = outcome("AAABBC."), stored("1122-33")
    assert mixed_clusters(found, spots) == [Mixed(cluster=0, incidents=((1, 2), (2, 1)))]
    assert spread_incidents(found, spots) == [
        Spread(incident_id=2, clusters=((0, 1), (1, 1))),
    ]


def test_nothing_at_all_is_compared_without_a_number() -> None:
    found = compare(outcome(""), outcome(""), {})
    assert (found.agreement, found.flows, found.is_equal) == (None, (), True)
    assert mixed_clusters(outcome(""), {}) == spread_incidents(outcome(""), {}) == []
