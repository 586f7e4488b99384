"""terugdraaien: the last step somebody took with an incident is taken back, and that is audited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.asking_back import take_back_step
from core.audit import SYSTEM, AuditEntry, standing
from core.domain import Area, Incident, PromiseState, QuestionState, Status, User
from core.doubt import undo_answer
from core.errors import AlreadySent, NothingToUndo
from core.incidents import gather
from core.learning import says_no_report
from core.status import Step
from core.store.hand_over_rows import account_in
from core.store.unit import Unit
from core.topics import topics
from core.triage import begin

_STEPS: Final = {step.value for step in Step} - {Step.UNDO.value}
_FROM_ELSEWHERE: Final = {"merged_into", "split_from", "moved_here"}
"""Steps taken with another incident that changed this one; they are taken back there."""

_LABELS: Final = {
    Step.REJECT: "relevance",
    Step.SET_TOPIC: "topic",
    Step.SET_URGENCY: "urgency",
    Step.MERGE: "same_incident",
    Step.SPLIT: "same_incident",
    Step.MOVE: "same_incident",
}
"""The correction that each step left behind as an example."""

_SAID: Final = {
    Step.ASK,
    Step.TELL,
    Step.RECEIPT,
    Step.END_QUESTION,
    Step.PROMISE,
    Step.CANCEL_PROMISE,
}
"""Steps that speak with residents, or promise to."""

_FOLLOWS_ANEW: Final = {*_LABELS, Step.SET_PLACE, Step.FOLLOW} - {Step.REJECT}
"""Once these are taken back the incident is what its messages say."""


def last_step(entries: Sequence[AuditEntry], login: str) -> AuditEntry | None:
    """The newest step of people with an incident, if it is this user's own and still stands."""
    newest = _newest(entries, _STEPS | _FROM_ELSEWHERE)
    return newest if newest and newest.actor == login and newest.action in _STEPS else None


def undo(incident_id: int, version: int, user: User, unit: Unit, areas: Sequence[Area]) -> Incident:
    """Takes the user's last step back. Raises NothingToUndo, AlreadySent, ChangedMeanwhile."""
    incident = begin(Step.UNDO, incident_id, version, user, unit)
    entry = last_step(unit.audit.of("incident", incident_id), user.login)
    if entry is None:
        raise NothingToUndo(number=incident.number)
    step = Step(entry.action)
    _take_back(step, entry, incident_id, user, unit, areas)
    if step in _LABELS and (step is not Step.REJECT or says_no_report(entry.reason or "")):
        unit.incidents.unlabel(_LABELS[step], user.login, incident_id)
    unit.incidents.change(incident, user.login, **entry.detail.get("before", {}))
    if step in _FOLLOWS_ANEW:
        gather(incident_id, areas, unit)
    unit.audit.add(user.login, Step.UNDO.value, "incident", incident_id, {"undid": entry.id})
    return unit.incidents.get(incident_id)


def _take_back(
    step: Step,
    entry: AuditEntry,
    incident_id: int,
    user: User,
    unit: Unit,
    areas: Sequence[Area],
) -> None:
    """Reverses what the entry did beside the incident itself."""
    if step in _SAID:
        _withdraw(entry.detail.get("outbox", ()), unit)
        _settle_back(step, entry.detail, user, unit)
    if step is Step.HAND_OVER:
        if account_in(str(entry.detail["after"]["destination"])) is None:
            unit.outbox.withdraw_hand_over(incident_id)
        take_back_step(incident_id, entry.at, entry.actor, unit)
    if step is Step.MERGE:
        _part(entry.detail, user, unit, areas)
    if step is Step.SPLIT:
        _rejoin(entry.detail, incident_id, user, unit)
    if step is Step.MOVE:
        _bring_back(entry.detail, incident_id, user, unit, areas)
    if step is Step.NO_REPORT:
        undo_answer(entry.detail["message"], user, unit, topics())


