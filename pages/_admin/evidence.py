"""bevestiging: how much evidence a pilot asks of each topic before its queue shows an incident."""

from __future__ import annotations

import streamlit as st

from core.domain import Pilot, WantedEvidence
from core.store import Unit
from core.wanted_evidence import MOST_RESIDENTS, set_wanted_evidence
from pages._act import carry_out
from pages._admin.pilots import choose_pilot
from pages._frame import language, number, services, t, told
from pages.components.words import escaped

_SURE: tuple[int, ...] = (0, 50, 60, 70, 80, 90, 95, 99)
"""Percents to choose from; 0 asks nothing."""


def show_evidence() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        wanted = unit.evidence.wanted(pilot.id)
        waiting = len(unit.evidence.waiting(pilot.id))
    st.markdown(f"**{t('admin.wanted_evidence')}**")
    st.caption(t("admin.wanted_evidence_note"))
    st.caption(t("admin.waiting_now", count=number(waiting)))
    _show_form(pilot, wanted)


def _show_form(pilot: Pilot, wanted: dict[str, WantedEvidence]) -> None:
    topics = services().topics
    key = f"admin.evidence.{pilot.id}"
    with st.form(key, border=False, width=640):
        for topic in (name for name in pilot.topics if name in topics):
            asked = wanted.get(topic, WantedEvidence())
            name, residents, sure = st.columns([1.2, 1, 1.4], vertical_alignment="center")
            named = escaped(topics[topic].name(language()))
            name.markdown(named)
            residents.number_input(
                t("admin.wanted_residents", topic=named),
                min_value=1,
                max_value=MOST_RESIDENTS,
                value=asked.residents or 1,
                key=f"{key}.{topic}.residents",
            )
            sure.select_slider(
                t("admin.wanted_confidence", topic=named),
                _SURE,
                value=_nearest(asked.confidence),
                format_func=lambda share: f"{share} %" if share else t("admin.wanted_nothing"),
                key=f"{key}.{topic}.sure",
            )
        st.form_submit_button(t("admin.save"), on_click=_save, args=(pilot, key))


def _nearest(confidence: float | None) -> int:
    return min(_SURE, key=lambda share: abs(share - 100 * (confidence or 0.0)))


@told
def _save(pilot: Pilot, key: str) -> None:
    wanted = {
        topic: _asked(
            st.session_state[f"{key}.{topic}.residents"], st.session_state[f"{key}.{topic}.sure"]
        )
        for topic in pilot.topics
        if topic in services().topics
    }
    carry_out(
        lambda me, unit: set_wanted_evidence(pilot.id, wanted, me, unit),
        lambda _: t("admin.done.saved"),
    )


def _asked(residents: int, sure: int) -> WantedEvidence:
    return WantedEvidence(
        residents=residents if residents > 1 else None, confidence=sure / 100 if sure else None
    )
