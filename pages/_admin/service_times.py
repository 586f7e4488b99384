"""termijnen: within which time a pilot wants a decision and wants residents told, by topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import streamlit as st

from core import i18n
from core.audit import AuditEntry
from core.domain import Pilot, ServiceTimes
from core.service_times import (
    MOVES,
    chosen_times,
    of_codes,
    set_service_times,
    take_back_times,
)
from core.store import Unit
from pages._act import carry_out
from pages._admin.moves import show_moves
from pages._admin.pilots import choose_pilot
from pages._frame import language, services, t, told
from pages.components.words import escaped

_MINUTES: Final = (5, 10, 15, 20, 30, 45)
_HOURS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 96)
_DAYS: Final = (5, 7, 10, 14, 21, 28, 42, 56, 90)
TERMS: Final = tuple(
    sorted(
        {
            *(timedelta(minutes=count) for count in _MINUTES),
            *(timedelta(hours=count) for count in _HOURS),
            *(timedelta(days=count) for count in _DAYS),
        }
    )
)
_PARTS: Final = ("decision", "feedback")


def show_service_times() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        times = chosen_times(pilot.id, unit)
        history = MOVES.of(pilot.id, unit)
    st.markdown(f"**{t('service_times.title')}**")
    st.caption(t("service_times.note"))
    _show_form(pilot, times)
    show_moves(
        history,
        MOVES,
        pilot.id,
        title=t("service_times.history"),
        difference=_difference,
        take_back=_undo,
    )


def _show_form(pilot: Pilot, times: Mapping[str, ServiceTimes]) -> None:
    topics = services().topics
    key = f"admin.service_times.{pilot.id}"
    with st.form(key, border=False, width=820):
        for topic, chosen in times.items():
            name, *fields = st.columns([1, 1.3, 1.3], vertical_alignment="center")
            named = escaped(topics[topic].name(language()))
            name.markdown(named)
            for field, part in zip(fields, _PARTS, strict=True):
                value: timedelta = getattr(chosen, part)
                field.select_slider(
                    t(f"service_times.{part}", topic=named),
                    sorted({*TERMS, value}),
                    value=value,
                    format_func=_said,
                    key=f"{key}.{topic}.{part}",
                )
        st.text_input(t("service_times.reason"), key=f"{key}.reason", max_chars=500, width=420)
        st.form_submit_button(
            t("admin.save"), on_click=_save, args=(pilot.id, dict(times), key), type="primary"
        )


def _said(time: timedelta) -> str:
    return i18n.duration(language(), time.total_seconds())


@told
def _save(pilot_id: int, seen: Mapping[str, ServiceTimes], key: str) -> None:
    wanted = {
        topic: ServiceTimes(**{part: st.session_state[f"{key}.{topic}.{part}"] for part in _PARTS})
        for topic in seen
    }
    reason = str(st.session_state.get(f"{key}.reason") or "")
    carry_out(
        lambda me, unit: set_service_times(pilot_id, wanted, reason, me, unit, seen=seen),
        lambda _: t("service_times.saved"),
    )
    _forget(key)


@told
def _undo(pilot_id: int) -> None:
    carry_out(
        lambda me, unit: take_back_times(pilot_id, me, unit),
        lambda _: t("service_times.taken_back"),
    )
    _forget(f"admin.service_times.{pilot_id}")


def _forget(key: str) -> None:
    """Lets the sliders stand where the terms are."""
    for name in [str(name) for name in st.session_state]:
        if name.startswith(f"{key}."):
            del st.session_state[name]
    st.session_state[f"{key}.reason"] = ""  # a browser keeps what was typed unless told


def _difference(entry: AuditEntry) -> str:
    """What was moved, as "Inbraak: besluit 1 u → 2 u"."""
    topics, said = services().topics, []
    for topic, codes in entry.detail["after"].items():
        after, before = of_codes(codes), of_codes(entry.detail["before"].get(topic, codes))
        name = topics[topic].name(language()) if topic in topics else topic
        said += [
            f"{name}: {t(f'service_times.short_{part}')} "
            f"{_said(getattr(before, part))} → {_said(getattr(after, part))}"
            for part in _PARTS
            if getattr(before, part) != getattr(after, part)
        ]
    return ", ".join(said)