def _settle_back(step: Step, detail: dict[str, Any], user: User, unit: Unit) -> None:
    """Questions and promises stand as they did before the step."""
    for question_id in detail.get("questions", ()):
        if step is Step.END_QUESTION:
            unit.questions.reopen(question_id)
        else:
            unit.questions.end(question_id, QuestionState.WITHDRAWN, user.login)
    for promise_id in detail.get("kept", ()):
        unit.promises.reopen(promise_id)
    if step is Step.CANCEL_PROMISE:
        unit.promises.reopen(detail["promise"])
    elif "promise" in detail:
        unit.promises.settle(detail["promise"], PromiseState.WITHDRAWN, user.login)


def _withdraw(outbox_ids: Sequence[int], unit: Unit) -> None:
    # All or nothing: a text that one group has read and another has not helps nobody.
    if not all([unit.outbox.withdraw(row_id) for row_id in outbox_ids]):
        raise AlreadySent()


def _part(detail: dict[str, Any], user: User, unit: Unit, areas: Sequence[Area]) -> None:
    """The other incident of a merge gets its messages and its status back."""
    other = _untouched(detail, unit)
    unit.incidents.move_links(detail["moved"], other.id)
    values = {"status": detail["other_status"], "merged_into": None}
    unit.incidents.change(other, user.login, **values)
    gather(other.id, areas, unit)
    entry = _newest(unit.audit.of("incident", other.id), _FROM_ELSEWHERE)
    undid = {"undid": entry.id if entry else None}
    unit.audit.add(user.login, Step.UNDO.value, "incident", other.id, undid)


def _rejoin(detail: dict[str, Any], incident_id: int, user: User, unit: Unit) -> None:
    """All messages of the incident that was split off come back, those that joined since too."""
    other = _untouched(detail, unit)
    unit.incidents.move_links(unit.incidents.link_ids(other.id), incident_id)
    unit.incidents.change(other, user.login, merged_into=incident_id)
    unit.incidents.set_empty(other.id, Status.CLOSED, merged_into=incident_id)
    unit.audit.add(user.login, "merged_into", "incident", other.id, {"into": incident_id})


def _bring_back(
    detail: dict[str, Any], incident_id: int, user: User, unit: Unit, areas: Sequence[Area]
) -> None:
    """A message that was moved comes back as it stood here before."""
    other = _untouched(detail, unit)
    unit.incidents.move_links(detail["moved"], incident_id)
    for link_id, by, runner_up in detail["stood"]:
        unit.incidents.mark_link(link_id, by, runner_up)
    unit.incidents.change(other, user.login)
    gather(other.id, areas, unit)
    entry = _newest(unit.audit.of("incident", other.id), _FROM_ELSEWHERE)
    undid = {"undid": entry.id if entry else None}
    unit.audit.add(user.login, Step.UNDO.value, "incident", other.id, undid)


def _untouched(detail: dict[str, Any], unit: Unit) -> Incident:
    """The other incident of a step. Raises ChangedMeanwhile when a person changed it since."""
    other = unit.incidents.get(detail["other"])
    if other.version != detail["other_version"]:
        raise unit.incidents.changed_meanwhile(other.id)
    return other


def _newest(entries: Sequence[AuditEntry], actions: set[str]) -> AuditEntry | None:
    """The newest entry of people with one of these actions that was not taken back."""
    back = _put_back(entries)
    found = [
        entry
        for entry in standing(entries, Step.UNDO.value)
        if entry.actor != SYSTEM and entry.action in actions and entry.id not in back
    ]
    return found[-1] if found else None


def _put_back(entries: Sequence[AuditEntry]) -> set[int]:
    """The entries of messages that were taken out as no report and are back since."""
    out: dict[Any, int] = {}
    back = set()
    for entry in entries:
        message_id = entry.detail.get("message")
        if entry.action == Step.NO_REPORT.value:
            out[message_id] = entry.id
        if entry.action == "no_report_taken_back" and message_id in out:
            back.add(out[message_id])
    return back
