"""What can be done with the incident on screen: core steps, with the version that was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import streamlit as st

from core import grouping, overrule, promises, questions, receipts, report_back, triage, undo
from core.domain import Area, Incident, Location, Urgency, User
from core.errors import ChangedMeanwhile, NotFound
from core.i18n import DEFAULT
from core.privacy.originals import see_original
from core.questions import Wish
from core.store import Unit
from core.wiring import means
from pages._act import with_name
from pages._frame import notify, services, t, told, user
from pages.room import state


@told
def accept(incident_id: int, version: int) -> None:
    _take("accept", lambda me, unit: triage.accept(incident_id, version, me, unit))


@told
def reject(incident_id: int, version: int, reason: str) -> None:
    _take("reject", lambda me, unit: triage.reject(incident_id, version, me, unit, reason))


@told
def set_topic(incident_id: int, version: int, topic: str) -> None:
    topics = services().topics
    _take(
        "set_topic",
        lambda me, unit: triage.set_topic(incident_id, version, me, unit, topic, topics),
    )


@told
def set_urgency(incident_id: int, version: int, urgency: Urgency) -> None:
    _take(
        "set_urgency", lambda me, unit: triage.set_urgency(incident_id, version, me, unit, urgency)
    )


@told
def assign(incident_id: int, version: int, to: str) -> None:
    _take("assign", lambda me, unit: triage.assign(incident_id, version, me, unit, to))


@told
def claim(incident_id: int, version: int) -> None:
    _take("claim", lambda me, unit: triage.claim(incident_id, version, me, unit))


@told
def release(incident_id: int, version: int) -> None:
    _take("release", lambda me, unit: triage.release(incident_id, version, me, unit))


@told
def note_called(incident_id: int, version: int) -> None:
    _take("called_112", lambda me, unit: triage.note_called(incident_id, version, me, unit))


@told
def hand_over(incident_id: int, version: int, destination: str, reason: str) -> None:
    _take(
        "hand_over",
        lambda me, unit: triage.hand_over(
            incident_id, version, me, unit, destination, reason.strip() or None
        ),
    )


@told
def take_on(incident_id: int, version: int) -> None:
    _take("take_on", lambda me, unit: triage.take_on(incident_id, version, me, unit))


@told
def hand_back(incident_id: int, version: int, reason: str) -> None:
    _take("hand_back", lambda me, unit: triage.hand_back(incident_id, version, me, unit, reason))


@told
def close(incident_id: int, version: int, reason: str) -> None:
    _take(
        "close",
        lambda me, unit: triage.close(incident_id, version, me, unit, reason.strip() or None),
    )


@told
def reopen(incident_id: int, version: int, reason: str) -> None:
    _take("reopen", lambda me, unit: triage.reopen(incident_id, version, me, unit, reason))


@told
def tell(
    incident_id: int,
    version: int,
    text: str,
    chosen: Sequence[int],
    kind: str,
    promise_by: datetime | None,
    code: str = DEFAULT,
) -> None:
    """Tells who wrote, along the chosen ways; it leaves after the time to take it back."""
    _take(
        "tell",
        lambda me, unit: report_back.tell(
            incident_id,
            version,
            me,
            unit,
            text,
            hold=_hold(),
            kind=kind,
            group_ids=chosen,
            means=means(services()),
            promise_by=promise_by,
            language=code,
        ),
    )


@told
def ask(
    incident_id: int, version: int, wish: Wish, chosen: Sequence[int], resident: str | None
) -> None:
    """Asks the chosen groups, or one resident; at most one question is open in a group."""
    _take(
        "ask",
        lambda me, unit: report_back.ask(
            incident_id,
            version,
            me,
            unit,
            wish.text,
            hold=_hold(),
            group_ids=None if resident else chosen,
            means=means(services()),
            wish=wish,
            resident=resident,
        ),
    )


@told
def end_question(incident_id: int, version: int, question_id: int) -> None:
    _take(
        "end_question",
        lambda me, unit: questions.end_question(
            incident_id, version, me, unit, question_id, hold=_hold(), means=means(services())
        ),
    )


@told
def give_receipt(incident_id: int, version: int) -> None:
    _take(
        "receipt",
        lambda me, unit: receipts.give_receipt(
            incident_id, version, me, unit, hold=_hold(), means=means(services())
        ),
    )


@told
def decline_receipt(incident_id: int, version: int) -> None:
    _take(
        "receipt_declined",
        lambda me, unit: receipts.decline_receipt(incident_id, version, me, unit),
    )


@told
def cancel_promise(incident_id: int, version: int, promise_id: int, reason: str) -> None:
    _take(
        "cancel_promise",
        lambda me, unit: promises.cancel_promise(
            incident_id, version, me, unit, promise_id, reason
        ),
    )


@told
def promise(incident_id: int, version: int, due_at: datetime, text: str) -> None:
    _take(
        "promise",
        lambda me, unit: promises.promise(incident_id, version, me, unit, due_at, text),
    )


@told
def place_from_answer(incident_id: int, version: int, answer_id: int) -> None:
    """Puts the incident where a resident answered that it is."""

    def step(me: User, unit: Unit) -> Incident:
        found = unit.questions.place_given(incident_id, answer_id)
        if found is None or found.place is None:
            raise NotFound(what="answer", id=answer_id)
        areas = _areas(incident_id, unit)
        return overrule.set_place(incident_id, version, me, unit, found.place, areas)

    _take("set_place", step)


def _hold() -> timedelta:
    return timedelta(seconds=services().settings.undo_seconds)


@told
def merge(incident_id: int, version: int, other_id: int) -> None:
    _take(
        "merge",
        lambda me, unit: grouping.merge(
            incident_id, version, other_id, me, unit, _areas(incident_id, unit)
        ),
    )


@told
def split(incident_id: int, version: int, message_ids: Sequence[int]) -> None:
    topics = services().topics
    _take(
        "split",
        lambda me, unit: grouping.split(
            incident_id, version, message_ids, me, unit, _areas(incident_id, unit), topics
        ),
    )


@told
def move(incident_id: int, version: int, message_id: int, to_id: int) -> None:
    """Puts a message elsewhere; the only one takes the screen along to where it went."""

    def step(me: User, unit: Unit) -> Incident:
        areas = _areas(incident_id, unit)
        return grouping.move(incident_id, version, message_id, to_id, me, unit, areas)

    _take("move", step, lambda changed: _go_along(incident_id, changed))


@told
def take_out(incident_id: int, version: int, message_id: int) -> None:
    """Gives one message an incident of its own."""
    split(incident_id, version, [message_id])


@told
def no_report(incident_id: int, version: int, message_id: int) -> None:
    topics = services().topics
    _take(
        "no_report",
        lambda me, unit: grouping.take_out_as_no_report(
            incident_id, version, message_id, me, unit, topics
        ),
    )


@told
def let_through(incident_id: int, version: int) -> None:
    _take("let_through", lambda me, unit: triage.let_through(incident_id, version, me, unit))


@told
def set_title(incident_id: int, version: int, title: str) -> None:
    _take("set_title", lambda me, unit: overrule.set_title(incident_id, version, me, unit, title))


@told
def set_place(incident_id: int, version: int, place: Location) -> None:
    _take(
        "set_place",
        lambda me, unit: overrule.set_place(
            incident_id, version, me, unit, place, _areas(incident_id, unit)
        ),
    )


@told
def follow(incident_id: int, version: int, what: Sequence[str]) -> None:
    _take(
        "follow",
        lambda me, unit: overrule.follow(
            incident_id, version, me, unit, what, _areas(incident_id, unit)
        ),
    )


def _go_along(incident_id: int, changed: Incident) -> None:
    if changed.id != incident_id:
        state.choose(changed.id, move_map=True)


@told
def undo_last(incident_id: int, version: int) -> None:
    _take(
        "undo",
        lambda me, unit: undo.undo(incident_id, version, me, unit, _areas(incident_id, unit)),
    )


@told
def show_original(incident_id: int, message_id: int, reason: str) -> None:
    """Shows what a resident wrote before redaction; that is audited before it is shown."""
    me = user()
    given = services()
    with given.store.unit() as unit:
        text = see_original(message_id, incident_id, me, unit, given.vault, reason)
    state.keep_original(message_id, text)
    state.open_form(None)


def _take(
    name: str,
    step: Callable[[User, Unit], Incident],
    then: Callable[[Incident], None] = lambda changed: None,
) -> None:
    """Takes a step in one transaction; what it did shows on the board and in the incident."""
    me = user()
    try:
        with services().store.unit() as unit:
            changed = step(me, unit)
    except ChangedMeanwhile as error:
        state.see_anew()
        raise with_name(error) from None
    state.open_form(None)
    then(changed)
    notify(t(f"room.done.{name}", number=changed.number), kind="done")
    st.rerun([state.DETAIL, state.BOARD])


def _areas(incident_id: int, unit: Unit) -> list[Area]:
    return unit.pilots.areas(unit.incidents.get(incident_id).pilot_id)
