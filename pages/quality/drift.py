"""Whether judgements run as on the messages that the model was measured on, week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import streamlit as st

from core import i18n
from core.domain import Pilot
from core.drift import (
    ACT_FROM,
    FEWEST,
    LOOK_FROM,
    Attention,
    Drift,
    Heap,
    Measure,
    Weeks,
    by_group,
    by_topic,
    drift_of,
    reference_of,
    together,
    weeks_of,
)
from core.evaluation import decide
from core.quality_file import FiguresMissing, FiguresUnreadable
from core.store.evaluation_queries import judgements, models_in
from core.store.trend_queries import tallies
from core.trends import Period
from pages._frame import language, number, percent, services, t
from pages.components.choice import show_select
from pages.components.plot import Sheet, show_plot, show_table
from pages.components.words import escaped
from pages.lead.period import whole
from pages.quality.plots import weeks_plot
from pages.quality.practice import read_handled
from pages.quality.source import (
    pilot_or_say,
    quality,
    say_source,
    thresholds_of,
    topic_names,
)

_LATEST_WEEKS: Final = 4
_MOST_LINES: Final = 6
_MARKS: Final = {
    Attention.ACT: "🔴",
    Attention.LOOK: "🟠",
    Attention.STEADY: "🟢",
    Attention.TOO_FEW: "⚪",
}


def show_drift() -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pilot = pilot_or_say()
        if pilot is None:
            return
        split = _choose("split", ("group", "topic"))
        against = _choose("against", ("model", "start"))
        measure = Measure(_choose("measure", tuple(Measure)))
    period = whole(pilot)
    parts = _read(pilot, period, split)
    days = [day for day in weeks_of(period.first, period.last) if _any(parts, day)]
    if not days:
        st.info(t("drift.nothing_yet"), icon=":material/timeline:")
        return
    say_source("both")
    references = _references(pilot, parts, days, against, split)
    if references is None:
        return
    _say_models(pilot, period)
    names = _names(parts, split)
    _show_weeks(parts, days, measure, references, names)
    _show_attention(parts, days, references, names, split)


def _choose(name: str, options: Sequence[str]) -> str:
    names = {str(option): t(f"drift.{name}_{option}") for option in options}
    return show_select(t(f"drift.{name}"), names, param=f"drift_{name}", width=230)


def _any(parts: Mapping[str, Weeks], day: date) -> bool:
    return any(day in weeks and (weeks[day].read or weeks[day].judged) for weeks in parts.values())


def _read(pilot: Pilot, period: Period, split: str) -> dict[str, Weeks]:
    found, _ = read_handled(pilot, period)
    with services().store.read() as connection:
        counted = tallies(connection, pilot.id, period.first, period.last)
        kept = list(judgements(connection, pilot.id, period.since, period.until))
    return (by_group if split == "group" else by_topic)(kept, counted, found)


def _references(
    pilot: Pilot, parts: Mapping[str, Weeks], days: Sequence[date], against: str, split: str
) -> dict[str, Heap] | None:
    """What each part is compared with; None, and said, where the model was never measured."""
    if against == "start":
        first = days[:_LATEST_WEEKS]
        return {name: _of(weeks, first) for name, weeks in parts.items()}
    try:
        judged = quality().judged
    except (FiguresMissing, FiguresUnreadable):
        st.warning(t("drift.no_reference"), icon=":material/straighten:")
        return None
    said = decide(judged, thresholds_of(pilot))
    if split == "group":
        everything = reference_of(judged, said)
        return dict.fromkeys(parts, everything)
    return {topic: reference_of(judged, said, topic) for topic in parts}


def _of(weeks: Weeks, days: Sequence[date]) -> Heap:
    return together(weeks[day] for day in days if day in weeks)


def _names(parts: Mapping[str, Weeks], split: str) -> dict[str, str]:
    if split == "topic":
        known = topic_names()
        return {name: known.get(name, name) for name in parts}
    return {name: name or t("drift.all_groups") for name in parts}


def _say_models(pilot: Pilot, period: Period) -> None:
    with services().store.read() as connection:
        models = models_in(connection, pilot.id, period.since, period.until)
    said = ", ".join(f"{model} ({number(count)})" for model, count in models.items())
    st.caption(escaped(t("drift.models", models=said)))


def _show_weeks(
    parts: Mapping[str, Weeks],
    days: Sequence[date],
    measure: Measure,
    references: Mapping[str, Heap],
    names: Mapping[str, str],
) -> None:
    """The largest parts as lines; all of them in the table."""
    largest = sorted(parts, key=lambda name: -sum(heap.judged for heap in parts[name].values()))
    shown = {names[name]: parts[name] for name in largest[:_MOST_LINES]}
    same = len({id(heap) for heap in references.values()}) == 1
    show_plot(
        t(f"drift.measure_{measure.value}"),
        weeks_plot(shown, days, measure, references[largest[0]] if same else Heap()),
        _sheet({names[name]: parts[name] for name in largest}, days),
        key=f"drift.weeks.{measure.value}",
        note=f"{t(f'drift.note_{measure.value}')} {t('drift.open_weeks')}",
        height=280,
    )


def _sheet(parts: Mapping[str, Weeks], days: Sequence[date]) -> Sheet:
    rows = [
        (
            name,
            day,
            weeks[day].read,
            weeks[day].judged,
            *(_share(weeks[day], measure) for measure in Measure),
        )
        for name, weeks in parts.items()
        for day in days
        if day in weeks
    ]
    heads = ("part", "week", "read", "judged")
    measures = tuple(t(f"drift.measure_{measure.value}") for measure in Measure)
    return Sheet(
        columns=(*(t(f"drift.column_{head}") for head in heads), *measures), rows=tuple(rows)
    )


def _share(heap: Heap, measure: Measure) -> str | None:
    share = heap.share(measure)
    return None if share is None else percent(share)


def _show_attention(
    parts: Mapping[str, Weeks],
    days: Sequence[date],
    references: Mapping[str, Heap],
    names: Mapping[str, str],
    split: str,
) -> None:
    latest = days[-_LATEST_WEEKS:]
    found = [
        drift_of(names[name], _of(weeks, latest), references[name], one_topic=split == "topic")
        for name, weeks in parts.items()
    ]
    found.sort(key=lambda one: (-list(Attention).index(one.attention), -one.message_count))
    with st.container(border=True, key="drift.attention.card"):
        st.markdown(f"**{escaped(t('drift.attention_title'))}**")
        first, last = i18n.short_day(language(), latest[0]), i18n.short_day(language(), days[-1])
        st.caption(escaped(t("drift.attention_note", first=first, last=last)))
        show_table(_attention_sheet(found), key="drift.attention", opened=True)
        with st.expander(t("drift.how"), icon=":material/help:"):
            st.markdown(escaped(t("drift.how_text", **_levels())))


def _levels() -> dict[str, Any]:
    return {
        "look": number(LOOK_FROM, 2),
        "act": number(ACT_FROM, 2),
        "fewest": number(FEWEST),
    }


def _attention_sheet(found: Sequence[Drift]) -> Sheet:
    rows = [
        (
            one.name,
            one.message_count,
            _index(one.topics),
            _index(one.confidence),
            f"{_MARKS[one.attention]} {t(f'drift.attention_{one.attention.value}')}",
        )
        for one in found
    ]
    heads = ("part", "judged", "psi_topics", "psi_confidence", "attention")
    return Sheet(columns=tuple(t(f"drift.column_{head}") for head in heads), rows=tuple(rows))


def _index(value: float | None) -> str | None:
    return None if value is None else number(value, 2)
