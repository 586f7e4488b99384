"""Plots that lay a period beside the one before it: each bar with a hatched one of before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import plotly.graph_objects as go

from core import i18n
from core.promises import Kept
from core.sheet import Cell
from core.store.trend_queries import Course
from core.trends import Stage, by_area, by_hour, by_topic, by_weekday
from pages._frame import counted, language, number, percent, t
from pages.components.plot import Sheet, palette
from pages.lead.plots import Drawn, escaped_html, hatched, legend

_PROMISES: Final = ("kept", "late", "overdue", "cancelled")

Counts = Mapping[str, int]


def topic_totals_plot(
    now: Sequence[Course], before: Sequence[Course], names: Mapping[str, str]
) -> Drawn:
    """Incidents of each topic, the most frequent first."""
    ours, theirs = by_topic(now), by_topic(before)
    order = sorted({*ours, *theirs}, key=lambda topic: (-ours[topic], -theirs[topic], topic))
    return lying(
        [(names.get(topic, topic), ours[topic], theirs[topic]) for topic in order],
        t("trends.column_topic"),
    )


def areas_plot(
    now: Sequence[Course], before: Sequence[Course], names: Mapping[int | None, str]
) -> Drawn:
    """Incidents of each area, the busiest first."""
    ours, theirs = by_area(now), by_area(before)
    order = sorted({*ours, *theirs}, key=lambda area: (-ours[area], -theirs[area], area or 0))
    return lying(
        [(names.get(area, names[None]), ours[area], theirs[area]) for area in order],
        t("trends.column_area"),
    )


def clock_plot(now: Sequence[Course], before: Sequence[Course]) -> Drawn:
    """Incidents of each hour of the day."""
    ours, theirs = by_hour(now), by_hour(before)
    rows = [(f"{hour:02d}", ours[hour], theirs[hour]) for hour in range(24)]
    return standing(rows, t("trends.column_hour"))


def weekdays_plot(now: Sequence[Course], before: Sequence[Course]) -> Drawn:
    """Incidents of each day of the week."""
    ours, theirs = by_weekday(now), by_weekday(before)
    names = i18n.weekdays(language())
    rows = [(name, ours[day], theirs[day]) for day, name in enumerate(names)]
    return standing(rows, t("trends.column_weekday"))


def funnel_plot(now: Sequence[tuple[Stage, int]], before: Sequence[tuple[Stage, int]]) -> Drawn:
    """How many incidents came to each stage, and which share of all that is."""
    names = [t(f"trends.stage_{stage.value}") for stage, _ in now]
    ours, theirs = [count for _, count in now], [count for _, count in before]
    said = [f"{number(count)} ({share})" for count, share in zip(ours, _shares(ours), strict=True)]
    figure, _ = lying(list(zip(names, ours, theirs, strict=True)), "", said)
    rows = list(zip(names, ours, _shares(ours), theirs, _shares(theirs), strict=True))
    columns = (
        t("trends.column_stage"),
        t("trends.column_count"),
        t("trends.column_share"),
        t("trends.before"),
        t("trends.column_share_before"),
    )
    return figure, Sheet(columns=columns, rows=tuple(rows))


def promises_plot(now: Kept, before: Kept) -> Drawn:
    """What became of what was promised; what is left is still running."""
    ours, theirs = _became(now), _became(before)
    rows = [(t(f"trends.promise_{name}"), ours[name], theirs[name]) for name in ours]
    return lying(rows, t("trends.column_promise"))


def _became(found: Kept) -> dict[str, int]:
    counts = {name: int(getattr(found, name)) for name in _PROMISES}
    return counts | {"running": max(0, found.made - sum(counts.values()))}


def corrections_plot(now: Counts, before: Counts) -> Drawn:
    """How often people said otherwise, by what."""
    kinds = sorted({*now, *before})
    rows = [(t(f"trends.correction_{k}"), now.get(k, 0), before.get(k, 0)) for k in kinds]
    return lying(rows, t("trends.column_what"))


def channels_plot(now: Mapping[int, int], before: Mapping[int, int]) -> Drawn:
    """How many incidents came by one channel, by two, and so on."""
    rows = [
        (counted("count.channels", many), now.get(many, 0), before.get(many, 0))
        for many in sorted({*now, *before})
    ]
    return lying(rows, t("trends.column_channels"))


Row = tuple[str, int, int]


def lying(rows: Sequence[Row], heading: str, said: Sequence[str] | None = None) -> Drawn:
    """Lying bars, the first row on top, its name and number beside it."""
    labels = [escaped_html(name) for name, _, _ in rows]
    ours, theirs = [now for _, now, _ in rows], [before for _, _, before in rows]
    texts = said or [number(count) for count in ours]
    figure = go.Figure([_bar(labels, ours, texts, lies=True)])
    if any(theirs):
        was = [number(count) if count else "" for count in theirs]
        figure.add_trace(_bar(labels, theirs, was, lies=True, before=True))
    figure.update_layout(
        barmode="group",
        bargap=0.25 if len(rows) > 2 else 0.6,
        showlegend=any(theirs),
        legend=legend(),
    )
    most = max([*ours, *theirs, 1])
    figure.update_xaxes(tickformat=",d", range=[0, most * 1.18], nticks=5)
    figure.update_yaxes(autorange="reversed")
    return figure, _sheet(rows, heading)


def standing(rows: Sequence[Row], heading: str) -> Drawn:
    """Columns from left to right, in the order of time."""
    labels = [name for name, _, _ in rows]
    figure = go.Figure([_bar(labels, [now for _, now, _ in rows], None, lies=False)])
    theirs = [before for _, _, before in rows]
    if any(theirs):
        figure.add_trace(_bar(labels, theirs, None, lies=False, before=True))
    figure.update_layout(barmode="group", bargap=0.2, showlegend=any(theirs), legend=legend())
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(tickformat=",d", rangemode="tozero", nticks=5)
    return figure, _sheet(rows, heading)


def _bar(
    labels: Sequence[str],
    values: Sequence[int],
    said: Sequence[str] | None,
    *,
    lies: bool,
    before: bool = False,
) -> go.Bar:
    colours = palette()
    name = t("trends.before") if before else t("trends.now")
    return go.Bar(
        x=values if lies else labels,
        y=labels if lies else values,
        orientation="h" if lies else "v",
        name=name,
        marker=hatched(colours.faint, "/") if before else hatched(colours.first, ""),
        text=said,
        textposition="outside",
        textangle=0,
        textfont={"size": 11, "color": colours.text},
        constraintext="none",
        cliponaxis=False,
        hovertemplate=("%{y}" if lies else "%{x}")
        + f"<br>{name}: "
        + ("%{x}" if lies else "%{y}")
        + "<extra></extra>",
    )


def _sheet(rows: Sequence[Row], heading: str) -> Sheet:
    cells: list[tuple[Cell, ...]] = [(*row, row[1] - row[2]) for row in rows]
    columns = (heading, t("trends.now"), t("trends.before"), t("trends.column_change"))
    return Sheet(columns=columns, rows=tuple(cells))


def _shares(counts: Sequence[int]) -> list[str]:
    return [percent(count / counts[0]) if counts and counts[0] else "–" for count in counts]
