"""trends: what came in, what became of it and how soon, against the period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.domain import Pilot
from core.permissions import ALLOWED, Action, may
from core.store import Unit
from core.store.trend_queries import extent
from core.trends import Period, Summary, delays, funnel, grain_for, summarise
from pages._frame import Card, language, number, page, percent, services, t, user
from pages.alerts.short import show_open
from pages.components.choice import show_choice
from pages.components.colours import topic_marks
from pages.components.plot import Sheet, show_plot
from pages.lead.beside import (
    areas_plot,
    channels_plot,
    clock_plot,
    corrections_plot,
    funnel_plot,
    promises_plot,
    topic_totals_plot,
    weekdays_plot,
)
from pages.lead.loop import alerts_plot, part_plot
from pages.lead.overdue import show_standing
from pages.lead.period import choose_period, choose_pilot, pilots, show_whole
from pages.lead.plots import Drawn, hours_plot, messages_plot, topics_plot, waits_plot
from pages.lead.promises import show_promises
from pages.lead.report import Section, show_report
from pages.lead.span import (
    Span,
    read_alerts,
    read_channels,
    read_corrected,
    read_part,
    read_span,
)
from pages.quality.work import work_sections

CARD: Final = Card(
    title_nl="Trends",
    title_en="Trends",
    icon=":material/trending_up:",
    order=40,
    menu="insight",
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
    show_standing(pilot, user())
    now, before = read_span(pilot, period), read_span(pilot, period.before())
    _say_period(period)
    if now.is_empty:
        _say_empty(pilot)
        return
    figures = _figures(
        summarise(now.courses, now.weighings), summarise(before.courses, before.weighings)
    )
    plots = _plots(pilot, period, now, before)
    _show_figures(figures)
    show_promises(now.promised, before.promised)
    evaluates = may(user(), Action.EVALUATE)
    show_report(
        pilot.name,
        period,
        figures,
        lambda: [
            *(_section(name, draw()[1]) for name, draw in plots.items()),
            *(work_sections(pilot, period) if evaluates else []),
        ],
    )
    _show_plots({name: plots[name]() for name in _chosen()})


_PARTS: Final = {
    "course": ("funnel", "waits", "promises", "corrections"),
    "when": ("topics", "topic_totals", "areas", "hours", "clock", "weekdays"),
    "people": ("messages", "part", "channels", "alerts"),
}
"""Which plots stand together: all at once keep a browser busy, and nobody reads them."""


def _chosen() -> Sequence[str]:
    names = {name: t(f"trends.part_{name}") for name in _PARTS}
    return _PARTS[show_choice(t("trends.parts"), names, param="part")]


def _say_period(period: Period) -> None:
    before = period.before()
    days = {
        "first": period.first,
        "last": period.last,
        "first_before": before.first,
        "last_before": before.last,
    }
    said = {name: i18n.long_day(language(), day) for name, day in days.items()}
    st.caption(t("trends.compared", **said))


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


def _plots(pilot: Pilot, period: Period, now: Span, before: Span) -> dict[str, Callable[[], Drawn]]:
    """How to draw every plot of the page with its table, in the order of reading.

    Each is drawn when it is looked at, or stands in a report: they cost more than reading does.
    """
    was = period.before()
    marks = topic_marks(services().topics, language())
    names = {topic: mark["name"] for topic, mark in marks.items()}
    ours, theirs = now.courses, before.courses
    return {
        "funnel": lambda: funnel_plot(funnel(ours), funnel(theirs)),
        "waits": lambda: waits_plot(delays(ours), delays(theirs)),
        "topics": lambda: topics_plot(ours, period, grain_for(period), marks),
        "topic_totals": lambda: topic_totals_plot(ours, theirs, names),
        "areas": lambda: areas_plot(ours, theirs, _area_names(pilot)),
        "hours": lambda: hours_plot(ours),
        "clock": lambda: clock_plot(ours, theirs),
        "weekdays": lambda: weekdays_plot(ours, theirs),
        "messages": lambda: messages_plot(now.weighings),
        "part": lambda: part_plot(read_part(pilot, period), read_part(pilot, was)),
        "promises": lambda: promises_plot(now.promised, before.promised),
        "corrections": lambda: corrections_plot(
            read_corrected(pilot, period), read_corrected(pilot, was)
        ),
        "alerts": lambda: alerts_plot(read_alerts(pilot, period)),
        "channels": lambda: channels_plot(read_channels(pilot, period), read_channels(pilot, was)),
    }


_DRAWN_ON_PAPER: Final = frozenset(
    {
        "funnel", "topic_totals", "areas", "weekdays", "messages", "part", "promises",
        "corrections", "channels",
    }
)  # fmt: skip
"""The others have more than one figure a row: on paper their table says it."""
_LIES: Final = _DRAWN_ON_PAPER - {"weekdays", "messages"}
_TALL: Final = 250
_ROW: Final = 32
"""Pixels for a row of lying bars with its number beside it."""


def _section(name: str, sheet: Sheet) -> Section:
    title, note = t(f"trends.{name}_title"), t(f"trends.{name}_note")
    return Section(title=title, note=note, sheet=sheet, bars=name in _DRAWN_ON_PAPER)


def _show_plots(plots: Mapping[str, Drawn]) -> None:
    """Two beside each other; what did not happen is said at the end, in one place."""
    drawn = [name for name, (_, sheet) in plots.items() if not _says_nothing(sheet)]
    for row in (drawn[place : place + 2] for place in range(0, len(drawn), 2)):
        for column, name in zip(st.columns(2, gap="small"), row, strict=False):
            with column:
                figure, sheet = plots[name]
                title, note = t(f"trends.{name}_title"), t(f"trends.{name}_note")
                lies = name in _LIES
                tall = max(_TALL, 70 + _ROW * len(sheet.rows)) if lies else _TALL
                show_plot(title, figure, sheet, key=f"trends.{name}", note=note, height=tall)
    _say_none([name for name in plots if name not in drawn])


def _says_nothing(sheet: Sheet) -> bool:
    """True when no row counts anything: empty axes would look like a failure."""
    return not any(isinstance(cell, int | float) and cell for row in sheet.rows for cell in row)


def _say_none(names: Sequence[str]) -> None:
    if not names:
        return
    with st.container(border=True, key="trends.none.card", gap="xxsmall"):
        st.markdown(f"**{t('trends.none_in_period')}**")
        for name in names:
            st.caption(f"{t(f'trends.{name}_title')}: {t(f'trends.{name}_note')}")


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
