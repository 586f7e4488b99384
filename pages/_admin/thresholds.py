"""drempels: what each threshold finds and costs, seen before it is moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import streamlit as st

from core.assess import Thresholds
from core.audit import AuditEntry
from core.domain import Pilot
from core.errors import HNMError
from core.i18n import error_text
from core.measured import quality_in_use
from core.store import Unit
from core.store.evaluation_queries import read_and_kept
from core.thresholds import MOVES, current, move, take_back
from pages._act import carry_out
from pages._admin.moves import show_moves
from pages._admin.pilots import choose_pilot
from pages._admin.threshold_curve import key_of, show_curve
from pages._admin.threshold_effects import look_back_days, show_effects
from pages._frame import language, percent, services, t, told

_STEP: Final = 0.01
_NAMES: Final = ("urgent", "relevant", "sure", "second_topic")


def show_thresholds() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        now = current(pilot.id, unit)
        history = MOVES.of(pilot.id, unit)
        read, kept = read_and_kept(connection, pilot.id, *look_back_days(pilot))
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
        show_curve(pilot, judged, now, chosen, share)
        _show_form(pilot, now, chosen)
    with right:
        _show_sliders(pilot, now)
        show_effects(pilot, judged, now, chosen, share, read)
    _show_history(pilot, history)


def _show_history(pilot: Pilot, history: list[AuditEntry]) -> None:
    show_moves(
        history,
        MOVES,
        pilot.id,
        title=t("thresholds.history"),
        difference=_difference,
        take_back=_undo,
    )


def _chosen(pilot: Pilot, now: Thresholds) -> Thresholds:
    """The thresholds as the sliders stand; where they were not moved, those that hold."""
    state = st.session_state
    return Thresholds(
        **{name: float(state.get(key_of(pilot, name), getattr(now, name))) for name in _NAMES}
    )


def _show_sliders(pilot: Pilot, now: Thresholds) -> None:
    usual = Thresholds()
    for column, name in zip(st.columns(4, gap="small"), _NAMES, strict=True):
        key = key_of(pilot, name)
        if key not in st.session_state:
            st.session_state[key] = float(getattr(now, name))
        column.slider(
            t(f"admin.threshold_{name}"),
            min_value=0.02,
            max_value=0.98,
            step=_STEP,
            format="percent",
            key=key,
            help=t(f"admin.threshold_{name}_help", usual=percent(getattr(usual, name))),
        )


def _show_form(pilot: Pilot, now: Thresholds, chosen: Thresholds) -> None:
    key = key_of(pilot, "reason")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("thresholds.reason"), key=key, max_chars=500, width=330)
        st.button(
            t("thresholds.save"),
            key=key_of(pilot, "save"),
            on_click=_save,
            args=(pilot.id, now, chosen, key),
            type="primary",
            disabled=chosen == now,
        )
        st.button(
            t("thresholds.back"),
            key=key_of(pilot, "back"),
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


def _difference(entry: AuditEntry) -> str:
    before = {**asdict(Thresholds()), **entry.detail.get("before", {})}
    after = {**asdict(Thresholds()), **entry.detail.get("after", {})}
    return ", ".join(
        f"{t(f'admin.threshold_{name}')}: {percent(before[name])} → {percent(after[name])}"
        for name in _NAMES
        if before[name] != after[name]
    )
