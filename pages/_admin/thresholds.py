"""drempels: what each threshold finds and costs, seen before it is moved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from core.assess import Thresholds
from core.audit import AuditEntry
from core.clock import local, midnight
from core.domain import Pilot
from core.errors import HNMError
from core.evaluation_text import estimate_text
from core.i18n import error_text
from core.measured import quality_in_use
from core.quality_file import Judged
from core.store import Unit
from core.store.evaluation_queries import (
    read_and_kept,
    recent_chances,
    standings,
    urgency_of_members,
)
from core.thresholds import current, last_move, move, moves, take_back
from core.trade_off import (
    LOOK_BACK,
    Outlook,
    WhatIf,
    curve,
    followed,
    outlook,
    suggested,
    what_if,
)
from pages._act import carry_out, show_table
from pages._admin.pilots import choose_pilot
from pages._frame import language, moment, number, percent, services, t, told, user
from pages.components.plot import palette
from pages.components.words import escaped
from pages.room.names import people

_STEP: Final = 0.01
_NAMES: Final = ("urgent", "relevant", "sure", "second_topic")
_USUAL_COST: Final = 10
_CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
_MOST_MOVES: Final = 8
_HOVER: Final = "{said} %{{customdata}}<br>%{{x:.0%}} / %{{y:.0%}}<extra></extra>"


def show_thresholds() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        now = current(pilot.id, unit)
        history = moves(unit.audit.of("pilot", pilot.id))
        read, kept = read_and_kept(connection, pilot.id, *_days(pilot))
    try:
        judged = quality_in_use(services()).judged
    except HNMError as error:
        st.warning(error_text(language(), error), icon=":material/straighten:")
        _show_sliders(pilot, now)
        _show_form(pilot, now, _chosen(pilot, now))
        _show_history(pilot, history)
        return
    share = kept / read if read else None
    chosen = _chosen(pilot, now)
    left, right = st.columns([1, 1.05], gap="medium")
    with left:
        _show_curve(pilot, judged, now, chosen, share)
        _show_form(pilot, now, chosen)
    with right:
        _show_sliders(pilot, now)
        _show_effects(pilot, judged, now, chosen, share, read)
    _show_history(pilot, history)


def _days(pilot: Pilot) -> tuple[date, date]:
    """The last days of the pilot that a stated volume rests on."""
    last = _last_day(pilot)
    return last - LOOK_BACK + timedelta(days=1), last


def _last_day(pilot: Pilot) -> date:
    today = local(services().clock()).date()
    return today if pilot.ends_on is None else min(today, pilot.ends_on)


def _key(pilot: Pilot, name: str) -> str:
    return f"admin.thresholds.{pilot.id}.{name}"


def _chosen(pilot: Pilot, now: Thresholds) -> Thresholds:
    """The thresholds as the sliders stand; where they were not moved, those that hold."""
    state = st.session_state
    return Thresholds(
        **{name: float(state.get(_key(pilot, name), getattr(now, name))) for name in _NAMES}
    )


def _show_curve(
    pilot: Pilot, judged: Judged, now: Thresholds, chosen: Thresholds, share: float | None
) -> None:
    st.markdown(f"**{escaped(t('thresholds.curve'))}**")
    st.caption(t("thresholds.curve_note"))
    points = _curve(judged, now, share)
    figure = _drawn(points, outlook(judged, now, share), outlook(judged, chosen, share))
    key = _key(pilot, "curve")
    st.plotly_chart(
        figure,
        config=_CONFIG,
        key=key,
        on_select=partial(_point_chosen, pilot.id, key),
        selection_mode="points",
        alt=t("thresholds.curve"),
    )
    _show_cost(pilot, points)


def _curve(judged: Judged, now: Thresholds, share: float | None) -> list[Outlook]:
    """Drawn anew only when what it rests on changed: sliders move many times."""
    wanted = (id(judged), now, share)
    kept: tuple[Any, list[Outlook]] | None = st.session_state.get("admin.thresholds.curve_of")
    if kept is None or kept[0] != wanted:
        kept = (wanted, curve(judged, now, share))
        st.session_state["admin.thresholds.curve_of"] = kept
    return kept[1]


def _drawn(points: list[Outlook], now: Outlook, chosen: Outlook) -> go.Figure:
    colours = palette()
    figure = go.Figure()
    figure.add_scatter(
        x=[_value(one.urgency.recall.value) for one in points],
        y=[_value(one.urgency.precision.value) for one in points],
        mode="lines+markers",
        marker={"size": 8, "color": colours.first},
        line={"color": colours.first},
        customdata=[one.thresholds.urgent for one in points],
        hovertemplate=_HOVER.format(said=t("thresholds.urgent_from")),
        showlegend=False,
    )
    for name, one, symbol, colour in (
        ("now", now, "diamond", colours.second),
        ("chosen", chosen, "star", colours.third),
    ):
        figure.add_scatter(
            x=[_value(one.urgency.recall.value)],
            y=[_value(one.urgency.precision.value)],
            mode="markers",
            name=t(f"thresholds.{name}", at=_at(one.thresholds.urgent)),
            marker={"size": 16, "symbol": symbol, "color": colour},
            customdata=[one.thresholds.urgent],
            hovertemplate=_HOVER.format(said=t("thresholds.urgent_from")),
        )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font_color=colours.text,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        separators=",." if language() == "nl" else ".,",
        dragmode=False,
        clickmode="event+select",
    )
    axis = {"tickformat": ".0%", "automargin": True, "fixedrange": True}
    figure.update_xaxes(title=t("figures.urgent_recall"), **axis)
    figure.update_yaxes(title=t("figures.urgent_precision"), **axis)
    return figure


@told
def _point_chosen(pilot_id: int, key: str) -> None:
    points = st.session_state[key].selection.points
    chosen = points[0].get("customdata") if points else None
    value = chosen[0] if isinstance(chosen, list) else chosen
    if isinstance(value, int | float):
        st.session_state[f"admin.thresholds.{pilot_id}.urgent"] = round(float(value), 2)


def _show_cost(pilot: Pilot, points: list[Outlook]) -> None:
    """A stated cost leads to a threshold; it is a proposal, nothing moves by itself."""
    key = _key(pilot, "cost")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weighs = st.number_input(
            t("thresholds.cost"),
            1,
            200,
            _USUAL_COST,
            key=key,
            width=300,
            help=t("thresholds.cost_help"),
        )
        best = suggested(points, float(weighs)).thresholds.urgent
        st.button(
            t("thresholds.take_suggested", at=_at(best)),
            key=_key(pilot, "suggest"),
            on_click=_take_suggested,
            args=(_key(pilot, "urgent"), best),
            icon=":material/lightbulb:",
        )


def _take_suggested(key: str, value: float) -> None:
    st.session_state[key] = value


def _show_sliders(pilot: Pilot, now: Thresholds) -> None:
    usual = Thresholds()
    for column, name in zip(st.columns(4, gap="small"), _NAMES, strict=True):
        key = _key(pilot, name)
        if key not in st.session_state:
            st.session_state[key] = float(getattr(now, name))
        column.slider(
            t(f"admin.threshold_{name}"),
            min_value=0.02,
            max_value=0.98,
            step=_STEP,
            key=key,
            help=t(f"admin.threshold_{name}_help", usual=percent(getattr(usual, name))),
        )


def _show_effects(
    pilot: Pilot,
    judged: Judged,
    now: Thresholds,
    chosen: Thresholds,
    share: float | None,
    read: int,
) -> None:
    """Now beside then: on labelled messages, and on this pilot's own."""
    was, then = outlook(judged, now, share), outlook(judged, chosen, share)
    rows = [
        [t("figures.urgent_recall"), *_both(was.urgency.recall, then.urgency.recall)],
        [t("figures.urgent_precision"), *_both(was.urgency.precision, then.urgency.precision)],
        *(
            [t(f"thresholds.{name}"), _one(getattr(was, name)), _one(getattr(then, name))]
            for name in ("missed", "false", "reports", "lost", "noise", "doubtful")
        ),
        *_weekly(was, then, read),
    ]
    heads = [t(f"thresholds.column_{name}") for name in ("what", "now", "then")]
    st.markdown(f"**{escaped(t('thresholds.measured'))}**")
    st.caption(_volume(share, read))
    show_table(heads, rows)
    _show_own(pilot, now, chosen, heads)


