"""How a pilot is watched: how many false alarms to bear, and when to warn after a burglary."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.domain import Pilot
from core.permissions import Action, may
from core.store.alert_queries import NearRepeats, WatchSettings
from core.warning.setting import NEAR_DAYS, NEAR_M, RATES, SPREADING_DAYS, set_watch
from pages._act import carry_out
from pages._frame import language, t, told, user

_KEY: Final = "warnings.settings"


def show_settings(pilot: Pilot, settings: WatchSettings) -> None:
    st.caption(t("warnings.settings_note"))
    fixed = not may(user(), Action.ADMINISTER)
    with st.form(_KEY, border=True):
        _ask_rate(settings, fixed)
        modes = [mode.value for mode in NearRepeats]
        st.radio(
            t("warnings.near_mode"),
            modes,
            index=modes.index(settings.near_repeats.value),
            format_func=lambda mode: t(f"warnings.near_{mode}"),
            key=_mode_key(),
            horizontal=True,
            disabled=fixed,
        )
        with st.container(horizontal=True, gap="small"):
            for name, limits, step in (
                ("near_m", NEAR_M, 50),
                ("near_days", NEAR_DAYS, 1),
                ("spreading_days", SPREADING_DAYS, 1),
            ):
                st.number_input(
                    t(f"warnings.{name}"),
                    min_value=limits[0],
                    max_value=limits[1],
                    value=int(getattr(settings, name)),
                    step=step,
                    key=f"{_KEY}.{name}",
                    disabled=fixed,
                    width=230,
                )
        st.form_submit_button(
            t("warnings.save"), type="primary", on_click=_save, args=(pilot,), disabled=fixed
        )


def _ask_rate(settings: WatchSettings, fixed: bool) -> None:
    st.number_input(
        t("warnings.asked"),
        min_value=RATES[0],
        max_value=RATES[1],
        value=float(settings.false_alarms_per_week),
        step=0.25,
        format="%.2f",
        key=f"{_KEY}.rate",
        help=t("warnings.asked_help"),
        disabled=fixed,
        width=380,
    )


def _mode_key() -> str:
    """Its options read otherwise in another language, and Streamlit knows them by how they read."""
    return f"{_KEY}.mode.{language()}"


@told
def _save(pilot: Pilot) -> None:
    given = st.session_state
    settings = WatchSettings(
        false_alarms_per_week=float(given[f"{_KEY}.rate"]),
        near_repeats=NearRepeats(given[_mode_key()]),
        near_m=int(given[f"{_KEY}.near_m"]),
        near_days=int(given[f"{_KEY}.near_days"]),
        spreading_days=int(given[f"{_KEY}.spreading_days"]),
    )
    carry_out(
        lambda me, unit: set_watch(pilot.id, settings, me, unit), lambda _: t("warnings.done_saved")
    )
