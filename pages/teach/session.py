"""What one user remembers while emptying the list: what was skipped, the last answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain import NOT_RELEVANT, User
from core.doubt import Answer, answer, undo_answer
from core.store import Unit
from core.store.learning_queries import Doubt
from core.telling import urgency_key
from pages._act import carry_out
from pages._frame import language, services, t, take_notice, told

_SKIPPED: Final = "doubt.skipped"
_DONE: Final = "doubt.done"
_URGENT: Final = "doubt.urgent"


def in_turn(waiting: Sequence[Doubt]) -> Doubt:
    """The next one that was not skipped; when all were, they come again."""
    skipped = st.session_state.get(_SKIPPED) or frozenset()
    left = [doubt for doubt in waiting if doubt.message_id not in skipped]
    if not left:
        st.session_state[_SKIPPED] = frozenset()
    return (left or waiting)[0]


@told
def skip(message_id: int) -> None:
    skipped = st.session_state.get(_SKIPPED) or frozenset()
    st.session_state[_SKIPPED] = skipped | {message_id}


@told
def look_at(waiting_ids: Sequence[int], message_id: int) -> None:
    """Makes one of the list the next to be looked at by itself."""
    st.session_state[_SKIPPED] = frozenset(waiting_ids) - {message_id}


def urgency_said(doubt: Doubt) -> bool:
    """Whether the answer will be urgent: as judged, unless the user turned it."""
    turned: tuple[int, bool] | None = st.session_state.get(_URGENT)
    return turned[1] if turned and turned[0] == doubt.message_id else doubt.urgent


@told
def turn_urgency(doubt: Doubt) -> None:
    st.session_state[_URGENT] = (doubt.message_id, not urgency_said(doubt))


@told
def say(doubt: Doubt, topic: str, urgent: bool) -> None:
    """Answers as who is signed in, about the message as it was on screen."""
    said = Answer(topic=topic, urgent=urgent and topic != NOT_RELEVANT)
    topics = services().topics

    def step(me: User, unit: Unit) -> None:
        answer(doubt.message_id, doubt.corrected_count, said, me, unit, topics)

    carry_out(step, lambda _: _sentence(said))
    _say_softly()
    done = st.session_state.get(_DONE) or ()
    st.session_state[_DONE] = (*done, doubt.message_id)[-50:]


def _sentence(said: Answer) -> str:
    if not said.is_report:
        return t("doubt.done.no_report")
    topic = services().topics[said.topic].name(language()).lower()
    return t("doubt.done.report", topic=topic, urgency=t(urgency_key(said.urgent)))


def show_undo() -> None:
    """The button that takes the last answer back, while there is one."""
    done: tuple[int, ...] = st.session_state.get(_DONE) or ()
    if done:
        st.button(
            t("doubt.back"),
            key="doubt.back",
            icon=":material/history:",
            shortcut="Z",
            on_click=take_back,
            args=(done[-1],),
        )


@told
def take_back(message_id: int) -> None:
    topics = services().topics
    done: tuple[int, ...] = st.session_state.get(_DONE) or ()
    st.session_state[_DONE] = tuple(one for one in done if one != message_id)
    carry_out(
        lambda me, unit: undo_answer(message_id, me, unit, topics), lambda _: t("doubt.done.undo")
    )
    _say_softly()


def _say_softly() -> None:
    """What was done shows in passing: nothing may move under the hand of who goes fast."""
    notice = take_notice()
    if notice is not None:
        st.toast(notice[1], icon=":material/check:")
