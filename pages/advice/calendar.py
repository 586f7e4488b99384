"""The year ahead: which advice has its season now, and which comes when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import streamlit as st

from core.clock import local
from core.i18n import short_day
from core.tips import Advice, Occasion, library
from pages._act import show_table
from pages._frame import language, services, t
from pages.advice.around import Surroundings

_AHEAD = 365


def show_calendar(around: Surroundings) -> None:
    today = local(around.now).date()
    st.caption(t("tips.calendar_note"))
    spans = sorted(_spans(around, today), key=lambda span: (span[0], span[1]))
    rows = [
        [_period(begin, end, today), topic_name(advice), advice.title(language())]
        for begin, end, advice in spans
    ]
    show_table([t(f"tips.column_{name}") for name in ("when", "topic", "advice")], rows)


def topic_name(advice: Advice) -> str:
    return services().topics[advice.topic].name(language())


def _spans(around: Surroundings, today: date) -> Iterator[tuple[date, date, Advice]]:
    """Every season of the coming year, with its first and last day."""
    for advice in library().values():
        if Occasion.SEASON in advice.when and advice.topic in around.pilot.topics:
            for begin, end in seasons(advice, today):
                yield begin, end, advice


def seasons(advice: Advice, today: date) -> Iterator[tuple[date, date]]:
    """The stretches of days within the coming year in which an advice is in season."""
    begin: date | None = None
    for ahead in range(_AHEAD + 1):
        day = today + timedelta(days=ahead)
        inside = advice.is_in_season(day)
        if inside and begin is None:
            begin = day
        if not inside and begin is not None:
            yield begin, day - timedelta(days=1)
            begin = None
    if begin is not None:
        yield begin, today + timedelta(days=_AHEAD)


def _period(begin: date, end: date, today: date) -> str:
    until = short_day(language(), end)
    if begin == today:
        return t("tips.now_until", until=until)
    return t("tips.from_until", begin=short_day(language(), begin), until=until)
