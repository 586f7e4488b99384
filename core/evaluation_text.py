"""Figures as words and tables, the same on the screen, on the command line and in publications.

Few things make no percentage: then the counts stand there with "too few".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel import Locale

from core import i18n
from core.estimates import Estimate, Rates
from core.evaluation import Calibration, Slice
from core.i18n import text_of
from core.practice import Practice
from core.sheet import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """tabel: headings and rows of plain cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def estimate_text(language: str, found: Estimate) -> str:
    """Like "92% (87–96)" or "3 of 4, too few"; a dash when there was nothing to measure on."""
    if found.value is None or not found.of:
        return "–"
    if not found.is_enough:
        return text_of(language, "figures.too_few", hits=found.hits, of=found.of)
    return share_text(language, found.value, found.low, found.high)


def share_text(language: str, value: float, low: float, high: float) -> str:
    """A share with its 95 % interval: "92% (87–96)"."""
    ends = "–".join(i18n.number(language, end * 100) for end in (low, high))
    return f"{i18n.percent(language, value)} ({ends})"


def f1_text(language: str, found: Rates) -> str:
    """F1 with its interval; counts alone when either side has too few messages."""
    if found.label_count == 0 and found.said_count == 0:
        return "–"
    if not (found.recall.is_enough and found.f1.is_enough):
        return text_of(language, "figures.too_few_short")
    return estimate_text(language, found.f1)


def language_name(language: str, code: str) -> str:
    """What a language is called in a language; the code itself when nobody knows."""
    return str(Locale.parse(language).languages.get(code, code))


def summary_table(language: str, found: Mapping[str, Estimate]) -> Table:
    rows = [
        (
            text_of(language, f"figures.{name}"),
            estimate_text(language, one),
            f"{i18n.number(language, one.hits)} / {i18n.number(language, one.of)}",
        )
        for name, one in found.items()
    ]
    return Table(columns=_heads(language, "figure", "value", "counts"), rows=tuple(rows))


def topic_table(language: str, found: Mapping[str, Rates], names: Mapping[str, str]) -> Table:
    rows = [
        (
            names.get(topic, topic),
            one.label_count,
            one.said_count,
            estimate_text(language, one.precision),
            estimate_text(language, one.recall),
            f1_text(language, one),
        )
        for topic, one in found.items()
    ]
    heads = _heads(language, "topic", "labelled", "said", "precision", "recall", "f1")
    return Table(columns=heads, rows=tuple(rows))


def slice_table(
    language: str, found: Sequence[Slice], kind: str, names: Mapping[str, str]
) -> Table:
    rows = [
        (
            names.get(one.name, one.name),
            one.message_count,
            one.relevance.label_count,
            estimate_text(language, one.relevance.precision),
            estimate_text(language, one.relevance.recall),
            f1_text(language, one.relevance),
            estimate_text(language, one.right_topic),
            one.urgency.label_count,
            estimate_text(language, one.urgency.precision),
            estimate_text(language, one.urgency.recall),
        )
        for one in found
    ]
    heads = _heads(
        language,
        kind,
        "messages",
        "reports",
        "precision",
        "recall",
        "f1",
        "right_topic",
        "urgent",
        "urgent_precision",
        "urgent_recall",
    )
    return Table(columns=heads, rows=tuple(rows))


def calibration_table(language: str, found: Calibration) -> Table:
    rows = [
        (
            f"{i18n.percent(language, bar.since)} – {i18n.percent(language, bar.until)}",
            i18n.percent(language, bar.said),
            estimate_text(language, bar.happened),
            bar.happened.of,
        )
        for bar in found.bars
    ]
    return Table(
        columns=_heads(language, "bar", "mean_said", "happened", "messages"), rows=tuple(rows)
    )


def confusion_table(
    language: str, topics: Sequence[str], counts: Sequence[Sequence[int]], names: Mapping[str, str]
) -> Table:
    shown = [names.get(topic, topic) for topic in topics]
    rows: list[tuple[Cell, ...]] = [(shown[at], *row) for at, row in enumerate(counts)]
    return Table(columns=(*_heads(language, "label_and_said"), *shown), rows=tuple(rows))


def practice_table(language: str, found: Sequence[Practice], kind: str) -> Table:
    rows = [
        (
            one.name or text_of(language, "figures.unknown"),
            one.opened_count,
            one.decided_count,
            one.rejected_count,
            estimate_text(language, one.report),
            estimate_text(language, one.topic),
            estimate_text(language, one.urgent),
            estimate_text(language, one.seen_urgent),
        )
        for one in found
    ]
    heads = _heads(
        language,
        kind,
        "incidents",
        "decided",
        "rejected",
        "was_report",
        "kept_topic",
        "kept_urgent",
        "seen_urgent",
    )
    return Table(columns=heads, rows=tuple(rows))


def markdown(table: Table) -> Iterator[str]:
    """The lines of a Markdown table; what a cell says never breaks out of it."""
    yield f"| {' | '.join(map(_cell, table.columns))} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _heads(language: str, *names: str) -> tuple[str, ...]:
    return tuple(text_of(language, f"figures.column_{name}") for name in names)


def _cell(cell: Cell) -> str:
    text = "–" if cell is None else " ".join(str(cell).split())
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
