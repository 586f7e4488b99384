"""What was measured of the model on labelled messages that it never read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.estimates import Estimate
from core.evaluation import (
    Said,
    Slice,
    Split,
    by_topic,
    calibration,
    confusion,
    decide,
    slices,
    summary,
)
from core.evaluation_text import (
    calibration_table,
    confusion_table,
    estimate_text,
    language_name,
    slice_table,
    topic_table,
)
from core.quality_file import Judged, Mistake, Quality
from pages._frame import language, number, percent, t
from pages.components.choice import show_choice, show_select
from pages.components.plot import show_plot
from pages.components.words import escaped
from pages.lead.period import choose_pilot, pilots
from pages.quality.changes import show_changes
from pages.quality.plots import confusion_plot, estimates_plot, reliability_plot
from pages.quality.source import quality, say_source, sheet_of, thresholds_of, topic_names

_METRICS: Final = ("urgent_recall", "urgent_precision", "relevance_f1", "topic_macro_f1")
_AIMS: Final = {
    "urgent_recall": 0.95,
    "urgent_precision": 0.75,
    "relevance_f1": 0.92,
    "topic_macro_f1": 0.80,
}
"""What the product aims at (docs/evaluation.md)."""

_MOST_SHOWN: Final = 8


def show_model() -> None:
    found = quality()
    known = pilots()
    pilot = choose_pilot(known) if known else None
    thresholds = thresholds_of(pilot)
    said = decide(found.judged, thresholds)
    say_source("measured", messages=number(len(found.judged)), model=found.model)
    if thresholds != found.thresholds:
        st.caption(t("evaluation.own_thresholds"))
    _show_metrics(found.judged, said)
    _show_split(found.judged, said)
    _show_calibration(found.judged)
    left, right = st.columns([1.15, 1], gap="small")
    with left:
        _show_confusion(found.judged, said)
    with right:
        _show_mistakes(found)
    show_changes(found, said)


def _show_metrics(judged: Judged, said: Said) -> None:
    figures = summary(judged, said)
    columns = st.columns(5, gap="small")
    for column, name in zip(columns, _METRICS, strict=False):
        one = figures[name]
        column.metric(
            t(f"figures.{name}"),
            percent(one.value) if one.value is not None and one.is_enough else "–",
            _interval(one),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=t(f"evaluation.{name}_help", aim=percent(_AIMS[name])),
        )
    found = calibration(judged.relevance, judged.relevant, judged.conversation)
    columns[-1].metric(
        t("figures.calibration_error"),
        number(found.error, 3),
        t("evaluation.interval", low=number(found.low, 3), high=number(found.high, 3)),
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=t("evaluation.calibration_error_help"),
    )


def _interval(one: Estimate) -> str:
    if not one.is_enough:
        return estimate_text(language(), one)
    return t("evaluation.interval", low=percent(one.low), high=percent(one.high))


def _show_split(judged: Judged, said: Said) -> None:
    names = {split.value: t(f"evaluation.split_{split.value}") for split in Split}
    split = Split(show_choice(t("evaluation.split"), names, param="split"))
    known = slices(judged, said, split)
    shown = _names(known, split)
    parts: list[tuple[str, Estimate]]
    if split is Split.TOPIC:
        rates = by_topic(judged, said)
        table = topic_table(language(), rates, shown)
        parts = [(shown.get(topic, topic), one.f1) for topic, one in rates.items()]
        known = sorted(known, key=lambda one: list(rates).index(one.name))
    else:
        table = slice_table(language(), known, split.value, shown)
        parts = [(shown.get(one.name, one.name), one.relevance.f1) for one in known]
    urgent = [(shown.get(one.name, one.name), one.urgency.recall) for one in known]
    left, right = st.columns(2, gap="small")
    tall = max(220, 70 + 22 * len(parts))
    with left:
        show_plot(
            t("evaluation.f1_title"),
            estimates_plot(parts),
            sheet_of(table),
            key=f"evaluation.f1.{split.value}",
            note=t(f"evaluation.f1_note_{'topic' if split is Split.TOPIC else 'part'}"),
            height=tall,
        )
    with right:
        show_plot(
            t("evaluation.urgent_title"),
            estimates_plot(urgent),
            sheet_of(slice_table(language(), known, split.value, shown)),
            key=f"evaluation.urgent.{split.value}",
            note=t("evaluation.urgent_note"),
            height=tall,
        )


def _names(found: Sequence[Slice], split: Split) -> dict[str, str]:
    if split is Split.TOPIC:
        return topic_names()
    if split is Split.LANGUAGE:
        return {one.name: language_name(language(), one.name) for one in found}
    if split is Split.HARD:
        return {one.name: one.name.replace("_", " ") for one in found}
    return {}


def _show_calibration(judged: Judged) -> None:
    kinds = {
        "relevance": (judged.relevance, judged.relevant),
        "urgency": (judged.urgency, judged.gold_urgent),
    }
    for column, (kind, (said, happened)) in zip(
        st.columns(2, gap="small"), kinds.items(), strict=True
    ):
        found = calibration(said, happened, judged.conversation)
        with column:
            show_plot(
                t(f"evaluation.calibration_{kind}"),
                reliability_plot(found),
                sheet_of(calibration_table(language(), found)),
                key=f"evaluation.calibration.{kind}",
                note=t(
                    "evaluation.calibration_note",
                    error=number(found.error, 3),
                    low=number(found.low, 3),
                    high=number(found.high, 3),
                ),
            )


def _show_confusion(judged: Judged, said: Said) -> None:
    names, counts = topic_names(), confusion(judged, said)
    show_plot(
        t("evaluation.confusion_title"),
        confusion_plot([names.get(topic, topic) for topic in judged.topics], counts),
        sheet_of(confusion_table(language(), judged.topics, counts, names)),
        key="evaluation.confusion",
        note=t("evaluation.confusion_note"),
        height=400,
    )


def _show_mistakes(found: Quality) -> None:
    """The surest mistakes; the texts are the corpus's own and quote nobody."""
    with st.container(border=True, key="evaluation.mistakes"):
        st.markdown(f"**{escaped(t('evaluation.mistakes'))}**")
        if not found.mistakes:
            st.caption(t("evaluation.no_mistakes"))
            return
        st.caption(t("evaluation.mistakes_note"))
        kinds = dict.fromkeys(one.why for one in found.mistakes)
        names: dict[str, str] = {why: t(f"evaluation.why_{why}") for why in kinds}
        chosen = show_select(t("evaluation.why"), names, param="why")
        with st.container(border=False):
            for one in [one for one in found.mistakes if one.why == chosen][:_MOST_SHOWN]:
                _show_mistake(one)


def _show_mistake(one: Mistake) -> None:
    names = topic_names()
    with st.container(border=True, gap="xxsmall"):
        st.text(one.text)
        st.caption(
            escaped(
                t(
                    "evaluation.mistake",
                    gold=_called(names.get(one.gold, one.gold), one.gold_urgent),
                    said=names.get(one.said, one.said),
                    relevance=percent(one.relevance),
                    urgency=percent(one.urgency),
                    group=one.group,
                )
            )
        )


def _called(topic: str, urgent: bool) -> str:
    return f"{topic}, {t('urgency.urgent').lower()}" if urgent else topic
