"""How many tips a group gets in a week, and the hours in which none leaves."""

from __future__ import annotations

import streamlit as st

from core.tips.sending import TipRules, set_rules
from pages._act import carry_out
from pages._frame import t, told
from pages.advice.around import Surroundings


def show_rules(around: Surroundings) -> None:
    st.caption(t("tips.rules_note"))
    key, rules = f"tips.rules.{around.pilot.id}", around.rules
    with st.form(key, border=False, width=620):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input(
                t("tips.per_week"), 0, 14, rules.per_week, key=f"{key}.per_week", width=190
            )
            for name in ("quiet_from", "quiet_until"):
                st.number_input(
                    t(f"tips.{name}"), 0, 23, getattr(rules, name), key=f"{key}.{name}", width=190
                )
        st.form_submit_button(t("admin.save"), on_click=_save, args=(around.pilot.id, key))


@told
def _save(pilot_id: int, key: str) -> None:
    names = ("per_week", "quiet_from", "quiet_until")
    rules = TipRules(**{name: int(st.session_state[f"{key}.{name}"]) for name in names})
    carry_out(lambda me, unit: set_rules(pilot_id, rules, me, unit), lambda _: t("tips.done_rules"))
