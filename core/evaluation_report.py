"""The evaluation as text, for the command line: the figures of the page, without any message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from core.assess import Thresholds
from core.clock import local, midnight
from core.domain import NOT_RELEVANT, Pilot
from core.drift import by_group, drift_of, reference_of, together
from core.evaluation import (
    Said,
    Split,
    by_topic,
    calibration,
    changes,
    confusion,
    decide,
    kept_figures,
    slices,
    summary,
)
from core.evaluation_text import (
    Table,
    calibration_table,
    confusion_table,
    language_name,
    markdown,
    practice_table,
    slice_table,
    summary_table,
    topic_table,
)
from core.i18n import number, percent, text_of
from core.measured import quality_in_use
from core.practice import Handled, handled, practice, practices
from core.quality_file import Judged, Quality
from core.store import Unit
from core.store.evaluation_queries import (
    beginnings,
    corrections,
    judgements,
    model_before,
    reject_reasons,
)
from core.store.trend_queries import courses, tallies
from core.wiring import Services

_LATEST: Final = timedelta(weeks=4)


def report(services: Services, language: str) -> Iterator[str]:
    """Every figure as lines of Markdown. Raises FiguresMissing, FiguresUnreadable."""
    quality = quality_in_use(services)
    names = {NOT_RELEVANT: text_of(language, "figures.no_report")}
    names |= {topic.id: topic.name(language) for topic in services.topics.values()}
    with services.store.read() as connection:
        pilots = Unit(connection, services.clock()).pilots
        known = [(pilot, Thresholds(**pilots.thresholds(pilot.id))) for pilot in pilots.all()]
    thresholds = known[-1][1] if known else quality.thresholds
    said = decide(quality.judged, thresholds)
    yield from _of_model(quality, said, language, names)
    yield from _changed(quality, said, services, language, names)
    for pilot, own in known:
        yield from _of_pilot(pilot, own, quality, services, language, names)


def _of_model(quality: Quality, said: Said, language: str, names: dict[str, str]) -> Iterator[str]:
    judged = quality.judged
    yield f"# {quality.model}"
    yield ""
    about = {"messages": number(language, len(judged)), "model": quality.model}
    yield text_of(language, "evaluation.about_measured", **about)
    yield from _headed(None, summary_table(language, summary(judged, said)))
    by_topics = topic_table(language, by_topic(judged, said), names)
    yield from _headed(text_of(language, "card.by_topic"), by_topics)
    for split in (Split.AREA, Split.GROUP, Split.LANGUAGE):
        found = slices(judged, said, split)
        shown = {one.name: language_name(language, one.name) for one in found}
        table = slice_table(language, found, split.value, shown if split is Split.LANGUAGE else {})
        yield from _headed(text_of(language, f"card.by_{split.value}"), table)
    yield from _calibrated(judged, language)
    table = confusion_table(language, judged.topics, confusion(judged, said), names)
    yield from _headed(text_of(language, "evaluation.confusion_title"), table)


def _calibrated(judged: Judged, language: str) -> Iterator[str]:
    for kind, chances, happened in (
        ("relevance", judged.relevance, judged.relevant),
        ("urgency", judged.urgency, judged.gold_urgent),
    ):
        found = calibration(chances, happened, judged.conversation)
        error, low, high = (
            number(language, part, 3) for part in (found.error, found.low, found.high)
        )
        title = text_of(language, f"card.calibration_{kind}")
        yield from _headed(title, calibration_table(language, found))
        yield ""
        yield text_of(language, "card.calibration_error", error=error, low=low, high=high)


def _changed(
    quality: Quality, said: Said, services: Services, language: str, names: dict[str, str]
) -> Iterator[str]:
    with services.store.read() as connection:
        before = model_before(connection, quality.model)
    if before is None:
        yield from ("", text_of(language, "evaluation.no_model_before"))
        return
    now = kept_figures(quality.judged, said)
    rows = []
    for part in ("figures", "topics"):
        for one in changes(now[part], before.figures.get(part) or {}):
            known = names.get(one.name) if part == "topics" else None
            name = known or text_of(language, f"figures.{one.name}")
            meaning = "beyond_chance" if one.beyond_chance else "may_be_chance"
            rows.append(
                (
                    name,
                    percent(language, one.was),
                    percent(language, one.now),
                    text_of(language, f"evaluation.{meaning}"),
                )
            )
    heads = tuple(text_of(language, f"figures.column_{n}") for n in _CHANGE_COLUMNS)
    yield from _headed(
        f"{text_of(language, 'evaluation.changes')}: {before.model}",
        Table(columns=heads, rows=tuple(rows)),
    )


def _of_pilot(
    pilot: Pilot,
    thresholds: Thresholds,
    quality: Quality,
    services: Services,
    language: str,
    names: dict[str, str],
) -> Iterator[str]:
    last = local(services.clock()).date()
    last = min(last, pilot.ends_on) if pilot.ends_on else last
    since, until = midnight(pilot.starts_on), midnight(last + timedelta(days=1))
    span = (pilot.id, since, until)
    with services.store.read() as connection:
        found = handled(
            courses(connection, *span),
            beginnings(connection, *span),
            corrections(connection, *span),
            reject_reasons(connection, *span),
        )
        counted = tallies(connection, pilot.id, pilot.starts_on, last)
        kept = list(judgements(connection, *span))
    yield from ("", f"# {pilot.name}", "", text_of(language, "evaluation.about_people"))
    yield from _practised(found, language, names)
    said = decide(quality.judged, thresholds)
    reference = reference_of(quality.judged, said)
    rows = []
    for group, weeks in by_group(kept, counted, found).items():
        latest = [heap for week, heap in weeks.items() if week > last - _LATEST]
        drift = drift_of(
            group or text_of(language, "drift.all_groups"), together(latest), reference
        )
        attention = text_of(language, f"drift.attention_{drift.attention.value}")
        rows.append((drift.name, drift.message_count, drift.topics, drift.confidence, attention))
    heads = tuple(text_of(language, f"drift.column_{name}") for name in _DRIFT_COLUMNS)
    title = text_of(language, "drift.attention_title")
    yield from _headed(title, Table(columns=heads, rows=tuple(map(_rounded, rows))))


def _practised(found: list[Handled], language: str, names: dict[str, str]) -> Iterator[str]:
    everything = practice(text_of(language, "drift.all_groups"), found)
    table = practice_table(language, [everything], "group")
    yield from _headed(None, table)
    by_said = practices(found, lambda one: one.said_topic, names)
    title = text_of(language, "practice.split_title")
    yield from _headed(title, practice_table(language, by_said, "topic"))


def _rounded(row: tuple[str, int, float | None, float | None, str]) -> tuple[str | int, ...]:
    return tuple("–" if c is None else round(c, 3) if isinstance(c, float) else c for c in row)  # type: ignore[misc]


def _headed(title: str | None, table: Table) -> Iterator[str]:
    yield from ("",) if title is None else ("", f"## {title}", "")
    yield from markdown(table)


_CHANGE_COLUMNS = ("figure", "was", "now", "meaning")
_DRIFT_COLUMNS = ("part", "judged", "psi_topics", "psi_confidence", "attention")
