"""How unusual a count is: the upper tail of the negative binomial with a given mean and variance.

Variance above the mean holds two things: counts that vary more than chance alone would make them,
and what is not known of the mean itself. With no more than the mean it is a Poisson count.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_MOST: Final = 4000
"""No count is looked for beyond this."""
_LEAST_EXCESS: Final = 1e-6


def tail(mean: Any, variance: Any, count: Any) -> Numbers:
    """The probability of `count` or more, element by element."""
    means, variances, counts = np.broadcast_arrays(
        np.asarray(mean, float), np.asarray(variance, float), np.asarray(count, np.int64)
    )
    left = np.ones(means.shape)
    probability, step = _start(means, variances)
    for k in range(int(min(counts.max(initial=0), _MOST))):
        left = np.where(k < counts, left - probability, left)
        probability = probability * step(k)
    return np.clip(left, 0.0, 1.0)


def tails(mean: Numbers, variance: Numbers, most: int) -> Numbers:
    """The probability of each count from 0 to `most`, or more, along a new last axis."""
    found = np.empty((*mean.shape, most + 1))
    left = np.ones(mean.shape)
    probability, step = _start(mean, variance)
    for k in range(most + 1):
        found[..., k] = left
        left = np.maximum(left - probability, 0.0)
        probability = probability * step(k)
    return found


def critical_counts(mean: Numbers, variance: Numbers, level: float) -> NDArray[np.int64]:
    """The smallest count that is as improbable as `level` or more so, element by element."""
    left = np.ones(mean.shape)
    found = np.full(mean.shape, -1, dtype=np.int64)
    probability, step = _start(mean, variance)
    for k in range(_MOST):
        found = np.where((found < 0) & (left <= level), k, found)
        if (found >= 0).all():
            break
        left = left - probability
        probability = probability * step(k)
    return np.where(found < 0, _MOST, found)


def _start(mean: Numbers, variance: Numbers) -> tuple[Numbers, Any]:
    """P(0), and what takes P(k) to P(k + 1)."""
    mean = np.maximum(mean, 1e-12)
    excess = np.maximum(variance - mean, _LEAST_EXCESS * mean)
    size = mean**2 / excess
    share = mean / (mean + size)  # the chance of one more, in the negative binomial's own terms

    def step(k: int) -> Numbers:
        factor: Numbers = share * (size + k) / (k + 1)
        return factor

    first: Numbers = np.exp(-size * np.log1p(mean / size))
    return first, step
