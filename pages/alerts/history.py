"""What became of the alerts: how many were useful, by kind and by week, and the list of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from core import i18n
from core.clock import local
from core.sheet import Cell
from core.store.alert_queries import Alert, AlertState
from core.warning.judging import USEFUL, number_of, usefulness
from pages._frame import language, moment, number, t
from pages.alerts.words import Names, title_of
from pages.components.plot import Sheet, palette, show_plot, show_table
from pages.room.names import people

_VERDICTS: Final = ("useful", "noted", "dismissed", "waiting")


def show_history(alerts: Sequence[Alert], names: Names, asked: float) -> None:
    if not alerts:
        st.info(t("warnings.history_empty"), icon=":material/history:")
        return
    left, right = st.columns(2, gap="small")
    with left:
        _show_useful(alerts, asked)
    with right:
        _show_over_time(alerts, asked)
    st.markdown(f"**{t('warnings.list_title')}**")
    show_table(_list(alerts, names), key="warnings.list", opened=True)


def verdict(alert: Alert) -> str:
    """What became of an alert, as the figures count it."""
    if alert.state in USEFUL:
        return "useful"
    return {AlertState.NOTED: "noted", AlertState.DISMISSED: "dismissed"}.get(
        alert.state, "waiting"
    )


def _show_useful(alerts: Sequence[Alert], asked: float) -> None:
    found = usefulness(alerts)
    kinds = [t(f"warnings.kind_{one.kind.value}") for one in found]
    figure = _bars(kinds, {name: [getattr(one, name) for one in found] for name in _VERDICTS})
    rows = [
        (kind, *(getattr(one, name) for name in _VERDICTS))
        for kind, one in zip(kinds, found, strict=True)
    ]
    columns = ("column_kind", *_VERDICTS)
    sheet = Sheet(columns=tuple(t(f"warnings.{name}") for name in columns), rows=tuple(rows))
    show_plot(
        t("warnings.useful_title"),
        figure,
        sheet,
        key="warnings.useful",
        note=t("warnings.useful_note", asked=number(asked, 2)),
    )


def _show_over_time(alerts: Sequence[Alert], asked: float) -> None:
    """Alerts by the week in which they were raised."""
    counts = Counter((_week(alert), verdict(alert)) for alert in alerts)
    weeks = _weeks(alerts)
    names = [i18n.short_day(language(), week) for week in weeks]
    figure = _bars(names, {v: [counts[week, v] for week in weeks] for v in _VERDICTS})
    figure.add_hline(y=asked, line={"color": palette().text, "width": 1, "dash": "dot"})
    rows: list[tuple[Cell, ...]] = [(week, *(counts[week, v] for v in _VERDICTS)) for week in weeks]
    columns = ("column_week", *_VERDICTS)
    sheet = Sheet(columns=tuple(t(f"warnings.{name}") for name in columns), rows=tuple(rows))
    show_plot(
        t("warnings.over_time_title"),
        figure,
        sheet,
        key="warnings.over_time",
        note=t("warnings.over_time_note"),
    )


def _bars(names: Sequence[str], parts: dict[str, list[int]]) -> go.Figure:
    colours = palette()
    looks = {
        "useful": (colours.first, ""),
        "noted": (colours.faint, ""),
        "dismissed": (colours.second, "x"),
        "waiting": (colours.third, "/"),
    }
    figure = go.Figure(
        [
            go.Bar(
                x=list(range(len(names))),
                y=values,
                name=t(f"warnings.{part}"),
                marker={
                    "color": looks[part][0],
                    "pattern": {"shape": looks[part][1], "fgcolor": colours.ground, "size": 6},
                },
            )
            for part, values in parts.items()
        ]
    )
    figure.update_layout(
        barmode="stack",
        bargap=0.4,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=list(names), range=[-0.6, len(names) - 0.4]
    )
    figure.update_yaxes(tickformat=",d", rangemode="tozero", nticks=5)
    return figure


def _list(alerts: Sequence[Alert], names: Names) -> Sheet:
    columns = ("number", "raised", "kind", "state", "by", "reason")
    rows: list[tuple[Cell, ...]] = [
        (
            number_of(alert),
            moment(alert.raised_at),
            f"{t(f'warnings.kind_{alert.kind.value}')}: {title_of(alert, names)}",
            t(f"warnings.state_{alert.state.value}"),
            people().get(alert.judged_by or "", alert.judged_by),
            alert.reason,
        )
        for alert in alerts
    ]
    return Sheet(columns=tuple(t(f"warnings.column_{name}") for name in columns), rows=tuple(rows))


def _week(alert: Alert) -> date:
    day = local(alert.raised_at).date()
    return day - timedelta(days=day.weekday())


def _weeks(alerts: Sequence[Alert]) -> list[date]:
    """Every week from the first alert to the last, those without any too."""
    found = [_week(alert) for alert in alerts]
    first, last = min(found), max(found)
    return [first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, 7)]
