"""Texts that somebody copies to a group: saying that one was posted, and taking that back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from core.deliveries import TAKEN_BACK_WITHIN, mark_posted, take_back_posted
from core.domain import User
from core.permissions import Action, may
from pages._act import carry_out
from pages._frame import services, t, told

_MINE: Final = "talk.posted"


def may_post(me: User) -> bool:
    return may(me, Action.REPORT_BACK)


def may_take_back(outbox_id: int, posted_at: datetime | None) -> bool:
    """Who said a moment ago, on this screen, that it was posted may still say otherwise."""
    if posted_at is None or st.session_state.get(_MINE) != outbox_id:
        return False
    return services().clock() - posted_at <= TAKEN_BACK_WITHIN


@told
def posted_pressed(key: str) -> None:
    """In a conversation somebody says that a text was posted."""
    outbox_id = st.session_state[key]["posted"]
    if isinstance(outbox_id, int):
        _post(outbox_id)


@told
def not_posted_pressed(key: str) -> None:
    outbox_id = st.session_state[key]["not_posted"]
    if isinstance(outbox_id, int):
        _take_back(outbox_id)


@told
def post(outbox_id: int) -> None:
    _post(outbox_id)


@told
def take_back(outbox_id: int) -> None:
    _take_back(outbox_id)


def _post(outbox_id: int) -> None:
    carry_out(
        lambda me, unit: mark_posted(outbox_id, me, unit),
        lambda _: t("conversations.posted_done"),
    )
    st.session_state[_MINE] = outbox_id


def _take_back(outbox_id: int) -> None:
    carry_out(
        lambda me, unit: take_back_posted(outbox_id, me, unit),
        lambda _: t("conversations.not_posted_done"),
    )
    st.session_state.pop(_MINE, None)
