"""Quality in figures: what a control room may expect of the judge, with how sure we are of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.assess import Thresholds, assess
from core.domain import NOT_RELEVANT, Judgement, Urgency
from models.corpus_reader import Example

DRAWS: Final = 500
"""Times the conversations are drawn anew for an interval."""

BINS: Final = 10

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """uitspraken: labels and decisions of many messages side by side, an array each."""

    topics: tuple[str, ...]
    gold: NDArray[np.int64]
    said: NDArray[np.int64]
    gold_urgent: Flags
    said_urgent: Flags
    relevance: Numbers
    urgency: Numbers
    conversation: NDArray[np.int64]

    def only(self, rows: NDArray[np.int64]) -> Verdicts:
        return Verdicts(
            topics=self.topics,
            gold=self.gold[rows],
            said=self.said[rows],
            gold_urgent=self.gold_urgent[rows],
            said_urgent=self.said_urgent[rows],
            relevance=self.relevance[rows],
            urgency=self.urgency[rows],
            conversation=self.conversation[rows],
        )


def verdicts(
    examples: Sequence[Example], judged: Sequence[Judgement], thresholds: Thresholds
) -> Verdicts:
    """The decisions that `assess` takes on judgements, beside the labels."""
    topics = tuple(judged[0].topics)
    named = tuple(topic for topic in topics if topic != NOT_RELEVANT)
    first = [next(iter(assess(judgement, thresholds, named)), None) for judgement in judged]
    conversations = {example.conversation for example in examples}
    number = {name: i for i, name in enumerate(sorted(conversations))}
    return Verdicts(
        topics=topics,
        gold=np.array([topics.index(example.topic) for example in examples]),
        said=np.array([topics.index(a.topic if a else NOT_RELEVANT) for a in first]),
        gold_urgent=np.array([example.label.urgent for example in examples]),
        said_urgent=np.array([a is not None and a.urgency is Urgency.URGENT for a in first]),
        relevance=np.array([1 - judgement.topics[NOT_RELEVANT] for judgement in judged]),
        urgency=np.array([judgement.urgent for judgement in judged]),
        conversation=np.array([number[example.conversation] for example in examples]),
    )


def summary(v: Verdicts) -> dict[str, float]:
    """The figures that are published, each between 0 and 1."""
    relevance = rates(v.gold > 0, v.said > 0)
    urgency = rates(v.gold_urgent, v.said_urgent)
    return {
        "urgent_recall": urgency[1],
        "urgent_precision": urgency[0],
        "relevance_precision": relevance[0],
        "relevance_recall": relevance[1],
        "relevance_f1": relevance[2],
        "topic_macro_f1": float(np.mean([*by_topic(v).values()])),
        "relevance_ece": calibration_error(v.relevance, v.gold > 0),
        "urgency_ece": calibration_error(v.urgency, v.gold_urgent),
        "urgent_precision_at_95": precision_at(v.urgency, v.gold_urgent, 0.95),
        "urgent_precision_at_90": precision_at(v.urgency, v.gold_urgent, 0.90),
    }


def by_topic(v: Verdicts) -> dict[str, float]:
    """F1 of each topic in the labels, "geen" included, as the outside measure counts."""
    return {
        topic: rates(v.gold == i, v.said == i)[2]
        for i, topic in enumerate(v.topics)
        if (v.gold == i).any()
    }


def rates(gold: Flags, said: Flags) -> tuple[float, float, float]:
    """(precision, recall, F1)."""
    both, there, told = (float(flags.sum()) for flags in (gold & said, gold, said))
    return both / max(1.0, told), both / max(1.0, there), 2 * both / max(1.0, there + told)


def calibration_error(said: Numbers, happened: Flags) -> float:
    """The mean distance between what was said and how often it happened, over ten bins."""
    distances = [abs(bar.said - bar.happened) * bar.count for bar in bins(said, happened)]
    return sum(distances) / len(said)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability plot: mean probability said, share that happened, messages."""

    said: float
    happened: float
    count: int


def bins(said: Numbers, happened: Flags) -> list[Bin]:
    """The bars that hold a message."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    chosen = [place == i for i in range(BINS) if (place == i).any()]
    return [Bin(float(said[c].mean()), float(happened[c].mean()), int(c.sum())) for c in chosen]


def precision_at(said: Numbers, happened: Flags, recall: float) -> float:
    """The precision of the threshold that reaches a recall."""
    order = np.argsort(-said, kind="stable")
    found = np.cumsum(happened[order])
    if not found[-1]:
        return 0.0
    at = int(np.argmax(found >= recall * found[-1]))
    return float(found[at] / (at + 1))


def trade_off(v: Verdicts, thresholds: Sequence[float]) -> list[tuple[float, float, float]]:
    """(threshold, precision, recall) of urgency, for the curve an administrator moves along."""
    rows = [rates(v.gold_urgent, (v.urgency >= t) & (v.said > 0)) for t in thresholds]
    return [(t, row[0], row[1]) for t, row in zip(thresholds, rows, strict=True)]


def intervals(
    v: Verdicts, figures: Callable[[Verdicts], Mapping[str, float]] = summary
) -> dict[str, tuple[float, float]]:
    """95 % intervals by drawing whole conversations anew: messages of one talk err together."""
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(v.conversation == c) for c in np.unique(v.conversation)]
    draws = []
    for _ in range(DRAWS):
        drawn = rng.integers(0, len(members), len(members))
        draws.append(figures(v.only(np.concatenate([members[i] for i in drawn]))))
    return {
        name: (
            float(np.percentile([draw[name] for draw in draws], 2.5)),
            float(np.percentile([draw[name] for draw in draws], 97.5)),
        )
        for name in draws[0]
    }
