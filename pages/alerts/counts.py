"""Counts beside what was usual: the plot of one topic in one area, with the alerts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from core import i18n
from core.clock import local
from core.sheet import Cell
from core.store.alert_queries import Alert, AlertKind
from pages._frame import language, t
from pages.alerts.words import Names, topic_name
from pages.components.choice import show_select
from pages.components.plot import Sheet, is_dark, palette, show_plot

Series = Mapping[str, Any]
_MEASURES: Final = ("incidents", "residents")
_BAND: Final = {"light": "rgba(0,114,178,0.16)", "dark": "rgba(86,180,233,0.2)"}
_MOST_TICKS: Final = 10


def show_counts(outlook: Mapping[str, Any], names: Names, alerts: Sequence[Alert]) -> None:
    """One topic in one area, chosen; at first what an alert is about, else the busiest."""
    series = _ordered(outlook.get("series", ()), alerts)
    if not series:
        st.info(t("warnings.counts_empty"), icon=":material/query_stats:")
        return
    chosen, measure = _choose(series, names)
    area = _area_name(chosen["area"], names)
    title = t("warnings.counts_title", topic=topic_name(chosen["topic"]), area=area)
    days = [date.fromisoformat(day) for day in outlook["days"]]
    mine = [
        alert
        for alert in alerts
        if alert.kind is AlertKind.RISE
        and (alert.topic, alert.area_id) == (chosen["topic"], chosen["area"])
    ]
    figure, sheet = counts_plot(days, chosen[measure], mine)
    show_plot(title, figure, sheet, key="warnings.counts", note=_note(chosen), height=300)


def counts_plot(
    days: Sequence[date], counts: Mapping[str, Sequence[float]], alerts: Sequence[Alert]
) -> tuple[go.Figure, Sheet]:
    """Columns of what was counted over a band up to the bound, and a mark at each alert."""
    colours, places = palette(), list(range(len(days)))
    figure = go.Figure()
    figure.add_scatter(
        x=places,
        y=counts["bound"],
        name=t("warnings.bound"),
        mode="lines",
        line={"color": colours.second, "width": 2, "dash": "dash", "shape": "hvh"},
        fill="tozeroy",
        fillcolor=_BAND["dark" if is_dark() else "light"],
    )
    figure.add_bar(
        x=places, y=counts["seen"], name=t("warnings.seen"), marker_color=colours.first, width=0.55
    )
    figure.add_scatter(
        x=places,
        y=counts["expected"],
        name=t("warnings.expected"),
        mode="lines",
        line={"color": colours.text, "width": 1.5, "shape": "hvh"},
        hovertemplate="%{y:.1f}",
    )
    marked = [place for place, day in enumerate(days) if day in _days_of(alerts)]
    if marked:
        figure.add_scatter(
            x=marked,
            y=[counts["seen"][place] for place in marked],
            name=t("warnings.moment_of"),
            mode="markers",
            marker={"symbol": "diamond", "size": 13, "color": colours.third},
        )
    step = max(1, -(-len(days) // _MOST_TICKS))
    figure.update_layout(
        bargap=0.2,
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(
        tickvals=places[::step],
        ticktext=[i18n.short_day(language(), day) for day in days[::step]],
        showgrid=False,
    )
    figure.update_yaxes(tickformat=",d", rangemode="tozero", nticks=6)
    return figure, _sheet(days, counts, marked)


def _sheet(
    days: Sequence[date], counts: Mapping[str, Sequence[float]], marked: Sequence[int]
) -> Sheet:
    names = ("column_day", "seen", "expected", "bound", "moment_of")
    rows: list[tuple[Cell, ...]] = [
        (
            day,
            counts["seen"][place],
            round(counts["expected"][place], 2),
            counts["bound"][place],
            "x" if place in marked else None,
        )
        for place, day in enumerate(days)
    ]
    return Sheet(columns=tuple(t(f"warnings.{name}") for name in names), rows=tuple(rows))


def _choose(series: Sequence[Series], names: Names) -> tuple[Series, str]:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        topics = {one["topic"]: topic_name(one["topic"]) for one in series}
        topic = show_select(t("warnings.topic"), topics, param="topic", width=240)
        of_topic = {str(one["area"] or 0): one for one in series if one["topic"] == topic}
        areas = {key: _area_name(one["area"], names) for key, one in of_topic.items()}
        area = show_select(t("warnings.area"), areas, param="area", width=240)
        measures = {name: t(f"warnings.measure_{name}") for name in _MEASURES}
        measure = show_select(t("warnings.measure"), measures, param="measure", width=220)
    return of_topic[area], measure


def _ordered(series: Sequence[Series], alerts: Sequence[Alert]) -> list[Series]:
    """What an alert is about first, then what is busiest."""
    about = {(a.topic, a.area_id) for a in alerts if a.kind is AlertKind.RISE}

    def key(one: Series) -> tuple[bool, int]:
        return (one["topic"], one["area"]) not in about, -sum(one["incidents"]["seen"])

    return sorted(series, key=key)


def _note(chosen: Series) -> str:
    note = t("warnings.counts_note")
    if chosen["tested"]:
        return note
    parent = t("warnings.whole_pilot")
    return f"{note} {t('warnings.not_tested', parent=parent)}"


def _area_name(area_id: int | None, names: Names) -> str:
    return names.get(area_id) or t("warnings.whole_pilot")


def _days_of(alerts: Sequence[Alert]) -> set[date]:
    """The days on which an alert's bound was reached."""
    return {local(alert.last_at).date() for alert in alerts}
