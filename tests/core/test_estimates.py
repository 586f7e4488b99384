"""A share with its doubt: known intervals, few things, and messages that hang together."""

from __future__ import annotations

import numpy as np
import pytest

from core.estimates import FEWEST, rates, share_in, share_of, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366)],
)
def test_the_interval_is_that_of_the_books(hits: int, of: int, low: float, high: float) -> None:
    """The last is an example of Newcombe (1998)."""
    assert list(wilson(hits, of)) == pytest.approx([low, high], abs=0.001)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share_of(0, 0).value is None


def test_few_things_make_no_percentage() -> None:
    assert not share_of(3, FEWEST - 1).is_enough
    assert share_of(3, FEWEST).is_enough


def test_messages_that_err_together_are_less_sure() -> None:
    hits = np.array([True] * 20 + [False] * 20)
    every = np.ones(40, dtype=bool)
    apart = share_in(hits, every, np.arange(40))
    together = share_in(hits, every, np.repeat([0, 1], 20))
    assert apart.value == together.value == 0.5
    assert together.high - together.low > apart.high - apart.low
    assert (together.low, together.high) == (0.0, 1.0)


def test_an_interval_holds_its_share_and_is_the_same_each_time() -> None:
    rng = np.random.default_rng(3)
    gold, said = rng.random(200) < 0.4, rng.random(200) < 0.5
    talks = rng.integers(0, 30, 200)
    found = rates(gold, said, talks)
    for one in (found.precision, found.recall, found.f1):
        assert one.low <= (one.value or 0.0) <= one.high
    assert rates(gold, said, talks) == found


def test_the_three_rates_agree_with_their_definition() -> None:
    gold = np.array([1, 1, 1, 0, 0], dtype=bool)
    said = np.array([1, 1, 0, 1, 0], dtype=bool)
    found = rates(gold, said, np.arange(5))
    assert found.precision.value == found.recall.value == pytest.approx(2 / 3)
    assert found.f1.value == pytest.approx(2 / 3)
    assert (found.label_count, found.said_count) == (3, 3)


def test_without_messages_there_is_no_figure_and_no_error() -> None:
    none = np.zeros(0, dtype=bool)
    found = rates(none, none, np.zeros(0, dtype=np.int64))
    assert found.recall.value is None
    assert found.f1.value is None
