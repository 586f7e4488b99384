"""Two models beside one another on the same messages: figures, intervals, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.assess import Thresholds
from core.domain import Judgement
from models.corpus_reader import Example
from models.figures import Verdicts, by_topic, summary, verdicts

DRAWS: Final = 300
"""Times the conversations are drawn anew, the same ones for both models."""

_SHOWN: Final = (
    "urgent_recall",
    "urgent_precision",
    "relevance_precision",
    "relevance_recall",
    "relevance_f1",
    "topic_macro_f1",
    "relevance_ece",
    "urgency_ece",
)

Figures = dict[str, Any]
Draw = tuple[Mapping[str, float], Mapping[str, float]]


def verdicts_of(
    examples: Sequence[Example], old: Sequence[Judgement], new: Sequence[Judgement]
) -> tuple[Verdicts, Verdicts]:
    return verdicts(examples, old, Thresholds()), verdicts(examples, new, Thresholds())


def beside(old: Verdicts, new: Verdicts) -> Figures:
    """{count, conversations, figures {name: …}, topics {topic: … with count}}.

    Each: old and new, both with their 95 % interval (old_low, …), and `low` to `high` of the
    difference; intervals draw whole conversations anew (Efron & Tibshirani, 1993).
    """
    draws = _draws(old, new)
    topics = {
        topic: {**row, "count": int((old.gold == old.topics.index(topic)).sum())}
        for topic, row in _rows(_topics(old), _topics(new), draws, "topic:").items()
    }
    return {
        "count": len(old.gold),
        "conversations": len(np.unique(old.conversation)),
        "figures": _rows(_whole(old), _whole(new), draws, ""),
        "topics": topics,
    }


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of draws; nothing known when there are none."""
    if not len(values):
        return 0.0, 0.0
    low, high = np.percentile(values, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def drawn(conversation: NDArray[np.int64], times: int = DRAWS) -> list[NDArray[np.int64]]:
    """The rows of conversations drawn anew, as many as there are, again and again."""
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(conversation == c) for c in np.unique(conversation)]
    return [
        np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        for _ in range(times)
    ]


def _draws(old: Verdicts, new: Verdicts) -> list[Draw]:
    return [(_all(old.only(rows)), _all(new.only(rows))) for rows in drawn(old.conversation)]


def _rows(
    old: Mapping[str, float], new: Mapping[str, float], draws: Sequence[Draw], prefix: str
) -> dict[str, dict[str, float]]:
    return {name: _row(old[name], new[name], draws, prefix + name) for name in old}


def _row(old: float, new: float, draws: Sequence[Draw], name: str) -> dict[str, float]:
    both = [(one[name], other[name]) for one, other in draws if name in one and name in other]
    before, after = interval([a for a, _ in both]), interval([b for _, b in both])
    low, high = interval([b - a for a, b in both])
    return {
        "old": round(old, 4),
        "old_low": before[0],
        "old_high": before[1],
        "new": round(new, 4),
        "new_low": after[0],
        "new_high": after[1],
        "low": low,
        "high": high,
    }


def _all(v: Verdicts) -> dict[str, float]:
    return {**_whole(v), **{f"topic:{topic}": f1 for topic, f1 in _topics(v).items()}}


def _whole(v: Verdicts) -> dict[str, float]:
    found = summary(v)
    return {name: found[name] for name in _SHOWN}


def _topics(v: Verdicts) -> dict[str, float]:
    return by_topic(v)
