"""schattingen: a share of counted things, with how sure it is; few things make no percentage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np

from core.quality_file import Flags, Numbers, Places

FEWEST: Final = 20
"""Of fewer things one more or less moves the share by over five points: counts are shown alone."""

DRAWS: Final = 500
"""Times that the conversations are drawn anew for an interval."""

_Z: Final = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """schatting: a share (0 to 1) of `of` things with its 95 % interval; None without things."""

    hits: int
    of: int
    value: float | None
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        return self.of >= FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """treffers: of what was said how much is so, of what is so how much was said, and both."""

    precision: Estimate
    recall: Estimate
    f1: Estimate
    label_count: int
    said_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """verschil: how much more one says than another, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Chance alone would hardly make it."""
        return self.low > 0 or self.high < 0


def wilson(hits: float, of: float) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927): it stays within 0 and 1 for few things too."""
    if of <= 0:
        return 0.0, 1.0
    share, spread = hits / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def share_of(hits: int, of: int) -> Estimate:
    """A share of things that do not hang together."""
    low, high = wilson(hits, of)
    return Estimate(hits=hits, of=of, value=hits / of if of else None, low=low, high=high)


def share_in(hits: Flags, of: Flags, conversation: Places) -> Estimate:
    """A share of messages: the wider of Wilson's interval and that of drawing talks anew.

    Messages of one conversation err together, so counting them apart would promise too much.
    """
    counts = _per_talk(conversation, hits & of, of)
    alone = share_of(int((hits & of).sum()), int(of.sum()))
    return _widened(alone, _drawn(counts[:, 0], counts[:, 1]))


def rates(gold: Flags, said: Flags, conversation: Places) -> Rates:
    """Precision, recall and F1 of one kind of message."""
    return Rates(
        precision=share_in(gold, said, conversation),
        recall=share_in(said, gold, conversation),
        f1=_f1(gold, said, conversation),
        label_count=int(gold.sum()),
        said_count=int(said.sum()),
    )


def mean_f1(gold: Places, said: Places, kinds: int, conversation: Places) -> Estimate:
    """The mean F1 of all kinds that occur, with the interval of drawing talks anew."""
    there = [kind for kind in range(kinds) if (gold == kind).any()]
    weights = _weights(int(conversation.max()) + 1)
    drawn = np.zeros(len(weights))
    value = 0.0
    for kind in there:
        both, told = (gold == kind) & (said == kind), (gold == kind) | (said == kind)
        counts = _per_talk(conversation, both, told)
        value += _as_f1(float(both.sum()), float(told.sum())) / len(there)
        sums = weights @ counts
        drawn += 2 * sums[:, 0] / np.maximum(1.0, sums[:, 0] + sums[:, 1]) / len(there)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(
        hits=int((gold == said).sum()), of=len(gold), value=value, low=float(low), high=float(high)
    )


def mean_distance(
    said: Numbers, happened: Flags, bins: Places, conversation: Places
) -> tuple[float, float, float]:
    """Expected calibration error (Naeini et al., 2015) with its 95 % interval, between 0 and 1."""
    width = int(bins.max()) + 1
    talks = int(conversation.max()) + 1
    gaps = np.zeros((talks, width))
    np.add.at(gaps, (conversation, bins), said - happened)
    sizes = np.bincount(conversation, minlength=talks)
    weights = _weights(talks)
    drawn = np.abs(weights @ gaps).sum(axis=1) / np.maximum(1.0, weights @ sizes)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(np.abs(gaps.sum(axis=0)).sum() / len(said)), float(low), float(high)


def _f1(gold: Flags, said: Flags, conversation: Places) -> Estimate:
    """F1 = 2 F* / (1 + F*), with F* the share of both in either (Hand et al., 2021)."""
    both, told = gold & said, gold | said
    hits, of = int(both.sum()), int(told.sum())
    low, high = (_as_f1(share, 1.0) for share in wilson(hits, of))
    alone = Estimate(hits=hits, of=of, value=_as_f1(hits, of) if of else None, low=low, high=high)
    counts = _per_talk(conversation, both, told)
    drawn = _drawn(counts[:, 0], counts[:, 1])
    return _widened(alone, drawn and (_as_f1(drawn[0], 1.0), _as_f1(drawn[1], 1.0)))


def _as_f1(both: float, either: float) -> float:
    return 2 * both / (both + either) if either else 0.0


def _per_talk(conversation: Places, *flags: Flags) -> Numbers:
    """How many of each kind in each conversation, a column a kind."""
    talks = int(conversation.max()) + 1 if len(conversation) else 0
    counts = [np.bincount(conversation, weights=kind, minlength=talks) for kind in flags]
    return np.stack(counts, axis=1) if talks else np.zeros((0, len(flags)))


def _drawn(hits: Numbers, of: Numbers) -> tuple[float, float] | None:
    """The middle 95 % of a share over conversations drawn anew; None without any."""
    there = of > 0
    if not there.any():
        return None
    weights = _weights(int(there.sum()))
    sums = weights @ of[there]
    shares = (weights @ hits[there])[sums > 0] / sums[sums > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def _widened(alone: Estimate, drawn: tuple[float, float] | None) -> Estimate:
    if drawn is None:
        return alone
    return Estimate(
        hits=alone.hits,
        of=alone.of,
        value=alone.value,
        low=min(alone.low, drawn[0]),
        high=max(alone.high, drawn[1]),
    )


@lru_cache(maxsize=64)
def _weights(talks: int) -> Numbers:
    """How often each conversation is drawn, a row a draw; the same at every call."""
    rng = np.random.default_rng(0)
    return rng.multinomial(talks, np.full(talks, 1 / talks), size=DRAWS).astype(np.float64)
