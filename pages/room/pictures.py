"""foto's bij meldingen: shown to who may see originals, once they say why; audited first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.domain import User
from core.i18n import clock_time
from core.permissions import Action, may
from core.privacy.pictures import see_picture
from core.store import Unit
from core.store.room_queries import MemberLine
from pages._frame import language, services, t, told, user

_SEEN: Final = "room.pictures"


def show_pictures(incident_id: int, members: Sequence[MemberLine], me: User) -> None:
    """The pictures of an incident's messages; nothing for who may not see originals."""
    if not may(me, Action.SEE_ORIGINAL):
        return
    ids = [member.message_id for member in members]
    with services().store.read() as connection:
        there = Unit(connection, services().clock()).pictures.kept_of(ids)
    if not there:
        return
    with st.expander(t("room.pictures", count=len(there)), icon=":material/photo_camera:"):
        for member in members:
            if member.message_id in there:
                _show_one(incident_id, member)


def _show_one(incident_id: int, member: MemberLine) -> None:
    at, seen = clock_time(language(), member.sent_at), _seen(incident_id).get(member.message_id)
    if seen is not None:
        st.image(seen, caption=at, width="stretch")
        return
    key = f"room.picture.{member.message_id}"
    with st.form(key, border=False):
        st.caption(t("room.picture_note", at=at))
        st.text_input(t("room.reason"), key=f"{key}.why", max_chars=400)
        st.form_submit_button(
            t("room.see_picture"), on_click=_see, args=(incident_id, member.message_id, key)
        )


@told
def _see(incident_id: int, message_id: int, key: str) -> None:
    reason, given = str(st.session_state[f"{key}.why"]), services()
    with given.store.unit() as unit:
        raw = see_picture(message_id, incident_id, user(), unit, given.vault, reason)
    seen = {**_seen(incident_id), message_id: raw}
    st.session_state[_SEEN] = {"incident": incident_id, "seen": seen}


def _seen(incident_id: int) -> dict[int, bytes]:
    """What was looked at, for as long as its incident is on this screen."""
    kept: dict[str, Any] = st.session_state.get(_SEEN) or {}
    return kept["seen"] if kept.get("incident") == incident_id else {}
