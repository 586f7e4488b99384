"""Measures the judge as it is used: whole streams in time order, turn after turn."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.assess import Thresholds
from core.domain import Judgement
from core.ports import Judge
from models.corpus_reader import Example
from models.figures import by_topic, intervals, summary, trade_off, verdicts
from models.lessons import follow

BATCH: Final = 64
CURVE: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a judge said of a part, and how fast, on one core."""

    judged: list[Judgement]
    per_second: float
    memory_mb: float


def run(examples: Sequence[Example], judge: Judge) -> Run:
    """Reads in batches, then judges stream by stream."""
    started = time.process_time()
    texts = [example.text for example in examples]
    readings = [
        reading
        for at in range(0, len(texts), BATCH)
        for reading in judge.read(texts[at : at + BATCH])
    ]
    judged = follow(examples, lambda i, context: judge.judge(readings[i], context))
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(judged=judged, per_second=len(texts) / seconds, memory_mb=memory)


def table(
    examples: Sequence[Example], judged: Sequence[Judgement], thresholds: Thresholds
) -> Iterator[str]:
    """The figures as lines of a Markdown table, with 95 % intervals."""
    found = verdicts(examples, judged, thresholds)
    around = intervals(found)
    yield "| figure | value | 95 % interval |"
    yield "|---|---|---|"
    for name, value in summary(found).items():
        low, high = around[name]
        yield f"| {name.replace('_', ' ')} | {value:.3f} | {low:.3f} to {high:.3f} |"


def topic_table(
    examples: Sequence[Example], judged: Sequence[Judgement], thresholds: Thresholds
) -> Iterator[str]:
    """F1 and the number of messages of each topic."""
    found = verdicts(examples, judged, thresholds)
    yield "| topic | F1 | messages |"
    yield "|---|---|---|"
    for topic, value in by_topic(found).items():
        count = int((found.gold == found.topics.index(topic)).sum())
        yield f"| {topic} | {value:.3f} | {count} |"


def curve(
    examples: Sequence[Example], judged: Sequence[Judgement], thresholds: Thresholds
) -> Iterator[str]:
    """What each urgency threshold costs and finds."""
    yield "| urgent from | precision | recall |"
    yield "|---|---|---|"
    for threshold, precision, recall in trade_off(verdicts(examples, judged, thresholds), CURVE):
        yield f"| {threshold:.2f} | {precision:.3f} | {recall:.3f} |"
