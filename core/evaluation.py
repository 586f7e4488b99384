"""evaluatie: how good the judgement is, per topic, area, group and language, and how sure we are.

Everything here is about labelled messages that the model never read (core/quality_file.py); what
people did with the model's judgements in a pilot is core/practice.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from core.assess import EVEN_IF_UNSURE, RETRACTS_FROM, Thresholds
from core.estimates import Estimate, Rates, mean_distance, mean_f1, rates, share_in
from core.quality_file import Flags, Judged, Numbers, Places

BINS: Final = 10


class Split(StrEnum):
    """uitsplitsing: what the figures are shown by."""

    TOPIC = "topic"
    AREA = "area"
    GROUP = "group"
    LANGUAGE = "language"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """gezegd: what the model's answer comes to at some thresholds; topics as places in a list."""

    topic: Places
    urgent: Flags
    doubtful: Flags
    confidence: Numbers

    @property
    def relevant(self) -> Flags:
        return self.topic > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """deel: the figures of a part of the messages."""

    name: str
    message_count: int
    relevance: Rates
    urgency: Rates
    right_topic: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """staaf: messages of which about the same was said: what was said, and how often it was so."""

    since: float
    until: float
    said: float
    happened: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """ijking: whether seven of ten messages with 70 % confidence are indeed so."""

    bars: tuple[Bar, ...]
    error: float
    low: float
    high: float


def decide(judged: Judged, thresholds: Thresholds) -> Said:
    """What `assess` makes of every message; its first assessment counts."""
    looks_urgent = judged.urgency >= thresholds.urgent
    least = np.where(looks_urgent, min(EVEN_IF_UNSURE, thresholds.relevant), thresholds.relevant)
    relevant = judged.relevance >= least
    best = judged.shares[:, 1:].argmax(axis=1) + 1
    return Said(
        topic=np.where(relevant, best, 0),
        urgent=relevant & looks_urgent & (judged.retracts < RETRACTS_FROM),
        doubtful=relevant & (judged.relevance < thresholds.sure),
        confidence=judged.shares[np.arange(len(judged)), best],
    )


def summary(judged: Judged, said: Said) -> dict[str, Estimate]:
    """The figures that are published, by name, each between 0 and 1."""
    relevance = rates(judged.relevant, said.relevant, judged.conversation)
    urgency = rates(judged.gold_urgent, said.urgent, judged.conversation)
    return {
        "urgent_recall": urgency.recall,
        "urgent_precision": urgency.precision,
        "relevance_f1": relevance.f1,
        "relevance_precision": relevance.precision,
        "relevance_recall": relevance.recall,
        "topic_macro_f1": mean_f1(judged.gold, said.topic, len(judged.topics), judged.conversation),
    }


def by_topic(judged: Judged, said: Said) -> dict[str, Rates]:
    """The figures of each topic that occurs, "geen" (no report) included."""
    return {
        topic: rates(judged.gold == i, said.topic == i, judged.conversation)
        for i, topic in enumerate(judged.topics)
        if (judged.gold == i).any() or (said.topic == i).any()
    }


def slices(judged: Judged, said: Said, split: Split) -> list[Slice]:
    """The figures by area, group, language or hard kind, the part with most messages first."""
    names = np.array(_names(judged, split))
    found = [_slice(judged, said, str(name), names == name) for name in np.unique(names) if name]
    return sorted(found, key=lambda part: (-part.message_count, part.name))


def calibration(probability: Numbers, happened: Flags, conversation: Places) -> Calibration:
    """Bars of a reliability plot, the empty ones left out, and the mean distance to the line."""
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    error, low, high = mean_distance(probability, happened, bins, conversation)
    bars = []
    for i in np.unique(bins).tolist():
        inside = bins == i
        bars.append(
            Bar(
                since=i / BINS,
                until=(i + 1) / BINS,
                said=float(probability[inside].mean()),
                happened=share_in(happened, inside, conversation),
            )
        )
    return Calibration(bars=tuple(bars), error=error, low=low, high=high)


def confusion(judged: Judged, said: Said) -> list[list[int]]:
    """A row a labelled topic, a column a judged one, in the order of `judged.topics`."""
    counts = np.zeros((len(judged.topics), len(judged.topics)), dtype=np.int64)
    np.add.at(counts, (judged.gold, said.topic), 1)
    return [[int(count) for count in row] for row in counts]


def kept_figures(judged: Judged, said: Said) -> dict[str, Any]:
    """The figures of a model in the form in which they outlive it."""
    topics = {topic: _numbers(found.f1) for topic, found in by_topic(judged, said).items()}
    return {
        "messages": len(judged),
        "figures": {name: _numbers(found) for name, found in summary(judged, said).items()},
        "topics": topics,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """verandering: a figure beside that of the model before; `beyond_chance`: the intervals part.

    `was` and `now` are shares.
    """

    name: str
    was: float
    now: float
    beyond_chance: bool


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Change]:
    """How the kept figures of two models differ, figure by figure, for what both have."""
    for name, figure in now.items():
        known = before.get(name)
        if isinstance(known, Sequence) and len(known) == 3:
            value, low, high = figure
            yield Change(
                name=name,
                was=float(known[0]),
                now=float(value),
                beyond_chance=low > known[2] or high < known[1],
            )


def _numbers(found: Estimate) -> list[float]:
    return [round(found.value or 0.0, 4), round(found.low, 4), round(found.high, 4)]


def _names(judged: Judged, split: Split) -> tuple[str, ...]:
    if split is Split.TOPIC:
        return tuple(judged.topics[place] for place in judged.gold)
    return {
        Split.AREA: judged.area,
        Split.GROUP: judged.group,
        Split.LANGUAGE: judged.language,
        Split.HARD: judged.hard,
    }[split]


def _slice(judged: Judged, said: Said, name: str, rows: Flags) -> Slice:
    talk = judged.conversation[rows]
    relevant, right = judged.relevant[rows], (judged.gold == said.topic)[rows]
    return Slice(
        name=name,
        message_count=int(rows.sum()),
        relevance=rates(relevant, said.relevant[rows], talk),
        urgency=rates(judged.gold_urgent[rows], said.urgent[rows], talk),
        right_topic=share_in(right, relevant, talk),
    )
