"""What people correct becomes examples to learn from: pairs of messages, message by message."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain import Member
from core.store.unit import Unit

PAIR = "same_incident"


def note_pair(
    message_id: int, incident_id: int, same: bool, by: str, unit: Unit, *, taken_with: int
) -> None:
    """A person says that a message does, or does not, belong with the messages of an incident.

    It is paired with the member that stood nearest before it (else after it); without another
    member nothing is noted. `taken_with`: the incident of the step, whose undo takes it back.
    """
    members = unit.incidents.members([incident_id])[incident_id]
    others = [member for member in members if member.message_id != message_id]
    sent_at = unit.messages.sent_at(message_id)
    if others and sent_at is not None:
        before = [member for member in others if member.sent_at <= sent_at]
        other = before[-1] if before else others[0]
        _note(message_id, other.message_id, incident_id, same, by, unit, taken_with)


def note_parts(
    one: Sequence[Member],
    other: Sequence[Member],
    same: bool,
    by: str,
    unit: Unit,
    *,
    taken_with: int,
    other_incident_id: int,
) -> None:
    """A person says that two sets of messages (oldest first) are, or are not, one incident.

    That is one judgement about the first message of the set that began later: there the choice
    was made that turned out wrong.
    """
    if not one or not other:
        return
    earlier, later = sorted((one, other), key=lambda members: members[0].sent_at)
    first = later[0]
    before = [member for member in earlier if member.sent_at <= first.sent_at]
    _note(
        first.message_id,
        before[-1].message_id,
        other_incident_id,
        same,
        by,
        unit,
        taken_with,
    )


def _note(
    message_id: int,
    other_message_id: int,
    other_incident_id: int,
    same: bool,
    by: str,
    unit: Unit,
    taken_with: int,
) -> None:
    unit.incidents.label(
        PAIR,
        not same,
        same,
        by,
        incident_id=taken_with,
        message_id=message_id,
        other_message_id=other_message_id,
        other_incident_id=other_incident_id,
    )
