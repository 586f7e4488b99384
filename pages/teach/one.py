"""One message in doubt by itself: its talk, what decided, and the answers with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.domain import NOT_RELEVANT
from core.store.learning_queries import Doubt, Neighbour, talk_around
from core.telling import grounds_line, place_name, urgency_key
from pages._frame import counted, language, moment, percent, services, t
from pages.components.answers import Answer, show_answers
from pages.components.conversation import marked, show_conversation
from pages.teach.session import say, skip, turn_urgency, urgency_said

_KEYS: Final = "1234567890"


def show_one(doubt: Doubt) -> None:
    with services().store.read() as connection:
        talk = talk_around(connection, doubt)
    shown, answers = st.columns([1.6, 1], gap="medium")
    with shown:
        _show_talk(doubt, talk)
        _show_proposal(doubt)
    with answers:
        _show_answers(doubt)
        st.caption(t("doubt.note"))


def _show_talk(doubt: Doubt, talk: Sequence[Neighbour]) -> None:
    numbers = _numbers(doubt, talk)
    rows = [_around_row(one, doubt, numbers) for one in talk]
    rows.append(_focus_row(doubt, numbers))
    ordered = [row for _, row in sorted(zip(_order(doubt, talk), rows, strict=True))]
    if talk:
        st.caption(t("doubt.talk"))
    show_conversation(
        ordered,
        words={"list": t("doubt.talk"), "urgent": t("room.urgent"), "erased": t("room.erased")},
        key="doubt.talk",
    )


def _order(doubt: Doubt, talk: Sequence[Neighbour]) -> list[Any]:
    places = [(one.sent_at, one.message_id) for one in talk]
    return [*places, (doubt.sent_at, doubt.message_id)]


def _numbers(doubt: Doubt, talk: Sequence[Neighbour]) -> dict[str, int]:
    """Residents are numbered as they come in: their pseudonym tells a reader nothing."""
    people = [one.resident for one in talk] + [doubt.resident]
    ordered = [name for _, name in sorted(zip(_order(doubt, talk), people, strict=True))]
    return {name: n for n, name in enumerate(dict.fromkeys(ordered), 1)}


def _around_row(one: Neighbour, doubt: Doubt, numbers: dict[str, int]) -> dict[str, Any]:
    topic = services().topics[one.topic].name(language())
    return {
        "id": one.message_id,
        "role": "around",
        "who": t("room.resident_n", n=numbers[one.resident]),
        "group": topic,
        "at": moment(one.sent_at),
        "at_exact": moment(one.sent_at),
        "urgent": one.urgent,
        "text": marked(one.redacted, []),
    }


def _focus_row(doubt: Doubt, numbers: dict[str, int]) -> dict[str, Any]:
    words = [ground.what for ground in doubt.grounds if ground.kind == "word"]
    return {
        "id": doubt.message_id,
        "role": "focus",
        "who": f"{t('doubt.this')} · {t('room.resident_n', n=numbers[doubt.resident])}",
        "group": doubt.group,
        "at": moment(doubt.sent_at),
        "at_exact": moment(doubt.sent_at),
        "urgent": doubt.urgent,
        "text": marked(doubt.redacted, words),
        "grounds": grounds_line(language(), doubt.topic, doubt.grounds, services().topics),
        "retracts": t("room.retracts") if doubt.retracts else "",
    }


def _show_proposal(doubt: Doubt) -> None:
    incident = doubt.incident
    with st.container(key="doubt-proposal", gap=None):
        st.text(
            t(
                "doubt.proposal",
                topic=services().topics[doubt.topic].name(language()).lower(),
                urgency=t(urgency_key(doubt.urgent)),
                share=percent(doubt.confidence),
                number=incident.number,
            )
        )
        st.text(
            t(
                "doubt.with_others",
                number=incident.number,
                messages=counted("count.messages", incident.message_count),
                place=place_name(language(), incident.location),
            )
        )
        st.caption(t("doubt.model", model=doubt.model))


def _show_answers(doubt: Doubt) -> None:
    urgent = urgency_said(doubt)
    turn = t("doubt.not_urgent" if urgent else "doubt.urgent")
    agreed, no_report = (doubt, doubt.topic, urgent), (doubt, NOT_RELEVANT, False)
    with st.container(horizontal=True, gap="xsmall", key="doubt-answers"):
        show_answers(
            Answer("doubt.agree", t("doubt.agree"), "check", "A", say, agreed),
            Answer("doubt.no_report", t("doubt.no_report"), "block", "X", say, no_report),
            Answer("doubt.turn", turn, "priority_high", "U", turn_urgency, (doubt,)),
            Answer("doubt.skip", t("doubt.skip"), "skip_next", "J", skip, (doubt.message_id,)),
        )
    if urgent is not doubt.urgent:
        st.info(t("doubt.said", urgency=t(urgency_key(urgent)).capitalize()))
    _show_topics(doubt, urgent)


def _show_topics(doubt: Doubt, urgent: bool) -> None:
    st.caption(t("doubt.other"))
    with st.container(horizontal=True, gap="xsmall", key="doubt-topics"):
        for place, (topic, card) in enumerate(services().topics.items()):
            st.button(
                card.name(language()),
                key=f"doubt.topic.{topic}",
                shortcut=_KEYS[place] if place < len(_KEYS) else None,
                disabled=topic == doubt.topic,
                on_click=say,
                args=(doubt, topic, urgent),
            )
