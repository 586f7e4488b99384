"""Whether a message is about a further topic too: a few numbers weighed, learned from 180 such."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain import NOT_RELEVANT, Judgement
from models.lexicon import lexicon
from models.words_alone import WordReading

Array = NDArray[np.float64]

COLUMNS: Final = 9
_SURE: Final = 1e-6


def further(
    reading: WordReading, judgement: Judgement, weights: Sequence[float]
) -> dict[str, float]:
    """For each topic but the first how surely the message is about it too."""
    names, rows = evidence(reading, judgement)
    odds = rows @ np.array(weights[:-1]) + weights[-1]
    return dict(zip(names, (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).tolist(), strict=True))


def evidence(reading: WordReading, judgement: Judgement) -> tuple[list[str], Array]:
    """(the topics but the first, a row of numbers for each); `also` is the network's own answer."""
    topics = [topic for topic in judgement.topics if topic != NOT_RELEVANT]
    first = max(topics, key=lambda topic: judgement.topics[topic])
    kinds = dict(zip(lexicon().kinds, reading.kinds, strict=True))
    others = [topic for topic in topics if topic != first]
    shared = (
        _logit(judgement.also[first]),
        kinds.get(first, 0.0),
        math.log1p(len(reading.words)),
        _logit(reading.topics[first]),
    )
    rows = [
        (
            _logit(judgement.also[topic]),
            _logit(judgement.topics[topic]),
            kinds.get(topic, 0.0),
            _apart(reading, [*judgement.topics].index(topic), [*judgement.topics].index(first)),
            _logit(reading.topics[topic]),
            *shared,
        )
        for topic in others
    ]
    return others, np.array(rows).reshape(len(others), COLUMNS)


def _apart(reading: WordReading, topic: int, first: int) -> float:
    """How much more some clause says of a topic than of the first."""
    return max(0.0, *(clause[topic] - clause[first] for clause in reading.clauses))


def _logit(share: float) -> float:
    bounded = min(max(share, _SURE), 1 - _SURE)
    return math.log(bounded / (1 - bounded))
