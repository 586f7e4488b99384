"""The plots about reciprocity: promises, who takes part, corrections, what warnings were worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import plotly.graph_objects as go

from core.promises import Kept
from core.store.loop_queries import TakingPart
from core.warning.judging import Usefulness
from pages._frame import counted, t
from pages.components.plot import Sheet, palette
from pages.lead.plots import Drawn, escaped_html

_PROMISES: Final = ("kept", "late", "overdue", "cancelled")
_VERDICTS: Final = ("useful", "noted", "dismissed", "waiting")
_PART: Final = ("residents", "messages", "answered", "told", "stopped")


def promises_plot(found: Kept) -> Drawn:
    """What became of what was promised; what is left is still running."""
    running = found.made - sum(getattr(found, name) for name in _PROMISES)
    counts = {name: getattr(found, name) for name in _PROMISES} | {"running": max(0, running)}
    names = {name: t(f"trends.promise_{name}") for name in counts}
    return _bars({names[name]: count for name, count in counts.items()}, t("trends.column_promise"))


def corrections_plot(found: Mapping[str, int]) -> Drawn:
    """How often people said otherwise, by what."""
    names = {what: t(f"trends.correction_{what}") for what in found}
    return _bars({names[what]: count for what, count in found.items()}, t("trends.column_what"))


def alerts_plot(found: Sequence[Usefulness]) -> Drawn:
    """What people made of the warnings, by kind."""
    kinds = [t(f"warnings.kind_{one.kind.value}") for one in found]
    colours = palette()
    shades = (colours.first, colours.third, colours.second, colours.faint)
    figure = go.Figure(
        [
            go.Bar(
                y=kinds,
                x=[getattr(one, verdict) for one in found],
                name=t(f"trends.verdict_{verdict}"),
                orientation="h",
                marker_color=shade,
                text=[getattr(one, verdict) or "" for one in found],
            )
            for verdict, shade in zip(_VERDICTS, shades, strict=True)
        ]
    )
    figure.update_layout(
        barmode="stack", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    rows = [
        (kind, *(getattr(one, verdict) for verdict in _VERDICTS))
        for kind, one in zip(kinds, found, strict=True)
    ]
    heads = (t("trends.column_kind"), *(t(f"trends.verdict_{verdict}") for verdict in _VERDICTS))
    return figure, Sheet(columns=heads, rows=tuple(rows))


def part_plot(found: Sequence[TakingPart]) -> Drawn:
    """Residents who reported in each group; the table has what else they did."""
    figure = go.Figure(
        go.Bar(
            y=[escaped_html(one.group) for one in reversed(found)],
            x=[one.residents for one in reversed(found)],
            orientation="h",
            marker_color=palette().first,
            text=[one.residents for one in reversed(found)],
            textangle=0,
            insidetextfont_color=palette().ground,
            outsidetextfont_color=palette().text,
        )
    )
    figure.update_layout(bargap=0.3, showlegend=False)
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    rows = [(one.group, *(getattr(one, name) for name in _PART)) for one in found]
    heads = (t("trends.column_group"), *(t(f"trends.part_{name}") for name in _PART))
    return figure, Sheet(columns=heads, rows=tuple(rows))


def channels_plot(found: Mapping[int, int]) -> Drawn:
    """How many incidents came by one channel, by two, and so on."""
    names = {count: counted("count.channels", count) for count in found}
    counts = {names[count]: incidents for count, incidents in found.items()}
    return _bars(counts, t("trends.column_channels"))


def _bars(counts: Mapping[str, int], heading: str) -> Drawn:
    figure = go.Figure(
        go.Bar(
            y=list(counts),
            x=list(counts.values()),
            orientation="h",
            marker_color=palette().first,
            text=list(counts.values()),
            insidetextfont_color=palette().ground,
            outsidetextfont_color=palette().text,
        )
    )
    # One bar alone would fill the card.
    figure.update_layout(bargap=0.3 if len(counts) > 2 else 0.7, showlegend=False)
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    figure.update_yaxes(autorange="reversed")
    return figure, Sheet(columns=(heading, t("trends.column_count")), rows=tuple(counts.items()))
