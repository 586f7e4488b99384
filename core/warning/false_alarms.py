"""How rare a count must be for an alert, so that false ones come as often as was asked.

All topics, areas, windows and both measures are tested every ten minutes. How often chance alone
would then raise an alert is not worked out but tried: weeks are drawn from the baseline itself,
with what is unsure about it, and go through the same rules as real counts. Looking every ten
minutes adds no chance: within a part of the day the counts only grow, so that whether the bound is
reached is known at the part's end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.ports import Baseline
from core.warning.bounds import (
    FEWEST_INCIDENTS,
    FEWEST_RESIDENTS,
    Outlook,
    trailing,
)
from core.warning.ledger import PARTS, WEEK, Counts, Tree
from core.warning.tails import Numbers, tails

QUIET_PARTS: Final = PARTS
"""A rise that goes on, or comes back within a day, is the same alert."""

_STRICTEST, _LOOSEST = 1e-9, 0.2
_HALVINGS: Final = 18
_POISSON: Final = 1.0 + 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """drempelkansen: how improbable a count must be, and how often chance alone gets there.

    `per_week`: alerts that the drawn weeks raised; `week_count`: how many weeks were drawn.
    """

    incidents: float
    residents: float
    per_week: float
    week_count: int


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """getrokken weken: counts by [week, topic, area, part, window] as chance alone makes them."""

    incidents: Counts
    residents: Counts
    outlook: Outlook
    """What the tests of these parts expect."""


def calibrate(weeks: Weeks, asked_per_week: float) -> Levels:
    """The levels at which the drawn weeks raise as many alerts as were asked.

    Half of them may come from counts of incidents; counts of residents fill up the rest.
    """
    tree = weeks.outlook.tree
    incidents, residents = rarest_incidents(weeks), rarest_residents(weeks)
    first = _level(lambda level: _rate(incidents <= level, tree), asked_per_week / 2)
    base = incidents <= first
    second = _level(lambda level: _rate(base | (residents <= level), tree), asked_per_week)
    return Levels(
        incidents=first,
        residents=second,
        per_week=_rate(base | (residents <= second), tree),
        week_count=len(weeks.incidents),
    )


def rarest_incidents(weeks: Weeks) -> Numbers:
    """[week, topic, area, part]: how improbable the rarest of the windows is."""
    outlook = weeks.outlook
    chances = _chances(weeks.incidents, outlook.incident_mean, outlook.incident_variance)
    return _rarest(chances, weeks.incidents >= FEWEST_INCIDENTS, outlook)


def rarest_residents(weeks: Weeks) -> Numbers:
    outlook = weeks.outlook
    chances = _chances(weeks.residents, outlook.resident_mean, outlook.resident_variance)
    return _rarest(chances, weeks.residents >= FEWEST_RESIDENTS, outlook)


def _chances(counts: Counts, mean: Numbers, variance: Numbers) -> Numbers:
    """How improbable each count is, looked up in a table of each window's tail."""
    most = int(counts.max(initial=0))
    table = tails(mean, variance, most).reshape(-1, most + 1)
    flat = counts.reshape(len(counts), -1)
    found: Numbers = table[np.arange(flat.shape[1]), flat].reshape(counts.shape)
    return found


def _rarest(chances: Numbers, enough: NDArray[np.bool_], outlook: Outlook) -> Numbers:
    found: Numbers = np.where(enough, chances, 1.0).min(axis=-1)
    return np.where(outlook.tested[..., None], found, 1.0)


def draw_weeks(
    baseline: Baseline,
    outlook: Outlook,
    sizes: Sequence[NDArray[np.int64]],
    week_count: int,
    seed: int,
) -> Weeks:
    """Draws the last eight days of the baseline over and over, as if nothing was the matter.

    One more week comes before them, so that the longest window is full; it raises no alerts.
    """
    draw = np.random.default_rng(seed)
    parts = min(2 * WEEK + QUIET_PARTS, baseline.draws.shape[-1])
    picked = draw.integers(len(baseline.draws), size=week_count)
    expected = baseline.draws[picked][..., -parts:]
    counts = _counts(expected, baseline.dispersion, draw)
    residents = _residents(counts, sizes, draw)
    scored = slice(-min(WEEK + QUIET_PARTS, parts), None)
    return Weeks(
        incidents=_windows(counts, outlook, scored),
        residents=_windows(residents, outlook, scored),
        outlook=_last(outlook, scored),
    )


