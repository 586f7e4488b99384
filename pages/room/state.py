"""What one screen of the control room remembers: what is chosen, which form is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from core.domain import Incident

BOARD: Final = "room-board"
DETAIL: Final = "room-detail"

_CHOSEN: Final = "room.chosen"
_FORM: Final = "room.form"
_GO_TO: Final = "room.go_to"
_ORIGINALS: Final = "room.originals"
_ASKED: Final = "room.asked"
_SEEN: Final = "room.seen"
_HOMELESS: Final = "room.homeless"
_SHOWN: Final = "room.shown"
_VERSION: Final = "room.version"
_QUOTED: Final = "room.quoted"
_SUGGESTED: Final = "room.suggested"
_LABELS: Final = "room.labels"
_PARAM: Final = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """getoond: as what an incident was drawn; changes with everything that shows of it."""

    id: int
    version: int
    message_count: int
    last_message_at: datetime

    @classmethod
    def of(cls, incident: Incident) -> Shown:
        return cls(
            id=incident.id,
            version=incident.version,
            message_count=incident.message_count,
            last_message_at=incident.last_message_at,
        )


def from_address(name: str, default: bool | str | list[str]) -> None:
    """Lets a filter start as the address says: a link opens the same view for a colleague."""
    if name in st.session_state:
        return
    text = st.query_params.get(name, "")
    if isinstance(default, bool):
        st.session_state[name] = text == "1"
    elif isinstance(default, list):
        st.session_state[name] = [part for part in text.split(",") if part]
    else:
        st.session_state[name] = text or default


def to_address(name: str, default: bool | str | list[str]) -> None:
    """Writes a filter into the address, unless it stands as it always does."""
    value = st.session_state.get(name)
    if not value or value == default:
        st.query_params.pop(name, None)
        return
    text = ",".join(value) if isinstance(value, list) else "1" if value is True else str(value)
    if st.query_params.get(name) != text:
        st.query_params[name] = text


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
    st.session_state[_LABELS] = {}
    st.session_state[_QUOTED] = None
    st.session_state[_SUGGESTED] = None
    see_anew()


def open_suggested(name: str, kind: str) -> None:
    """Opens the form with the kind of question that the assistant proposes."""
    open_form(name)
    st.session_state[_SUGGESTED] = kind


def suggested() -> str | None:
    found: str | None = st.session_state.get(_SUGGESTED)
    return found


def quote(text: str) -> None:
    """Opens the form that asks the groups, to start from what a destination wants to know."""
    open_form("ask")
    st.session_state[_QUOTED] = text


def quoted() -> str | None:
    found: str | None = st.session_state.get(_QUOTED)
    return found


def version_seen(version: int) -> int:
    """The version that was on screen when the form was opened.

    A colleague's step meanwhile redraws the screen; what is filled in still answers the old state.
    """
    if st.session_state.get(_VERSION) is None:
        st.session_state[_VERSION] = version
    found: int = st.session_state[_VERSION]
    return found


def see_anew() -> None:
    """The user was told of the new state: from now on it is what they answer."""
    st.session_state[_VERSION] = None


def as_first_shown(name: str, label: str) -> str:
    """What an option was called when its form was opened, for as long as that is open.

    Streamlit knows options by what they are called: one whose name changes while somebody chooses
    ("oudste 3 min" becomes "oudste 4 min") would be handed back as that old name.
    """
    shown: dict[str, str] = st.session_state.get(_LABELS) or {}
    st.session_state[_LABELS] = {name: label, **shown}
    return shown.get(name, label)


def form() -> str | None:
    found: str | None = st.session_state.get(_FORM)
    return found


def ask_original(message_id: int) -> None:
    st.session_state[_ASKED] = message_id
    open_form("original")


def asked_original() -> int | None:
    found: int | None = st.session_state.get(_ASKED)
    return found


def ask_home(message_id: int) -> None:
    """Opens the form that says where a message belongs."""
    st.session_state[_HOMELESS] = message_id
    open_form("move")


def homeless() -> int | None:
    found: int | None = st.session_state.get(_HOMELESS)
    return found


def keep_original(message_id: int, text: str) -> None:
    """Keeps an original for as long as its incident is on this screen."""
    st.session_state[_ORIGINALS] = {**originals(), message_id: text}


def originals() -> dict[int, str]:
    found: dict[int, str] = st.session_state.get(_ORIGINALS) or {}
    return found


def unseen(ids: set[int], kind: str = "urgent") -> set[int]:
    """Those of the incidents that this screen has not called out before; none at its start."""
    key = f"{_SEEN}.{kind}"
    before: set[int] | None = st.session_state.get(key)
    st.session_state[key] = ids | (before or set())
    return ids - before if before is not None else set()


def show_as(shown: Shown) -> Shown | None:
    """Remembers as what the chosen incident is drawn; gives as what it was drawn before."""
    before: Shown | None = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = shown
    return before


def shown() -> Shown | None:
    found: Shown | None = st.session_state.get(_SHOWN)
    return found
