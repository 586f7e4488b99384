"""Intervals against the books, and the honesty of few figures."""

from __future__ import annotations

import pytest

from core.work_form import Baseline, Measured
from core.work_intervals import FEWEST_DAYS, FEWEST_PEOPLE, Figure, Lack, gap, median, ratio
from tests.core.test_work_measures import BASELINE


@pytest.mark.parametrize(
    ("size", "low", "high"),
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (20, 6, 15), (25, 8, 18), (100, 40, 61)],
)
def test_the_median_has_the_ranks_of_the_tables(size: int, low: int, high: int) -> None:
    """Conover, Practical Nonparametric Statistics, 1999, table A3: order statistics at 95 %."""
    found = median([float(n) for n in range(size, 0, -1)])
    assert (found.low, found.high) == (low, high)
    assert found.value == (size + 1) / 2


@pytest.mark.parametrize("size", range(6))
def test_of_fewer_than_six_no_median_is_said(size: int) -> None:
    assert median([1.0] * size) == Figure(value=None, of=size, lack=Lack.LITTLE)


def test_a_ratio_is_of_sums_and_its_interval_holds_it() -> None:
    tops, bottoms = [2.0, 4.0, 6.0, 8.0] * 5, [1.0, 1.0, 2.0, 2.0] * 5
    found = ratio(tops, bottoms, count=100, people=4)
    assert found.value == pytest.approx(100 / 30)
    assert found.low is not None and found.high is not None
    assert 2.0 < found.low < 100 / 30 < found.high < 4.0
    assert found == ratio(tops, bottoms, count=100, people=4)


def test_days_that_differ_more_make_it_less_sure() -> None:
    even = ratio([4.0] * 20, [1.0] * 20, count=80, people=3)
    apart = ratio([0.0, 8.0] * 10, [1.0] * 20, count=80, people=3)
    assert even.low == even.high == even.value == 4.0
    assert apart.high is not None and apart.low is not None and apart.high - apart.low > 2


@pytest.mark.parametrize(
    ("days", "count", "people", "lack"),
    [
        (FEWEST_DAYS, 20, FEWEST_PEOPLE - 1, Lack.PEOPLE),
        (FEWEST_DAYS - 1, 99, FEWEST_PEOPLE, Lack.LITTLE),
        (FEWEST_DAYS, 19, FEWEST_PEOPLE, Lack.LITTLE),
        (0, 0, FEWEST_PEOPLE, Lack.LITTLE),
    ],
)
def test_too_few_people_days_or_steps_make_no_figure(
    days: int, count: int, people: int, lack: Lack
) -> None:
    found = ratio([2.0] * days, [1.0] * days, count=count, people=people)
    assert (found.value, found.lack) == (None, lack)
    assert found.of == (count if lack is Lack.LITTLE else 0)


def test_nobody_worked_no_time_at_all() -> None:
    assert ratio([3.0] * 20, [0.0] * 20, count=60, people=5).lack is Lack.LITTLE


def test_a_gap_takes_both_intervals_along() -> None:
    """MOVER by hand: 6 (5-7) less 4 (3,4-4,6): below sqrt(1 + 0,36), above the same."""
    now = Figure(value=6.0, low=5.0, high=7.0, of=50)
    before = Figure(value=4.0, low=3.4, high=4.6, of=50)
    found = gap(now, before)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 0.834, 3.166), abs=0.001)
    assert found.is_clear


def test_a_figure_of_before_without_an_interval_counts_as_certain() -> None:
    now = Figure(value=6.0, low=5.0, high=7.0, of=50)
    found = gap(now, BASELINE)
    assert isinstance(BASELINE, Baseline) and BASELINE.measured is Measured.PACE
    assert found is not None and (found.low, found.high) == (1.0, 3.0)


def test_without_a_figure_there_is_no_gap() -> None:
    assert gap(Figure(value=None, lack=Lack.LITTLE), BASELINE) is None
