"""hergroeperen: merges and splits that clustering proposes; a person answers them with keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core import regroup
from core.areas import metres
from core.domain import Area, Incident, User
from core.permissions import ALLOWED, Action
from core.store import Unit
from core.store.regroup_queries import Regrouping, standing
from core.store.room_queries import Dossier, MemberLine, dossier
from core.telling import distance, place_name
from core.words import rare_words
from pages._act import carry_out
from pages._frame import Card, ago, counted, language, moment, page, percent, services, t, told
from pages.components.answers import Answer, show_answers
from pages.components.conversation import marked, show_conversation
from pages.components.words import escaped

CARD: Final = Card(
    title_nl="Hergroeperen",
    title_en="Regroup",
    icon=":material/account_tree:",
    order=17,
    menu="check",
    roles=ALLOWED[Action.CORRECT],
)
_SKIPPED: Final = "regroup.skipped"
_LAST: Final = "regroup.last"
_MOST_MESSAGES: Final = 12

Side = tuple[Incident, Sequence[MemberLine]]


@page(CARD)
def show() -> None:
    st.subheader(t("regroup.title"), anchor=False)
    with services().store.read() as connection:
        waiting = standing(connection)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(counted("count.proposals", len(waiting)), width="content")
        _show_undo()
    if not waiting:
        st.success(t("regroup.empty"), icon=":material/done_all:")
        return
    skipped: list[int] = st.session_state.get(_SKIPPED) or []
    rest = [one for one in waiting if one.id not in skipped]
    _show_one((rest or waiting)[0])


def _show_one(proposal: Regrouping) -> None:
    one, other = _sides(proposal)
    st.markdown(f"**{_question(proposal, one[0], other[0])}**")
    st.caption(" · ".join(_facts(proposal, one, other)))
    _show_buttons(proposal)
    left, right = st.columns(2, gap="medium")
    with left:
        _show_side(one, t("regroup.stays") if proposal.kind == "split" else "", other)
    with right:
        _show_side(other, t("regroup.leaves") if proposal.kind == "split" else "", one)


def _question(proposal: Regrouping, one: Incident, other: Incident) -> str:
    if proposal.kind == "split":
        return t("regroup.ask_split", number=one.number)
    return t("regroup.ask_merge", number=one.number, other=other.number)


def _sides(proposal: Regrouping) -> tuple[Side, Side]:
    """What would come together, or what would part."""
    first = _dossier(proposal.incident_id)
    if proposal.other_id is not None:
        second = _dossier(proposal.other_id)
        return (first.incident, first.members), (second.incident, second.members)
    leaving = set(proposal.message_ids)
    stay = [member for member in first.members if member.message_id not in leaving]
    leave = [member for member in first.members if member.message_id in leaving]
    return (first.incident, stay), (first.incident, leave)


def _dossier(incident_id: int) -> Dossier:
    with services().store.read() as connection:
        return dossier(connection, incident_id, services().clock())


def _facts(proposal: Regrouping, one: Side, other: Side) -> list[str]:
    """What speaks for it, in numbers: how strongly, how far apart, how long between."""
    known = [t(f"regroup.strength_{proposal.kind}", share=percent(proposal.strength))]
    here, there = one[0].location, other[0].location
    if proposal.kind == "merge" and None not in (here.lat, here.lon, there.lat, there.lon):
        apart = metres((here.lat or 0.0, here.lon or 0.0), (there.lat or 0.0, there.lon or 0.0))
        known.append(t("regroup.apart", distance=distance(language(), apart)))
    if one[1] and other[1]:
        gap = min(abs((a.sent_at - b.sent_at).total_seconds()) for a in one[1] for b in other[1])
        known.append(t("regroup.between", minutes=round(gap / 60)))
    known.append(t("regroup.proposed", ago=ago(proposal.at)))
    return known


def _show_buttons(proposal: Regrouping) -> None:
    merge_or_split = t(f"regroup.do_{proposal.kind}")
    with st.container(horizontal=True, gap="small"):
        show_answers(
            Answer("regroup.accept", merge_or_split, "check", "A", _accept, (proposal,)),
            Answer("regroup.reject", t("regroup.leave"), "close", "X", _reject, (proposal,)),
            Answer("regroup.skip", t("regroup.skip"), "skip_next", "J", _skip, (proposal.id,)),
        )


def _show_undo() -> None:
    if st.session_state.get(_LAST) is not None:
        st.button(
            t("regroup.undo"),
            key="regroup.undo",
            icon=":material/history:",
            shortcut="Z",
            on_click=_undo,
        )


def _show_side(side: Side, said: str, other: Side) -> None:
    incident, members = side
    topic = incident.title or services().topics[incident.topic].name(language())
    where = place_name(language(), incident.location)
    head = " · ".join(part for part in (incident.number, topic, where, said) if part)
    st.markdown(f"**{escaped(head)}**")
    st.caption(
        f"{counted('count.messages', len(members))}, {ago(members[0].sent_at)}" if members else "–"
    )
    shared = _words(members) & _words(other[1])
    show_conversation(
        [_row(member, shared) for member in members[-_MOST_MESSAGES:]],
        words={
            "list": t("room.list_messages"),
            "urgent": t("room.urgent"),
            "erased": t("room.erased"),
        },
        key=f"regroup.{incident.id}.{said or 'side'}",
    )


def _words(members: Sequence[MemberLine]) -> frozenset[str]:
    return frozenset().union(*(rare_words(member.redacted) for member in members))


def _row(member: MemberLine, shared: frozenset[str]) -> dict[str, Any]:
    """The words that both sides use stand out."""
    return {
        "id": member.message_id,
        "who": "",
        "group": member.group,
        "at": moment(member.sent_at),
        "at_exact": moment(member.sent_at),
        "urgent": member.urgent,
        "text": marked(member.redacted, sorted(shared)),
        "may_see": False,
    }


@told
def _accept(proposal: Regrouping) -> None:
    topics = services().topics

    def step(me: User, unit: Unit) -> Incident:
        return regroup.accept(proposal, me, unit, _areas(proposal, unit), topics)

    carry_out(step, lambda done: t(f"regroup.done_{proposal.kind}", number=done.number))
    st.session_state[_LAST] = proposal.id


@told
def _reject(proposal: Regrouping) -> None:
    carry_out(
        lambda me, unit: regroup.reject(proposal, me, unit),
        lambda left: t("regroup.done_left", number=left.number),
    )
    st.session_state[_LAST] = proposal.id


@told
def _undo() -> None:
    last = st.session_state.pop(_LAST)

    def step(me: User, unit: Unit) -> Incident:
        row = unit.regroupings.get(last)
        areas = unit.pilots.areas(row.pilot_id) if row is not None else []
        return regroup.take_back(last, me, unit, areas)

    carry_out(step, lambda back: t("regroup.done_undo", number=back.number))


@told
def _skip(regrouping_id: int) -> None:
    st.session_state[_SKIPPED] = [*(st.session_state.get(_SKIPPED) or []), regrouping_id]


def _areas(proposal: Regrouping, unit: Unit) -> list[Area]:
    return unit.pilots.areas(proposal.pilot_id)


if __name__ == "__main__":
    show()
