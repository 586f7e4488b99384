"""The plots of the trends page, each a figure and the table it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import log10
from typing import Any, Final

import plotly.graph_objects as go

from core import i18n
from core.sheet import Cell
from core.store.trend_queries import Course
from core.trends import (
    Delay,
    Grain,
    Period,
    Weighing,
    by_hour_and_weekday,
    columns_over_time,
    topics_over_time,
)
from pages._frame import language, t
from pages.components.plot import Sheet, is_dark, palette

Drawn = tuple[go.Figure, Sheet]

_TICKS_S: Final = (60, 600, 3600, 6 * 3600, 86400, 7 * 86400)
_MOST_TICKS: Final = 10
_SHORTEST_S: Final = 1.0


def topics_plot(
    found: Sequence[Course], period: Period, grain: Grain, marks: Mapping[str, Mapping[str, str]]
) -> Drawn:
    """Stacked columns over time; each part carries its topic's letter, so colour is not all."""
    days = columns_over_time(period, grain)
    counts = topics_over_time(found, period, grain)
    theme = "dark" if is_dark() else "light"
    figure = go.Figure(
        [
            go.Bar(
                x=list(range(len(days))),
                y=row,
                name=f"{marks[topic]['symbol']}  {marks[topic]['name']}",
                text=[marks[topic]["symbol"] if count else "" for count in row],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont_color=marks[topic][f"on_{theme}"],
                marker={
                    "color": marks[topic][theme],
                    "line": {"color": palette().ground, "width": 1},
                },
                customdata=[_column_name(day, grain) for day in days],
                hovertemplate=f"%{{customdata}}<br>{marks[topic]['name']}: %{{y}}<extra></extra>",
            )
            for topic, row in counts.items()
        ]
    )
    places = list(range(0, len(days), -(-len(days) // _MOST_TICKS)))
    figure.update_layout(
        barmode="stack",
        bargap=0.15,
        showlegend=True,
        legend={"orientation": "v", "traceorder": "normal"},
        uniformtext={"minsize": 8, "mode": "hide"},
    )
    figure.update_xaxes(
        tickvals=places,
        ticktext=[i18n.short_day(language(), days[place]) for place in places],
        range=[-0.6, len(days) - 0.4],
        showgrid=False,
    )
    figure.update_yaxes(tickformat=",d", rangemode="tozero", nticks=5)
    names = [marks[topic]["name"] for topic in counts]
    heading = t("trends.column_week") if grain is Grain.WEEK else t("trends.column_day")
    rows: list[tuple[Cell, ...]] = [
        (day, *(counts[topic][place] for topic in counts)) for place, day in enumerate(days)
    ]
    return figure, Sheet(columns=(heading, *names), rows=tuple(rows))


def hours_plot(found: Sequence[Course]) -> Drawn:
    """A field for each hour of each weekday, darker where more began."""
    grid, days = by_hour_and_weekday(found), i18n.weekdays(language())
    figure = go.Figure(
        go.Heatmap(
            z=grid,
            x=list(range(24)),
            y=days,
            colorscale=[list(shade) for shade in palette().shades],
            xgap=1,
            ygap=1,
            hovertemplate="%{y} %{x}:00 – %{z}<extra></extra>",
            colorbar={"thickness": 10, "tickformat": ",d", "nticks": 4, "outlinewidth": 0},
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(tickvals=list(range(0, 24, 3)), showgrid=False)
    rows: list[tuple[Cell, ...]] = [(day, *grid[place]) for place, day in enumerate(days)]
    columns = (t("trends.column_weekday"), *(f"{hour:02d}" for hour in range(24)))
    return figure, Sheet(columns=columns, rows=tuple(rows))


def messages_plot(weighings: Sequence[Weighing]) -> Drawn:
    """What became of the messages of each group: kept, forgotten, refused."""
    labels = [escaped_html(one.group) for one in reversed(weighings)]
    colours = palette()
    parts = {
        "kept": (colours.first, ""),
        "forgotten": (colours.faint, "/"),
        "refused": (colours.second, "x"),
    }
    figure = go.Figure(
        [
            _bars(
                labels,
                [getattr(one, part) for one in reversed(weighings)],
                t(f"trends.{part}"),
                colour,
                pattern,
            )
            for part, (colour, pattern) in parts.items()
        ]
    )
    figure.update_layout(barmode="stack", bargap=0.3, legend=legend())
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    rows = [(one.group, one.kept, one.forgotten, one.refused) for one in weighings]
    columns = (t("trends.column_group"), *(t(f"trends.{part}") for part in parts))
    return figure, Sheet(columns=columns, rows=tuple(rows))


def waits_plot(now: Sequence[Delay], before: Sequence[Delay]) -> Drawn:
    """For each step the middle and what nine of ten stayed under, on a scale of powers of ten."""
    names = [t(f"trends.wait_{one.wait.value}") for one in now]
    colours = palette()
    figure = go.Figure()
    for name, one in zip(names, now, strict=True):
        if one.median_s is not None and one.p90_s is not None:
            figure.add_scatter(
                x=[_seen(one.median_s), _seen(one.p90_s)],
                y=[name, name],
                mode="lines",
                line={"color": colours.faint, "width": 4},
                showlegend=False,
                hoverinfo="skip",
            )
    if any(one.median_s is not None for one in before):
        was = [one.median_s for one in before]
        figure.add_trace(_moments(names, was, t("trends.median_before"), "circle-open", None))
    for part, symbol, place in (
        ("median", "circle", "bottom center"),
        ("p90", "diamond", "top center"),
    ):
        values = [getattr(one, f"{part}_s") for one in now]
        figure.add_trace(_moments(names, values, t(f"trends.{part}"), symbol, place))
    figure.update_layout(legend=legend())
    figure.update_xaxes(
        type="log",
        tickvals=list(_TICKS_S),
        ticktext=[i18n.duration(language(), tick) for tick in _TICKS_S],
        range=_log_range([*now, *before]),
    )
    figure.update_yaxes(range=[len(names) - 0.4, -0.6], categoryorder="array", categoryarray=names)
    return figure, _waits_sheet(names, now, before)


def _moments(
    names: Sequence[str],
    values: Sequence[float | None],
    name: str,
    symbol: str,
    place: str | None,
) -> go.Scatter:
    """A mark for each wait, with how long that is in words."""
    colours = palette()
    shades = {"circle": colours.first, "diamond": colours.second, "circle-open": colours.faint}
    return go.Scatter(
        x=[None if value is None else _seen(value) for value in values],
        y=names,
        mode="markers+text" if place else "markers",
        name=name,
        marker={
            "color": shades[symbol],
            "symbol": symbol,
            "size": 13,
            "line": {"width": 2, "color": shades[symbol]},
        },
        text=["" if value is None else i18n.duration(language(), value) for value in values],
        textposition=place or "middle center",
        cliponaxis=False,
        hovertemplate=f"%{{y}}, {name}: %{{text}}<extra></extra>",
    )


def _waits_sheet(names: Sequence[str], now: Sequence[Delay], before: Sequence[Delay]) -> Sheet:
    rows = [
        (
            name,
            _words(one.median_s),
            _words(was.median_s),
            _words(one.p90_s),
            _words(was.p90_s),
            one.ended_count,
            one.open_count,
        )
        for name, one, was in zip(names, now, before, strict=True)
    ]
    columns = ("wait", "median", "median_before", "p90", "p90_before", "ended", "open")
    return Sheet(columns=tuple(t(f"trends.column_{c}") for c in columns), rows=tuple(rows))


def escaped_html(name: str) -> str:
    """A name as plotly shows it: it reads a few html tags in labels."""
    return name.replace("&", "&amp;").replace("<", "&lt;")


def _bars(
    labels: Sequence[str], values: Sequence[int], name: str, colour: str, pattern: str
) -> go.Bar:
    return go.Bar(
        x=values,
        y=labels,
        name=name,
        orientation="h",
        marker=hatched(colour, pattern),
        hovertemplate=f"%{{y}}<br>{name}: %{{x}}<extra></extra>",
    )


def hatched(colour: str, shape: str) -> dict[str, Any]:
    """How a bar is filled; a pattern tells what the colour tells."""
    pattern = {"shape": shape, "fillmode": "overlay", "fgcolor": palette().ground}
    return {"color": colour, "pattern": {**pattern, "size": 6, "solidity": 0.2}}


def legend() -> dict[str, Any]:
    place = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return {**place, "traceorder": "normal"}


def _column_name(day: date, grain: Grain) -> str:
    name = i18n.short_day(language(), day)
    return t("trends.week_of", day=name) if grain is Grain.WEEK else name


def _seen(seconds: float) -> float:
    """A logarithmic axis knows no nought."""
    return max(_SHORTEST_S, seconds)


def _log_range(found: Sequence[Delay]) -> list[float]:
    values = [_seen(v) for one in found for v in (one.median_s, one.p90_s) if v is not None]
    return [log10(min(values, default=60)) - 0.5, log10(max(values, default=3600)) + 0.5]


def _words(seconds: float | None) -> str | None:
    return None if seconds is None else i18n.duration(language(), seconds)
