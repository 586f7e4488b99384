"""Fits the calibration on judgements of messages that the judge had not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.judge import Calibration

Array = NDArray[np.float64]
_BOUND: Final = 1e-9


def fit_calibration(
    scores: Sequence[NDArray[np.float32]],
    states: Array,
    also: Array,
    topics: Array,
    truth: Array,
    weights: Array,
) -> Calibration:
    """The calibration with the least surprise.

    scores: nets x topics a message; states and truth: n x [urgent, retracts]; also: n x topics
    without "geen"; topics: n x topics.
    """
    stacked = np.stack(scores).astype(np.float64)

    def surprise(values: Array) -> float:
        tuned = stacked * values[0]
        tuned[:, :, 0] += values[1]
        powers = np.exp(tuned - tuned.max(axis=2, keepdims=True))
        shares = (powers / powers.sum(axis=2, keepdims=True)).mean(axis=1)
        return float(-(weights * (topics * np.log(shares + _BOUND)).sum(axis=1)).mean())

    best = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead").x
    lines = [_line(states[:, i], truth[:, i], weights) for i in range(2)]
    second, is_second = _seconds(stacked.mean(axis=1), also, topics, weights)
    return Calibration(
        sharpness=float(best[0]),
        chat_shift=float(best[1]),
        urgent=lines[0],
        retracts=lines[1],
        also=_line(second, is_second, np.ones(len(second))),
    )


def _seconds(scores: Array, also: Array, topics: Array, weights: Array) -> tuple[Array, Array]:
    """(score, truth) of the likeliest further topic of each message that reports something."""
    rows = np.flatnonzero((topics[:, 0] == 0) & (weights > 0))
    others = also[rows].copy()
    others[np.arange(len(rows)), scores[rows, 1:].argmax(axis=1)] = -np.inf
    second = others.argmax(axis=1)
    return others[np.arange(len(rows)), second], (topics[rows, second + 1] > 0).astype(np.float64)


def _line(scores: Array, truth: Array, weights: Array) -> tuple[float, float]:
    """The slope and shift of a logistic line through the scores."""

    def surprise(values: Array) -> float:
        odds = values[0] * scores + values[1]
        return float((weights * (np.logaddexp(0, odds) - truth * odds)).mean())

    best = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(best[0]), float(best[1])
