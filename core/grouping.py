"""What people correct in the grouping: merge, split, move; the links are kept on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.areas import area_at
from core.domain import NOT_RELEVANT, Area, Incident, Status, User
from core.doubt import Answer, answer
from core.errors import BadInput
from core.incidents import gather, summarise
from core.learning import note_pair, note_parts
from core.status import Step
from core.store.unit import Unit
from core.topics import Topic
from core.triage import begin, propose


def merge(
    incident_id: int,
    version: int,
    other_id: int,
    user: User,
    unit: Unit,
    areas: Sequence[Area],
) -> Incident:
    """Brings the messages of `other_id` under the incident and closes the other one.

    Raises BadInput for an incident with itself, one of another pilot or one that was merged
    before, and what `begin` raises.
    """
    incident = begin(Step.MERGE, incident_id, version, user, unit)
    other = unit.incidents.get(other_id)
    if other.id == incident.id or other.pilot_id != incident.pilot_id or other.merged_into:
        raise BadInput(field="incident", why=other.number)
    moved = unit.incidents.link_ids(other_id)
    parts = unit.incidents.members([incident_id, other_id])
    unit.incidents.move_links(moved, incident_id)
    emptied = unit.incidents.change(other, user.login, merged_into=incident_id)
    unit.incidents.set_empty(other_id, Status.CLOSED, merged_into=incident_id)
    if incident.waits and not other.waits:
        unit.incidents.enter(incident_id)  # what was in the queue does not leave it unseen
    changed = _regather(incident, user, unit, areas)
    undo = {
        "moved": moved,
        "other": other_id,
        "other_status": other.status.value,
        "other_version": emptied.version,
    }
    unit.audit.add(user.login, Step.MERGE.value, "incident", incident_id, undo)
    unit.audit.add(user.login, "merged_into", "incident", other_id, {"into": incident_id})
    note_parts(
        parts[incident_id],
        parts[other_id],
        True,
        user.login,
        unit,
        taken_with=incident_id,
        other_incident_id=other_id,
    )
    return changed


def split(
    incident_id: int,
    version: int,
    message_ids: Sequence[int],
    user: User,
    unit: Unit,
    areas: Sequence[Area],
    topics: Mapping[str, Topic],
) -> Incident:
    """Moves some messages to an incident of their own; gives the new one.

    Raises BadInput when no message or every message is chosen, and what `begin` raises.
    """
    incident = begin(Step.SPLIT, incident_id, version, user, unit)
    members = unit.incidents.members([incident_id])[incident_id]
    leaving = [member for member in members if member.message_id in set(message_ids)]
    if not leaving or len(leaving) == len(members):
        raise BadInput(field="messages", why=str(len(leaving)))
    moved = unit.incidents.link_ids(incident_id, message_ids)
    summary = summarise(leaving)
    proposal = propose(incident.pilot_id, summary, leaving, areas, topics, unit)
    area_id = area_at(summary.location, areas)
    new_id = unit.incidents.open(incident.pilot_id, summary, area_id, proposal)
    unit.incidents.move_links(moved, new_id)
    _regather(incident, user, unit, areas)
    undo = {"moved": moved, "other": new_id, "other_version": 1}
    unit.audit.add(user.login, Step.SPLIT.value, "incident", incident_id, undo)
    unit.audit.add(user.login, "split_from", "incident", new_id, {"from": incident_id})
    note_parts(
        [member for member in members if member not in leaving],
        leaving,
        False,
        user.login,
        unit,
        taken_with=incident_id,
        other_incident_id=new_id,
    )
    return unit.incidents.get(new_id)


def move(
    incident_id: int,
    version: int,
    message_id: int,
    to_id: int,
    user: User,
    unit: Unit,
    areas: Sequence[Area],
) -> Incident:
    """Puts one message where it belongs; gives the incident that it came from.

    The only message of an incident takes the whole of it along: that is a merge, and what is given
    is the incident that took it in. Raises BadInput, and what `begin` raises.
    """
    incident = begin(Step.MOVE, incident_id, version, user, unit)
    target = unit.incidents.get(to_id)
    while target.merged_into is not None:
        target = unit.incidents.get(target.merged_into)
    to_id = target.id
    if not _may_take(target, incident):
        raise BadInput(field="incident", why=target.number)
    members = unit.incidents.members([incident_id])[incident_id]
    if message_id not in {member.message_id for member in members}:
        raise BadInput(field="messages", why=str(message_id))
    if {member.message_id for member in members} == {message_id}:
        return merge(to_id, target.version, incident_id, user, unit, areas)
    moved = unit.incidents.link_ids(incident_id, [message_id])
    stood = unit.incidents.stood(moved)
    note_pair(message_id, incident_id, False, user.login, unit, taken_with=incident_id)
    note_pair(message_id, to_id, True, user.login, unit, taken_with=incident_id)
    unit.incidents.move_links(moved, to_id)
    for link_id, *_ in stood:
        unit.incidents.mark_link(link_id, user.login, incident_id)
    changed = _regather(incident, user, unit, areas)
    taker = _regather(target, user, unit, areas)
    detail = {"message": message_id, "moved": moved, "stood": stood}
    detail |= {"other": to_id, "other_version": taker.version}
    unit.audit.add(user.login, Step.MOVE.value, "incident", incident_id, detail)
    here = {"from": incident_id, "message": message_id}
    unit.audit.add(user.login, "moved_here", "incident", to_id, here)
    return changed


def take_out_as_no_report(
    incident_id: int,
    version: int,
    message_id: int,
    user: User,
    unit: Unit,
    topics: Mapping[str, Topic],
) -> Incident:
    """Says of one message of an incident that it reports nothing; raises what `begin` raises."""
    begin(Step.NO_REPORT, incident_id, version, user, unit)
    judged = unit.learning.judged([message_id])
    if incident_id not in {one.incident_id for one in judged}:
        raise BadInput(field="messages", why=str(message_id))
    nothing = Answer(topic=NOT_RELEVANT, urgent=False)
    answer(message_id, judged[0].corrected_count, nothing, user, unit, topics)
    return unit.incidents.get(incident_id)


def _may_take(target: Incident, incident: Incident) -> bool:
    return (
        target.id != incident.id
        and target.pilot_id == incident.pilot_id
        and target.merged_into is None
        and target.status.is_open
    )


def _regather(incident: Incident, user: User, unit: Unit, areas: Sequence[Area]) -> Incident:
    unit.incidents.change(incident, user.login)
    gather(incident.id, areas, unit)
    return unit.incidents.get(incident.id)
