"""groepen en toestemming: who takes part, what shows it, and what stopping does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.administration import NewGroup, add_group, give_consent, withdraw_consent
from core.domain import Area, Pilot
from core.store import Unit
from core.store.consent_queries import GroupState, consents_of, group_states
from core.wiring import sources
from pages._act import carry_out, show_table
from pages._admin.afresh import fields, taken
from pages._admin.erasing import show_erasing, show_stopping
from pages._admin.pilots import choose_pilot
from pages._frame import ago, language, moment, number, services, t, told
from pages.components.choice import show_select
from pages.components.words import escaped
from pages.room.names import people

_NEW: Final = "admin.group"


def show_groups() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        states = group_states(connection, pilot.id)
        areas = Unit(connection, services().clock()).pilots.areas(pilot.id)
    if states:
        _show_list(states, areas)
        _show_group(states)
    else:
        st.info(t("admin.no_groups"), icon=":material/groups:")
    _show_new(pilot, areas)


def source_name(source: str) -> str:
    known = sources().get(source)
    if known is None:
        return source
    return str(known.CARD.name_nl if language() == "nl" else known.CARD.name_en)


def _show_list(states: Sequence[GroupState], areas: Sequence[Area]) -> None:
    names = {area.id: area.name for area in areas}
    columns = ("group", "source", "area", "consent", "stopped", "kept", "dropped", "latest")
    rows = [
        [
            state.group.name,
            source_name(state.group.source),
            names.get(state.group.area_id or 0, "–"),
            t("admin.consents") if state.consents else t("admin.consents_not"),
            number(state.stopped_count),
            number(state.kept_count),
            number(state.dropped_count),
            ago(state.last_event_at) if state.last_event_at else "–",
        ]
        for state in states
    ]
    show_table([t(f"admin.{name}") for name in columns], rows)


def _show_group(states: Sequence[GroupState]) -> None:
    """One group: its consent as it went, giving or withdrawing it, and who stopped."""
    by_id = {str(state.group.id): state for state in states}
    names = {group_id: state.group.name for group_id, state in by_id.items()}
    state = by_id[show_select(t("admin.one_group"), names, param="group", width=420)]
    with st.container(border=True):
        _show_history(state)
        _show_consent_form(state)
        if not state.consents:
            show_erasing([state.group.id], None)
        with st.expander(t("admin.stop_resident"), icon=":material/person_off:"):
            show_stopping(state.group)


def _show_history(state: GroupState) -> None:
    with services().store.read() as connection:
        history = consents_of(connection, state.group.id)
    st.markdown(f"**{escaped(state.group.name)}**")
    if not history:
        st.caption(t("admin.never_asked"))
        return
    rows = [
        [
            moment(line.at),
            t("admin.given") if line.given else t("admin.withdrawn"),
            line.resident or t("admin.whole_group"),
            people().get(line.by, line.by),
            line.evidence,
        ]
        for line in history[:20]
    ]
    show_table([t(f"admin.{name}") for name in ("at", "what", "who", "by", "evidence")], rows)


def _show_consent_form(state: GroupState) -> None:
    action = "withdraw" if state.consents else "give"
    # A field of its own for each: what proved the consent proves nothing about withdrawing it.
    key = f"admin.consent.{state.group.id}.{action}"
    with st.form(key, border=False):
        st.text_input(
            t(f"admin.{action}_evidence"),
            key=f"{key}.evidence",
            max_chars=300,
            placeholder=t(f"admin.{action}_hint"),
        )
        st.form_submit_button(
            t(f"admin.{action}_button"), on_click=_record, args=(state.group.id, action, key)
        )


def _show_new(pilot: Pilot, areas: Sequence[Area]) -> None:
    names, key = {0: "–", **{area.id: area.name for area in areas}}, fields(_NEW)
    with (
        st.expander(t("admin.new_group"), icon=":material/group_add:"),
        st.form(key, border=False),
    ):
        st.text_input(t("admin.group_name"), key=f"{key}.name", max_chars=200)
        st.selectbox(
            t("admin.source"), list(sources()), format_func=source_name, key=_source_key(key)
        )
        st.text_input(t("admin.native_id"), key=f"{key}.native", help=t("admin.native_id_help"))
        st.selectbox(t("admin.area"), list(names), format_func=names.__getitem__, key=f"{key}.area")
        st.toggle(t("admin.is_open"), key=f"{key}.open", help=t("admin.is_open_help"))
        st.form_submit_button(t("admin.add"), on_click=_add, args=(pilot.id, key))


def _source_key(key: str) -> str:
    """Its options read otherwise in another language, and Streamlit knows them by how they read."""
    return f"{key}.source.{language()}"


@told
def _record(group_id: int, action: str, key: str) -> None:
    evidence = str(st.session_state[f"{key}.evidence"])
    step = give_consent if action == "give" else withdraw_consent
    carry_out(
        lambda me, unit: step(group_id, evidence, me, unit), lambda _: t(f"admin.done.{action}")
    )


@told
def _add(pilot_id: int, key: str) -> None:
    given = st.session_state
    new = NewGroup(
        pilot_id=pilot_id,
        source=str(given[_source_key(key)]),
        name=str(given[f"{key}.name"]),
        native_id=str(given[f"{key}.native"]),
        area_id=given[f"{key}.area"] or None,
        is_open_source=bool(given[f"{key}.open"]),
    )
    carry_out(
        lambda me, unit: add_group(new, list(sources()), me, unit),
        lambda _: t("admin.done.group_added"),
    )
    taken(_NEW)
