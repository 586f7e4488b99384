"""Whether judgements shifted: known index values, chance, and weeks on the wall clock."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from math import log
from pathlib import Path

import numpy as np
import pytest

from core.assess import Thresholds
from core.drift import (
    FEWEST,
    Attention,
    Heap,
    Measure,
    by_group,
    by_topic,
    chance_level,
    drift_of,
    reference_of,
    stability_index,
    together,
    week_of,
    weeks_of,
)
from core.evaluation import decide
from core.quality_file import read_quality
from core.store.evaluation_queries import Kept
from core.store.trend_queries import Tally
from tests.quality import rows_of, write_quality


def kept(topic: str = "afval", confidence: float = 0.9, group: str = "a", **more: bool) -> Kept:
    return Kept(
        sent_at=datetime(2021, 4, 11, 22, 30, tzinfo=UTC),
        group=group,
        topic=topic,
        confidence=confidence,
        doubtful=more.get("doubtful", False),
        corrected=more.get("corrected", False),
    )


def heap(counts: dict[str, int], confidence: float = 0.9) -> Heap:
    found = Heap()
    for topic, count in counts.items():
        for _ in range(count):
            found.add(topic, confidence, doubtful=False)
    return found


def test_the_same_is_nought_and_order_does_not_matter() -> None:
    assert stability_index({"a": 30, "b": 10}, {"b": 10, "a": 30}) == 0.0
    one, other = {"a": 500, "b": 500}, {"a": 800, "b": 200}
    assert stability_index(one, other) == pytest.approx(stability_index(other, one))


def test_the_index_is_that_of_the_books() -> None:
    """(p - q) ln(p / q), added up; many messages, so that the half that is added hardly weighs."""
    by_hand = (0.5 - 0.8) * log(0.5 / 0.8) + (0.5 - 0.2) * log(0.5 / 0.2)
    found = stability_index({"a": 500_000, "b": 500_000}, {"a": 800_000, "b": 200_000})
    assert found == pytest.approx(by_hand, abs=1e-4)


def test_a_kind_that_one_side_lacks_weighs_but_not_without_end() -> None:
    assert 0.1 < stability_index({"a": 100}, {"a": 90, "b": 10}) < 5


@pytest.mark.parametrize(("kinds", "point"), [(2, 3.84), (5, 9.49), (10, 16.92), (11, 18.31)])
def test_chance_follows_chi_square(kinds: int, point: float) -> None:
    assert chance_level(2, 2, kinds) == pytest.approx(point, rel=0.03)


def test_when_nothing_changes_nobody_is_called_more_than_now_and_then() -> None:
    rng = np.random.default_rng(1)
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    called = 0
    for _ in range(300):
        now, before = (
            heap(dict(zip("abcd", map(int, rng.multinomial(60, shares)), strict=True)))
            for _ in range(2)
        )
        called += drift_of("x", now, before).attention is not Attention.STEADY
    assert called / 300 < 0.08


def test_a_large_shift_asks_to_act_a_small_one_to_look() -> None:
    before = heap({"a": 500, "b": 500})
    assert drift_of("x", heap({"a": 480, "b": 520}), before).attention is Attention.STEADY
    assert drift_of("x", heap({"a": 340, "b": 660}), before).attention is Attention.LOOK
    assert drift_of("x", heap({"a": 100, "b": 900}), before).attention is Attention.ACT


def test_less_confidence_is_a_shift_too() -> None:
    before = heap({"a": 500})
    found = drift_of("x", heap({"a": 500}, confidence=0.5), before)
    assert found.topics == 0.0
    assert found.attention is Attention.ACT


def test_of_few_messages_nothing_is_said() -> None:
    found = drift_of("x", heap({"a": FEWEST - 1}), heap({"b": 500}))
    assert (found.topics, found.confidence, found.attention) == (None, None, Attention.TOO_FEW)
    assert drift_of("x", Heap(), Heap()).attention is Attention.TOO_FEW


def test_a_week_begins_on_monday_of_the_wall_clock() -> None:
    """22:30 UTC on Sunday is half past midnight on Monday in The Hague."""
    weeks = by_group([kept()], [], [])["a"]
    assert list(weeks) == [date(2021, 4, 12)]
    assert week_of(date(2021, 4, 11)) == date(2021, 4, 5)
    assert weeks_of(date(2021, 4, 10), date(2021, 4, 12)) == [date(2021, 4, 5), date(2021, 4, 12)]


def test_groups_add_up_to_all_together() -> None:
    day = date(2021, 4, 12)
    tallies = [
        Tally(group="a", day=day, what="kept", count=12),
        Tally(group="a", day=day, what="discarded", count=8),
        Tally(group="b", day=day, what="discarded", count=20),
        Tally(group="b", day=day, what="no_consent", count=99),
    ]
    found = by_group([kept(), kept(group="b")], tallies, [])
    assert found[""][day].judged == 2
    assert (found[""][day].read, found[""][day].kept) == (40, 12)
    assert found["a"][day].share(Measure.RELEVANT) == 0.6
    assert found["b"][day].share(Measure.RELEVANT) == 0.0


def test_a_week_with_few_messages_gives_no_point() -> None:
    weeks = by_group([kept()] * 9, [], [])["a"]
    assert weeks[date(2021, 4, 12)].share(Measure.CONFIDENCE) is None
    weeks = by_group([kept()] * 10, [], [])["a"]
    assert weeks[date(2021, 4, 12)].share(Measure.CONFIDENCE) == pytest.approx(0.9)


def test_a_persons_confidence_is_not_the_models() -> None:
    rows = [kept()] * 10 + [kept(confidence=1.0, corrected=True)] * 10
    found = by_group(rows, [], [])["a"][date(2021, 4, 12)]
    assert found.share(Measure.CONFIDENCE) == pytest.approx(0.9)
    assert found.share(Measure.DOUBTFUL) == 0.5


def test_a_topic_is_a_share_of_everything_read() -> None:
    tally = Tally(group="a", day=date(2021, 4, 12), what="discarded", count=40)
    found = by_topic([kept()] * 10 + [kept(topic="wrak")] * 5, [tally], [])
    assert found["afval"][date(2021, 4, 12)].share(Measure.RELEVANT) == 0.25


def test_the_reference_is_what_the_model_said_when_measured(tmp_path: Path) -> None:
    write_quality(tmp_path, rows_of())
    judged = read_quality(tmp_path).judged
    said = decide(judged, Thresholds())
    everything = reference_of(judged, said)
    assert (everything.read, everything.kept) == (8, 5)
    assert everything.topics == Counter({"inbraak": 2, "afval": 2, "overlast": 1})
    assert reference_of(judged, said, "inbraak").judged == 2
    assert together([everything, everything]).judged == 10
