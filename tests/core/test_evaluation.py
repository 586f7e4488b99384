"""The figures: as the product decides, as they are published, and by part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.assess import Thresholds, assess
from core.domain import Judgement, Urgency
from core.evaluation import (
    Split,
    by_topic,
    calibration,
    changes,
    confusion,
    decide,
    kept_figures,
    slices,
    summary,
)
from core.quality_file import Judged, read_quality
from models.figures import Verdicts
from models.figures import summary as published
from tests.quality import rows_of, write_quality


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    write_quality(tmp_path, rows_of())
    return read_quality(tmp_path).judged


@pytest.fixture
def many(judged: Judged) -> Judged:
    """Messages of which anything may be said."""
    rng = np.random.default_rng(5)
    shares = rng.dirichlet(np.full(len(judged.topics), 0.4), 400)
    gold = np.array([rng.choice(len(judged.topics), p=row) for row in shares])
    return replace(
        judged,
        gold=gold,
        shares=shares,
        gold_urgent=(gold > 0) & (rng.random(400) < 0.3),
        urgency=rng.random(400) ** 2,
        retracts=rng.random(400) ** 3,
        conversation=rng.integers(0, 40, 400),
        group=("HNM Hoge Veld",) * 400,
        area=("Hoge Veld",) * 400,
        language=("nl",) * 400,
        hard=("",) * 400,
    )


@pytest.mark.parametrize(
    "thresholds",
    [
        Thresholds(),
        Thresholds(urgent=0.05),
        Thresholds(relevant=0.1, sure=0.9, urgent=0.6),
        Thresholds(relevant=0.9, sure=0.95),
    ],
)
def test_a_message_is_decided_on_as_the_product_does(many: Judged, thresholds: Thresholds) -> None:
    said = decide(many, thresholds)
    for i, (share, urgent, retracts) in enumerate(
        zip(many.shares, many.urgency, many.retracts, strict=True)
    ):
        judgement = Judgement(
            topics=dict(zip(many.topics, share.tolist(), strict=True)),
            urgent=float(urgent),
            retracts=float(retracts),
            grounds=(),
            model="",
        )
        first = next(iter(assess(judgement, thresholds, many.topics[1:])), None)
        assert many.topics[said.topic[i]] == (first.topic if first else "geen")
        assert said.urgent[i] == (first is not None and first.urgency is Urgency.URGENT)
        assert said.doubtful[i] == (first is not None and first.doubtful)


def test_the_figures_are_those_that_training_publishes(many: Judged) -> None:
    said = decide(many, Thresholds())
    theirs = published(
        Verdicts(
            topics=many.topics,
            gold=many.gold,
            said=said.topic,
            gold_urgent=many.gold_urgent,
            said_urgent=said.urgent,
            relevance=many.relevance,
            urgency=many.urgency,
            conversation=many.conversation,
        )
    )
    ours = summary(many, said)
    assert {name: one.value for name, one in ours.items()} == pytest.approx(
        {name: theirs[name] for name in ours}
    )
    assert calibration(many.relevance, many.relevant, many.conversation).error == pytest.approx(
        theirs["relevance_ece"]
    )


def test_counts_can_be_followed_by_hand(judged: Judged) -> None:
    said = decide(judged, Thresholds())
    found = summary(judged, said)
    assert (found["urgent_recall"].hits, found["urgent_recall"].of) == (1, 2)
    assert (found["urgent_precision"].hits, found["urgent_precision"].of) == (1, 2)
    assert (found["relevance_recall"].hits, found["relevance_recall"].of) == (4, 5)
    assert confusion(judged, said) == [[2, 1, 0, 0], [0, 1, 0, 1], [0, 0, 2, 0], [1, 0, 0, 0]]


def test_every_message_is_in_one_part(many: Judged, judged: Judged) -> None:
    said = decide(judged, Thresholds())
    for split in (Split.TOPIC, Split.AREA, Split.GROUP, Split.LANGUAGE):
        assert sum(part.message_count for part in slices(judged, said, split)) == len(judged)
    assert slices(judged, said, Split.HARD) == []
    assert [part.name for part in slices(judged, said, Split.LANGUAGE)] == ["nl", "en", "tr"]


def test_a_topic_that_was_never_labelled_nor_said_has_no_row(judged: Judged) -> None:
    quiet = replace(judged, gold=np.zeros(8, dtype=np.int64))
    assert set(by_topic(quiet, decide(quiet, Thresholds(relevant=0.98, urgent=0.98)))) == {"geen"}


def test_what_is_said_truly_lies_on_the_line() -> None:
    rng = np.random.default_rng(9)
    said = rng.random(20_000)
    found = calibration(said, rng.random(20_000) < said, np.arange(20_000) // 10)
    assert found.error < 0.02
    assert len(found.bars) == 10
    boast = calibration(np.full(100, 0.99), np.arange(100) < 50, np.arange(100))
    assert boast.error == pytest.approx(0.49)


def test_a_certainty_falls_in_the_last_bar() -> None:
    found = calibration(np.array([1.0, 0.0]), np.array([True, False]), np.array([0, 1]))
    assert [(bar.since, bar.happened.value) for bar in found.bars] == [(0.0, 0.0), (0.9, 1.0)]


def test_models_are_set_side_by_side_where_both_were_measured(many: Judged) -> None:
    now = kept_figures(many, decide(many, Thresholds()))["figures"]
    before = {"urgent_recall": [0.01, 0.0, 0.02], "topic_macro_f1": now["topic_macro_f1"], "x": 1}
    found = {change.name: change for change in changes(now, before)}
    assert set(found) == {"urgent_recall", "topic_macro_f1"}
    assert found["urgent_recall"].beyond_chance
    assert not found["topic_macro_f1"].beyond_chance
