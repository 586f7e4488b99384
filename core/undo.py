"""terugdraaien: the last step somebody took with an incident is taken back, and that is audited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.audit import SYSTEM, AuditEntry
from core.domain import Area, Incident, Status, User
from core.errors import AlreadySent, NothingToUndo
from core.incidents import gather
from core.status import Step
from core.store.unit import Unit
from core.triage import begin

_STEPS = {step.value for step in Step} - {Step.UNDO.value}


def last_step(entries: Sequence[AuditEntry], login: str) -> AuditEntry | None:
    """The newest step of people with an incident, if it is this user's own and still stands."""
    undone = {entry.detail.get("undid") for entry in entries if entry.action == Step.UNDO.value}
    steps = [e for e in entries if e.actor != SYSTEM and e.action in _STEPS and e.id not in undone]
    return steps[-1] if steps and steps[-1].actor == login else None


def undo(
    incident_id: int, version: int, user: User, unit: Unit, areas: Sequence[Area]
) -> Incident:
    """Takes the user's last step back. Raises NothingToUndo, AlreadySent, ChangedMeanwhile."""
    incident = begin(Step.UNDO, incident_id, version, user, unit)
    entry = last_step(unit.audit.of("incident", incident_id), user.login)
    if entry is None:
        raise NothingToUndo(number=incident.number)
    values = _take_back(entry, incident_id, unit, areas)
    changed = unit.incidents.change(incident, user.login, **values)
    unit.audit.add(user.login, Step.UNDO.value, "incident", incident_id, {"undid": entry.id})
    return changed


def _take_back(
    entry: AuditEntry, incident_id: int, unit: Unit, areas: Sequence[Area]
) -> dict[str, Any]:
    """Reverses what the entry did beside the incident; gives the columns to put back."""
    step = Step(entry.action)
    if step in (Step.ASK, Step.TELL):
        _withdraw(entry.detail["outbox"], unit)
    if step is Step.HAND_OVER:
        unit.outbox.withdraw_hand_over(incident_id)
    if step is Step.MERGE:
        _move_back(entry, entry.detail["other"], unit)
        unit.incidents.restore(
            entry.detail["other"], {"status": entry.detail["other_status"], "merged_into": None}
        )
        gather(entry.detail["other"], areas, unit)
    if step is Step.SPLIT:
        _move_back(entry, incident_id, unit)
        unit.incidents.set_empty(entry.detail["other"], Status.CLOSED, merged_into=incident_id)
    if step in (Step.MERGE, Step.SPLIT):
        gather(incident_id, areas, unit)
    return dict(entry.detail.get("before", {}))


def _withdraw(outbox_ids: Sequence[int], unit: Unit) -> None:
    # All or nothing: a text that one group has read and another has not helps nobody.
    if not all([unit.outbox.withdraw(row_id) for row_id in outbox_ids]):
        raise AlreadySent()


def _move_back(entry: AuditEntry, to_incident: int, unit: Unit) -> None:
    unit.incidents.move_links(entry.detail["moved"], to_incident)
