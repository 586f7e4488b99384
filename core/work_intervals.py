"""Intervals of the work's figures: of a ratio, of a middle value, and of a difference.

A ratio of sums (steps an hour) has the percentile interval of drawing days of people anew (Efron
and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13): one person's steps of a day
hang together. A median has the exact interval of order statistics (David and Nagaraja, Order
Statistics, 2003, section 7.1). A difference combines both intervals (MOVER: Zou and Donner,
Statistics in Medicine 27, 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt
from typing import Final, Protocol

import numpy as np

from core.estimates import FEWEST, Difference

FEWEST_PEOPLE: Final = 3
"""Of fewer people in a role a figure would be about one of them, or told by the other."""
FEWEST_DAYS: Final = 10
"""Days of people: of fewer, drawing them anew promises more than it can keep."""
DRAWS: Final = 2000


class Lack(StrEnum):
    """tekort: why there is no figure."""

    PEOPLE = "people"
    LITTLE = "little"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """werkcijfer: a value with its 95 % interval, or why there is none.

    Of too few people not even of how many it would be is said.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    of: int = 0
    lack: Lack | None = None


class Known(Protocol):
    """bekend cijfer: a value that may have an interval."""

    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


def ratio(tops: Sequence[float], bottoms: Sequence[float], *, count: int, people: int) -> Figure:
    """The sum of `tops` for each of `bottoms`, a pair a person and day; `count`: of how many."""
    if people < FEWEST_PEOPLE:
        return Figure(value=None, lack=Lack.PEOPLE)
    if len(tops) < FEWEST_DAYS or count < FEWEST or sum(bottoms) <= 0:
        return Figure(value=None, of=count, lack=Lack.LITTLE)
    rng = np.random.default_rng(0)
    size = len(tops)
    weights = rng.multinomial(size, np.full(size, 1 / size), size=DRAWS)
    below = weights @ np.asarray(bottoms, float)
    drawn = (weights @ np.asarray(tops, float))[below > 0] / below[below > 0]
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = sum(tops) / sum(bottoms)
    return Figure(value=value, low=min(float(low), value), high=max(float(high), value), of=count)


def median(values: Sequence[float]) -> Figure:
    """The middle value with its exact 95 % interval; of fewer than six there is none."""
    ordered, size = sorted(values), len(values)
    outside = _outside(size)
    if outside is None:
        return Figure(value=None, of=size, lack=Lack.LITTLE)
    middle = (ordered[(size - 1) // 2] + ordered[size // 2]) / 2
    low, high = ordered[outside], ordered[size - 1 - outside]
    return Figure(value=middle, low=low, high=high, of=size)


def _outside(size: int) -> int | None:
    """How many values on each side lie outside: with chance one half each, at most 2.5 % are."""
    chance, found = 0.0, None
    for place in range(size // 2 + 1):
        chance += comb(size, place) / 2**size
        if chance > 0.025:
            break
        found = place
    return found


def gap(now: Figure, before: Known) -> Difference | None:
    """Now less before; a figure before without an interval counts as certain. None without one."""
    if now.value is None or now.low is None or now.high is None or before.value is None:
        return None
    low = before.value if before.low is None else before.low
    high = before.value if before.high is None else before.high
    value = now.value - before.value
    down = sqrt((now.value - now.low) ** 2 + (high - before.value) ** 2)
    up = sqrt((now.high - now.value) ** 2 + (before.value - low) ** 2)
    return Difference(value=value, low=value - down, high=value + up)
