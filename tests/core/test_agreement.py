"""Agreement of groupings: what papers define, and what another library computes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from core.agreement import adjusted_mutual, adjusted_rand, agreement

GROUPINGS = [
    ("the same", "AABB", "1122", 1.0),
    ("the same under other names", "AABB", "2211", 1.0),
    ("as far apart as can be", "AABB", "1212", -0.5),
    ("one of six elsewhere", "AAABBB", "112222", 0.3243),
]


@pytest.mark.parametrize(("claim", "ours", "theirs", "rand"), GROUPINGS)
def test_agreement_is_1_for_the_same_and_0_for_chance(
    claim: str, ours: str, theirs: str, rand: float
) -> None:
    assert adjusted_rand(ours, theirs) == pytest.approx(rand, abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_measures_are_what_another_library_says(seed: int) -> None:
    draw = np.random.default_rng(seed)
    theirs = draw.integers(0, 9, 400)
    ours = np.where(draw.random(400) < 0.7, theirs, draw.integers(0, 14, 400)).tolist()
    found = agreement(ours, theirs.tolist())
    assert found is not None
    assert (found.rand, found.mutual) == (
        pytest.approx(metrics.adjusted_rand_score(theirs, ours)),
        pytest.approx(metrics.adjusted_mutual_info_score(theirs, ours)),
    )
    assert (found.homogeneity, found.completeness, found.v_measure) == pytest.approx(
        metrics.homogeneity_completeness_v_measure(theirs, ours)
    )


def test_bcubed_counts_each_message_in_its_own_company() -> None:
    found = agreement("AAAB", "1122")
    assert found is not None
    # first A's: 2 of 3 right, twice; the third: 1 of 3; B: 1 of 1.
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)


@pytest.mark.parametrize(("ours", "theirs"), [("", ""), ("A", "1"), ("AB", "12"), ("AA", "11")])
def test_where_nothing_can_be_compared_there_is_no_number(ours: str, theirs: str) -> None:
    assert adjusted_rand(ours, theirs) is None


@pytest.mark.parametrize(("ours", "theirs"), [("AB", "12"), ("AA", "11")])
def test_mutual_information_says_nothing_where_chance_gives_it_all(ours: str, theirs: str) -> None:
    assert adjusted_mutual(ours, theirs) is None


def test_fewer_than_two_messages_have_no_agreement() -> None:
    assert agreement("A", "1") is None