def over(counts: Counts, limit: Counts, tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[..., topic, area, part]: whether any window reaches its bound."""
    return (counts >= limit).any(axis=-1) & tested[..., None]


def smallest(reached: NDArray[np.bool_], tree: Tree) -> NDArray[np.bool_]:
    """What is reached in an area and in none inside it: the place nearest to what happens."""
    found = reached.copy()
    for area, inside in enumerate(tree.inside):
        if inside.any():
            found[..., area, :] &= ~reached[..., inside, :].any(axis=-2)
    return found


def begins(found: NDArray[np.bool_], tree: Tree) -> NDArray[np.bool_]:
    """Where a new alert begins: nothing was going on in the area, around it or inside it."""
    before = np.zeros_like(found)
    for gap in range(1, QUIET_PARTS + 1):
        before[..., gap:] |= found[..., :-gap]
    fresh = found.copy()
    for area, related in enumerate(tree.related):
        fresh[..., area, :] &= ~before[..., related, :].any(axis=-2)
    return fresh


def _rate(reached: NDArray[np.bool_], tree: Tree) -> float:
    """Alerts a week; the parts before the week only tell what was going on already."""
    fresh = begins(smallest(reached, tree), tree)
    raised = float(fresh[..., QUIET_PARTS:].sum())
    weeks = len(reached) * (fresh.shape[-1] - QUIET_PARTS) / WEEK
    return float(raised / weeks)


def _level(rate: Callable[[float], float], asked: float) -> float:
    """The loosest level whose rate is at most what was asked, found by halving its logarithm."""
    low, high = np.log(_STRICTEST), np.log(_LOOSEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rate(float(np.exp(middle))) > asked:
            high = middle
        else:
            low = middle
    return float(np.exp(low))


def _counts(
    expected: NDArray[np.float64], dispersion: NDArray[np.float64], draw: np.random.Generator
) -> Counts:
    """Negative binomial counts whose variance is `dispersion` times their mean."""
    counts = np.empty(expected.shape, dtype=np.int64)
    for topic, spread in enumerate(dispersion):
        mean = expected[:, topic]
        if spread <= _POISSON:
            counts[:, topic] = draw.poisson(mean)
        else:
            counts[:, topic] = draw.negative_binomial(mean / (spread - 1), 1 / spread)
    return counts


def _residents(
    counts: Counts, sizes: Sequence[NDArray[np.int64]], draw: np.random.Generator
) -> Counts:
    """For each drawn incident as many residents as one of the topic's own had."""
    found = np.zeros_like(counts)
    for topic, known in enumerate(sizes):
        each = counts[:, topic]
        total = int(each.sum())
        owners = np.repeat(np.arange(each.size), each.ravel())
        drawn = draw.choice(known, size=total)
        found[:, topic] = np.bincount(owners, drawn, minlength=each.size).reshape(each.shape)
    return found


def _windows(counts: Counts, outlook: Outlook, scored: slice) -> Counts:
    """By area and window, of the parts that are scored."""
    held = np.einsum("stbp,ab->stap", counts, outlook.tree.holds.astype(np.int64), optimize=True)
    windows = [trailing(held, window)[..., scored] for window in outlook.windows]
    return np.stack(windows, axis=-1)


def _last(outlook: Outlook, scored: slice) -> Outlook:
    return Outlook(
        tree=outlook.tree,
        tested=outlook.tested,
        windows=outlook.windows,
        incident_mean=outlook.incident_mean[:, :, scored],
        incident_variance=outlook.incident_variance[:, :, scored],
        resident_mean=outlook.resident_mean[:, :, scored],
        resident_variance=outlook.resident_variance[:, :, scored],
    )
