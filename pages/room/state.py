"""What one screen of the control room remembers: what is chosen, which form is open."""

from __future__ import annotations

from typing import Final

import streamlit as st

BOARD: Final = "room-board"
DETAIL: Final = "room-detail"

_CHOSEN: Final = "room.chosen"
_FORM: Final = "room.form"
_GO_TO: Final = "room.go_to"
_ORIGINALS: Final = "room.originals"
_ASKED: Final = "room.asked"
_SEEN: Final = "room.seen"
_SHOWN: Final = "room.shown"
_PARAM: Final = "incident"


def chosen() -> int | None:
    """The incident somebody works on; at first the one that the address names."""
    if _CHOSEN not in st.session_state:
        named = st.query_params.get(_PARAM, "")
        choose(int(named) if named.isdecimal() and len(named) < 10 else None, move_map=True)
    found: int | None = st.session_state[_CHOSEN]
    return found


def choose(incident_id: int | None, *, move_map: bool) -> None:
    """Takes up another incident; what belonged to the one before is put away."""
    st.session_state[_CHOSEN] = incident_id
    st.session_state[_ORIGINALS] = {}
    open_form(None)
    if move_map:
        st.session_state[_GO_TO] = (st.session_state.get(_GO_TO) or 0) + 1
    if incident_id is None:
        st.query_params.pop(_PARAM, None)
    else:
        st.query_params[_PARAM] = str(incident_id)


def go_to() -> str | None:
    """Names the last choice made beside the map; another name moves the map there once."""
    count = st.session_state.get(_GO_TO)
    return f"{count}" if count else None


def open_form(name: str | None) -> None:
    st.session_state[_FORM] = name


def form() -> str | None:
    found: str | None = st.session_state.get(_FORM)
    return found


def ask_original(message_id: int) -> None:
    st.session_state[_ASKED] = message_id
    open_form("original")


def asked_original() -> int | None:
    found: int | None = st.session_state.get(_ASKED)
    return found


def keep_original(message_id: int, text: str) -> None:
    """Keeps an original for as long as its incident is on this screen."""
    st.session_state[_ORIGINALS] = {**originals(), message_id: text}


def originals() -> dict[int, str]:
    found: dict[int, str] = st.session_state.get(_ORIGINALS) or {}
    return found


def unseen(urgent_ids: set[int]) -> set[int]:
    """Those of the urgent incidents that this screen has not shown before; none at its start."""
    before: set[int] | None = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = urgent_ids | (before or set())
    return urgent_ids - before if before is not None else set()


def show_as(fingerprint: str) -> None:
    """Remembers as what the chosen incident was drawn."""
    st.session_state[_SHOWN] = fingerprint


def is_shown_as(fingerprint: str) -> bool:
    return bool(st.session_state.get(_SHOWN) == fingerprint)
