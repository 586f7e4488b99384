"""The plots and tables of a questionnaire: bars with counts and intervals, and all statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from core.sheet import Cell
from core.survey_results import Line, Mean, Outcome, mean_difference, share_difference
from pages._frame import language, number, percent, t
from pages.components.plot import Sheet, palette
from pages.lead.plots import escaped_html, hatched, legend

_SHARES: Final = (0, 25, 50, 75, 100)


def options_plot(outcome: Outcome, before: Outcome | None) -> go.Figure:
    """For each option the share with its interval, and how many chose it."""
    names = [escaped_html(outcome.question.option(n.place, language())) for n in outcome.lines]
    figure = go.Figure([_bars(names, outcome.lines, was=False)])
    if before is not None and before.lines:
        figure.add_trace(_bars(names, before.lines, was=True))
    _write_counts(figure, names, outcome.lines)
    figure.update_layout(
        barmode="group",
        bargap=0.25,
        showlegend=before is not None and bool(before.lines),
        legend=legend(),
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(
        range=[0, 112], tickvals=_SHARES, ticktext=[percent(n / 100) for n in _SHARES]
    )
    return figure


def _write_counts(figure: go.Figure, names: Sequence[str], lines: Sequence[Line]) -> None:
    """How many chose it, in a column of its own at the right, where no bar comes."""
    for name, line in zip(names, lines, strict=True):
        figure.add_annotation(
            x=111,
            y=name,
            text=number(line.count),
            showarrow=False,
            xanchor="right",
            font={"size": 12, "color": palette().text},
        )


def _bars(names: Sequence[str], lines: Sequence[Line], *, was: bool) -> go.Bar:
    colours = palette()
    name = t("surveys.before" if was else "surveys.now")
    return go.Bar(
        y=names,
        x=[100 * line.share for line in lines],
        orientation="h",
        name=name,
        marker=hatched(colours.faint, "/") if was else hatched(colours.first, ""),
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (line.high - line.share) for line in lines],
            "arrayminus": [100 * (line.share - line.low) for line in lines],
            "color": colours.text,
            "thickness": 1,
            "width": 3,
        },
        customdata=[_said(line) for line in lines],
        hovertemplate=f"%{{y}}, {name}: %{{customdata}}<extra></extra>",
    )


def _said(line: Line) -> str:
    return t(
        "surveys.line",
        count=number(line.count),
        of=number(line.of),
        share=number(100 * line.share),
        low=number(100 * line.low),
        high=number(100 * line.high),
    )


def options_sheet(outcome: Outcome, before: Outcome | None) -> Sheet:
    columns = [t(f"surveys.column.{name}") for name in ("option", "count", "share", "from", "to")]
    then = before.lines if before is not None else ()
    if then:
        names = ("count_before", "before", "difference", "difference_from", "difference_to")
        columns += [t(f"surveys.column.{name}") for name in names]
    rows = [
        (
            outcome.question.option(line.place, language()),
            line.count,
            *(_percent(one) for one in (line.share, line.low, line.high)),
            *(_beside(line, then[line.place]) if then else ()),
        )
        for line in outcome.lines
    ]
    return Sheet(columns=tuple(columns), rows=tuple(rows))


def _beside(line: Line, then: Line) -> tuple[Cell, ...]:
    apart = share_difference(line, then)
    parts = (then.share, apart.value, apart.low, apart.high)
    return (then.count, *(_percent(one) for one in parts))


def _percent(share: float) -> float:
    return round(100 * share, 1)


def scales_plot(found: Sequence[Outcome], before: Sequence[Outcome]) -> go.Figure:
    """The mean of each statement with its interval, now and then."""
    names = [_short(one) for one in found]
    figure = go.Figure()
    then = [before[one.place].mean if before else None for one in found]
    if any(then):
        figure.add_trace(_means(names, then, was=True))
    figure.add_trace(_means(names, [one.mean for one in found], was=False))
    figure.update_layout(showlegend=any(then), legend=legend())
    figure.update_xaxes(
        range=[0.9, 5.1],
        tickvals=[1, 2, 3, 4, 5],
        ticktext=[
            f"{n}<br>{t(f'survey.scale_{n}')}" if n in (1, 3, 5) else str(n) for n in range(1, 6)
        ],
    )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=list(reversed(names)),
        range=[-0.6, len(names) - 0.4],
    )
    return figure


def _means(names: Sequence[str], means: Sequence[Mean | None], *, was: bool) -> go.Scatter:
    colours = palette()
    there = [(name, one) for name, one in zip(names, means, strict=True) if one is not None]
    name = t("surveys.before" if was else "surveys.now")
    colour = colours.faint if was else colours.first
    return go.Scatter(
        x=[one.value for _, one in there],
        y=[label for label, _ in there],
        mode="markers",
        name=name,
        marker={
            "color": colour,
            "symbol": "circle-open" if was else "circle",
            "size": 11,
            "line": {"width": 2, "color": colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.value for _, one in there],
            "arrayminus": [one.value - one.low for _, one in there],
            "color": colour,
            "thickness": 2,
            "width": 4,
        },
        customdata=[_mean_said(one) for _, one in there],
        hovertemplate=f"%{{y}}, {name}: %{{customdata}}<extra></extra>",
    )


def scales_sheet(found: Sequence[Outcome], before: Sequence[Outcome]) -> Sheet:
    heads = ["question", "count", "mean", "from_mean", "to_mean"]
    if before:
        heads += ["before_mean", "difference_mean", "from_mean", "to_mean"]
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        assert one.mean is not None
        then = before[one.place].mean if before else None
        cells: tuple[Cell, ...] = (_short(one, 300), one.mean.of, *_three(one.mean))
        if before:
            cells += _apart(one.mean, then)
        rows.append(cells)
    return Sheet(columns=tuple(t(f"surveys.column.{name}") for name in heads), rows=tuple(rows))


def _apart(now: Mean, then: Mean | None) -> tuple[Cell, ...]:
    if then is None:
        return (None,) * 4
    return (round(then.value, 2), *_three(mean_difference(now, then)))


def _three(one: Any) -> tuple[Cell, ...]:
    return tuple(round(value, 2) for value in (one.value, one.low, one.high))


def _mean_said(one: Mean) -> str:
    return f"{number(one.value, 2)} ({number(one.low, 2)} – {number(one.high, 2)})"


def _short(outcome: Outcome, longest: int = 60) -> str:
    """A question as briefly as an axis has room for."""
    said = f"{outcome.place + 1}. {outcome.question.said(language())}"
    return escaped_html(said if len(said) <= longest else f"{said[: longest - 1]}…")
