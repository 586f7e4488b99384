"""The time line of an exercise: when each incident came, was seen and was decided on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from core.clock import local
from core.exercise_scoring import Outcome, Scored
from pages._frame import t
from pages.components.plot import Palette, palette
from pages.exercising.words import Told, outcome_name, title_of
from pages.lead.plots import escaped_html

_MARKS = {
    Outcome.MISSED: "x",
    Outcome.WRONG: "cross",
    Outcome.LATE: "triangle-right",
    Outcome.AGAIN: "diamond",
    Outcome.GOOD: "circle",
    Outcome.TOO_SHORT: "circle-open",
}
"""A form for each outcome: nothing is only colour."""


def time_line(shown: Sequence[Scored], told_here: Told) -> go.Figure:
    """A row an incident: a bar until its aim, a mark where it was decided or the evening ended."""
    colours = palette()
    rows = sorted(shown, key=lambda one: one.shown_s or 0, reverse=True)
    names = _names(rows, told_here)
    figure = go.Figure()
    _add_aims(figure, rows, names, told_here, colours)
    _add_seen(figure, rows, names, told_here, colours)
    for outcome, mark in _MARKS.items():
        _add_outcome(figure, outcome, mark, rows, names, told_here, colours)
    figure.update_xaxes(type="date", tickformat="%H:%M")
    figure.update_yaxes(categoryorder="array", categoryarray=names)
    figure.update_layout(legend={"orientation": "h", "y": -0.12}, showlegend=True)
    return figure


def _names(rows: Sequence[Scored], told_here: Told) -> list[str]:
    """What each is called; the time makes two of one kind differ."""
    return [escaped_html(f"{told_here.at(one.shown_s or 0)} {title_of(one)}") for one in rows]


def _moment(told_here: Told, seconds: int) -> str:
    """On the exercise's clock; without its evening, counted from nought."""
    if told_here.evening is None:
        return f"2000-01-01T{timedelta(seconds=min(seconds, 86_399))!s:0>8}"
    at = local(told_here.evening.starts_at + timedelta(seconds=seconds))
    return at.replace(tzinfo=None).isoformat()


def _add_aims(
    figure: go.Figure,
    rows: Sequence[Scored],
    names: Sequence[str],
    told_here: Told,
    colours: Palette,
) -> None:
    """From when it came until when it should have been decided on."""
    x: list[str | None] = []
    y: list[str | None] = []
    for one, name in zip(rows, names, strict=True):
        start = one.shown_s or 0
        x += [_moment(told_here, start), _moment(told_here, start + one.aim_s), None]
        y += [name, name, None]
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        name=t("exercise.line_aim"),
        line={"color": colours.faint, "width": 9},
        hoverinfo="skip",
    )


def _add_seen(
    figure: go.Figure,
    rows: Sequence[Scored],
    names: Sequence[str],
    told_here: Told,
    colours: Palette,
) -> None:
    pairs = [(one, name) for one, name in zip(rows, names, strict=True) if one.seen_s is not None]
    figure.add_scatter(
        x=[_moment(told_here, (one.shown_s or 0) + (one.seen_s or 0)) for one, _ in pairs],
        y=[name for _, name in pairs],
        mode="markers",
        name=t("exercise.line_seen"),
        marker={"symbol": "line-ns-open", "size": 13, "color": colours.text, "line_width": 2},
        hovertemplate="%{y}<extra></extra>",
    )


def _add_outcome(
    figure: go.Figure,
    outcome: Outcome,
    mark: str,
    rows: Sequence[Scored],
    names: Sequence[str],
    told_here: Told,
    colours: Palette,
) -> None:
    pairs = [(one, name) for one, name in zip(rows, names, strict=True) if one.outcome is outcome]
    if not pairs:
        return
    good = outcome in (Outcome.GOOD, Outcome.TOO_SHORT)
    figure.add_scatter(
        x=[_moment(told_here, _until(one, told_here)) for one, _ in pairs],
        y=[name for _, name in pairs],
        mode="markers",
        name=outcome_name(outcome),
        marker={
            "symbol": mark,
            "size": 13,
            "color": colours.first if good else colours.second,
            "line": {"color": colours.text, "width": 1},
        },
        hovertemplate="%{y}<extra></extra>",
    )


def _until(one: Scored, told_here: Told) -> int:
    """When it was decided on; what never was stands at the end of the exercise."""
    if one.decided_s is None:
        return told_here.found.ended_s
    return (one.shown_s or 0) + one.decided_s
