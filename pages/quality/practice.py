"""What people in this pilot did with the judgements, and what that cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.domain import Pilot
from core.estimates import Estimate
from core.evaluation_text import estimate_text, practice_table
from core.permissions import Action, may
from core.practice import (
    Handled,
    doubts,
    handled,
    most_mistaken,
    practice,
    practices,
    topic_changes,
)
from core.store.evaluation_queries import (
    Correction,
    area_names,
    beginnings,
    corrections,
    first_words,
    reject_reasons,
)
from core.store.trend_queries import courses
from core.trends import Period
from pages._frame import language, number, percent, services, t, user
from pages._links import open_incident
from pages.components.choice import show_choice
from pages.components.plot import Sheet, show_plot, show_table
from pages.components.words import escaped
from pages.lead.period import choose_period
from pages.quality.plots import estimates_plot
from pages.quality.source import pilot_or_say, say_source, sheet_of, topic_names

_SPLITS: Final = ("topic", "area", "group", "model")
_MOST_TEXTS: Final = 12


def show_practice() -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pilot = pilot_or_say()
        if pilot is None:
            return
        period = choose_period(pilot)
    say_source("people")
    found, corrected = read_handled(pilot, period)
    if not any(one.judged for one in found):
        st.info(t("practice.nothing_yet", count=number(len(found))), icon=":material/groups:")
        return
    _show_metrics(found, corrected)
    _say_limits()
    _show_split(found, _areas(pilot))
    left, right = st.columns(2, gap="small")
    with left:
        _show_topic_changes(found)
    with right:
        _show_texts(found)


def read_handled(pilot: Pilot, period: Period) -> tuple[list[Handled], list[Correction]]:
    """The incidents of a period as the system and as people saw them, and all corrections."""
    span = (pilot.id, period.since, period.until)
    with services().store.read() as connection:
        corrected = corrections(connection, *span)
        found = handled(
            courses(connection, *span),
            beginnings(connection, *span),
            corrected,
            reject_reasons(connection, *span),
        )
    return found, corrected


def _areas(pilot: Pilot) -> dict[int, str]:
    with services().store.read() as connection:
        return area_names(connection, pilot.id)


def _show_metrics(found: Sequence[Handled], corrected: Sequence[Correction]) -> None:
    all_of = practice("", found)
    shown: dict[str, Estimate] = {
        "report": all_of.report,
        "topic": all_of.topic,
        "urgent": all_of.urgent,
        "seen_urgent": all_of.seen_urgent,
        "doubt": doubts(corrected),
    }
    for column, (name, one) in zip(st.columns(5, gap="small"), shown.items(), strict=True):
        column.metric(
            t(f"practice.{name}"),
            percent(one.value) if one.value is not None and one.is_enough else "–",
            _counts(one),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=t(f"practice.{name}_help"),
        )


def _counts(one: Estimate) -> str:
    if not one.of:
        return t("practice.none")
    if not one.is_enough:
        return estimate_text(language(), one)
    low, high = percent(one.low), percent(one.high)
    return t("practice.counts", hits=number(one.hits), of=number(one.of), low=low, high=high)


def _say_limits() -> None:
    with st.expander(t("practice.limits"), icon=":material/help:"):
        for part in ("missed", "silence", "sample"):
            st.markdown(escaped(t(f"practice.limits_{part}")))


def _show_split(found: Sequence[Handled], areas: Mapping[int, str]) -> None:
    chosen = show_choice(
        t("evaluation.split"),
        {name: t(f"evaluation.split_{name}") for name in _SPLITS},
        param="by",
    )
    names: Mapping[str, str] = topic_names() if chosen == "topic" else {}
    parts = practices(found, _keys(areas)[chosen], names)
    show_plot(
        t("practice.split_title"),
        estimates_plot([(one.name or t("figures.unknown"), one.report) for one in parts]),
        sheet_of(practice_table(language(), parts, chosen)),
        key=f"practice.split.{chosen}",
        note=t("practice.split_note"),
        height=max(220, 70 + 22 * len(parts)),
    )


def _keys(areas: Mapping[int, str]) -> dict[str, Callable[[Handled], str | None]]:
    return {
        "topic": lambda one: one.said_topic,
        "area": lambda one: areas.get(one.area_id or 0),
        "group": lambda one: one.group,
        "model": lambda one: one.model,
    }


def _show_topic_changes(found: Sequence[Handled]) -> None:
    names = topic_names()
    with st.container(border=True, key="practice.topics.card"):
        st.markdown(f"**{escaped(t('practice.topics_title'))}**")
        changed = topic_changes(found)
        if not changed:
            st.caption(t("practice.no_topic_changed"))
            return
        st.caption(t("practice.topics_note"))
        rows = [
            (names.get(said, said), names.get(meant, meant), count)
            for said, meant, count in changed
        ]
        heads = tuple(
            t(f"figures.column_{name}") for name in ("system_said", "people_said", "incidents")
        )
        show_table(Sheet(columns=heads, rows=tuple(rows)), key="practice.topics", opened=True)


def _show_texts(found: Sequence[Handled]) -> None:
    """What the system was surest of and people corrected; redacted, for who may see incidents."""
    with st.container(border=True, key="practice.texts"):
        st.markdown(f"**{escaped(t('practice.texts_title'))}**")
        if not may(user(), Action.SEE_INCIDENTS):
            st.caption(t("practice.texts_not_yours"))
            return
        wrong = {one.incident_id: one for one in most_mistaken(found, _MOST_TEXTS)}
        if not wrong:
            st.caption(t("practice.no_texts"))
            return
        st.caption(t("practice.texts_note"))
        with services().store.read() as connection:
            texts = first_words(connection, list(wrong))
        with st.container(border=False):
            for text in texts:
                _show_text(wrong[text.incident_id], text.text)


def _show_text(one: Handled, text: str) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.text(text or t("practice.erased"))
        st.caption(escaped(_said_of(one)))
        key = f"practice.open.{one.incident_id}"
        if st.button(f"HNM-{one.incident_id}", key=key, type="tertiary"):
            open_incident(one.incident_id)


def _said_of(one: Handled) -> str:
    names = topic_names()
    said = names.get(one.said_topic, one.said_topic)
    meant = names.get(one.topic, one.topic)
    parts = [t("practice.sure", topic=said, share=percent(one.confidence))]
    if one.no_report:
        parts.append(t("practice.was_no_report"))
    if one.topic != one.said_topic:
        parts.append(t("practice.was_topic", topic=meant))
    if one.urgent != one.said_urgent:
        parts.append(t(f"practice.was_{'urgent' if one.urgent else 'not_urgent'}"))
    parts.append(i18n.day(language(), one.opened_at))
    return " · ".join(parts)
