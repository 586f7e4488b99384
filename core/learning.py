"""What people correct becomes examples to learn from: pairs of messages, message by message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.domain import Incident, Member, Urgency
from core.i18n import languages, text_of
from core.store.unit import Unit

PAIR: Final = "same_incident"
TOPIC: Final = "topic"
URGENCY: Final = "urgency"
RELEVANCE: Final = "relevance"
_NO_REPORT: Final = "room.reject_reason_1"


def says_no_report(reason: str) -> bool:
    """True for the one reason to reject that says something about the words of the messages.

    "Known already" or "not for us" does not make a report chat.
    """
    return any(reason.startswith(text_of(code, _NO_REPORT)) for code in languages())


def note_no_report(incident_id: int, by: str, unit: Unit) -> None:
    """Every message of the incident reports nothing."""
    for member, model in _with_models(incident_id, unit):
        _label(RELEVANCE, True, False, by, incident_id, member, model, unit)


def note_topic(before: Incident, topic: str, by: str, unit: Unit) -> None:
    """The messages that had said the incident's old topic are about another.

    When none had (a colleague changed it before), what the first one says decides.
    """
    members = _with_models(before.id, unit)
    said = [pair for pair in members if pair[0].topic == before.topic] or members[:1]
    for member, model in said:
        _label(TOPIC, member.topic, topic, by, before.id, member, model, unit)


def note_urgency(before: Incident, urgency: Urgency, by: str, unit: Unit) -> None:
    """Not urgent: no message was. Urgent: the first was; of later ones nobody said so."""
    members = _with_models(before.id, unit)
    is_urgent = urgency is Urgency.URGENT
    wrong = [pair for pair in members if pair[0].urgent is not is_urgent]
    for member, model in wrong[:1] if is_urgent else wrong or members[:1]:
        said = Urgency.of(member.urgent).value
        _label(URGENCY, said, urgency.value, by, before.id, member, model, unit)


def _with_models(incident_id: int, unit: Unit) -> list[tuple[Member, str]]:
    """The members of an incident, oldest first, each with the model that judged it."""
    members = unit.incidents.members([incident_id])[incident_id]
    judged = unit.learning.judged([member.message_id for member in members])
    models = {(one.message_id, one.topic): one.model for one in judged}
    return [(m, models.get((m.message_id, m.topic), "")) for m in members]


def _label(
    what: str,
    before: object,
    after: object,
    by: str,
    incident_id: int,
    member: Member,
    model: str,
    unit: Unit,
) -> None:
    unit.incidents.label(
        what,
        before,
        after,
        by,
        incident_id=incident_id,
        message_id=member.message_id,
        model=model,
    )


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
