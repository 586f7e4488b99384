"""Dienstoverdracht: what the shift before left is read first; one's own is written at the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core.clock import local
from core.domain import ShiftNote, User
from core.i18n import clock_time
from core.permissions import Action, may
from core.shift_notes import (
    LONGEST,
    LONGEST_SHIFT,
    USUAL_SHIFT,
    confirm_read,
    earlier_notes,
    propose,
    shift_began,
    take_back_note,
    waiting_note,
    write_note,
)
from core.store import Unit
from core.telling import listed
from pages._act import carry_out
from pages._frame import language, moment, services, t, told, user
from pages.components.paper import Paper
from pages.components.words import escaped
from pages.room import state
from pages.room.names import people

_OPEN: Final = "room.shift.open"
_DRAFT: Final = "room.shift.draft"
_TEXT: Final = "room.shift.text"
_SINCE: Final = "room.shift.since"
_CHOSEN: Final = "room.shift.chosen"
_HEIGHT: Final = 360


def show_shift_button(me: User) -> None:
    """Opens and closes the hand-over beside the board."""
    if may(me, Action.READ_SHIFT_NOTES):
        icon = ":material/assignment:"
        st.button(t("shift.button"), key="room.shift", icon=icon, on_click=_toggle)


def show_waiting(me: User) -> None:
    """Says that a hand-over waits to be read, until this dispatcher says to have done so."""
    with services().store.read() as connection:
        waiting = waiting_note(me, Unit(connection, services().clock()))
    if waiting is None:
        return
    bar = st.container(
        horizontal=True, gap="small", vertical_alignment="center", key="room-shift-waiting"
    )
    at = _when(waiting.at) if _is_today(waiting.at) else moment(waiting.at)
    line = t("shift.waiting", who=escaped(_name(waiting.by)), at=at)
    bar.markdown(f"**{line}**", width="stretch")
    bar.button(
        t("shift.read"),
        key="room.shift.read",
        type="primary",
        on_click=_open_note,
        args=(waiting.id,),
    )


def show_shift(me: User) -> None:
    """The hand-over, while it is open: one's own to write, and those of before."""
    if not st.session_state.get(_OPEN) or not may(me, Action.READ_SHIFT_NOTES):
        return
    with services().store.read() as connection:
        found = earlier_notes(me, Unit(connection, services().clock()))
    with st.container(border=True, key="room-shift-open", gap="small"):
        head = st.container(horizontal=True, vertical_alignment="center")
        head.markdown(f"**{t('shift.title')}**", width="stretch")
        head.button(
            t("shift.close"), key="room.shift.close", icon=":material/close:", on_click=_toggle
        )
        if may(me, Action.DECIDE) and st.session_state[_OPEN] == "write":
            _show_form()
        else:
            _show_earlier(found, me)


def _show_form() -> None:
    since = _since()
    if _DRAFT not in st.session_state:
        _propose(since)
    if _TEXT not in st.session_state:
        st.session_state[_TEXT] = st.session_state[_DRAFT]
    st.caption(t("shift.note"))
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    beginnings = {at: moment(at) for at in _beginnings()}
    row.selectbox(
        t("shift.since"),
        list(beginnings),
        format_func=beginnings.__getitem__,
        key=_SINCE,
        on_change=_propose_anew,
        width=210,
    )
    row.button(
        t("shift.anew"), key="room.shift.anew", icon=":material/refresh:", on_click=_propose_anew
    )
    st.text_area(
        t("shift.text"), key=_TEXT, height=_HEIGHT, max_chars=LONGEST, on_change=_keep_draft
    )
    with st.container(horizontal=True, gap="small"):
        st.button(t("shift.save"), key="room.shift.save", type="primary", on_click=_write)
        st.button(t("shift.earlier"), key="room.shift.earlier", on_click=_open, args=("read",))


def _show_earlier(found: list[ShiftNote], me: User) -> None:
    if may(me, Action.DECIDE):
        st.button(
            t("shift.write"), key="room.shift.write", icon=":material/edit_note:",
            on_click=_open, args=("write",),
        )  # fmt: skip
    by_id = {note.id: note for note in found}
    if not by_id:
        st.caption(t("shift.nothing"))
        return
    headings = {note.id: _heading(note) for note in found}
    if st.session_state.get(_CHOSEN) not in by_id:
        st.session_state[_CHOSEN] = found[0].id
    chosen: int = st.selectbox(
        t("shift.earlier"),
        list(by_id),
        format_func=headings.__getitem__,
        key=_CHOSEN,
    )
    _show_note(by_id[chosen], me)


