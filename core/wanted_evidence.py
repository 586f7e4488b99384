"""Minimum evidence: what a pilot asks of a topic before an incident is in the queue.

What is urgent never waits. What waits can be seen, opened and let through by a person; it enters
by itself as soon as there is evidence enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.audit import SYSTEM
from core.domain import Incident, Urgency, User, WantedEvidence
from core.errors import BadInput
from core.permissions import Action, require
from core.topics import topics

if TYPE_CHECKING:  # both follow what waits, so they come later
    from core.incidents import Summary
    from core.store.unit import Unit

MOST_RESIDENTS: Final = 20


def suffices(wanted: WantedEvidence | None, found: Summary | Incident) -> bool:
    """True when an incident need not wait: it is urgent, or there is as much as is asked."""
    if wanted is None or wanted.asks_nothing or found.urgency is Urgency.URGENT:
        return True
    enough = wanted.residents is not None and found.resident_count >= wanted.residents
    sure = wanted.confidence is not None and found.confidence >= wanted.confidence
    return enough or sure


def enter_if_enough(incident_id: int, unit: Unit) -> None:
    """Brings an incident that waits into the queue once there is evidence enough."""
    incident = unit.incidents.get(incident_id)
    if not incident.waits or not incident.status.is_open:
        return
    wanted = unit.evidence.wanted(incident.pilot_id).get(incident.topic)
    if suffices(wanted, incident):
        unit.incidents.enter(incident_id)
        unit.audit.add(SYSTEM, "entered", "incident", incident_id)


def set_wanted_evidence(
    pilot_id: int, wanted: Mapping[str, WantedEvidence], user: User, unit: Unit
) -> None:
    """What a pilot asks of each topic, in place of what it asked; what it left out asks nothing.

    What waits and has enough by the new measure enters at once. Raises NotAllowed, BadInput.
    """
    require(user, Action.ADMINISTER)
    for topic, asked in wanted.items():
        if topic not in topics() or (asked.residents or 0) > MOST_RESIDENTS:
            raise BadInput(field="topic", why=topic)
    before = unit.evidence.wanted(pilot_id)
    after = {topic: asked for topic, asked in wanted.items() if not asked.asks_nothing}
    unit.evidence.set_wanted(pilot_id, after)
    detail = {"before": _as_codes(before), "after": _as_codes(after)}
    unit.audit.add(user.login, "evidence_set", "pilot", pilot_id, detail)
    for incident_id in unit.evidence.waiting(pilot_id):
        enter_if_enough(incident_id, unit)


def _as_codes(wanted: Mapping[str, WantedEvidence]) -> dict[str, list[float | None]]:
    return {topic: [asked.residents, asked.confidence] for topic, asked in sorted(wanted.items())}
