"""What is expected in each window of each area, and from which count on it is a rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.ports import Baseline
from core.warning.ledger import PARTS, WEEK, Counts, Tree
from core.warning.tails import Numbers, critical_counts

WINDOWS: Final = (1, PARTS, WEEK)
"""Windows in parts of a day that end now: this part, the last four, the last 28."""

FEWEST_INCIDENTS: Final = 3
FEWEST_RESIDENTS: Final = 4
"""Fewer are never a rise, however rare: two of anything is what neighbourhoods have."""

FEWEST_SEEN: Final = 3
"""An area with fewer incidents of a topic in all its past is tested as part of a larger one."""

_LEAST_FOR_WEEK_DAYS: Final = 28


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """vooruitblik: mean and variance of each count, by [topic, area, part, window].

    `tested` says for [topic, area] whether the area stands on its own, and `windows` which
    windows are looked at.
    """

    tree: Tree
    tested: NDArray[np.bool_]
    windows: tuple[int, ...]
    incident_mean: Numbers
    incident_variance: Numbers
    resident_mean: Numbers
    resident_variance: Numbers


def outlook_of(
    baseline: Baseline,
    tree: Tree,
    sizes: Sequence[NDArray[np.int64]],
    tested: NDArray[np.bool_],
    windows: tuple[int, ...],
) -> Outlook:
    """Sums what is expected of bins and parts into areas and windows, with its uncertainty.

    `sizes`: for each topic how many residents wrote about each of its incidents.
    """
    holds = tree.holds.astype(float)
    expected = np.einsum("dtbp,ab->dtap", baseline.draws, holds, optimize=True)
    sums = np.stack([trailing(expected, window) for window in windows], axis=-1)
    mean, unsure = sums.mean(axis=0), sums.var(axis=0)
    spread = baseline.dispersion[:, None, None, None]
    size = np.array([one.mean() for one in sizes])[:, None, None, None]
    size_variance = np.array([one.var() for one in sizes])[:, None, None, None]
    return Outlook(
        tree=tree,
        tested=tested,
        windows=windows,
        incident_mean=mean,
        incident_variance=spread * mean + unsure,
        resident_mean=size * mean,
        resident_variance=(spread * size**2 + size_variance) * mean + size**2 * unsure,
    )


def known_parts(past_days: int) -> int:
    """How many parts of so many whole days the baseline learns from.

    The longest window that is tested must lie outside: a rise that goes on must not become usual.
    """
    left_out = WEEK if past_days >= _LEAST_FOR_WEEK_DAYS + 7 else PARTS
    return max(0, past_days * PARTS - left_out)


def windows_for(past_days: int) -> tuple[int, ...]:
    """The windows that a past of so many days can be a measure for."""
    return WINDOWS if known_parts(past_days) >= _LEAST_FOR_WEEK_DAYS * PARTS else WINDOWS[:2]


def tested_of(incidents: Counts, tree: Tree) -> NDArray[np.bool_]:
    """For [topic, area] whether it stands on its own; the pilot as a whole always does."""
    totals = np.einsum("tbp,ab->ta", incidents, tree.holds.astype(int))
    tested: NDArray[np.bool_] = totals >= FEWEST_SEEN
    tested[:, 0] = True
    return tested


def bounds(mean: Numbers, variance: Numbers, level: float, fewest: int) -> Counts:
    """From which count on each window is a rise at a level."""
    return np.maximum(critical_counts(mean, variance, level), fewest)


def trailing(values: NDArray[np.generic], window: int) -> NDArray[np.generic]:
    """Sums over the window that ends at each part (last axis); shorter at the very start."""
    total = np.cumsum(values, axis=-1)
    found = total.copy()
    found[..., window:] -= total[..., :-window]
    return found
