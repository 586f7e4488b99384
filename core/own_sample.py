"""eigen steekproef: labelled messages of a real group beside what the product said of them.

Both files are JSON lines with an id; the labels have `topic` ("geen" for no report) and `urgent`,
the judgements are what `assess` wrote. Only codes are read, no text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import NOT_RELEVANT
from core.errors import FileUnreadable
from core.estimates import Estimate, Rates, mean_f1, rates
from core.evaluation_text import Table, markdown, summary_table, topic_table
from core.i18n import number, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """steekproef: the figures of labelled messages, and how many had no counterpart."""

    figures: dict[str, Estimate]
    topics: dict[str, Rates]
    message_count: int
    unmatched_count: int


def compare(labelled: Path, judged: Path) -> Sample:
    """The figures of a sample. Raises FileUnreadable naming file and line."""
    labels, said = _read(labelled), _read(judged)
    both = [key for key in labels if key in said]
    if not both:
        raise FileUnreadable(why=f"{labelled.name}, {judged.name}: id?")
    names = sorted({row["topic"] for key in both for row in (labels[key], said[key])})
    topics = [NOT_RELEVANT, *(name for name in names if name != NOT_RELEVANT)]
    gold = np.array([topics.index(labels[key]["topic"]) for key in both])
    told = np.array([topics.index(said[key]["topic"]) for key in both])
    gold_urgent = np.array([labels[key]["urgent"] for key in both])
    told_urgent = np.array([said[key]["urgent"] for key in both])
    # Without marked conversations every message stands alone: intervals are then too narrow.
    talks = np.arange(len(both))
    urgency, relevance = rates(gold_urgent, told_urgent, talks), rates(gold > 0, told > 0, talks)
    return Sample(
        figures={
            "urgent_recall": urgency.recall,
            "urgent_precision": urgency.precision,
            "relevance_f1": relevance.f1,
            "relevance_precision": relevance.precision,
            "relevance_recall": relevance.recall,
            "topic_macro_f1": mean_f1(gold, told, len(topics), talks),
        },
        topics={t: rates(gold == i, told == i, talks) for i, t in enumerate(topics)},
        message_count=len(both),
        unmatched_count=len(labels) + len(said) - 2 * len(both),
    )


def sample_report(sample: Sample, language: str) -> Iterator[str]:
    """The figures as lines of Markdown."""
    count = number(language, sample.message_count)
    yield f"# {text_of(language, 'evaluation.sample', messages=count)}"
    yield ""
    if sample.unmatched_count:
        missing = number(language, sample.unmatched_count)
        yield text_of(language, "evaluation.sample_unmatched", count=missing)
        yield ""
    tables: list[Table] = [
        summary_table(language, sample.figures),
        topic_table(language, sample.topics, {}),
    ]
    for table in tables:
        yield from markdown(table)
        yield ""


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of a file by their id; the first of an id counts."""
    found: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8-sig") as file:
        for line_number, line in enumerate(file, 1):
            if line.strip():
                row = _row(line, f"{path.name}, line {line_number}")
                found.setdefault(str(row["id"]), row)
    return found


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise FileUnreadable(why=where) from None
    fits = isinstance(row, dict) and isinstance(row.get("topic"), str)
    if not fits or not isinstance(row.get("urgent"), bool) or "id" not in row:
        raise FileUnreadable(why=f"{where}: id, topic, urgent?")
    return dict(row)
