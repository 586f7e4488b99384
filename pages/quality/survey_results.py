"""What a wave says: counts and shares with their intervals, beside an earlier wave; own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from core.store import Unit
from core.survey_form import QuestionKind, Survey, Wave
from core.survey_results import Outcome, mean_difference, outcomes
from pages._frame import counted, language, number, services, t
from pages.components.choice import show_select
from pages.components.plot import show_plot
from pages.components.words import escaped
from pages.quality.survey_export import show_export
from pages.quality.survey_plots import options_plot, options_sheet, scales_plot, scales_sheet

_LINE: Final = 26
"""Pixels for a bar with its number."""


def show_results(
    survey: Survey,
    wave: Wave,
    waves: Sequence[Wave],
    counts: Mapping[int, int],
    name_of: Callable[[Wave], str],
) -> None:
    filled = counts.get(wave.id, 0)
    st.markdown(f"**{t('surveys.results', forms=counted('count.forms', filled))}**")
    if not filled:
        st.caption(t("surveys.nothing_filled"))
        return
    st.caption(t("surveys.how_sure"))
    earlier = [one for one in waves if one.number < wave.number and counts.get(one.id)]
    other = _choose_other(earlier, name_of)
    found = outcomes_of(survey, wave)
    before = outcomes_of(survey, other) if other else []
    show_export(survey, waves, counts, outcomes_of)
    _show_scales(wave, found, before)
    _show_each(wave, found, before)


def _choose_other(earlier: Sequence[Wave], name_of: Callable[[Wave], str]) -> Wave | None:
    """The wave to lay beside it: the one before, another, or none."""
    if not earlier:
        return None
    names = {str(one.id): name_of(one) for one in reversed(earlier)}
    chosen = show_select(
        t("surveys.compare"), names | {"0": t("surveys.with_none")}, param="with", width=420
    )
    return next((one for one in earlier if str(one.id) == chosen), None)


def outcomes_of(survey: Survey, wave: Wave) -> list[Outcome]:
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).surveys
        return outcomes(survey, rows.responses(wave.id), rows.texts(wave.id))


def _show_scales(wave: Wave, found: Sequence[Outcome], before: Sequence[Outcome]) -> None:
    """All statements in one picture: where people stand, and whether that moved."""
    scales = [one for one in found if one.mean is not None]
    if len(scales) < 2:
        return
    show_plot(
        t("surveys.scales_title"),
        scales_plot(scales, before),
        scales_sheet(scales, before),
        key=f"survey-{wave.id}-scales",
        note=t("surveys.scales_note"),
        height=110 + 44 * len(scales),
    )


def _show_each(wave: Wave, found: Sequence[Outcome], before: Sequence[Outcome]) -> None:
    """The questions two beside each other; words take the whole width."""
    pairs = [one for one in found if one.question.kind is not QuestionKind.OPEN]
    for row in (pairs[place : place + 2] for place in range(0, len(pairs), 2)):
        for column, outcome in zip(st.columns(2, gap="small"), row, strict=False):
            with column:
                _show_outcome(wave, outcome, before[outcome.place] if before else None)
    for outcome in found:
        if outcome.question.kind is QuestionKind.OPEN:
            _show_words(outcome)


def question_title(outcome: Outcome) -> str:
    return f"{outcome.place + 1}. {outcome.question.said(language())}"


def _show_outcome(wave: Wave, outcome: Outcome, before: Outcome | None) -> None:
    title = question_title(outcome)
    if not outcome.is_enough:
        _say_too_few(title)
        return
    both = before is not None and bool(before.lines)
    show_plot(
        title,
        options_plot(outcome, before),
        options_sheet(outcome, before),
        key=f"survey-{wave.id}-{outcome.place}",
        note=_mean_said(outcome, before),
        height=90 + _LINE * len(outcome.lines) * (2 if both else 1),
    )


def _show_words(outcome: Outcome) -> None:
    """What people wrote themselves, names taken out, in no order of time."""
    title = question_title(outcome)
    if not outcome.is_enough:
        _say_too_few(title)
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{escaped(title)}**")
        st.caption(t("surveys.words", count=number(len(outcome.texts))))
        with st.container(height=320 if len(outcome.texts) > 8 else "content", border=False):
            for text in outcome.texts:
                st.text(text)


def _say_too_few(title: str) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"**{escaped(title)}**")
        st.caption(t("surveys.too_few"))


def _mean_said(outcome: Outcome, before: Outcome | None) -> str:
    if outcome.mean is None:
        answers = counted("count.answers", outcome.answered_count)
        return t("surveys.answered", answers=answers)
    found = outcome.mean
    said = t(
        "surveys.mean",
        mean=number(found.value, 2),
        low=number(found.low, 2),
        high=number(found.high, 2),
        count=number(found.of),
    )
    if before is None or before.mean is None:
        return said
    apart = mean_difference(found, before.mean)
    key = "surveys.clear" if apart.is_clear else "surveys.unclear"
    low, high = signed(apart.low), signed(apart.high)
    return f"{said} {t(key, value=signed(apart.value), low=low, high=high)}"


def signed(value: float) -> str:
    """With its sign; a real minus, that no dash of a span looks like."""
    return f"{'−' if value < 0 else '+'}{number(abs(value), 2)}"