def _weekly(was: Outlook, then: Outlook, read: int) -> list[list[str]]:
    """The same at the pilot's own volume; nothing where nothing was read."""
    thousands = read / LOOK_BACK.days * 7 / 1000
    return [
        [
            t(f"thresholds.{name}_week"),
            _one(getattr(was, name) * thousands),
            _one(getattr(then, name) * thousands),
        ]
        for name in ("missed", "false")
        if read
    ]


def _volume(share: float | None, read: int) -> str:
    if share is None:
        return t("thresholds.no_volume")
    days = LOOK_BACK.days
    return t("thresholds.volume", read=number(read), days=days, share=percent(share))


def _show_own(pilot: Pilot, now: Thresholds, chosen: Thresholds, heads: list[str]) -> None:
    st.markdown(f"**{escaped(t('thresholds.own', days=LOOK_BACK.days))}**")
    first, last = _days(pilot)
    span = (pilot.id, midnight(first), midnight(last + timedelta(days=1)))
    with services().store.read() as connection:
        members = urgency_of_members(connection, *span)
        marked = standings(connection, *span)
        chances = recent_chances(connection, pilot.id)
    found = what_if(members, marked, chosen.urgent)
    hours = services().settings.turn_hours
    kept_now, doubt_now = followed(chances, now)
    kept_then, doubt_then = followed(chances, chosen)
    rows = [
        [t("thresholds.own_urgent"), number(found.now_urgent), number(found.then_urgent)],
        [t("thresholds.own_gained"), "", number(len(found.gained))],
        [t("thresholds.own_lost"), "", number(len(found.lost))],
        [t("thresholds.own_kept", hours=hours), number(kept_now), number(kept_then)],
        [t("thresholds.own_doubt"), number(doubt_now), number(doubt_then)],
    ]
    show_table(heads, rows)
    st.caption(_own_note(found, len(chances)))


