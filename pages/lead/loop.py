"""The plots about taking part, and about what early warnings were worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from core.estimates import wilson
from core.store.loop_queries import TakingPart
from core.warning.judging import Usefulness
from pages._frame import number, percent, t
from pages.components.plot import Sheet, palette
from pages.lead.beside import lying
from pages.lead.plots import Drawn

_VERDICTS: Final = ("useful", "noted", "dismissed", "waiting")
_PART: Final = ("residents", "messages", "answered", "told", "stopped")


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
        (kind, *(getattr(one, verdict) for verdict in _VERDICTS), _worth(one))
        for kind, one in zip(kinds, found, strict=True)
    ]
    verdicts = (t(f"trends.verdict_{verdict}") for verdict in _VERDICTS)
    heads = (t("trends.column_kind"), *verdicts, t("trends.column_worth"))
    return figure, Sheet(columns=heads, rows=tuple(rows))


def _worth(one: Usefulness) -> str:
    """Which share of what was judged was of use, with how sure that is."""
    judged = one.useful + one.noted + one.dismissed
    if not judged:
        return "–"
    low, high = wilson(one.useful, judged)
    return t(
        "trends.worth",
        share=percent(one.useful / judged),
        low=percent(low),
        high=percent(high),
        of=number(judged),
    )


def part_plot(now: Sequence[TakingPart], before: Sequence[TakingPart]) -> Drawn:
    """Residents who reported in each group; the table has what else they did."""
    was = {one.group: one.residents for one in before}
    figure, _ = lying([(one.group, one.residents, was.get(one.group, 0)) for one in now], "")
    rows = [
        (one.group, *(getattr(one, name) for name in _PART), was.get(one.group, 0)) for one in now
    ]
    heads = (
        t("trends.column_group"),
        *(t(f"trends.part_{name}") for name in _PART),
        t("trends.part_residents_before"),
    )
    return figure, Sheet(columns=heads, rows=tuple(rows))
