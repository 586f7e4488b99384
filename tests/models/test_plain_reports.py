"""Plain, short first reports are followed, and short chat with the same words is not.

The list was written by a hand of its own and is never trained on (models/corpus/CARD.md). The
floors lie a few points under what was measured (docs/models.md): they catch a judge that broke.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.assess import Thresholds, assess
from core.domain import Assessment, Urgency
from core.topics import topics
from models.corpus_reader import Example, read_part
from models.evaluate import run
from models.figures import summary, verdicts
from models.judge import LearnedJudge
from models.quality import PART

Judged = Sequence[tuple[Example, list[Assessment]]]


@pytest.fixture(scope="module")
def judged(trained_judge: LearnedJudge) -> Judged:
    examples = read_part("plain-held-out")
    said = run(examples, trained_judge).judged
    names = tuple(topics())
    return [
        (example, assess(one, Thresholds(), names))
        for example, one in zip(examples, said, strict=True)
    ]


def share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def test_what_is_a_report_is_followed(judged: Judged) -> None:
    assert share([bool(found) for one, found in judged if one.label.topics]) >= 0.92


def test_what_is_urgent_is_said_to_be(judged: Judged) -> None:
    urgent = [found for one, found in judged if one.label.urgent]
    assert share([any(a.urgency is Urgency.URGENT for a in found) for found in urgent]) >= 0.90


def test_its_topic_is_right(judged: Judged) -> None:
    followed = [(one, found) for one, found in judged if one.label.topics and found]
    assert share([found[0].topic in one.label.topics for one, found in followed]) >= 0.85


def test_chat_that_holds_the_same_words_is_left_alone(judged: Judged) -> None:
    assert share([bool(found) for one, found in judged if not one.label.topics]) <= 0.10


FLOORS = {"urgent_recall": 0.89, "urgent_precision": 0.70, "relevance_f1": 0.89,
          "topic_macro_f1": 0.81}  # fmt: skip


def test_the_validation_part_is_judged_about_as_well_as_published(
    trained_judge: LearnedJudge,
) -> None:
    examples = read_part(PART)
    found = summary(verdicts(examples, run(examples, trained_judge).judged, Thresholds()))
    assert {name: found[name] for name, least in FLOORS.items() if found[name] < least} == {}
