"""wissen: one message's words leave every place they reached, and cannot come back."""

from __future__ import annotations

from collections.abc import Sequence

from core.asking_back import after_erasure
from core.domain import Area
from core.i18n import DEFAULT, text_of
from core.incidents import gather
from core.store.unit import Unit


def erase_message(
    message_key: str, group_id: int, areas: Sequence[Area], unit: Unit, *, by: str
) -> list[int]:
    """Erases a message, all revisions of it; gives the incidents that lost it.

    What remains is its keyed id, so that a repeated delivery or import cannot bring it back.
    """
    incident_ids = unit.messages.incidents_of(message_key)
    for incident_id in unit.questions.forget_answer(message_key):
        unit.incidents.tell(incident_id, "message_erased")
    unit.residents.forget_words(message_key)
    if unit.messages.erase(message_key, group_id):
        unit.audit.add(by, "erased", "message", message_key, {"incidents": incident_ids})
    for incident_id in incident_ids:
        gather(incident_id, areas, unit)
        unit.audit.add(by, "message_erased", "incident", incident_id)
        _forget_in_notes(incident_id, unit)
    after_erasure(incident_ids, by, unit)
    return incident_ids


def _forget_in_notes(incident_id: int, unit: Unit) -> None:
    """What dispatchers wrote to one another about an incident may tell of the message."""
    for one in unit.questions.family(incident_id):
        instead = text_of(DEFAULT, "shift.erased", number=f"HNM-{one}")
        unit.shift_notes.forget_incident(one, instead)
