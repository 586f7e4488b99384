"""The plots of the evaluation page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go

from core import i18n
from core.drift import Heap, Measure, Weeks
from core.estimates import Estimate
from core.evaluation import Calibration
from pages._frame import language, number, percent, t
from pages.components.plot import palette
from pages.lead.plots import escaped_html

_DASHES = ("solid", "dot", "dash", "longdash", "dashdot", "longdashdot")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star")


def estimates_plot(found: Sequence[tuple[str, Estimate]]) -> go.Figure:
    """A dot with its interval for each part; one with too few messages is hollow."""
    rows = [(name, one) for name, one in reversed(found) if one.value is not None and one.of]
    colours = palette()
    figure = go.Figure()
    for enough, symbol, shown in ((True, "circle", "enough"), (False, "circle-open", "too_few")):
        chosen = [(name, one) for name, one in rows if one.is_enough is enough]
        values = [one.value or 0.0 for _, one in chosen]
        figure.add_scatter(
            x=values,
            y=[escaped_html(name) for name, _ in chosen],
            mode="markers",
            name=t(f"evaluation.{shown}"),
            marker={
                "color": colours.first if enough else colours.faint,
                "symbol": symbol,
                "size": 10,
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, one.high - (one.value or 0.0)) for _, one in chosen],
                "arrayminus": [max(0.0, (one.value or 0.0) - one.low) for _, one in chosen],
                "color": colours.faint,
                "thickness": 2,
                "width": 4,
            },
            customdata=[_interval(one) for _, one in chosen],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    figure.update_layout(showlegend=any(not one.is_enough for _, one in rows), legend=_legend())
    figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(
        categoryorder="array", categoryarray=[escaped_html(name) for name, _ in rows]
    )
    return figure


def reliability_plot(found: Calibration) -> go.Figure:
    """What was said against how often it was so; on the line they agree."""
    colours = palette()
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": colours.faint, "dash": "dash"},
        name=t("evaluation.perfect"),
        hoverinfo="skip",
    )
    bars = found.bars
    happened = [bar.happened.value or 0.0 for bar in bars]
    figure.add_scatter(
        x=[bar.said for bar in bars],
        y=happened,
        mode="lines+markers",
        name=t("evaluation.measured"),
        line={"color": colours.first},
        marker={
            "size": [9 if bar.happened.is_enough else 7 for bar in bars],
            "symbol": ["circle" if bar.happened.is_enough else "circle-open" for bar in bars],
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [bar.happened.high - value for bar, value in zip(bars, happened, strict=True)],
            "arrayminus": [
                value - bar.happened.low for bar, value in zip(bars, happened, strict=True)
            ],
            "color": colours.faint,
            "thickness": 1.5,
            "width": 3,
        },
        customdata=[number(bar.happened.of) for bar in bars],
        hovertemplate=(
            f"{t('evaluation.axis_said')}: %{{x:.0%}}<br>"
            f"{t('evaluation.axis_happened')}: %{{y:.0%}} (%{{customdata}})<extra></extra>"
        ),
    )
    figure.update_layout(legend=_legend())
    figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02], title=t("evaluation.axis_said"))
    figure.update_yaxes(tickformat=".0%", range=[-0.02, 1.05], title=t("evaluation.axis_happened"))
    return figure


def confusion_plot(names: Sequence[str], counts: Sequence[Sequence[int]]) -> go.Figure:
    """Labelled topics down, judged ones across; each field as a share of its row."""
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    shown = [escaped_html(name) for name in names]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=shown,
            y=shown,
            zmin=0,
            zmax=1,
            colorscale=[list(shade) for shade in palette().shades],
            text=[[number(count) if count else "" for count in row] for row in counts],
            texttemplate="%{text}",
            textfont={"size": 10},
            xgap=1,
            ygap=1,
            customdata=[[percent(share) for share in row] for row in shares],
            hovertemplate="%{y} → %{x}: %{text} (%{customdata})<extra></extra>",
            showscale=False,
        )
    )
    figure.update_xaxes(side="top", tickangle=-45, showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def weeks_plot(
    parts: Mapping[str, Weeks], days: Sequence[date], measure: Measure, reference: Heap
) -> go.Figure:
    """A line a part over the weeks; a week with too few messages is left open."""
    colours = palette()
    figure = go.Figure()
    known = reference.share(measure)
    if known is not None:
        figure.add_hline(
            y=known,
            line={"color": colours.faint, "dash": "dash"},
            annotation_text=t("drift.reference"),
            annotation_font_color=colours.text,
            annotation_position="top left",
        )
    tones = (colours.first, colours.second, colours.third, colours.faint, colours.text)
    for place, (name, weeks) in enumerate(parts.items()):
        values = [weeks[day].share(measure) if day in weeks else None for day in days]
        figure.add_scatter(
            x=[day.isoformat() for day in days],
            y=values,
            mode="lines+markers",
            name=escaped_html(name),
            line={"color": tones[place % len(tones)], "dash": _DASHES[place % len(_DASHES)]},
            marker={"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 8},
            hovertemplate="%{y:.0%}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(showlegend=True, legend={"orientation": "v"}, hovermode="x unified")
    figure.update_xaxes(
        type="category",
        tickvals=[day.isoformat() for day in days],
        ticktext=[i18n.short_day(language(), day) for day in days],
        showgrid=False,
    )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure


def _interval(one: Estimate) -> str:
    low, high = (percent(end) for end in (one.low, one.high))
    return f"{percent(one.value or 0.0)} ({low} – {high}), {number(one.of)}"


def _legend() -> dict[str, object]:
    return {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
