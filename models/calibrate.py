"""Fits the calibration on judgements of messages that the judge had not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from core.domain import NOT_RELEVANT, Judgement
from models.judge import Calibration
from models.second_topic import evidence
from models.words_alone import WordReading

Array = NDArray[np.float64]
_BOUND: Final = 1e-9
MOST_CHAT: Final = 0.55
"""A message likelier than this to be chat is followed for no topic, let alone two."""


def fit_calibration(
    scores: Sequence[NDArray[np.float32]],
    states: Array,
    topics: Array,
    truth: Array,
    weights: Array,
) -> Calibration:
    """The calibration with the least surprise.

    scores: nets x topics a message; states and truth: n x [urgent, retracts]; topics: n x topics.
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
    return Calibration(
        sharpness=float(best[0]), chat_shift=float(best[1]), urgent=lines[0], retracts=lines[1]
    )


def fit_further(
    readings: Sequence[WordReading], judged: Sequence[Judgement], named: Sequence[Sequence[str]]
) -> tuple[float, ...]:
    """The weights of models/second_topic.py; `named`: the labelled topics of each message.

    Learns from the two likeliest further topics of what is judged relevant; () without any.
    """
    rows, answers = [], []
    for reading, one, labels in zip(readings, judged, named, strict=True):
        if one.topics[NOT_RELEVANT] > MOST_CHAT:
            continue
        names, found = evidence(reading, one)
        likeliest = sorted(range(len(names)), key=lambda i: -one.also[names[i]])[:2]
        first = max(one.also, key=lambda topic: one.topics[topic])
        rows += [found[i] for i in likeliest]
        answers += [{first, names[i]} <= {*labels} for i in likeliest]
    if not any(answers):
        return ()
    table = np.array(rows)
    middle, spread = table.mean(axis=0), table.std(axis=0) + _BOUND
    fitted = LogisticRegression(C=0.3, max_iter=500).fit((table - middle) / spread, answers)
    weights = fitted.coef_[0] / spread
    return (*weights.tolist(), float(fitted.intercept_[0] - weights @ middle))


def _line(scores: Array, truth: Array, weights: Array) -> tuple[float, float]:
    """The slope and shift of a logistic line through the scores."""

    def surprise(values: Array) -> float:
        odds = values[0] * scores + values[1]
        return float((weights * (np.logaddexp(0, odds) - truth * odds)).mean())

    best = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(best[0]), float(best[1])
