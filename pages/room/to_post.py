"""On the incident: the texts that somebody has to copy to their group, until they were posted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain import User
from core.store.room_queries import SentLine
from pages._frame import t
from pages.components.words import escaped
from pages.talk.posting import may_post, may_take_back, post, take_back


def show_to_post(sent: Sequence[SentLine], me: User) -> None:
    """Each waiting text with a copy button of its own; who just posted one may take that back."""
    if not may_post(me):
        return
    for line in sent:
        if line.state == "to_copy":
            _show_text(line)
        elif may_take_back(line.id, line.posted_at):
            st.button(
                t("conversations.not_posted"),
                key=f"room.not_posted.{line.id}",
                type="tertiary",
                icon=":material/undo:",
                on_click=take_back,
                args=(line.id,),
            )


def _show_text(line: SentLine) -> None:
    with st.container(border=True, gap="xsmall", key=f"room-to-post-{line.id}"):
        group = escaped(line.group)
        st.caption(f":material/content_copy: {t('room.to_post', group=group)}")
        st.code(line.text, language=None, wrap_lines=True)
        st.button(
            t("conversations.posted"),
            key=f"room.posted.{line.id}",
            icon=":material/check:",
            on_click=post,
            args=(line.id,),
        )
