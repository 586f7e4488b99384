"""The published figures count what they say they count."""

from __future__ import annotations

import numpy as np
import pytest

from models.figures import (
    Verdicts,
    bins,
    by_topic,
    calibration_error,
    intervals,
    precision_at,
    rates,
    summary,
    trade_off,
)
from tests.tables import table

# gold and said: 0 is geen, 1 afval, 2 inbraak
ROWS = table("""
    gold | said | gold urgent | said urgent | relevance | urgency | talk
    1    | 1    | 0           | 0           | 0.9       | 0.0     | 0
    2    | 2    | 1           | 1           | 0.9       | 0.8     | 0
    2    | 1    | 1           | 0           | 0.6       | 0.3     | 1
    0    | 0    | 0           | 0           | 0.1       | 0.0     | 1
    0    | 2    | 0           | 1           | 0.7       | 0.6     | 2
    1    | 0    | 0           | 0           | 0.2       | 0.1     | 2
""")


@pytest.fixture
def found() -> Verdicts:
    def column(name: str, kind: type) -> np.ndarray:
        return np.array([float(row[name]) for row in ROWS]).astype(kind)

    return Verdicts(
        topics=("geen", "afval", "inbraak"),
        gold=column("gold", int),
        said=column("said", int),
        gold_urgent=column("gold urgent", bool),
        said_urgent=column("said urgent", bool),
        relevance=column("relevance", float),
        urgency=column("urgency", float),
        conversation=column("talk", int),
    )


def test_relevance_urgency_and_topics_are_counted(found: Verdicts) -> None:
    figures = summary(found)
    assert figures["relevance_precision"] == pytest.approx(3 / 4)
    assert figures["relevance_recall"] == pytest.approx(3 / 4)
    assert figures["urgent_precision"] == figures["urgent_recall"] == pytest.approx(1 / 2)
    assert by_topic(found) == pytest.approx({"geen": 1 / 2, "afval": 1 / 2, "inbraak": 1 / 2})


def test_nothing_found_is_zero_not_an_error() -> None:
    nothing = np.zeros(3, dtype=bool)
    assert rates(nothing, nothing) == (0.0, 0.0, 0.0)
    assert precision_at(np.zeros(3), nothing, 0.95) == 0.0


def test_calibration_error_is_the_distance_between_said_and_happened() -> None:
    said = np.array([0.8] * 10 + [0.2] * 10)
    happened = np.array([True] * 8 + [False] * 2 + [True] * 4 + [False] * 6)
    assert calibration_error(said, happened) == pytest.approx(0.1)
    assert [(bar.count, round(bar.happened, 1)) for bar in bins(said, happened)] == [
        (10, 0.4),
        (10, 0.8),
    ]


def test_a_lower_threshold_finds_more_and_never_less(found: Verdicts) -> None:
    recalls = [recall for _, _, recall in trade_off(found, (0.9, 0.5, 0.2))]
    assert recalls == sorted(recalls)


def test_an_interval_holds_the_figure(found: Verdicts) -> None:
    figures = summary(found)
    for name, (low, high) in intervals(found).items():
        assert low <= figures[name] <= high or low == high