def _own_note(found: WhatIf, chances: int) -> str:
    return t(
        "thresholds.own_note",
        overruled=number(found.overruled_count),
        hours=services().settings.turn_hours,
        chances=number(chances),
    )


def _show_form(pilot: Pilot, now: Thresholds, chosen: Thresholds) -> None:
    key = _key(pilot, "reason")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("thresholds.reason"), key=key, max_chars=500, width=330)
        st.button(
            t("thresholds.save"),
            key=_key(pilot, "save"),
            on_click=_save,
            args=(pilot.id, now, chosen, key),
            type="primary",
            disabled=chosen == now,
        )
        st.button(
            t("thresholds.back"),
            key=_key(pilot, "back"),
            on_click=_forget,
            args=(pilot.id,),
            disabled=chosen == now,
        )


@told
def _save(pilot_id: int, seen: Thresholds, chosen: Thresholds, key: str) -> None:
    reason = str(st.session_state.get(key) or "")
    carry_out(
        lambda me, unit: move(pilot_id, chosen, reason, me, unit, seen=seen),
        lambda _: t("thresholds.saved"),
    )
    st.session_state[key] = ""
    _forget(pilot_id)


@told
def _undo(pilot_id: int) -> None:
    carry_out(
        lambda me, unit: take_back(pilot_id, me, unit),
        lambda _: t("thresholds.taken_back"),
    )
    _forget(pilot_id)


def _forget(pilot_id: int) -> None:
    """Lets the sliders stand where the thresholds are."""
    for name in _NAMES:
        st.session_state.pop(f"admin.thresholds.{pilot_id}.{name}", None)


def _show_history(pilot: Pilot, history: list[AuditEntry]) -> None:
    if not history:
        return
    st.markdown(f"**{escaped(t('thresholds.history'))}**")
    names = people()
    rows = [
        [
            moment(entry.at),
            names.get(entry.actor, entry.actor),
            t(f"audit.{entry.action}"),
            _difference(entry),
            entry.reason or "",
        ]
        for entry in history[:_MOST_MOVES]
    ]
    show_table(
        [t(f"thresholds.column_{name}") for name in ("at", "who", "step", "moved", "why")], rows
    )
    newest = last_move(list(reversed(history)))
    if newest is not None and newest.actor == user().login:
        st.button(
            t("thresholds.undo"),
            key=_key(pilot, "undo"),
            on_click=_undo,
            args=(pilot.id,),
            icon=":material/undo:",
        )


def _difference(entry: AuditEntry) -> str:
    before = {**asdict(Thresholds()), **entry.detail.get("before", {})}
    after = {**asdict(Thresholds()), **entry.detail.get("after", {})}
    return ", ".join(
        f"{t(f'admin.threshold_{name}')}: {_at(before[name])} → {_at(after[name])}"
        for name in _NAMES
        if before[name] != after[name]
    )


def _both(was: Any, then: Any) -> list[str]:
    return [estimate_text(language(), was), estimate_text(language(), then)]


def _at(value: float) -> str:
    """A threshold as its slider shows it, with two digits."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if language() == "nl" else text


def _one(value: float) -> str:
    return number(value, 1)


def _value(value: float | None) -> float:
    return 0.0 if value is None else value
