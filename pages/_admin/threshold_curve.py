"""afweging: what each threshold for urgency finds, against what it wrongly calls urgent."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from core.assess import Thresholds
from core.domain import Pilot
from core.quality_file import Judged
from core.trade_off import Outlook, curve, outlook, suggested
from pages._frame import language, percent, t, told
from pages.components.plot import palette
from pages.components.words import escaped

_USUAL_COST: Final = 10
_CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
_HOVER: Final = "{said} %{{customdata:.0%}}<br>%{{x:.0%}} / %{{y:.0%}}<extra></extra>"


def key_of(pilot: Pilot, name: str) -> str:
    return f"admin.thresholds.{pilot.id}.{name}"


def show_curve(
    pilot: Pilot, judged: Judged, now: Thresholds, chosen: Thresholds, share: float | None
) -> None:
    st.markdown(f"**{escaped(t('thresholds.curve'))}**")
    st.caption(t("thresholds.curve_note"))
    points = _curve(judged, now, share)
    figure = _drawn(points, outlook(judged, now, share), outlook(judged, chosen, share))
    key = key_of(pilot, "curve")
    st.plotly_chart(
        figure,
        config=_CONFIG,
        key=key,
        on_select=partial(_point_chosen, pilot.id, key),
        selection_mode="points",
        alt=t("thresholds.curve"),
    )
    _show_cost(pilot, points)


def _curve(judged: Judged, now: Thresholds, share: float | None) -> list[Outlook]:
    """Drawn anew only when what it rests on changed: sliders move many times."""
    wanted = (id(judged), now, share)
    kept: tuple[Any, list[Outlook]] | None = st.session_state.get("admin.thresholds.curve_of")
    if kept is None or kept[0] != wanted:
        kept = (wanted, curve(judged, now, share))
        st.session_state["admin.thresholds.curve_of"] = kept
    return kept[1]


def _drawn(points: list[Outlook], now: Outlook, chosen: Outlook) -> go.Figure:
    colours = palette()
    figure = go.Figure()
    figure.add_scatter(
        x=[_value(one.urgency.recall.value) for one in points],
        y=[_value(one.urgency.precision.value) for one in points],
        mode="lines+markers",
        marker={"size": 8, "color": colours.first},
        line={"color": colours.first},
        customdata=[one.thresholds.urgent for one in points],
        hovertemplate=_HOVER.format(said=t("thresholds.urgent_from")),
        showlegend=False,
    )
    for name, one, symbol, colour in (
        ("now", now, "diamond", colours.second),
        ("chosen", chosen, "star", colours.third),
    ):
        figure.add_scatter(
            x=[_value(one.urgency.recall.value)],
            y=[_value(one.urgency.precision.value)],
            mode="markers",
            name=t(f"thresholds.{name}", at=percent(one.thresholds.urgent)),
            marker={"size": 16, "symbol": symbol, "color": colour},
            customdata=[one.thresholds.urgent],
            hovertemplate=_HOVER.format(said=t("thresholds.urgent_from")),
        )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font_color=colours.text,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        separators=",." if language() == "nl" else ".,",
        dragmode=False,
        clickmode="event+select",
    )
    axis = {"tickformat": ".0%", "automargin": True, "fixedrange": True}
    figure.update_xaxes(title=t("figures.urgent_recall"), **axis)
    figure.update_yaxes(title=t("figures.urgent_precision"), **axis)
    return figure


@told
def _point_chosen(pilot_id: int, key: str) -> None:
    points = st.session_state[key].selection.points
    chosen = points[0].get("customdata") if points else None
    value = chosen[0] if isinstance(chosen, list) else chosen
    if isinstance(value, int | float):
        st.session_state[f"admin.thresholds.{pilot_id}.urgent"] = round(float(value), 2)


def _show_cost(pilot: Pilot, points: list[Outlook]) -> None:
    """A stated cost leads to a threshold; it is a proposal, nothing moves by itself."""
    key = key_of(pilot, "cost")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weighs = st.number_input(
            t("thresholds.cost"),
            1,
            200,
            _USUAL_COST,
            key=key,
            width=300,
            help=t("thresholds.cost_help"),
        )
        best = suggested(points, float(weighs)).thresholds.urgent
        st.button(
            t("thresholds.take_suggested", at=percent(best)),
            key=key_of(pilot, "suggest"),
            on_click=_take_suggested,
            args=(key_of(pilot, "urgent"), best),
            icon=":material/lightbulb:",
        )


def _take_suggested(key: str, value: float) -> None:
    st.session_state[key] = value


def _value(value: float | None) -> float:
    return 0.0 if value is None else value
