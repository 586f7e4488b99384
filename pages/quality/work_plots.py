"""The plots and tables about the work; a figure that would be of one person is not drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from core import i18n
from core.domain import Role
from core.sheet import Cell
from core.work_compared import Compared
from core.work_intervals import Figure, Known
from core.work_measures import Pace, Rekeying
from pages._frame import language, number, t
from pages.components.plot import Sheet, palette

_DIGITS: Final = 1


def role_name(role: str) -> str:
    return t(f"role.{role}") if role in set(Role) else t("work.all_roles")


def verdict(one: Compared) -> str:
    """What a comparison comes to in a sentence; nothing without a figure."""
    if one.now.value is None or one.now.low is None or one.now.high is None:
        return ""
    what = t(f"work.{one.measured.value}_said", role=role_name(one.role).lower())
    said = t(
        "work.now_said",
        what=what,
        value=number(one.now.value, _DIGITS),
        low=number(one.now.low, _DIGITS),
        high=number(one.now.high, _DIGITS),
    )
    if one.gap is None:
        return said
    against = "baseline" if one.baseline is not None else "before"
    then: Known | None = one.baseline if one.baseline is not None else one.before
    was = number(then.value, _DIGITS) if then is not None and then.value is not None else "–"
    key = "clear" if one.gap.is_clear else "unclear"
    apart = t(
        f"work.{key}",
        value=_signed(one.gap.value),
        low=_signed(one.gap.low),
        high=_signed(one.gap.high),
    )
    return f"{said} {t(f'work.{against}_said', value=was)} {apart}"


def compared_sheet(lines: Sequence[Compared]) -> Sheet:
    """Every comparison, a line each; numbers stay numbers."""
    names = (
        "measure", "role", "now", "low", "high", "of", "before", "baseline", "source",
        "gap", "gap_low", "gap_high", "lack",
    )  # fmt: skip
    rows = [_compared_row(one) for one in lines]
    return Sheet(columns=tuple(t(f"work.column_{name}") for name in names), rows=tuple(rows))


def _compared_row(one: Compared) -> tuple[Cell, ...]:
    base, gap = one.baseline, one.gap
    source = (
        t("work.source_of", source=base.source, first=_day(base.first), last=_day(base.last))
        if base
        else None
    )
    return (
        t(f"work.measure_{one.measured.value}"),
        role_name(one.role),
        *_three(one.now),
        one.now.of or None,
        _round(one.before.value) if one.before else None,
        _round(base.value) if base else None,
        source,
        *((_round(gap.value), _round(gap.low), _round(gap.high)) if gap else (None,) * 3),
        t(f"work.lack_{one.now.lack.value}") if one.now.lack else None,
    )


def paces_sheet(found: Sequence[Pace], lines: Sequence[Compared]) -> Sheet:
    """What a figure was made of: decisions, incidents and hours of each role together."""
    by_role = {one.role: one for one in lines}
    heads = ("role", "decisions", "incidents", "hours", "now", "low", "high", "lack")
    rows: list[tuple[Cell, ...]] = []
    for pace in found:
        figure = by_role[pace.role].now
        # How many hours two people worked would be about each of them.
        is_shown = figure.value is not None
        rows.append(
            (
                role_name(pace.role),
                pace.decision_count if is_shown else None,
                pace.incident_count if is_shown else None,
                _round(pace.worked_h) if is_shown else None,
                *_three(figure),
                t(f"work.lack_{figure.lack.value}") if figure.lack else None,
            )
        )
    return Sheet(columns=tuple(t(f"work.column_{name}") for name in heads), rows=tuple(rows))


def compared_plot(lines: Sequence[Compared]) -> go.Figure:
    """A dot with its interval for now, a ring for the period before, a diamond for the baseline."""
    shown = [one for one in lines if one.now.value is not None]
    names = [role_name(one.role) for one in shown]
    colours = palette()
    figure = go.Figure()
    marks = (
        ("baseline", [one.baseline for one in shown], colours.second, "diamond"),
        ("before", [one.before for one in shown], colours.faint, "circle-open"),
        ("now", [one.now for one in shown], colours.first, "circle"),
    )
    for name, values, colour, symbol in marks:
        if any(one is not None and one.value is not None for one in values):
            figure.add_trace(_dots(names, values, t(f"work.{name}"), colour, symbol))
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_xaxes(rangemode="tozero", nticks=6)
    _order(figure, names)
    return figure


def _dots(
    names: Sequence[str], values: Sequence[Known | None], name: str, colour: str, symbol: str
) -> go.Scatter:
    there = [
        (n, one) for n, one in zip(names, values, strict=True) if one and one.value is not None
    ]
    middles = [one.value or 0.0 for _, one in there]
    return go.Scatter(
        x=middles,
        y=[n for n, _ in there],
        mode="markers",
        name=name,
        marker={
            "color": colour,
            "symbol": symbol,
            "size": 12,
            "line": {"width": 2, "color": colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [
                (one.high if one.high is not None else m) - m
                for (_, one), m in zip(there, middles, strict=True)
            ],
            "arrayminus": [
                m - (one.low if one.low is not None else m)
                for (_, one), m in zip(there, middles, strict=True)
            ],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        customdata=[_interval(one) for _, one in there],
        hovertemplate=f"%{{y}}, {name}: %{{customdata}}<extra></extra>",
    )


def _order(figure: go.Figure, names: Sequence[str]) -> None:
    """The first on top, each with room around it."""
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=list(reversed(names)),
        range=[-0.6, len(names) - 0.4],
    )


def handling_plot(found: Mapping[str, Figure]) -> go.Figure:
    """The middle value of each with its interval, in minutes."""
    shown = {t(f"work.handled_{name}"): one for name, one in found.items() if one.value is not None}
    minutes = {name: _in_minutes(one) for name, one in shown.items()}
    figure = go.Figure(
        _dots(list(minutes), list(minutes.values()), t("work.now"), palette().first, "circle")
    )
    figure.update_xaxes(rangemode="tozero", nticks=6, title=t("work.axis_minutes"))
    _order(figure, list(minutes))
    return figure


def handling_sheet(found: Mapping[str, Figure]) -> Sheet:
    heads = ("what", "median", "low_time", "high_time", "count", "lack")
    rows = [
        (
            t(f"work.handled_{name}"),
            *(_words(value) for value in (one.value, one.low, one.high)),
            one.of,
            t(f"work.lack_{one.lack.value}") if one.lack else None,
        )
        for name, one in found.items()
    ]
    return Sheet(columns=tuple(t(f"work.column_{name}") for name in heads), rows=tuple(rows))


def rekeying_plot(found: Rekeying) -> go.Figure:
    """How many reports went which way."""
    names = [t(f"work.road_{road.value}") for road in found.counts]
    colours = palette()
    figure = go.Figure(
        go.Bar(
            y=names,
            x=list(found.counts.values()),
            orientation="h",
            marker_color=[colours.first, colours.first, colours.second],
            text=[number(count) for count in found.counts.values()],
            textangle=0,
            insidetextfont_color=colours.ground,
            outsidetextfont_color=colours.text,
        )
    )
    figure.update_layout(bargap=0.35, showlegend=False)
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    figure.update_yaxes(autorange="reversed")
    return figure


def rekeying_sheet(found: Rekeying) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (t(f"work.road_{road.value}"), count) for road, count in found.counts.items()
    ]
    rows += [
        (t("work.saved_fields"), found.saved_fields),
        (t("work.saved_characters"), found.saved_characters),
        (t("work.saved_minutes"), round(found.saved_min, 1)),
    ]
    return Sheet(columns=(t("work.column_what"), t("work.column_count")), rows=tuple(rows))


def _three(figure: Figure) -> tuple[Cell, Cell, Cell]:
    return _round(figure.value), _round(figure.low), _round(figure.high)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _in_minutes(one: Figure) -> Figure:
    low, high = one.low, one.high
    return Figure(
        value=None if one.value is None else one.value / 60,
        low=None if low is None else low / 60,
        high=None if high is None else high / 60,
        of=one.of,
    )


def _interval(one: Any) -> str:
    said = number(one.value, _DIGITS)
    if one.low is None or one.high is None:
        return said
    return f"{said} ({number(one.low, _DIGITS)} – {number(one.high, _DIGITS)})"


def _signed(value: float) -> str:
    """With its sign; a real minus, that no dash of a span looks like."""
    said = number(abs(value), _DIGITS)
    return said if said == number(0) else f"{'+' if value > 0 else '−'}{said}"


def _words(seconds: float | None) -> str | None:
    return None if seconds is None else i18n.duration(language(), seconds)


def _day(on: Any) -> str:
    return i18n.long_day(language(), on)
