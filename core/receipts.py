"""ontvangstbevestiging: residents hear once that their report was passed on: "HNM-123"."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from core.audit import SYSTEM
from core.domain import Incident, Status, User
from core.errors import AlreadyTold
from core.reach import Means, Way, reach_of
from core.reciprocity import rules_of, words_for
from core.sending import send
from core.status import Step
from core.store.unit import Unit
from core.triage import begin

RECEIPT: Final = "receipt"
DECLINED: Final = "receipt_declined"
_AFTER: Final = {
    Status.ACCEPTED: "accept",
    Status.HANDED_OVER: "hand_over",
    Status.IN_PROGRESS: "hand_over",
}


def receipt_text(incident: Incident, unit: Unit) -> str | None:
    """What residents could be told now; None when there is nothing to confirm yet."""
    step = _AFTER.get(incident.status)
    if step is None:
        return None
    return words_for(f"receipt_{step}", rules_of(incident.pilot_id, unit), incident)


def receipt_ways(incident: Incident, unit: Unit, means: Means | None) -> list[Way]:
    """The ways to those who wrote and had no receipt yet, of what was merged into it either."""
    told = unit.reach.told(unit.questions.family(incident.id), RECEIPT)
    had = {(row.group_id, row.resident) for row in told}
    groups = {row.group_id for row in told if row.resident is None}
    alone = {row.resident for row in told if row.resident is not None}
    return [
        way
        for way in reach_of(incident.id, unit, means).ways
        if (way.group.id, way.resident) not in had
        and (way.resident is None or (way.resident not in alone and way.group.id not in groups))
    ]


def is_declined(incident_id: int, unit: Unit) -> bool:
    return any(entry.action == DECLINED for entry in unit.audit.of("incident", incident_id))


def give_receipt(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    *,
    hold: timedelta,
    means: Means | None = None,
) -> Incident:
    """Sends the receipt to everybody who had none. Raises AlreadyTold, and what `begin` raises."""
    incident = begin(Step.RECEIPT, incident_id, version, user, unit)
    text, ways = receipt_text(incident, unit), receipt_ways(incident, unit, means)
    if text is None or not ways:
        raise AlreadyTold(number=incident.number)
    changed = unit.incidents.change(incident, user.login)
    sent = _send(incident, text, ways, user.login, unit.now + hold, unit, means)
    detail = {"outbox": sent, "groups": sorted({way.group.id for way in ways})}
    unit.audit.add(user.login, Step.RECEIPT.value, "incident", incident_id, detail)
    return changed


def decline_receipt(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Lets the proposal go: residents hear nothing now. Raises what `begin` raises."""
    incident = begin(Step.RECEIPT, incident_id, version, user, unit)
    unit.audit.add(user.login, DECLINED, "incident", incident_id)
    return incident


def give_by_rule(incident: Incident, unit: Unit, means: Means | None, hold: timedelta) -> int:
    """Sends the receipt where the pilot's rule says so, outside quiet hours; gives how many."""
    rules = rules_of(incident.pilot_id, unit)
    if _AFTER.get(incident.status) not in rules.receipts or rules.is_quiet(unit.now):
        return 0
    text, ways = receipt_text(incident, unit), receipt_ways(incident, unit, means)
    if text is None or not ways or is_declined(incident.id, unit):
        return 0
    sent = _send(incident, text, ways, SYSTEM, unit.now + hold, unit, means)
    if sent:
        detail = {"outbox": sent, "groups": sorted({way.group.id for way in ways})}
        unit.audit.add(SYSTEM, "receipt_by_rule", "incident", incident.id, detail)
    return len(sent)


def _send(
    incident: Incident,
    text: str,
    ways: list[Way],
    by: str,
    due_at: datetime,
    unit: Unit,
    means: Means | None,
) -> list[int]:
    taken_back = unit.reach.withdrawn_count(f"{RECEIPT}:{incident.id}:")
    return send(
        ways,
        text,
        unit,
        means,
        kind=RECEIPT,
        key=f"{RECEIPT}:{incident.id}:{taken_back}",
        by=by,
        due_at=due_at,
        incident_id=incident.id,
    )
