"""Near repeats: seen where they are, not where they are not, never with too few."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from core.domain import Location, PlaceKind
from core.store.alert_queries import Occurrence, WatchSettings
from core.warning.near_repeats import FEWEST_BURGLARIES, knox_test, zones
from tests.timepiece import START

SETTINGS = WatchSettings()


def burglary(number: int, east_m: float, days_ago: float, radius_m: float = 20.0) -> Occurrence:
    return Occurrence(
        incident_id=number,
        topic="inbraak",
        area_id=None,
        opened_at=START - timedelta(days=days_ago),
        location=Location(
            kind=PlaceKind.ADDRESS, lat=52.03, lon=4.29 + east_m / 68_400, radius_m=radius_m
        ),
        reports=(),
    )


def scattered(count: int, seed: int = 1) -> list[Occurrence]:
    """Anywhere within 3 km, any time in a year."""
    draw = np.random.default_rng(seed)
    return [burglary(n, draw.uniform(0, 3000), draw.uniform(20, 365)) for n in range(count)]


def infectious(count: int) -> list[Occurrence]:
    """Each second one near the one before it, within days."""
    first = scattered(count // 2)
    again = [
        burglary(1000 + n, (one.location.lon - 4.29) * 68_400 + 60, _ago(one) - 3)  # type: ignore[operator]
        for n, one in enumerate(first)
    ]
    return sorted([*first, *again], key=lambda one: one.opened_at)


def _ago(one: Occurrence) -> float:
    return (START - one.opened_at) / timedelta(days=1)


def test_near_repeats_are_seen_where_they_are() -> None:
    knox = knox_test(infectious(80), SETTINGS, seed=1)
    assert knox.shows
    assert knox.zone is not None
    assert knox.zone.ratio is not None
    assert knox.zone.ratio > 1.4
    assert knox.zone.p_value <= 0.001 + 1e-9


def test_and_seldom_where_they_are_not() -> None:
    shown = [knox_test(scattered(60, seed), SETTINGS, seed).shows for seed in range(12)]
    assert sum(shown) <= 2


def test_the_same_seed_gives_the_same_answer() -> None:
    assert knox_test(scattered(40), SETTINGS, 7) == knox_test(scattered(40), SETTINGS, 7)


@pytest.mark.parametrize("count", [0, 1, FEWEST_BURGLARIES - 1])
def test_with_too_few_the_test_is_not_done(count: int) -> None:
    knox = knox_test(scattered(count), SETTINGS, 1)
    assert knox.zone is None
    assert not knox.shows


def test_a_place_known_badly_does_not_count() -> None:
    wide = [burglary(n, 0.0, float(n), radius_m=600.0) for n in range(50)]
    knox = knox_test(wide, SETTINGS, 1)
    assert (knox.burglary_count, knox.used_count, knox.zone) == (50, 0, None)


def test_burglaries_all_at_one_moment_and_place_are_no_error() -> None:
    knox = knox_test([burglary(n, 0.0, 1.0) for n in range(40)], SETTINGS, 1)
    assert knox.zone is not None
    assert knox.zone.p_value == 1.0


def test_burglaries_near_one_another_are_one_zone() -> None:
    found = zones([burglary(1, 0, 5), burglary(2, 150, 3), burglary(3, 2000, 1)], SETTINGS, START)
    assert [[one.incident_id for one in zone.burglaries] for zone in found] == [[1, 2], [3]]
    assert found[0].until == START - timedelta(days=3) + timedelta(days=14)


def test_an_uncertain_place_is_not_called_near() -> None:
    sure = [burglary(1, 0, 5), burglary(2, 150, 3)]
    unsure = [burglary(1, 0, 5, 190.0), burglary(2, 150, 3, 190.0)]
    assert len(zones(sure, SETTINGS, START)) == 1
    assert len(zones(unsure, SETTINGS, START)) == 2


def test_after_its_days_a_zone_is_gone() -> None:
    assert zones([burglary(1, 0, 15)], SETTINGS, START) == []
