"""All messages in doubt under one another: two answers each, the rest by looking at it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain import NOT_RELEVANT
from core.store.learning_queries import Doubt
from core.telling import grounds_line, urgency_key
from pages._frame import ago, language, number, percent, services, t, told
from pages.components.choice import go_to
from pages.components.words import escaped
from pages.teach.session import look_at, say


def show_list(waiting: Sequence[Doubt], count: int) -> None:
    for doubt in waiting:
        with st.container(key=f"doubt-row-{doubt.message_id}", border=True):
            _show_row(doubt, [one.message_id for one in waiting])
    if count > len(waiting):
        st.caption(t("doubt.more", count=number(len(waiting))))


def _show_row(doubt: Doubt, waiting_ids: Sequence[int]) -> None:
    text, answers = st.columns([3.2, 1.6], gap="small", vertical_alignment="center")
    with text:
        st.caption(f"{ago(doubt.sent_at)} · {escaped(doubt.group)} · {_proposal(doubt)}")
        st.text(doubt.redacted)
        line = grounds_line(language(), doubt.topic, doubt.grounds, services().topics)
        st.caption(escaped(line))
    with answers.container(horizontal=True, gap="xsmall", horizontal_alignment="right"):
        st.button(
            t("doubt.agree"),
            key=f"doubt.agree.{doubt.message_id}",
            icon=":material/check:",
            on_click=say,
            args=(doubt, doubt.topic, doubt.urgent),
        )
        st.button(
            t("doubt.no_report"),
            key=f"doubt.no_report.{doubt.message_id}",
            icon=":material/block:",
            on_click=say,
            args=(doubt, NOT_RELEVANT, False),
        )
        st.button(
            t("doubt.look"),
            key=f"doubt.look.{doubt.message_id}",
            icon=":material/visibility:",
            on_click=_look,
            args=(waiting_ids, doubt.message_id),
        )


def _proposal(doubt: Doubt) -> str:
    topic = services().topics[doubt.topic].name(language())
    return f"{topic}, {t(urgency_key(doubt.urgent))}, {percent(doubt.confidence)}"


@told
def _look(waiting_ids: Sequence[int], message_id: int) -> None:
    look_at(waiting_ids, message_id)
    go_to("view", "one")
