"""Near repeats: after a burglary the houses around it run a raised risk for some weeks.

Townsley, Homel and Chaseling (2003, Br. J. Criminol. 43:615-633) and Johnson and Bowers (2004,
Eur. J. Criminol. 1:237-255) found it; Johnson et al. (2007, J. Quant. Criminol. 23:201-219) in
five countries, the Netherlands among them: within 200 m for at least two weeks. Whether it holds
here is asked of the pilot's own burglaries with Knox's test (1964, Appl. Stat. 13:25-29): are
there more pairs that are close in both place and time than when the same moments are dealt out at
random over the same places? A place is known with a radius, so each is drawn within its own
radius many times over, and a pair counts for the share of draws in which it is close.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.store.alert_queries import Occurrence, WatchSettings

DISTANCE_BANDS_M: Final = (0, 100, 200, 400)
TIME_BANDS_DAYS: Final = (0, 7, 14, 28)

FEWEST_BURGLARIES: Final = 30
"""With fewer the test is not done: its answer would be chance."""

WIDEST_M: Final = 200.0
"""A place known less well than this says nothing about who is near."""

MOST_BURGLARIES: Final = 300
_SHUFFLES: Final = 999
_PLACE_DRAWS: Final = 20
_NORMAL_95: Final = 1.96
SIGNIFICANT: Final = 0.05

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """band: pairs within a distance and a time, beside what chance would make.

    `low` and `high`: 95 % interval of the ratio, as if pairs were independent (Byar); `p_value`:
    the share of shuffles with as many pairs or more.
    """

    from_m: int
    to_m: int
    from_days: int
    to_days: int
    pairs: float
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Knox:
    """knox-toets: what the pilot's own burglaries say; no bands when there are too few."""

    burglary_count: int
    used_count: int
    zone: Band | None
    bands: tuple[Band, ...]

    @property
    def shows(self) -> bool:
        """Whether near repeats are seen here, beyond what chance explains."""
        return self.zone is not None and beyond_chance(asdict(self.zone))

    def as_json(self) -> dict[str, Any]:
        return {
            "burglaries": self.burglary_count,
            "used": self.used_count,
            "zone": None if self.zone is None else asdict(self.zone),
            "bands": [asdict(band) for band in self.bands],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """risicozone: burglaries near one another, oldest first, around which the risk is raised."""

    burglaries: tuple[Occurrence, ...]
    until: datetime


def beyond_chance(band: Mapping[str, Any]) -> bool:
    """Whether a band has more pairs than chance makes: both the test and the interval say so."""
    return band["p_value"] <= SIGNIFICANT and (band["low"] or 0.0) > 1.0


def knox_test(burglaries: Sequence[Occurrence], settings: WatchSettings, seed: int) -> Knox:
    """Knox's test on the latest burglaries whose place is known well enough."""
    placed = placed_well(burglaries)[-MOST_BURGLARIES:]
    if len(placed) < FEWEST_BURGLARIES:
        return Knox(burglary_count=len(burglaries), used_count=len(placed), zone=None, bands=())
    draw = np.random.default_rng(seed)
    apart_m = _distances(placed, draw)
    days = np.array([one.opened_at.timestamp() for one in placed]) / 86400
    limits = [
        (near, far, soon, late)
        for near, far in _steps(DISTANCE_BANDS_M)
        for soon, late in _steps(TIME_BANDS_DAYS)
    ]
    zone = (0, settings.near_m, 0, settings.near_days)
    found = _bands([zone, *limits], apart_m, days, draw)
    return Knox(
        burglary_count=len(burglaries),
        used_count=len(placed),
        zone=found[0],
        bands=tuple(found[1:]),
    )


def placed_well(burglaries: Sequence[Occurrence]) -> list[Occurrence]:
    """Those whose place is known well enough to say what is near."""
    return [
        one
        for one in burglaries
        if one.location.radius_m is not None and one.location.radius_m <= WIDEST_M
    ]


def zones(burglaries: Sequence[Occurrence], settings: WatchSettings, now: datetime) -> list[Zone]:
    """Where the risk is raised now: recent burglaries, those near one another in one zone."""
    since = now - timedelta(days=settings.near_days)
    chains: list[list[Occurrence]] = []
    for one in placed_well(burglaries):
        if one.opened_at < since or one.opened_at > now:
            continue
        joined = [c for c in chains if any(_near(one, other, settings.near_m) for other in c)]
        kept = [chain for chain in chains if chain not in joined]
        chains = [*kept, [*(other for chain in joined for other in chain), one]]
    return [_zone(chain, settings) for chain in chains]


def _zone(chain: list[Occurrence], settings: WatchSettings) -> Zone:
    ordered = sorted(chain, key=lambda one: (one.opened_at, one.incident_id))
    until = ordered[-1].opened_at + timedelta(days=settings.near_days)
    return Zone(burglaries=tuple(ordered), until=until)


def _near(one: Occurrence, other: Occurrence, near_m: float) -> bool:
    """Whether two lie within a distance, as far as can be expected of places known so well.

    Each may be anywhere in its circle: the mean of their squared distance is that of the middles
    and half of each radius squared.
    """
    east, north = _metres([one, other])
    apart = float(east[0] - east[1]) ** 2 + float(north[0] - north[1]) ** 2
    radii = ((one.location.radius_m or 0.0) ** 2 + (other.location.radius_m or 0.0) ** 2) / 2
    return apart + radii <= near_m**2


def _steps(limits: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(pairwise(limits))


def _metres(burglaries: Sequence[Occurrence]) -> tuple[Matrix, Matrix]:
    """(east, north) in metres of a point nearby; flat-earth, good within a city."""
    lat = np.array([one.location.lat or 0.0 for one in burglaries])
    lon = np.array([one.location.lon or 0.0 for one in burglaries])
    degree = 111_195.0
    return (lon - lon[0]) * degree * math.cos(math.radians(lat[0])), (lat - lat[0]) * degree


def _distances(burglaries: Sequence[Occurrence], draw: np.random.Generator) -> Matrix:
    """[draw, one, other]: metres between each two, each place drawn within its radius."""
    east, north = _metres(burglaries)
    radius = np.array([one.location.radius_m or 0.0 for one in burglaries])
    shape = (_PLACE_DRAWS, len(burglaries))
    reach, turn = radius * np.sqrt(draw.random(shape)), 2 * np.pi * draw.random(shape)
    x, y = east + reach * np.cos(turn), north + reach * np.sin(turn)
    found: Matrix = np.hypot(x[:, :, None] - x[:, None, :], y[:, :, None] - y[:, None, :])
    return found


def _bands(
    limits: Sequence[tuple[int, int, int, int]],
    apart_m: Matrix,
    days: NDArray[np.float64],
    draw: np.random.Generator,
) -> list[Band]:
    """Each band of pairs, counted once as it was and many times with the moments shuffled."""
    upper = np.triu_indices(len(days), 1)
    near = {
        pair: ((apart_m >= pair[0]) & (apart_m < pair[1])).mean(axis=0)[upper]
        for pair in {(limit[0], limit[1]) for limit in limits}
    }
    counts = np.empty((1 + _SHUFFLES, len(limits)))
    for turn in range(1 + _SHUFFLES):
        order = np.arange(len(days)) if turn == 0 else draw.permutation(len(days))
        gaps = np.abs(days[order][upper[0]] - days[order][upper[1]])
        within = {
            pair: (gaps >= pair[0]) & (gaps < pair[1])
            for pair in {(limit[2], limit[3]) for limit in limits}
        }
        counts[turn] = [
            near[limit[0], limit[1]][within[limit[2], limit[3]]].sum() for limit in limits
        ]
    return [_band(limit, counts[:, place]) for place, limit in enumerate(limits)]


def _band(limit: tuple[int, int, int, int], counts: Matrix) -> Band:
    seen, shuffled = float(counts[0]), counts[1:]
    expected = float(shuffled.mean())
    low, high = _byar(seen)
    known = expected > 0
    return Band(
        from_m=limit[0],
        to_m=limit[1],
        from_days=limit[2],
        to_days=limit[3],
        pairs=round(seen, 2),
        expected=round(expected, 2),
        ratio=round(seen / expected, 3) if known else None,
        low=round(low / expected, 3) if known else None,
        high=round(high / expected, 3) if known else None,
        p_value=float((1 + (shuffled >= seen - 1e-9).sum()) / (1 + len(shuffled))),
    )


def _byar(count: float) -> tuple[float, float]:
    """A 95 % interval of a Poisson count (Byar's approximation, Breslow and Day, 1987)."""
    more = count + 1
    low = 0.0
    if count > 0:
        low = count * (1 - 1 / (9 * count) - _NORMAL_95 / (3 * math.sqrt(count))) ** 3
    high = more * (1 - 1 / (9 * more) + _NORMAL_95 / (3 * math.sqrt(more))) ** 3
    return max(0.0, low), high
