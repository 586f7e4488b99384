"""How it was before, written down with its source; and what the figures take for granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core import i18n
from core.clock import local
from core.domain import Pilot, Role
from core.work_baselines import (
    BOUNDS,
    assume,
    note_baseline,
    remove_baseline,
    restore_baseline,
)
from core.work_form import Assumptions, Baseline, Measured
from pages._act import carry_out
from pages._frame import language, notify, number, services, t, told
from pages.components.words import escaped
from pages.quality.work_plots import role_name

_ROLES: Final = (
    "",
    Role.DISPATCHER.value,
    Role.COMMUNITY_OFFICER.value,
    Role.ENFORCEMENT_OFFICER.value,
)
_REMOVED: Final = "work.removed"


def show_baselines(pilot: Pilot, known: Sequence[Baseline]) -> None:
    with st.expander(t("work.baselines", count=number(len(known))), icon=":material/flag:"):
        st.caption(t("work.baselines_about"))
        for one in known:
            _show_baseline(one)
        removed = st.session_state.get(_REMOVED)
        if removed is not None:
            st.button(
                t("work.put_back"), key="work.put_back", icon=":material/undo:", on_click=_restore
            )
        _show_form(pilot)


def _show_baseline(one: Baseline) -> None:
    value = number(one.value, 1)
    if one.low is not None and one.high is not None:
        value += f" ({number(one.low, 1)} – {number(one.high, 1)})"
    days = [i18n.long_day(language(), day) for day in (one.first, one.last)]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(
            f"**{escaped(t(f'work.measure_{one.measured.value}'))}**, "
            f"{escaped(role_name(one.role))}: {value}  \n"
            f"{escaped(t('work.source_of', source=one.source, first=days[0], last=days[1]))}"
        )
        st.button(
            t("work.remove"),
            key=f"work.remove.{one.id}",
            type="tertiary",
            icon=":material/delete:",
            on_click=_remove,
            args=(one.id,),
        )


def _show_form(pilot: Pilot) -> None:
    today = local(services().clock()).date()
    key = f"work.baseline.{pilot.id}"
    with st.form(key, clear_on_submit=True):
        what, role, value, low, high = st.columns([3, 2, 2, 2, 2], vertical_alignment="bottom")
        what.selectbox(
            t("work.column_measure"),
            list(Measured),
            format_func=lambda one: t(f"work.measure_{one}"),
            key=f"{key}.measured",
        )
        role.selectbox(
            t("work.column_role"), list(_ROLES), format_func=role_name, key=f"{key}.role"
        )
        for column, name in ((value, "value"), (low, "low"), (high, "high")):
            column.number_input(
                t(f"work.form_{name}"), min_value=0.0, value=None, step=0.1, key=f"{key}.{name}"
            )
        source, first, last = st.columns([5, 2, 2], vertical_alignment="bottom")
        source.text_input(
            t("work.form_source"),
            placeholder=t("work.form_source_hint"),
            max_chars=300,
            key=f"{key}.source",
        )
        for column, name, days in ((first, "first", 30), (last, "last", 0)):
            column.date_input(
                t(f"work.form_{name}"),
                today - timedelta(days=days),
                max_value=today,
                format="DD-MM-YYYY",
                key=f"{key}.{name}",
            )
        st.form_submit_button(t("work.add"), type="primary", on_click=_add, args=(pilot.id, key))


@told
def _add(pilot_id: int, key: str) -> None:
    given = {name: st.session_state[f"{key}.{name}"] for name in _FIELDS}
    low, high = given["low"], given["high"]
    if given["value"] is None or not str(given["source"] or "").strip():
        notify(t("work.form_missing"))
        return
    if (low is None) is not (high is None) or not (low is None or low <= given["value"] <= high):
        notify(t("work.form_interval"))
        return
    carry_out(
        lambda me, unit: note_baseline(
            pilot_id,
            Measured(given["measured"]),
            float(given["value"]),
            (given["first"], given["last"]),
            str(given["source"] or ""),
            me,
            unit,
            role="" if given["measured"] == Measured.FIELDS else str(given["role"]),
            interval=None if low is None or high is None else (float(low), float(high)),
        ),
        lambda _: t("work.done.added"),
    )


_FIELDS: Final = ("measured", "role", "value", "low", "high", "source", "first", "last")


@told
def _remove(baseline_id: int) -> None:
    carry_out(
        lambda me, unit: remove_baseline(baseline_id, me, unit), lambda _: t("work.done.removed")
    )
    st.session_state[_REMOVED] = baseline_id


@told
def _restore() -> None:
    baseline_id = st.session_state.pop(_REMOVED)
    carry_out(
        lambda me, unit: restore_baseline(baseline_id, me, unit), lambda _: t("work.done.restored")
    )


def show_assumptions(pilot: Pilot, given: Assumptions) -> None:
    key = f"work.assumptions.{pilot.id}"
    with (
        st.expander(t("work.assumptions"), icon=":material/tune:"),
        st.form(key, border=False),
    ):
        st.caption(t("work.assumptions_about"))
        for column, (name, (least, most)) in zip(st.columns(4), BOUNDS.items(), strict=True):
            column.number_input(
                t(f"work.assume_{name}"),
                min_value=least,
                max_value=most,
                value=float(getattr(given, name)),
                step=1.0,
                help=t(f"work.assume_{name}_help"),
                key=f"{key}.{name}",
            )
        st.checkbox(t("work.assume_lists"), value=given.lists_count, key=f"{key}.lists")
        st.form_submit_button(t("work.assume"), on_click=_assume, args=(pilot.id, key))


@told
def _assume(pilot_id: int, key: str) -> None:
    values = {name: float(st.session_state[f"{key}.{name}"]) for name in BOUNDS}
    given = Assumptions(**values, lists_count=bool(st.session_state[f"{key}.lists"]))
    carry_out(lambda me, unit: assume(pilot_id, given, me, unit), lambda _: t("work.done.assumed"))
