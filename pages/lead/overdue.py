"""What is overdue now, by team and topic and for how long, with the way to the control room."""

from __future__ import annotations

from collections import Counter
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from core.deadlines import Deadline
from core.domain import Pilot, User
from core.i18n import duration
from core.permissions import Action, may
from core.wiring import destinations
from core.work import destinations_of, owners_of
from pages._frame import counted, language, number, services, t
from pages._links import open_incident
from pages.components.colours import topic_marks
from pages.components.plot import Sheet, show_plot
from pages.components.words import escaped
from pages.lead.now import Now, named, read_now
from pages.lead.plots import Drawn, escaped_html
from pages.lead.workload import show_workload

_MOST: Final = 10
_HEIGHT: Final = 180
_LEGEND_ROW: Final = 20
_LEGEND_COLUMNS: Final = 3
_COLUMNS: Final = ("number", "what", "topic", "team", "late")


def show_standing(pilot: Pilot, me: User) -> None:
    """How things stand now, whatever the period: what is late and who has how much."""
    if not may(me, Action.SEE_INCIDENTS):
        return
    now = read_now(pilot.id)
    left, right = st.columns(2, gap="small")
    with left:
        _show_late(now)
    with right:
        show_workload(now)
        if now.late:
            figure, sheet = overdue_plot(now)
            title, note = t("overdue.by_team"), t("overdue.by_team_note")
            tall = _HEIGHT + _LEGEND_ROW * ((len(figure.data) - 1) // _LEGEND_COLUMNS)
            show_plot(title, figure, sheet, key="trends.late", note=note, height=tall)


def _show_late(now: Now) -> None:
    """What is late the longest, as lines that open."""
    late = now.late
    with st.container(border=True, key="trends.overdue", gap="xsmall"):
        count = f" ({number(len(late))})" if late else ""
        st.markdown(f"**{t('overdue.title')}{count}**")
        if not late:
            st.text(t("overdue.none"))
            return
        st.caption(t("overdue.note"))
        for due in late[:_MOST]:
            _show_line(due, now)
        if len(late) > _MOST:
            st.caption(t("overdue.more", count=number(len(late) - _MOST)))


def show_overdue_of(me: User) -> None:
    """One line for who works in the street: how much of theirs is late, opening the first."""
    now = read_now()
    cards = {name: module.CARD for name, module in destinations().items()}
    mine = {*owners_of(me), *destinations_of(me, cards)}
    late = [due for due in now.late if due.owner in mine]
    if not late:
        return
    incidents = list(dict.fromkeys(due.incident_id for due in late))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="area-late"):
        line = counted("overdue.mine", len(incidents))
        st.markdown(f":material/alarm: **{line}**", width="content")
        for incident_id in incidents[:3]:
            label = now.incidents[incident_id].number
            if st.button(label, key=f"area.late.{incident_id}", type="tertiary"):
                open_incident(incident_id)


def overdue_plot(now: Now) -> Drawn:
    """Bars by team, a part for each topic with its letter; the table has every term."""
    marks, theme = topic_marks(services().topics, language()), st.context.theme.type or "light"
    late = now.late
    counts = Counter((now.team(due), now.incidents[due.incident_id].topic) for due in late)
    teams = [team for team, _ in Counter(now.team(due) for due in late).most_common()]
    names = [escaped_html(named(team)) for team in reversed(teams)]
    figure = go.Figure(
        [
            go.Bar(
                y=names,
                x=[counts[team, topic] for team in reversed(teams)],
                name=f"{marks[topic]['symbol']}  {marks[topic]['name']}",
                orientation="h",
                marker_color=marks[topic][theme],
                text=[
                    f"{marks[topic]['symbol']} {counts[team, topic]}" if counts[team, topic] else ""
                    for team in reversed(teams)
                ],
                textangle=0,
                textfont_color=marks[topic][f"on_{theme}"],
            )
            for topic in sorted({topic for _, topic in counts})
        ]
    )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", bargap=0.3 if len(teams) > 2 else 0.6, legend=legend)
    figure.update_xaxes(tickformat=",d", rangemode="tozero", nticks=5)
    columns = tuple(t(f"overdue.column_{name}") for name in _COLUMNS)
    return figure, Sheet(columns=columns, rows=tuple(_row(due, now) for due in late))


def _row(due: Deadline, now: Now) -> tuple[str | float, ...]:
    incident = now.incidents[due.incident_id]
    hours = -due.left(now.at).total_seconds() / 3600
    topic = services().topics[incident.topic].name(language())
    what = t(f"overdue.{due.duty.value}")
    return (incident.number, what, topic, named(now.team(due)), round(hours, 1))


def _show_line(due: Deadline, now: Now) -> None:
    number_, what, topic, whose, _ = _row(due, now)
    late = duration(language(), -due.left(now.at).total_seconds())
    line = t("overdue.line", number=number_, what=what, topic=topic, whose=whose, late=late)
    key = f"trends.overdue.{due.incident_id}.{due.duty.value}.{int(due.due_at.timestamp())}"
    hint = t("overdue.open_room")
    if st.button(escaped(line), key=key, type="tertiary", icon=":material/alarm:", help=hint):
        open_incident(due.incident_id)
