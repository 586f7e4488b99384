"""What a threshold finds and costs: on labelled messages, and on a pilot's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.assess import Thresholds
from core.quality_file import Judged, read_quality
from core.store.evaluation_queries import Marked, Urged
from core.trade_off import curve, followed, outlook, suggested, what_if
from tests.quality import rows_of, write_quality


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    write_quality(tmp_path, rows_of())
    return read_quality(tmp_path).judged


def test_counts_are_for_a_thousand_messages(judged: Judged) -> None:
    found = outlook(judged, Thresholds(), None)
    assert found.missed == 125.0  # one of eight
    assert found.false == 125.0
    assert found.reports == 5 * 125.0
    assert found.lost == 125.0
    assert found.noise == 125.0


def test_a_pilot_with_fewer_reports_misses_fewer(judged: Judged) -> None:
    ours = outlook(judged, Thresholds(), relevant_share=0.1)
    assert ours.missed == pytest.approx(1000 * 0.1 / 5)
    assert ours.noise == pytest.approx(1000 * 0.9 / 3)


@pytest.mark.parametrize("share", [None, 0.0, 1.0, -1.0])
def test_a_share_that_says_nothing_weighs_nothing(judged: Judged, share: float | None) -> None:
    assert outlook(judged, Thresholds(), share).reports == 625.0


def test_a_lower_threshold_finds_no_less(judged: Judged) -> None:
    recalls = [point.urgency.recall.value or 0.0 for point in curve(judged, Thresholds(), None)]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] == 1.0


def test_the_dearer_a_miss_the_lower_the_proposal(judged: Judged) -> None:
    points = curve(judged, Thresholds(), None)
    dear, cheap = (suggested(points, weighs) for weighs in (20.0, 0.5))
    assert dear.thresholds.urgent <= 0.10 < cheap.thresholds.urgent
    assert dear.missed == 0.0
    assert cheap.false == 0.0


def test_stored_incidents_are_judged_again_but_a_persons_word_stays() -> None:
    members = [
        Urged(incident_id=1, probability=0.15, retracts=False),
        Urged(incident_id=2, probability=0.30, retracts=False),
        Urged(incident_id=3, probability=0.90, retracts=False),
        Urged(incident_id=3, probability=0.01, retracts=True),
        Urged(incident_id=4, probability=0.90, retracts=False),
    ]
    marked = [
        Marked(incident_id=1, topic="afval", urgent=False, overruled=False),
        Marked(incident_id=2, topic="afval", urgent=True, overruled=False),
        Marked(incident_id=3, topic="afval", urgent=False, overruled=False),
        Marked(incident_id=4, topic="afval", urgent=False, overruled=True),
    ]
    lower = what_if(members, marked, 0.10)
    assert (lower.now_urgent, lower.gained, lower.lost) == (1, (1,), ())
    higher = what_if(members, marked, 0.50)
    assert (higher.then_urgent, higher.gained, higher.lost) == (0, (), (2,))
    assert higher.overruled_count == 1


def test_without_incidents_nothing_would_have_changed() -> None:
    assert what_if([], [], 0.5).then_urgent == 0


def test_what_looks_urgent_is_followed_sooner() -> None:
    chances = [(0.30, 0.90), (0.30, 0.01), (0.50, 0.0), (0.90, 0.0), (0.10, 0.90)]
    assert followed(chances, Thresholds()) == (3, 2)
    assert followed(chances, Thresholds(relevant=0.6)) == (2, 1)
    assert followed([], Thresholds()) == (0, 0)
