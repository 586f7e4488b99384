"""From probabilities to assessments, as a table; thresholds decide, and an all-clear is calm."""

from __future__ import annotations

import pytest

from core.assess import Thresholds, assess
from core.domain import Judgement
from tests.tables import table

LIMITS = Thresholds(relevant=0.5, sure=0.7, urgent=0.4, second_topic=0.3)
FOLLOWED = ("inbraak", "afval", "overlast")
JUDGEMENTS = table("""
    geen | inbraak | afval | wrak | urgent | retracts | assessments
    0.6  | 0.4     | 0     | 0    | 0      | 0        | -
    0.5  | 0.5     | 0     | 0    | 0      | 0        | inbraak doubtful
    0.2  | 0.8     | 0     | 0    | 0.1    | 0        | inbraak
    0.7  | 0.3     | 0     | 0    | 0.4    | 0        | inbraak urgent doubtful
    0.9  | 0.1     | 0     | 0    | 0.9    | 0        | -
    0.2  | 0.8     | 0     | 0    | 0.4    | 0        | inbraak urgent
    0.2  | 0.8     | 0     | 0    | 0.9    | 0.6      | inbraak retracts
    0.1  | 0.5     | 0.4   | 0    | 0      | 0        | inbraak, afval
    0.1  | 0.65    | 0.25  | 0    | 0      | 0        | inbraak
    0.1  | 0       | 0     | 0.9  | 0.9    | 0        | -
    0.1  | 0.35    | 0     | 0.55 | 0      | 0        | inbraak
""")


@pytest.mark.parametrize("row", JUDGEMENTS, ids=lambda row: row["assessments"])
def test_a_judgement_leads_to_the_assessments_of_the_table(row: dict[str, str]) -> None:
    judgement = Judgement(
        topics={name: float(row[name]) for name in ("geen", "inbraak", "afval", "wrak")},
        urgent=float(row["urgent"]),
        retracts=float(row["retracts"]),
        grounds=(),
        model="m",
    )
    found = [
        " ".join(
            [
                one.topic,
                *["urgent"] * (one.urgency.value == "urgent"),
                *["retracts"] * one.retracts,
                *["doubtful"] * one.doubtful,
            ]
        )
        for one in assess(judgement, LIMITS, FOLLOWED)
    ]
    assert (", ".join(found) or "-") == row["assessments"]


@pytest.mark.parametrize(
    ("also", "expected"),
    [
        ({"afval": 0.9, "wrak": 0.1}, ["inbraak", "afval"]),
        ({"afval": 0.2, "wrak": 0.1}, ["inbraak"]),
        ({"afval": 0.4, "overlast": 0.5, "wrak": 0.45}, ["inbraak", "overlast"]),
    ],
)
def test_a_further_topic_is_one_that_the_judge_says_it_is_about_too(
    also: dict[str, float], expected: list[str]
) -> None:
    shares = {"geen": 0.1, "inbraak": 0.5, "afval": 0.4, "overlast": 0.0, "wrak": 0.0}
    judgement = Judgement(topics=shares, urgent=0, retracts=0, grounds=(), model="m", also=also)
    limits = Thresholds(relevant=0.5, sure=0.7, urgent=0.4, second_topic=0.42)
    assert [one.topic for one in assess(judgement, limits, FOLLOWED)] == expected


def test_how_sure_about_urgency_is_about_what_was_decided() -> None:
    judgement = Judgement(
        topics={"geen": 0.1, "afval": 0.9}, urgent=0.1, retracts=0, grounds=(), model="m"
    )
    (one,) = assess(judgement, LIMITS, FOLLOWED)
    assert (one.urgency.value, one.urgency_confidence) == ("not_urgent", 0.9)


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 2.0])
def test_a_threshold_lies_between_never_and_always(value: float) -> None:
    with pytest.raises(ValueError, match="relevant"):
        Thresholds(relevant=value)
