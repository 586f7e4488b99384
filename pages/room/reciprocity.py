"""What residents were asked, answered and promised about the incident, and what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.asking import Suggestion, suggest
from core.audit import SYSTEM
from core.domain import Asking, Incident, Promise, PromiseState, QuestionState, User
from core.i18n import clock_time
from core.permissions import Action, may
from core.receipts import is_declined, receipt_text, receipt_ways
from core.status import Step, fits
from core.store import Unit
from core.store.question_queries import AnswerLine, QuestionLine, questions_about
from core.store.room_queries import Dossier
from core.summing_up import summed_up, understood_as
from core.triage import PERMISSION, asks_where
from core.wiring import means
from pages._frame import language, moment, services, t
from pages.components.countdown import Due, show_countdown
from pages.components.words import escaped
from pages.room import actions, state
from pages.room.due import countdown_words
from pages.room.names import people

_ICON: Final = {
    QuestionState.OPEN: ":material/hourglass_top:",
    QuestionState.ANSWERED: ":material/task_alt:",
    QuestionState.EXPIRED: ":material/timer_off:",
    QuestionState.CLOSED: ":material/block:",
}


def show_reciprocity(found: Dossier, me: User) -> None:
    """Promises first, for they run; then what is proposed; then questions with their answers."""
    given, incident = services(), found.incident
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        promises = unit.promises.of(unit.questions.family(incident.id))
        lines = questions_about(connection, incident.id, given.clock())
        suggestion = suggest(incident, unit)
        receipt = _receipt(incident, unit)
    speaks = may(me, PERMISSION[Step.ASK])
    with st.container(key="room-reciprocity", gap="small"):
        _show_promises(promises, incident, speaks)
        if speaks and receipt:
            _show_receipt(incident, receipt)
        if speaks and suggestion and fits(Step.ASK, incident):
            _show_suggestion(suggestion)
        for line in lines:
            _show_question(line, found, me)


def _receipt(incident: Incident, unit: Unit) -> str | None:
    """The receipt that waits for somebody to send it."""
    if not fits(Step.RECEIPT, incident) or is_declined(incident.id, unit):
        return None
    text = receipt_text(incident, unit)
    return text if text and receipt_ways(incident, unit, means(services())) else None


def _show_receipt(incident: Incident, text: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.caption(t("asking.receipt_proposed"))
        st.text(text)
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("asking.receipt_send"),
                key="room.receipt",
                icon=":material/mark_chat_read:",
                on_click=actions.give_receipt,
                args=(incident.id, incident.version),
            )
            st.button(
                t("asking.receipt_decline"),
                key="room.receipt_decline",
                type="tertiary",
                on_click=actions.decline_receipt,
                args=(incident.id, incident.version),
            )


def _show_suggestion(suggestion: Suggestion) -> None:
    kind = suggestion.kind.value
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"{t('asking.suggested')} {suggestion.reason(language())}")
        st.button(
            t("asking.use", kind=t(f"asking.kind_{kind}").lower()),
            key="room.suggestion",
            icon=":material/lightbulb:",
            on_click=state.open_suggested,
            args=(Step.ASK.value, kind),
        )


def _show_promises(promises: Sequence[Promise], incident: Incident, speaks: bool) -> None:
    """What is still to be kept is counted down with all that is due; here it can be cancelled."""
    running = [promise for promise in promises if promise.state is PromiseState.OPEN]
    if running and speaks:
        with st.container(horizontal=True, gap="small"):
            for promise in running:
                _show_cancel(promise, incident)
    for promise in promises:
        if promise.state is not PromiseState.OPEN:
            st.caption(_settled(promise))


def _show_cancel(promise: Promise, incident: Incident) -> None:
    key = f"room.cancel_promise.{promise.id}"
    label = t("asking.cancel_one", at=clock_time(language(), promise.due_at))
    with st.popover(label, icon=":material/event_busy:", key=f"{key}.open", type="tertiary"):
        st.text(promise.text)
        reason = st.text_input(t("room.reason"), key=key, max_chars=400)
        st.button(
            t("asking.cancel_promise"),
            key=f"{key}.do",
            type="primary",
            on_click=actions.cancel_promise,
            args=(incident.id, incident.version, promise.id, reason),
        )


def _settled(promise: Promise) -> str:
    name = "late" if promise.was_late else promise.state.value
    at = moment(promise.settled_at) if promise.settled_at else ""
    line = t(f"asking.promise_{name}", text=escaped(promise.text), at=at)
    return f"{line}: “{escaped(promise.reason)}”" if promise.reason else line


def _show_question(line: QuestionLine, found: Dossier, me: User) -> None:
    question, incident = line.question, found.incident
    with st.container(border=True, gap="xsmall", key=f"room-question-{question.id}"):
        st.caption(f"{_ICON[question.state]} {_state_line(line, found)}")
        st.text(question.text)
        if question.state is QuestionState.OPEN:
            show_countdown(
                [Due(text=t("asking.ends", count=question.enough_count), at=question.deadline_at,
                     calm=True)],
                now=services().clock(),
                words=countdown_words(),
                key=f"room.question.{question.id}",
            )  # fmt: skip
        st.markdown(f"**{escaped(summary_of(line))}**")
        _show_answers(line, incident, me)
        if question.state is QuestionState.OPEN and may(me, PERMISSION[Step.END_QUESTION]):
            st.button(
                t("asking.end"),
                key=f"room.end_question.{question.id}",
                icon=":material/close:",
                on_click=actions.end_question,
                args=(incident.id, incident.version, question.id),
            )


def summary_of(line: QuestionLine) -> str:
    """What was answered, in one line."""
    said = [(answer.resident, answer.value) for answer in line.answers]
    return summed_up(language(), line.question.kind, said) or t("asking.no_answers")


def _state_line(line: QuestionLine, found: Dossier) -> str:
    question = line.question
    whom = escaped(line.group)
    if question.resident is not None:
        whom = t("asking.to_one", group=whom)
    by = t("asking.assistant") if question.by == SYSTEM else people().get(question.by, question.by)
    at = clock_time(language(), question.asked_at)
    return t(f"asking.state_{question.state.value}", whom=whom, by=escaped(by), at=at)


def _show_answers(line: QuestionLine, incident: Incident, me: User) -> None:
    if not line.answers:
        return
    with st.expander(t("asking.answers", count=len(line.answers)), expanded=len(line.answers) < 4):
        for answer in line.answers:
            _show_answer(answer, line.question.kind, incident, me)


def _show_answer(answer: AnswerLine, kind: Asking, incident: Incident, me: User) -> None:
    original = state.originals().get(answer.message_id)
    said = understood_as(language(), kind, answer.value)
    at = clock_time(language(), answer.at)
    st.text(f"{at} · {original or answer.redacted or t('room.erased')}")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"→ {escaped(said)}")
        if _may_take_place(answer, incident, me):
            st.button(
                t("asking.take_place"),
                key=f"room.answer_place.{answer.id}",
                type="tertiary",
                icon=":material/add_location_alt:",
                on_click=actions.place_from_answer,
                args=(incident.id, incident.version, answer.id),
            )
        if answer.has_original and original is None and may(me, Action.SEE_ORIGINAL):
            _show_original_button(answer, incident)


def _may_take_place(answer: AnswerLine, incident: Incident, me: User) -> bool:
    """An answer that says where may place the incident; a person decides."""
    place = answer.value.place
    if place is None or answer.value.what != "place" or not fits(Step.SET_PLACE, incident):
        return False
    same = place.name == incident.location.name and not asks_where(incident.location)
    return not same and may(me, PERMISSION[Step.SET_PLACE])


def _show_original_button(answer: AnswerLine, incident: Incident) -> None:
    key = f"room.answer_original.{answer.message_id}"
    with st.popover(t("room.original"), key=f"{key}.open", type="tertiary"):
        st.caption(t("room.original_note"))
        reason = st.text_input(t("room.reason"), key=key, max_chars=400)
        st.button(
            t("room.do_original"),
            key=f"{key}.do",
            on_click=actions.show_original,
            args=(incident.id, answer.message_id, reason),
        )
