"""Why an incident is one: its messages as a small graph, with the reasons written beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from core import wiring
from core.audit import SYSTEM
from core.domain import Incident
from core.ports import Weigher
from core.store.room_queries import Dossier, MemberLine
from core.store.tie_queries import whole_members
from core.telling import reason_line
from core.ties import MOST_SHOWN, SURE, Tied, tied
from pages._frame import ago, language, number, percent, services, t, told
from pages.components.ties import show_ties_drawn
from pages.room import actions

_TIES: Final = "room.ties"


def show_ties(found: Dossier, may_correct: bool) -> None:
    """The latest messages, oldest first, each tied to the earlier ones it rests on."""
    weigher = _weigher(services().store.url)
    if not found.members:
        return
    if weigher is None:
        st.caption(t("room.ties_missing"))
        return
    with services().store.read() as connection:
        graph = tied(whole_members(connection, found.incident.id, MOST_SHOWN), weigher)
    st.caption(t("room.ties_note"))
    if len(found.members) > len(graph):
        st.caption(t("room.ties_latest", count=number(len(graph))))
    members = {member.message_id: member for member in found.members}
    shown = [one for one in graph if one.message_id in members]
    show_ties_drawn(
        [_row(one, members, may_correct) for one in shown],
        words={"title": t("room.ties_title"), "first": t("room.ties_first")},
        on_move=lambda: _on_move(found.incident),
        key=_TIES,
    )


@st.cache_resource(ttl=300, max_entries=4, show_spinner=False)
def _weigher(url: str) -> Weigher | None:
    return wiring.weigher(services())


def _row(one: Tied, members: Mapping[int, MemberLine], may_correct: bool) -> dict[str, Any]:
    member = members[one.message_id]
    other = member.runner_up if is_in_doubt(member) else None
    return {
        "id": one.message_id,
        "when": ago(member.sent_at),
        "group": member.group,
        "text": member.redacted,
        "urgent": member.urgent,
        "share": round(member.strength, 2),
        "by_hand": member.linked_by != SYSTEM,
        "link": t("room.strength", share=percent(member.strength))
        if member.linked_by == SYSTEM
        else t("room.by_hand"),
        "ties": [_tie(tie, members) for tie in one.ties if tie.earlier_id in members],
        "other": other if may_correct else None,
        "runner_up": t("room.runner_up", other=f"HNM-{other}") if other else "",
        "move": t("room.move_there", other=f"HNM-{other}") if other else "",
    }


def is_in_doubt(member: MemberLine) -> bool:
    """True when the message might as well stand elsewhere, and no person said where."""
    return member.strength < SURE and member.linked_by == SYSTEM


def _tie(tie: Any, members: Mapping[int, MemberLine]) -> dict[str, Any]:
    code, topics = language(), services().topics
    reasons = " · ".join(reason_line(code, reason, topics) for reason in tie.reasons)
    return {
        "to": tie.earlier_id,
        "share": round(tie.strength, 2),
        "line": t("room.tie", share=percent(tie.strength), reasons=reasons),
    }


@told
def _on_move(incident: Incident) -> None:
    pressed = st.session_state[_TIES].get("move")
    if isinstance(pressed, list | tuple) and len(pressed) == 2:
        message_id, to_id = map(int, pressed)
        actions.move(incident.id, incident.version, message_id, to_id)
