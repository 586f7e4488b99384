"""trends: what came in, what became of it and how soon, against the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.domain import Pilot
from core.permissions import ALLOWED, Action
from core.store import Unit
from core.store.trend_queries import Course, courses, extent, tallies
from core.trends import (
    Period,
    Summary,
    Weighing,
    delays,
    funnel,
    grain_for,
    summarise,
    weigh,
)
from pages._frame import Card, language, number, page, percent, services, t
from pages.alerts.short import show_open
from pages.components.colours import topic_marks
from pages.components.plot import show_plot
from pages.lead.period import choose_period, choose_pilot, pilots, show_whole
from pages.lead.plots import (
    areas_plot,
    funnel_plot,
    hours_plot,
    messages_plot,
    topics_plot,
    waits_plot,
)

CARD: Final = Card(
    title_nl="Trends",
    title_en="Trends",
    icon=":material/trending_up:",
    order=40,
    roles=ALLOWED[Action.SEE_TRENDS],
)


@page(CARD)
def show() -> None:
    found = pilots()
    if not found:
        st.subheader(t("trends.title"), anchor=False)
        st.info(t("trends.no_pilot"), icon=":material/trending_up:")
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.subheader(t("trends.title"), anchor=False, width="content")
        pilot = choose_pilot(found)
        period = choose_period(pilot)
    show_open(t("warnings.page_open"))
    now, weighings = _read(pilot, period)
    before, weighings_before = _read(pilot, period.before())
    _say_period(period)
    if not now and not weighings:
        _say_empty(pilot)
        return
    _show_figures(summarise(now, weighings), summarise(before, weighings_before))
    _show_plots(pilot, period, now, before, weighings)


def _read(pilot: Pilot, period: Period) -> tuple[list[Course], list[Weighing]]:
    with services().store.read() as connection:
        found = courses(connection, pilot.id, period.since, period.until)
        counted = tallies(connection, pilot.id, period.first, period.last)
    return found, weigh(counted)


def _say_period(period: Period) -> None:
    before = period.before()
    days = [i18n.day(language(), at) for at in (period.since, before.since)]
    ends = [
        i18n.short_day(language(), period.last),
        i18n.short_day(language(), before.last),
    ]
    st.caption(
        t("trends.compared", first=days[0], last=ends[0], first_before=days[1], last_before=ends[1])
    )


def _say_empty(pilot: Pilot) -> None:
    with services().store.read() as connection:
        known = extent(connection, pilot.id)
    if known is None:
        st.info(t("trends.nothing_yet"), icon=":material/trending_up:")
        return
    first, last = (i18n.day(language(), at) for at in known)
    st.info(t("trends.nothing_here", first=first, last=last), icon=":material/event_busy:")
    st.button(t("trends.show_whole"), key="trends.whole", on_click=show_whole)


def _show_figures(now: Summary, before: Summary) -> None:
    """The key figures in a row, each with what it was in the period before."""
    columns = st.columns(5, gap="small")
    for column, name in zip(columns, _FIGURES, strict=True):
        value, was = _FIGURES[name](now), _FIGURES[name](before)
        column.metric(
            t(f"trends.{name}"),
            value or "–",
            t("trends.was", value=was or "–"),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=t(f"trends.{name}_help"),
        )


_FIGURES: Final = {
    "incidents": lambda figures: number(figures.incident_count),
    "urgent": lambda figures: number(figures.urgent_count),
    "forgotten_share": lambda figures: _share(figures.forgotten_share),
    "decision": lambda figures: _duration(figures.decision_s),
    "told": lambda figures: _share(figures.told_share),
}


def _show_plots(
    pilot: Pilot,
    period: Period,
    now: Sequence[Course],
    before: Sequence[Course],
    weighings: Sequence[Weighing],
) -> None:
    marks = topic_marks(services().topics, language())
    grain = grain_for(period)
    plots = {
        "topics": lambda: topics_plot(now, period, grain, marks),
        "waits": lambda: waits_plot(delays(now)),
        "funnel": lambda: funnel_plot(funnel(now)),
        "areas": lambda: areas_plot(now, before, _area_names(pilot)),
        "hours": lambda: hours_plot(now),
        "messages": lambda: messages_plot(weighings),
    }
    for row in (("topics", "waits"), ("funnel", "areas"), ("hours", "messages")):
        for column, name in zip(st.columns(2, gap="small"), row, strict=True):
            with column:
                figure, sheet = plots[name]()
                title, note = t(f"trends.{name}_title"), t(f"trends.{name}_note")
                show_plot(title, figure, sheet, key=f"trends.{name}", note=note)


def _area_names(pilot: Pilot) -> dict[int | None, str]:
    with services().store.read() as connection:
        areas = Unit(connection, services().clock()).pilots.areas(pilot.id)
    return {None: t("trends.no_area"), **{area.id: area.name for area in areas}}


def _share(share: float | None) -> str:
    return "" if share is None else percent(share)


def _duration(seconds: float | None) -> str:
    return "" if seconds is None else i18n.duration(language(), seconds)


if __name__ == "__main__":
    show()
