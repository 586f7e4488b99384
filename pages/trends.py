"""trends: what came in, what became of it and how soon, against the period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.domain import Pilot
from core.permissions import ALLOWED, Action
from core.promises import count
from core.store import Unit
from core.store.alert_queries import all_alerts
from core.store.loop_queries import (
    channels_per_incident,
    corrections,
    taking_part,
)
from core.store.question_queries import promises_made
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
from core.warning.judging import usefulness
from pages._frame import Card, language, number, page, percent, services, t
from pages.alerts.short import show_open
from pages.components.colours import topic_marks
from pages.components.plot import Sheet, show_plot
from pages.lead.loop import (
    alerts_plot,
    channels_plot,
    corrections_plot,
    part_plot,
    promises_plot,
)
from pages.lead.period import choose_period, choose_pilot, pilots, show_whole
from pages.lead.plots import (
    Drawn,
    areas_plot,
    funnel_plot,
    hours_plot,
    messages_plot,
    topics_plot,
    waits_plot,
)
from pages.lead.promises import show_promises
from pages.lead.report import Section, show_report

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
    figures = _figures(summarise(now, weighings), summarise(before, weighings_before))
    plots = _plots(pilot, period, now, before, weighings)
    _show_figures(figures)
    show_promises(pilot, period)
    show_report(pilot.name, period, figures, [_section(name, plots[name][1]) for name in plots])
    _show_plots(plots)


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


def _figures(now: Summary, before: Summary) -> list[tuple[str, str, str]]:
    """(name, now, before) of each key figure."""
    return [
        (t(f"trends.{name}"), value(now) or "–", value(before) or "–")
        for name, value in _FIGURES.items()
    ]


def _show_figures(figures: Sequence[tuple[str, str, str]]) -> None:
    """The key figures in a row, each with what it was in the period before."""
    columns = st.columns(len(figures), gap="small")
    for column, name, (said, value, was) in zip(columns, _FIGURES, figures, strict=True):
        column.metric(
            said,
            value,
            t("trends.was", value=was),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=t(f"trends.{name}_help"),
        )


_FIGURES: Final[dict[str, Callable[[Summary], str]]] = {
    "incidents": lambda figures: number(figures.incident_count),
    "urgent": lambda figures: number(figures.urgent_count),
    "forgotten_share": lambda figures: _share(figures.forgotten_share),
    "decision": lambda figures: _duration(figures.decision_s),
    "told": lambda figures: _share(figures.told_share),
}


def _plots(
    pilot: Pilot,
    period: Period,
    now: Sequence[Course],
    before: Sequence[Course],
    weighings: Sequence[Weighing],
) -> dict[str, Drawn]:
    """Every plot of the page with its table, in the order of reading."""
    marks = topic_marks(services().topics, language())
    since, until = period.since, period.until
    with services().store.read() as connection:
        promised = promises_made(connection, pilot.id, since, until)
        part = taking_part(connection, pilot.id, since, until)
        corrected = corrections(connection, pilot.id, since, until)
        channels = channels_per_incident(connection, pilot.id, since, until)
        alerts = [a for a in all_alerts(connection, pilot.id, since) if a.raised_at < until]
    return {
        "topics": topics_plot(now, period, grain_for(period), marks),
        "waits": waits_plot(delays(now)),
        "funnel": funnel_plot(funnel(now)),
        "areas": areas_plot(now, before, _area_names(pilot)),
        "hours": hours_plot(now),
        "messages": messages_plot(weighings),
        "part": part_plot(part),
        "promises": promises_plot(count(promised, services().clock())),
        "corrections": corrections_plot(corrected),
        "alerts": alerts_plot(usefulness(alerts)),
        "channels": channels_plot(channels),
    }


_DRAWN_ON_PAPER: Final = frozenset(
    {"funnel", "areas", "messages", "part", "promises", "corrections", "channels"}
)
"""The others have more than one figure a row: on paper their table says it."""


def _section(name: str, sheet: Sheet) -> Section:
    title, note = t(f"trends.{name}_title"), t(f"trends.{name}_note")
    return Section(title=title, note=note, sheet=sheet, bars=name in _DRAWN_ON_PAPER)


def _show_plots(plots: Mapping[str, Drawn]) -> None:
    names = list(plots)
    for row in (names[place : place + 2] for place in range(0, len(names), 2)):
        for column, name in zip(st.columns(2, gap="small"), row, strict=False):
            with column:
                figure, sheet = plots[name]
                title, note = t(f"trends.{name}_title"), t(f"trends.{name}_note")
                if _says_nothing(sheet):
                    _say_none(title, note, key=f"trends.{name}")
                else:
                    show_plot(title, figure, sheet, key=f"trends.{name}", note=note)


def _says_nothing(sheet: Sheet) -> bool:
    """True when no row counts anything: empty axes would look like a failure."""
    return not any(isinstance(cell, int | float) and cell for row in sheet.rows for cell in row)


def _say_none(title: str, note: str, *, key: str) -> None:
    with st.container(border=True, key=f"{key}.card", gap="xxsmall"):
        st.markdown(f"**{title}**")
        st.caption(note)
        st.text(t("trends.none_in_period"))


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
