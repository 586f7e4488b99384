"""Telefoontje noteren: what was called in on 112 or 0900-8844 is noted beside the board."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from core.domain import Group, Urgency, User
from core.permissions import Action, may
from core.phone_calls import LINES, LONGEST, LONGEST_PLACE, Call, note_call, open_lines
from core.store import Unit
from pages._frame import language, notify, services, t, told, user
from pages.components.words import escaped
from pages.room import state

_NOTING: Final = "room.noting"
_KEY: Final = "Y"


def show_call_button(me: User) -> None:
    """Opens and closes the form; only there for who takes calls."""
    if may(me, Action.NOTE_CALLS):
        st.button(
            t("calls.open"),
            key="room.call",
            icon=":material/call:",
            shortcut=_KEY,
            help=t("calls.note_help"),
            on_click=_toggle,
        )


def show_call_form(me: User) -> None:
    """The form, while it is open; what is typed stays until it is noted or put away."""
    call_id = st.session_state.get(_NOTING)
    if not call_id or not may(me, Action.NOTE_CALLS):
        return
    lines = _lines()
    if not lines:
        st.info(t("calls.no_line"), icon=":material/call:")
        return
    _show_form(call_id, lines)


def _show_form(call_id: str, lines: Mapping[int, Group]) -> None:
    key = f"call.{call_id}"
    form = st.container(key="room-call-form").form(key=key, border=True)
    form.markdown(f"**{t('calls.title')}**")
    top = form.container(horizontal=True, gap="small")
    top.segmented_control(
        t("calls.called"), LINES, default=LINES[0], required=True, key=f"{key}.called"
    )
    top.segmented_control(
        t("calls.urgency"),
        list(Urgency),
        format_func=lambda one: t(f"urgency.{one.value}"),
        key=f"{key}.urgency",
    )
    form.text_area(t("calls.what"), key=f"{key}.what", max_chars=LONGEST, height=80)
    form.text_input(t("calls.where"), key=f"{key}.where", max_chars=LONGEST_PLACE)
    _show_topics(form, key, lines)
    form.text_input(
        t("calls.caller"), key=f"{key}.caller", max_chars=30, help=t("calls.caller_help")
    )
    if len(lines) > 1:
        form.selectbox(
            t("calls.line"),
            list(lines),
            format_func=lambda line_id: escaped(lines[line_id].name),
            key=f"{key}.line",
        )
    buttons = form.container(horizontal=True, gap="small")
    buttons.form_submit_button(
        t("calls.note"),
        on_click=_note,
        args=(call_id, next(iter(lines))),
        type="primary",
        key=f"{key}.note",
    )
    buttons.form_submit_button(t("room.cancel"), on_click=_toggle, key=f"{key}.cancel")


def _show_topics(form: Any, key: str, lines: Mapping[int, Group]) -> None:
    """The topics of the pilots that have a line; none chosen: the words decide."""
    given = services()
    with given.store.read() as connection:
        pilots = Unit(connection, given.clock()).pilots
        followed = {name for line in lines.values() for name in pilots.pilot(line.pilot_id).topics}
    form.pills(
        t("calls.topic"),
        [name for name in given.topics if name in followed],
        format_func=lambda name: given.topics[name].name(language()),
        key=f"{key}.topic",
    )


def _lines() -> dict[int, Group]:
    given = services()
    with given.store.read() as connection:
        return {line.id: line for line in open_lines(Unit(connection, given.clock()))}


@told
def _toggle() -> None:
    is_open = bool(st.session_state.get(_NOTING))
    st.session_state[_NOTING] = None if is_open else secrets.token_hex(8)
    st.rerun([state.DETAIL, state.BOARD])


@told
def _note(call_id: str, only_line: int) -> None:
    """Notes what was typed; pressed twice it is one call, since its id was made with the form."""
    given, typed = services(), st.session_state
    key = f"call.{call_id}"
    call = Call(
        id=f"noted-{call_id}",
        called=str(typed[f"{key}.called"]),
        at=given.clock(),
        what=str(typed[f"{key}.what"]),
        where=str(typed[f"{key}.where"]),
        caller=str(typed[f"{key}.caller"]),
        topic=typed[f"{key}.topic"],
        urgency=typed[f"{key}.urgency"],
    )
    with given.store.unit() as unit:
        note_call(call, typed.get(f"{key}.line", only_line), user(), unit, given.vault)
    typed[_NOTING] = None
    notify(t("calls.done"), kind="done")
    st.rerun([state.DETAIL, state.BOARD])