def _show_note(note: ShiftNote, me: User) -> None:
    st.text(note.text)
    readers = [f"{_name(login)} ({_when(at)})" for login, at in note.read_by.items()]
    line = t("shift.read_by", who=listed(language(), readers))
    st.caption(escaped(line) if readers else t("shift.read_by_none"))
    is_own = note.by == me.login
    with st.container(horizontal=True, gap="small"):
        if may(me, Action.DECIDE) and not is_own and me.login not in note.read_by:
            st.button(
                t("shift.confirm"),
                key=f"room.shift.confirm.{note.id}",
                type="primary",
                icon=":material/check:",
                on_click=_confirm,
                args=(note.id,),
            )
        st.download_button(
            t("shift.paper"),
            lambda: paper_of(note, language()),
            file_name=f"dienstoverdracht-{note.at:%Y-%m-%d-%H%M}.pdf",
            mime="application/pdf",
            key=f"room.shift.paper.{note.id}",
            icon=":material/print:",
            on_click=_taken,
        )
        if is_own and not note.read_by:
            st.button(
                t("shift.take_back"),
                key=f"room.shift.back.{note.id}",
                icon=":material/undo:",
                on_click=_take_back,
                args=(note.id,),
            )


def paper_of(note: ShiftNote, say: str) -> bytes:
    """A hand-over on paper."""
    span = t("shift.span", since=moment(note.since), at=moment(note.at), who=_name(note.by))
    paper = Paper(t("shift.title"), span, say)
    for block in note.text.split("\n\n"):
        head, _, rest = block.partition("\n")
        if head.isupper():
            paper.heading(head.capitalize())
            paper.text(rest)
        else:
            paper.text(block)
    return paper.pdf()


def _beginnings() -> list[datetime]:
    """When this shift may have begun: with the last hand-over, or on the hour, some hours ago."""
    now = services().clock()
    hour = now.replace(minute=0, second=0, microsecond=0)
    with services().store.read() as connection:
        began = shift_began(Unit(connection, now))
    whole = {hour - timedelta(hours=count) for count in (4, 6, 8, 10, 12)}
    known = {began} if now - began != USUAL_SHIFT else set()
    return sorted(known | {one for one in whole if now - one <= LONGEST_SHIFT}, reverse=True)


def _since() -> datetime:
    """The beginning that is chosen; at first where the last hand-over stopped."""
    options = _beginnings()
    chosen = st.session_state.get(_SINCE)
    if chosen not in options:
        with services().store.read() as connection:
            began = shift_began(Unit(connection, services().clock()))
        chosen = began if began in options else min(options, key=lambda one: abs(one - began))
        st.session_state[_SINCE] = chosen
    return chosen


def _propose(since: datetime) -> None:
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        st.session_state[_DRAFT] = propose(language(), since, unit)[:LONGEST]


@told
def _propose_anew() -> None:
    """Puts a new proposal in place of the text."""
    _propose(st.session_state[_SINCE])
    st.session_state[_TEXT] = st.session_state[_DRAFT]


def _keep_draft() -> None:
    st.session_state[_DRAFT] = st.session_state[_TEXT]


@told
def _toggle() -> None:
    if st.session_state.get(_OPEN):
        _open(None)
        return
    me = user()
    with services().store.read() as connection:
        waits = waiting_note(me, Unit(connection, services().clock())) is not None
    _open("write" if may(me, Action.DECIDE) and not waits else "read")


def _open(what: str | None) -> None:
    st.session_state[_OPEN] = what
    st.session_state.pop(_TEXT, None)
    st.rerun([state.BOARD, state.DETAIL])


@told
def _open_note(note_id: int) -> None:
    st.session_state[_CHOSEN] = note_id
    _open("read")


@told
def _write() -> None:
    text, since = str(st.session_state.get(_TEXT) or ""), st.session_state[_SINCE]
    carry_out(lambda me, unit: write_note(text, since, me, unit), lambda _: t("shift.done_written"))
    st.session_state.pop(_DRAFT, None)
    st.session_state.pop(_CHOSEN, None)
    _open("read")


@told
def _confirm(note_id: int) -> None:
    carry_out(lambda me, unit: confirm_read(note_id, me, unit), lambda _: t("shift.done_read"))
    _open(None)


@told
def _take_back(note_id: int) -> None:
    note = carry_out(
        lambda me, unit: take_back_note(note_id, me, unit), lambda _: t("shift.done_taken_back")
    )
    st.session_state[_DRAFT] = note.text
    _open("write")


@told
def _taken() -> None:
    with services().store.unit() as unit:
        unit.audit.add(user().login, "exported", "table", "shift_note")


def _heading(note: ShiftNote) -> str:
    return t("shift.by", at=moment(note.at), who=_name(note.by))


def _name(login: str) -> str:
    return people().get(login, login)


def _is_today(at: datetime) -> bool:
    return local(at).date() == local(services().clock()).date()


def _when(at: datetime) -> str:
    return clock_time(language(), at)
