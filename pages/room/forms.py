"""The buttons under an incident and the small forms they open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from core import wiring
from core.audit import AuditEntry, standing
from core.domain import Incident, Role, Status, Urgency, User
from core.errors import BadInput
from core.i18n import DEFAULT
from core.permissions import may
from core.status import Step, fits
from core.store.hand_over_queries import accounts_for
from core.store.room_queries import Dossier, colleagues, neighbours
from core.telling import owner_name, place_name
from core.triage import PERMISSION
from core.undo import last_step
from core.work import owners_of
from pages._frame import ago, language, services, t, told
from pages.room import actions, correcting, speaking, state
from pages.room.loads import loads_now, with_load
from pages.room.names import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """knop: a step with its key on the keyboard; without `act` it opens the form of its name."""

    step: Step
    key: str
    icon: str
    act: Callable[[int, int], None] | None = None
    primary: bool = False


BUTTONS: Final = (
    Button(step=Step.LET_THROUGH, key="L", icon="login", act=actions.let_through, primary=True),
    Button(step=Step.ACCEPT, key="A", icon="check", act=actions.accept, primary=True),
    Button(step=Step.REJECT, key="X", icon="block"),
    Button(step=Step.HAND_OVER, key="D", icon="forward"),
    Button(step=Step.TAKE_ON, key="B", icon="front_hand", act=actions.take_on),
    Button(step=Step.HAND_BACK, key="G", icon="undo"),
    Button(step=Step.CLAIM, key="H", icon="pan_tool", act=actions.claim),
    Button(step=Step.RELEASE, key="H", icon="do_not_touch", act=actions.release),
    Button(step=Step.CALLED, key="1", icon="call", act=actions.note_called),
    Button(step=Step.ASSIGN, key="W", icon="person_add"),
    Button(step=Step.ASK, key="V", icon="help"),
    Button(step=Step.TELL, key="I", icon="campaign"),
    Button(step=Step.CLOSE, key="F", icon="task_alt"),
    Button(step=Step.REOPEN, key="O", icon="restart_alt"),
    Button(step=Step.SET_TOPIC, key="T", icon="sell"),
    Button(step=Step.SET_URGENCY, key="U", icon="priority_high"),
    Button(step=Step.MERGE, key="S", icon="call_merge"),
    Button(step=Step.SPLIT, key="P", icon="call_split"),
    Button(step=Step.MOVE, key="M", icon="move_item"),
    Button(step=Step.SET_PLACE, key="Q", icon="edit_location"),
    Button(step=Step.SET_TITLE, key="N", icon="edit"),
    Button(step=Step.FOLLOW, key="E", icon="sync"),
    Button(step=Step.UNDO, key="Z", icon="history", act=actions.undo_last),
)

_CORRECTIONS: Final = frozenset({Step.SET_TOPIC, Step.SET_TITLE, Step.SET_PLACE})
"""Their buttons name what is corrected; what is filled in is saved."""


def show_steps(found: Dossier, me: User) -> None:
    """The steps that fit this incident and this user; the others are not there."""
    with st.container(horizontal=True, gap="xsmall", key="room-steps"):
        for button in BUTTONS:
            if _offered(button.step, found, me):
                _show_button(button, found.incident)


def show_form(found: Dossier, me: User) -> None:
    """The form that is open, if its step still fits; it answers what was on screen then."""
    name = state.form()
    if name is not None:
        seen = state.version_seen(found.incident.version)
        found = replace(found, incident=replace(found.incident, version=seen))
    if name == "original":
        _show_original_form(found)
    elif name in FORMS and _offered(Step(name), found, me):
        with st.container(key="room-form"):
            FORMS[name](found)


def _offered(step: Step, found: Dossier, me: User) -> bool:
    if not may(me, PERMISSION[step]) or not fits(step, found.incident):
        return False
    if step is Step.UNDO:
        return last_step(found.history, me.login) is not None
    if step is Step.HAND_BACK:
        return _has_it(found.incident, me)
    if step in (Step.CLAIM, Step.RELEASE):
        return (found.incident.assignee == f"user:{me.login}") is (step is Step.RELEASE)
    if step is Step.CALLED:
        return said_called(found.history) is None
    if step is Step.SPLIT:
        return len(found.members) > 1
    if step is Step.NO_REPORT:
        return False  # of one message, not of the incident: in the form of a move
    return not (step in (Step.ASK, Step.TELL, Step.MOVE) and not found.members)


def said_called(history: Sequence[AuditEntry]) -> AuditEntry | None:
    """Who said that 112 was called, and when; None when nobody did, or it was taken back."""
    still = standing(history, Step.UNDO.value)
    return next((entry for entry in still if entry.action == Step.CALLED.value), None)


def _has_it(incident: Incident, me: User) -> bool:
    """True for who may give it back: it was passed on, or assigned to them or to their team."""
    passed_on = incident.status in (Status.HANDED_OVER, Status.IN_PROGRESS)
    return passed_on or incident.assignee in owners_of(me)


def _show_button(button: Button, incident: Incident) -> None:
    step = button.step
    act = button.act
    if step is Step.SET_URGENCY:
        label = t("room.to_not_urgent" if incident.urgency is Urgency.URGENT else "room.to_urgent")
        act = _toggle_urgency(incident)
    else:
        label = t(f"room.do_{step.value}")
    st.button(
        label,
        key=f"room.{step.value}",
        icon=f":material/{button.icon}:",
        shortcut=button.key,
        type="primary" if button.primary else "secondary",
        on_click=act or _open,
        args=(incident.id, incident.version) if act else (step.value,),
    )


def _toggle_urgency(incident: Incident) -> Callable[[int, int], None]:
    other = Urgency.of(incident.urgency is not Urgency.URGENT)
    return lambda incident_id, version: actions.set_urgency(incident_id, version, other)


@told
def _open(name: str) -> None:
    state.open_form(None if state.form() == name else name)


def _form(name: str, incident: Incident) -> Any:
    """A form with its title; gives the container to fill. Its buttons come last: `_finish`."""
    made = st.form(key=f"form.{name}.{incident.id}", border=True)
    made.markdown(f"**{t(f'room.form_{name}')}**")
    return made


def _finish(form: Any, name: str, act: Callable[[], None]) -> None:
    label = t("room.save" if name in _CORRECTIONS else f"room.do_{name}")
    with form.container(horizontal=True, gap="small"):
        st.form_submit_button(label, on_click=act, type="primary", key=f"room.submit.{name}")
        st.form_submit_button(t("room.cancel"), on_click=_open, args=(name,), key="room.cancel")


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _show_reason_form(
    name: str, found: Dossier, act: Callable[[int, int, str], None], presets: int = 0
) -> None:
    """A form for a step with a reason: chosen from a few, or typed."""
    incident = found.incident
    key = f"room.reason.{name}.{incident.id}"
    form = _form(name, incident)
    if presets:
        options = [t(f"room.{name}_reason_{n}") for n in range(1, presets + 1)]
        form.pills(t("room.reason"), options, key=f"{key}.preset")
    form.text_input(t("room.reason_own"), key=key, max_chars=400, placeholder="")

    def submit() -> None:
        parts = [_typed(f"{key}.preset"), _typed(key)]
        act(incident.id, incident.version, ": ".join(part for part in parts if part.strip()))

    _finish(form, name, submit)


def _show_reject(found: Dossier) -> None:
    _show_reason_form("reject", found, actions.reject, presets=4)


def _show_hand_back(found: Dossier) -> None:
    _show_reason_form("hand_back", found, actions.hand_back, presets=2)


def _show_close(found: Dossier) -> None:
    _show_reason_form("close", found, actions.close, presets=3)


def _show_reopen(found: Dossier) -> None:
    _show_reason_form("reopen", found, actions.reopen)


def _show_hand_over(found: Dossier) -> None:
    incident = found.incident
    with services().store.read() as connection:
        outside = accounts_for(connection, incident.pilot_id, incident.topic)
    names = [*wiring.destinations(), *outside]
    proposed = incident.proposed_destination
    found_loads = loads_now()
    form = _form("hand_over", incident)
    form.radio(
        t("room.destination"),
        names,
        index=names.index(proposed) if proposed in names else 0,
        format_func=lambda name: state.as_first_shown(
            name,
            with_load(outside.get(name) or _destination(name, proposed), name, found_loads),
        ),
        key=f"room.destination.{incident.id}",
    )
    form.text_input(t("room.remark"), key=f"room.remark.{incident.id}", max_chars=400)

    def submit() -> None:
        destination = _typed(f"room.destination.{incident.id}")
        if destination not in names:
            raise BadInput(field=t("room.destination"), why=destination)
        remark = _typed(f"room.remark.{incident.id}")
        actions.hand_over(incident.id, incident.version, destination, remark)

    _finish(form, "hand_over", submit)


def _destination(name: str, proposed: str | None) -> str:
    card = wiring.destinations()[name].CARD
    called = card.name_nl if language() == DEFAULT else card.name_en
    return t("room.proposed", name=called) if name == proposed else str(called)


def _show_assign(found: Dossier) -> None:
    incident = found.incident
    with services().store.read() as connection:
        staff = [one for one in colleagues(connection) if Role.WATCH_TEAM not in one.roles]
    teams = sorted({person.team for person in staff if person.team})
    options = [f"team:{team}" for team in teams] + [f"user:{person.login}" for person in staff]
    found_loads = loads_now()
    form = _form("assign", incident)
    form.selectbox(
        t("room.assign_to"),
        options,
        index=None,
        placeholder=t("room.choose"),
        format_func=lambda owner: state.as_first_shown(
            owner, with_load(owner_name(language(), owner, people()), owner, found_loads)
        ),
        key=f"room.assignee.{incident.id}",
    )

    def submit() -> None:
        actions.assign(incident.id, incident.version, _typed(f"room.assignee.{incident.id}"))

    _finish(form, "assign", submit)


def _show_topic(found: Dossier) -> None:
    incident, topics = found.incident, services().topics
    form = _form("set_topic", incident)
    form.pills(
        t("room.topic"),
        list(topics),
        default=incident.topic,
        format_func=lambda topic: topics[topic].name(language()),
        key=f"room.topic.{incident.id}",
    )

    def submit() -> None:
        topic = _typed(f"room.topic.{incident.id}") or incident.topic
        actions.set_topic(incident.id, incident.version, topic)

    _finish(form, "set_topic", submit)


def _show_merge(found: Dossier) -> None:
    incident = found.incident
    with services().store.read() as connection:
        others = {other.id: other for other in neighbours(connection, incident)}
    form = _form("merge", incident)
    if not others:
        form.caption(t("room.no_neighbours"))
    form.radio(
        t("room.merge_with"),
        list(others),
        index=0 if others else None,
        format_func=lambda other_id: _neighbour(others[other_id]),
        key=f"room.other.{incident.id}",
    )

    def submit() -> None:
        other = st.session_state.get(f"room.other.{incident.id}")
        if other is not None:
            actions.merge(incident.id, incident.version, other)

    _finish(form, "merge", submit)


def _neighbour(other: Incident) -> str:
    topic = services().topics[other.topic].name(language())
    where = place_name(language(), other.location)
    return f"{other.number} · {topic} · {where} · {ago(other.last_message_at)}"


def _show_split(found: Dossier) -> None:
    incident = found.incident
    lines = {m.message_id: f"{ago(m.sent_at)} · {m.redacted[:70]}" for m in found.members}
    form = _form("split", incident)
    form.multiselect(
        t("room.split_off"),
        list(lines),
        format_func=lambda message_id: lines.get(message_id, ""),
        placeholder=t("room.choose"),
        key=f"room.leaving.{incident.id}",
    )

    def submit() -> None:
        leaving = st.session_state.get(f"room.leaving.{incident.id}") or []
        actions.split(incident.id, incident.version, leaving)

    _finish(form, "split", submit)


def _show_original_form(found: Dossier) -> None:
    incident, message_id = found.incident, state.asked_original()
    if message_id not in {member.message_id for member in found.members}:
        return
    key = f"room.why.{message_id}"
    form = _form("original", incident)
    form.caption(t("room.original_note"))
    form.text_input(t("room.reason"), key=key, max_chars=400)

    def submit() -> None:
        actions.show_original(incident.id, int(message_id or 0), _typed(key))

    _finish(form, "original", submit)


FORMS: Final[dict[str, Callable[[Dossier], None]]] = {
    Step.REJECT.value: _show_reject,
    Step.HAND_OVER.value: _show_hand_over,
    Step.HAND_BACK.value: _show_hand_back,
    Step.ASSIGN.value: _show_assign,
    Step.SET_TOPIC.value: _show_topic,
    Step.MERGE.value: _show_merge,
    Step.SPLIT.value: _show_split,
    Step.MOVE.value: lambda found: correcting.show_move(found, _form, _open),
    Step.SET_TITLE.value: lambda found: correcting.show_title(found, _form, _finish),
    Step.SET_PLACE.value: lambda found: correcting.show_place(found, _form, _finish),
    Step.FOLLOW.value: lambda found: correcting.show_follow(found, _form, _finish),
    Step.CLOSE.value: _show_close,
    Step.REOPEN.value: _show_reopen,
    Step.ASK.value: speaking.show_ask,
    Step.TELL.value: speaking.show_tell,
}
