"""verloop: whether judgements run as they did on the messages that the model was measured on.

A change is no fault: a neighbourhood talks of other things in winter. It asks somebody to look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import log, sqrt
from typing import Any, Final

from core.clock import local
from core.domain import NOT_RELEVANT
from core.evaluation import BINS, Said
from core.pipeline import DISCARDED, KEPT
from core.practice import Handled
from core.quality_file import Judged
from core.store.evaluation_queries import Kept
from core.store.trend_queries import Tally

LOOK_FROM: Final = 0.10
ACT_FROM: Final = 0.25
"""The usual levels of the population stability index (Lewis, 1994; Siddiqi, 2006): below 0.10
little changed, from 0.25 much. They are customs of a trade, so a change must also be more than
chance gives; see `chance_level`."""

FEWEST: Final = 50
"""Of fewer messages the index says more about chance than about change."""

FEWEST_A_WEEK: Final = 10
"""A week with fewer messages gives no point in a plot."""

_ALL: Final = ""


class Attention(StrEnum):
    """aandacht: what a change asks for."""

    TOO_FEW = "too_few"
    STEADY = "steady"
    LOOK = "look"
    ACT = "act"


class Measure(StrEnum):
    """maatstaf: what is followed over time."""

    RELEVANT = "relevant"
    DOUBTFUL = "doubtful"
    CONFIDENCE = "confidence"
    CORRECTED = "corrected"


@dataclass(slots=True, kw_only=True)
class Heap:
    """stapel: the judgements of a week, or of a reference, counted."""

    read: int = 0
    kept: int = 0
    judged: int = 0
    doubtful: int = 0
    confidence: float = 0.0
    topics: Counter[str] = field(default_factory=Counter)
    bins: Counter[int] = field(default_factory=Counter)
    decided: int = 0
    corrected: int = 0

    def add(self, topic: str, confidence: float | None, doubtful: bool) -> None:
        """One judgement; without a confidence once a person put their own in its place."""
        self.judged += 1
        self.doubtful += doubtful
        self.topics[topic] += 1
        if confidence is not None:
            self.confidence += confidence
            self.bins[min(int(confidence * BINS), BINS - 1)] += 1

    def add_kept(self, one: Kept) -> None:
        """A stored judgement; what a person was asked about had been in doubt."""
        self.add(
            one.topic, None if one.corrected else one.confidence, one.doubtful or one.corrected
        )

    def share(self, measure: Measure) -> float | None:
        """A share between 0 and 1; None of fewer messages than make a point."""
        above, below = {
            Measure.RELEVANT: (self.kept, self.read),
            Measure.DOUBTFUL: (self.doubtful, self.judged),
            Measure.CONFIDENCE: (self.confidence, self.bins.total()),
            Measure.CORRECTED: (self.corrected, self.decided),
        }[measure]
        return above / below if below >= FEWEST_A_WEEK else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """verschuiving: how far a part's judgements lie from the reference.

    `topics`, `confidence`: population stability index, 0 is the same; None of too few messages.
    `chance`: what the larger of the two may be by chance alone (95 of 100 times it is less).
    """

    name: str
    message_count: int
    topics: float | None
    confidence: float | None
    attention: Attention


Weeks = dict[date, Heap]


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


def weeks_of(first: date, last: date) -> list[date]:
    start = week_of(first)
    return [start + timedelta(days=at) for at in range(0, (last - start).days + 1, 7)]


def by_group(
    kept: Iterable[Kept], tallies: Iterable[Tally], found: Iterable[Handled]
) -> dict[str, Weeks]:
    """What was judged each week in each group, and under "" in all together."""
    parts: dict[str, Weeks] = defaultdict(lambda: defaultdict(Heap))
    for one in kept:
        week = week_of(local(one.sent_at).date())
        for name in (one.group, _ALL):
            parts[name][week].add_kept(one)
    for tally in tallies:
        for name in (tally.group, _ALL):
            _count(parts[name][week_of(tally.day)], tally)
    for incident in found:
        week = week_of(local(incident.opened_at).date())
        for name in (incident.group, _ALL):
            _judge(parts[name][week], incident)
    return dict(parts)


def by_topic(
    kept: Iterable[Kept], tallies: Sequence[Tally], found: Iterable[Handled]
) -> dict[str, Weeks]:
    """What was judged each week about each topic; `read` is what was read of everything."""
    parts: dict[str, Weeks] = defaultdict(lambda: defaultdict(Heap))
    for one in kept:
        heap = parts[one.topic][week_of(local(one.sent_at).date())]
        heap.add_kept(one)
        heap.kept += 1
    for incident in found:
        _judge(parts[incident.said_topic][week_of(local(incident.opened_at).date())], incident)
    read: Counter[date] = Counter()
    for tally in tallies:
        if tally.what in (KEPT, DISCARDED):
            read[week_of(tally.day)] += tally.count
    for weeks in parts.values():
        for week in weeks:
            weeks[week].read = read[week]
    return dict(parts)


def reference_of(judged: Judged, said: Said, topic: str | None = None) -> Heap:
    """What the model said of the messages it was measured on, of one topic or of all."""
    heap = Heap(read=len(judged))
    for place, confidence, doubtful in zip(
        said.topic.tolist(), said.confidence.tolist(), said.doubtful.tolist(), strict=True
    ):
        name = judged.topics[place]
        if name != NOT_RELEVANT and topic in (None, name):
            heap.add(name, confidence, doubtful)
    heap.kept = heap.judged
    return heap


def together(heaps: Iterable[Heap]) -> Heap:
    """Several weeks as one."""
    total = Heap()
    for heap in heaps:
        for name in ("read", "kept", "judged", "doubtful", "confidence", "decided", "corrected"):
            setattr(total, name, getattr(total, name) + getattr(heap, name))
        total.topics.update(heap.topics)
        total.bins.update(heap.bins)
    return total


def drift_of(name: str, now: Heap, reference: Heap, *, one_topic: bool = False) -> Drift:
    """How far the judgements of now lie from the reference."""
    if now.judged < FEWEST or reference.judged < FEWEST:
        return Drift(
            name=name,
            message_count=now.judged,
            topics=None,
            confidence=None,
            attention=Attention.TOO_FEW,
        )
    topics = None if one_topic else stability_index(now.topics, reference.topics)
    confidence = stability_index(now.bins, reference.bins)
    levels = [
        _attention(topics, now.topics, reference.topics),
        _attention(confidence, now.bins, reference.bins),
    ]
    return Drift(
        name=name,
        message_count=now.judged,
        topics=topics,
        confidence=confidence,
        attention=max(levels, key=list(Attention).index),
    )


def stability_index(now: Mapping[Any, int], before: Mapping[Any, int]) -> float:
    """Population stability index of two counts: the sum of (p - q) ln(p / q), from 0 up.

    It is the symmetric Kullback-Leibler divergence (Kullback and Leibler, 1951). Half a message is
    added to every kind, so that a kind that one side lacks weighs, but not without end.
    """
    kinds = sorted({*now, *before}, key=str)
    ours, theirs = _shares(now, kinds), _shares(before, kinds)
    return sum((p - q) * log(p / q) for p, q in zip(ours, theirs, strict=True))


def chance_level(now_count: int, before_count: int, kinds: int) -> float:
    """What the index stays under 95 of 100 times when nothing changed (Yurdakul, 2018).

    (1/n + 1/m) times the 95 % point of chi-square with kinds - 1 degrees of freedom, here by the
    approximation of Wilson and Hilferty (1931).
    """
    free = max(1, kinds - 1)
    point = free * (1 - 2 / (9 * free) + 1.644854 * sqrt(2 / (9 * free))) ** 3
    return (1 / now_count + 1 / before_count) * point


def _attention(index: float | None, now: Counter[Any], before: Counter[Any]) -> Attention:
    if index is None:
        return Attention.STEADY
    chance = chance_level(now.total(), before.total(), len({*now, *before}))
    if index < max(LOOK_FROM, chance):
        return Attention.STEADY
    return Attention.ACT if index >= ACT_FROM else Attention.LOOK


def _shares(counts: Mapping[Any, int], kinds: Sequence[Any]) -> list[float]:
    total = sum(counts.values()) + len(kinds) / 2
    return [(counts.get(kind, 0) + 0.5) / total for kind in kinds]


def _count(heap: Heap, tally: Tally) -> None:
    if tally.what in (KEPT, DISCARDED):
        heap.read += tally.count
    if tally.what == KEPT:
        heap.kept += tally.count


def _judge(heap: Heap, incident: Handled) -> None:
    heap.decided += incident.judged
    heap.corrected += incident.judged and incident.corrected
