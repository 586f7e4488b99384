"""werkvoorraad: how much is open with each team and each person, as the lead sees it."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from core.workload import USER, Load, most_first
from pages._frame import t
from pages.components.plot import LIGHT, Sheet, palette, show_plot
from pages.lead.now import Now, named
from pages.lead.plots import Drawn, escaped_html

_HEIGHT = 190
_COLUMNS = ("owner", "open", "urgent", "overdue", "oldest")
_STRIPES = "#c98a00"
"""A little darker than the bar they lie on, so that the number upon them is read."""


def show_workload(now: Now) -> None:
    """The plot with its table; a sentence when nothing is open."""
    found = now.loads
    if not found:
        with st.container(border=True, key="trends.workload.card", gap="xxsmall"):
            st.markdown(f"**{t('workload.title')}**")
            st.text(t("workload.none"))
        return
    figure, sheet = workload_plot(found, now)
    title, note = t("workload.title"), t("workload.note")
    show_plot(title, figure, sheet, key="trends.workload", note=note, height=_HEIGHT)


def workload_plot(found: Mapping[str, Load], now: Now) -> Drawn:
    """Bars of the teams, what is late apart; the table has each person too."""
    teams = [load for load in most_first(found) if not load.owner.startswith(USER)]
    teams = teams or most_first(found)
    names = [escaped_html(named(load.owner)) for load in reversed(teams)]
    colours = palette()
    parts = {
        "in_time": (
            colours.first,
            colours.ground,
            "",
            [one.open_count - one.overdue_count for one in teams],
        ),
        "late": (colours.second, LIGHT.text, "/", [one.overdue_count for one in teams]),
    }
    figure = go.Figure(
        [
            go.Bar(
                y=names,
                x=list(reversed(counts)),
                name=t(f"workload.{part}"),
                orientation="h",
                marker={
                    "color": colour,
                    "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": _STRIPES},
                },
                text=[count or "" for count in reversed(counts)],
                textangle=0,
                insidetextfont_color=ink,
            )
            for part, (colour, ink, pattern, counts) in parts.items()
        ]
    )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    bargap = 0.3 if len(teams) > 2 else 0.6
    figure.update_layout(barmode="stack", bargap=bargap, legend=legend)
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    rows = [_row(load, now) for load in most_first(found)]
    return figure, Sheet(
        columns=tuple(t(f"workload.column_{name}") for name in _COLUMNS), rows=tuple(rows)
    )


def _row(load: Load, now: Now) -> tuple[str | float | int | None, ...]:
    hours = (now.at - load.oldest_at).total_seconds() / 3600 if load.oldest_at else None
    oldest = None if hours is None else round(hours, 1)
    return (named(load.owner), load.open_count, load.urgent_count, load.overdue_count, oldest)
