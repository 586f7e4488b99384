"""The incident on screen: what it is, what can be done, what was written, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import streamlit as st

from core.audit import SYSTEM, AuditEntry
from core.clock import local
from core.domain import Incident, Urgency, User
from core.forwarded import repeats
from core.i18n import clock_time
from core.permissions import Action, may
from core.status import Step, fits
from core.store import Unit
from core.store.room_queries import Dossier, MemberLine, SentLine, dossier
from core.telling import (
    actor_name,
    distance,
    grounds_line,
    history_line,
    owner_name,
    place_line,
    place_name,
    reason_line,
    status_name,
    urgency_key,
)
from core.triage import PERMISSION, asks_where
from core.words import rare_words
from pages._admin.groups import source_name
from pages._frame import (
    ago,
    counted,
    language,
    moment,
    note_seen,
    part,
    percent,
    services,
    t,
    take_notice,
    told,
    user,
)
from pages.components.conversation import marked, show_conversation
from pages.components.words import escaped
from pages.room import actions, forms, state
from pages.room.due import show_due
from pages.room.earlier import show_earlier
from pages.room.elsewhere import show_elsewhere
from pages.room.names import people
from pages.room.noting import show_call_form
from pages.room.outside import show_outside
from pages.room.pictures import show_pictures
from pages.room.reciprocity import show_reciprocity
from pages.room.shift import show_shift
from pages.room.tie_view import is_in_doubt, show_ties
from pages.room.to_post import show_to_post
from pages.watch.staff import show_sharing

_TALK: Final = "room.talk"


@part(state.DETAIL)
def show_detail() -> None:
    me = user()
    _say_notice()
    show_call_form(me)
    show_shift(me)
    chosen = state.chosen()
    if chosen is None:
        _say_nothing_chosen()
        return
    with services().store.read() as connection:
        found = dossier(connection, chosen, services().clock())
    note_seen(chosen)
    _say_changed(found, me)
    _show_head(found.incident)
    show_due(found.incident)
    _show_facts(found)
    show_elsewhere(found.incident, _when)
    show_earlier(found.incident)
    show_outside(found, me)
    forms.show_steps(found, me)
    forms.show_form(found, me)
    show_to_post(found.sent, me)
    show_reciprocity(found, me)
    names = [t(f"room.tab_{name}") for name in ("messages", "ties", "watch", "history")]
    talk, why, watch, course = st.tabs(names, key="room.tabs")
    with talk:
        show_pictures(found.incident.id, found.members, me)
        _show_talk(found, me)
    with why:
        show_ties(found, may(me, PERMISSION[Step.MOVE]) and fits(Step.MOVE, found.incident))
    with watch:
        show_sharing(found.incident, me)
    with course:
        _show_sent(found.sent)
        _show_history(found.history)


def _say_notice() -> None:
    notice = take_notice()
    if notice is None:
        return
    kind, sentence = notice
    if kind == "error":
        st.error(sentence)
    else:
        st.toast(sentence, icon=":material/check:")


def _say_changed(found: Dossier, me: User) -> None:
    """Says what a colleague did with the incident while it was on this screen."""
    now = state.Shown.of(found.incident)
    before = state.show_as(now)
    if before is None or before.id != now.id or before.version == now.version:
        return
    steps = [entry for entry in found.history if entry.actor != SYSTEM]
    if steps and steps[-1].actor != me.login:
        who = actor_name(language(), steps[-1].actor, people())
        what = history_line(language(), steps[-1], services().topics, people())
        st.toast(f"{who}: {what}", icon=":material/group:", duration="long")


def _say_nothing_chosen() -> None:
    st.subheader(t("room.nothing_chosen"))
    st.caption(t("room.nothing_chosen_hint"))


def _show_head(incident: Incident) -> None:
    topic = services().topics[incident.topic].name(language())
    called = escaped(incident.title) if incident.title else topic
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="room-head"):
        st.subheader(f"{incident.number} · {called}", width="content", anchor=False)
        if incident.title:
            st.badge(topic, color="gray")
        if incident.urgency is Urgency.URGENT:
            st.badge(t("room.urgent"), color="red", icon=":material/priority_high:")
        st.badge(status_name(language(), incident.status), color="blue")
        st.badge(t("room.confidence", share=percent(incident.confidence)), color="gray")
    if incident.waits and incident.status.is_open:
        st.info(_waits_for(incident), icon=":material/hourglass_top:")


def _waits_for(incident: Incident) -> str:
    """What is asked of its topic before it is in the queue, and what there is."""
    given = services()
    with given.store.read() as connection:
        wanted = Unit(connection, given.clock()).evidence.wanted(incident.pilot_id)
    asked = wanted.get(incident.topic)
    wishes = []
    if asked and asked.residents:
        wishes.append(counted("count.residents", asked.residents))
    if asked and asked.confidence:
        wishes.append(t("room.confidence", share=percent(asked.confidence)))
    return t("room.waits_for", wanted=f" {t('room.waits_or')} ".join(wishes))


def _show_facts(found: Dossier) -> None:
    incident = found.incident
    groups = list(dict.fromkeys(member.group for member in found.members))
    where = _where_line(incident)
    lines = {
        "place": where,
        "since": f"{ago(incident.opened_at)} ({moment(incident.opened_at)})",
        "last": f"{ago(incident.last_message_at)} ({moment(incident.last_message_at)})",
        "who": t(
            "room.who_line",
            residents=counted("count.residents", incident.resident_count),
            messages=counted("count.messages", incident.message_count),
        ),
        "groups": ", ".join(groups) or "–",
        "owner": _owner_line(incident),
        **_channel_lines(found.members, forms.said_called(found.history)),
    }
    others = [c for c in incident.location.candidates if c.name != incident.location.name]
    for name, towards in (("or", False), ("towards", True)):
        some = [c for c in others if c.is_direction is towards][:3]
        if some:
            lines[name] = ", ".join(f"{c.name} ({percent(c.probability)})" for c in some)
    if asks_where(incident.location) and fits(Step.ASK, incident):
        lines["proposal"] = t("room.ask_where_note")
    if incident.overruled:
        kept = (t(f"room.overruled_{name}") for name in sorted(incident.overruled))
        lines["by_hand"] = ", ".join(kept)
    rows = [(t(f"room.fact_{name}"), value) for name, value in lines.items()]
    with st.container(key="room-facts", gap=None):
        for label, value in rows:
            left, right = st.columns([1, 4.2], gap="small")
            left.caption(label)
            right.text(value)


def _channel_lines(members: Sequence[MemberLine], said: AuditEntry | None) -> dict[str, str]:
    """By which channels it came, when there are several, and when somebody called 112."""
    lines = {}
    channels = list(dict.fromkeys(source_name(member.source) for member in members))
    if len(channels) > 1:
        lines["channels"] = ", ".join(channels)
    calls = [
        t("calls.called_fact", line=m.told["called"], at=_when(m.sent_at))
        for m in members
        if "called" in m.told
    ]
    if said is not None:
        who = actor_name(language(), said.actor, people())
        calls.append(t("calls.said_fact", who=who, at=_when(said.at)))
    if calls:
        lines["called"] = ", ".join(calls)
    return lines


def _where_line(incident: Incident) -> str:
    """Where, and on what evidence: the messages, or a person."""
    if "location" not in incident.overruled:
        return place_line(language(), incident.location)
    name, radius_m = place_name(language(), incident.location), incident.location.radius_m
    return t("room.place_by_hand", place=name, distance=distance(language(), radius_m or 0.0))


def _owner_line(incident: Incident) -> str:
    owner = incident.assignee or incident.destination
    if owner:
        return owner_name(language(), owner, people())
    return t("room.no_owner", proposed=_proposed(incident))


def _proposed(incident: Incident) -> str:
    """Who should get it, and by which rule."""
    named = owner_name(language(), incident.proposed_destination, people())
    if incident.proposed_team:
        named = t("room.proposed_team", team=incident.proposed_team, destination=named)
    if incident.routing_rule_id is None:
        return named
    with services().store.read() as connection:
        rule = Unit(connection, services().clock()).routing.get(incident.routing_rule_id)
    return t("room.by_rule", proposed=named, rule=rule.name) if rule else named


def _show_talk(found: Dossier, me: User) -> None:
    words = {name: t(f"room.{name}") for name in ("list_messages", "urgent", "original", "erased")}
    words["list"] = words.pop("list_messages")
    words["not_here"] = t("room.not_here")
    rows = [_message_row(m, found.members, me) for m in found.members]
    correctable = may(me, PERMISSION[Step.MOVE]) and fits(Step.MOVE, found.incident)
    sent_on = repeats([rare_words(m.redacted) for m in found.members])
    for row, member, first in zip(rows, found.members, sent_on, strict=True):
        row["may_correct"] = correctable
        row["forwarded"] = _forwarded(member, found.members, first)
        if member.runner_up and is_in_doubt(member):
            row |= {
                "other": member.runner_up,
                "move": t("room.move_there", other=f"HNM-{member.runner_up}"),
            }
    show_conversation(
        rows,
        words=words,
        on_original=_on_original,
        on_not_here=_on_not_here,
        on_move=lambda: _on_move(found.incident),
        key=_TALK,
    )


def _forwarded(member: MemberLine, members: Sequence[MemberLine], first: int | None) -> str:
    if first is None or members[first].resident == member.resident:
        return ""
    return t("room.forwarded", at=_when(members[first].sent_at))


def _message_row(member: MemberLine, members: Sequence[MemberLine], me: User) -> dict[str, Any]:
    code, topics = language(), services().topics
    original = state.originals().get(member.message_id)
    words = [ground.what for ground in member.grounds if ground.kind == "word"]
    reasons = [reason_line(code, reason, topics) for reason in member.reasons]
    return {
        "id": member.message_id,
        "who": t("room.resident_n", n=_resident_number(member.resident, members)),
        "group": _from(member),
        "at": _when(member.sent_at),
        "at_exact": moment(member.sent_at),
        "urgent": member.urgent,
        "text": marked(original or member.redacted, words),
        "strength": t("room.strength", share=percent(member.strength)),
        "share": round(member.strength, 2),
        "reasons": " · ".join(reasons) if member.linked_by == SYSTEM else t("room.by_hand"),
        "grounds": _judged_line(member),
        "retracts": t("room.retracts") if member.retracts else "",
        "runner_up": t("room.runner_up", other=f"HNM-{member.runner_up}")
        if member.runner_up and is_in_doubt(member)
        else "",
        "may_see": member.has_original and original is None and may(me, Action.SEE_ORIGINAL),
    }


def _from(member: MemberLine) -> str:
    """Its group; and that its writer chose to share it, where each message carries that choice."""
    if "shared_at" in member.told:
        return f"{member.group} · {t('room.shared_by_writer')}"
    return member.group


def _judged_line(member: MemberLine) -> str:
    """What decided, or who."""
    code, topics = language(), services().topics
    if member.corrected_by is None:
        return grounds_line(code, member.topic, member.grounds, topics)
    return t(
        "room.judged_by",
        name=actor_name(code, member.corrected_by, people()),
        topic=topics[member.topic].name(code).lower(),
        urgency=t(urgency_key(member.urgent)),
    )


def _resident_number(resident: str, members: Sequence[MemberLine]) -> int:
    """Residents are numbered as they come in: their pseudonym tells a reader nothing."""
    return list(dict.fromkeys(member.resident for member in members)).index(resident) + 1


def _when(at: datetime) -> str:
    """The time of day; with its date when that is not today."""
    is_today = local(at).date() == local(services().clock()).date()
    return clock_time(language(), at) if is_today else moment(at)


def _show_sent(sent: Sequence[SentLine]) -> None:
    if not sent:
        return
    box = st.container(key="room-sent", gap="xsmall")
    for line in sent:
        kind = t(f"room.sent_{line.kind}", group=line.group, state=t(f"room.state_{line.state}"))
        box.caption(f"{_when(line.at)} · {kind}")
        box.text(line.text)


def _show_history(history: Sequence[AuditEntry]) -> None:
    code, topics, names = language(), services().topics, people()
    with st.container(key="room-history", gap=None):
        for entry in reversed(history):
            who = actor_name(code, entry.actor, names)
            line = history_line(code, entry, topics, names)
            st.text(f"{moment(entry.at)} · {who}: {line}")


@told
def _on_not_here() -> None:
    value: Mapping[str, Any] = st.session_state[_TALK]
    if isinstance(value.get("not_here"), int):
        state.ask_home(value["not_here"])


def _on_move(incident: Incident) -> None:
    pressed = st.session_state[_TALK].get("move")
    if isinstance(pressed, list | tuple) and len(pressed) == 2:
        message_id, to_id = map(int, pressed)
        actions.move(incident.id, incident.version, message_id, to_id)


@told
def _on_original() -> None:
    value: Mapping[str, Any] = st.session_state[_TALK]
    if isinstance(value.get("original"), int):
        state.ask_original(value["original"])
