"""triage: the system proposes, a person decides; every step is audited and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.domain import Area, Incident, Location, Member, PlaceKind, Status, Triage, Urgency, User
from core.errors import BadInput, ReasonMissing
from core.handing_over import put_out, send_along
from core.incidents import Summary
from core.learning import note_no_report, note_topic, note_urgency, says_no_report
from core.permissions import Action, require
from core.routing import facts_of, route_of
from core.status import NEEDS_REASON, TO, Step, require_fit
from core.store.hand_over_rows import account_in
from core.store.unit import Unit
from core.topics import Topic, topics
from core.wanted_evidence import enter_if_enough

_ENDS_WAITING: Final = frozenset({*TO, Step.ASSIGN, Step.CLAIM, Step.LET_THROUGH, Step.SET_PLACE})
"""Who does this with an incident that waits for evidence has seen it: it need not wait longer."""
_UNDECIDED: Final = frozenset({Status.NEW, Status.REOPENED})
_TAKES_UP: Final = frozenset({Step.ACCEPT, Step.ASSIGN, Step.HAND_OVER, Step.REOPEN})
"""Who does this with an incident that was handed back has dealt with that."""
_TOO_WIDE_M: Final = 150.0
"""Beyond this radius a unit cannot simply be sent: ask where, unless a house number is known."""
_LONGEST_REASON: Final = 500

PERMISSION: Final[dict[Step, Action]] = {
    Step.ACCEPT: Action.DECIDE,
    Step.REJECT: Action.DECIDE,
    Step.SET_TOPIC: Action.CORRECT,
    Step.SET_URGENCY: Action.CORRECT,
    Step.ASSIGN: Action.DECIDE,
    Step.CLAIM: Action.WORK,
    Step.RELEASE: Action.WORK,
    Step.CALLED: Action.CORRECT,
    Step.HAND_OVER: Action.DECIDE,
    Step.TAKE_ON: Action.WORK,
    Step.HAND_BACK: Action.WORK,
    Step.ASK: Action.REPORT_BACK,
    Step.TELL: Action.REPORT_BACK,
    Step.RECEIPT: Action.REPORT_BACK,
    Step.END_QUESTION: Action.REPORT_BACK,
    Step.PROMISE: Action.REPORT_BACK,
    Step.CANCEL_PROMISE: Action.REPORT_BACK,
    Step.MERGE: Action.CORRECT,
    Step.SPLIT: Action.CORRECT,
    Step.MOVE: Action.CORRECT,
    Step.NO_REPORT: Action.SETTLE_DOUBT,
    Step.SET_TITLE: Action.CORRECT,
    Step.SET_PLACE: Action.CORRECT,
    Step.FOLLOW: Action.CORRECT,
    Step.LET_THROUGH: Action.DECIDE,
    Step.CLOSE: Action.WORK,
    Step.REOPEN: Action.WORK,
    Step.UNDO: Action.WORK,
}


def propose(
    pilot_id: int,
    summary: Summary,
    members: Sequence[Member],
    areas: Sequence[Area],
    topics: Mapping[str, Topic],
    unit: Unit,
) -> Triage:
    """Who should get an incident that these members make."""
    facts = facts_of(
        summary.topic, summary.urgency, summary.location, summary.opened_at, members, areas
    )
    return route_of(pilot_id, facts, topics, unit)


def _proposed_anew(
    incident: Incident, topic: str, urgency: Urgency, topics: Mapping[str, Topic], unit: Unit
) -> dict[str, Any]:
    """Who should get an incident now that a person says what it is about, as its columns."""
    members = unit.incidents.members([incident.id])[incident.id]
    areas = unit.pilots.areas(incident.pilot_id)
    facts = facts_of(topic, urgency, incident.location, incident.opened_at, members, areas)
    return route_of(incident.pilot_id, facts, topics, unit).columns()


def asks_where(place: Location) -> bool:
    """True when a unit cannot be sent to this place: it is too wide, or only where they went."""
    if place.is_direction:
        return True
    is_wide = place.radius_m is None or place.radius_m > _TOO_WIDE_M
    return is_wide and place.kind is not PlaceKind.ADDRESS


def decide(
    step: Step,
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    *,
    reason: str | None = None,
    **values: Any,
) -> Incident:
    """Takes one step with an incident as the user saw it (`version`); gives it as it is now.

    Raises NotAllowed, NotFound, ChangedMeanwhile, NotPossible, ReasonMissing, BadInput.
    """
    incident = begin(step, incident_id, version, user, unit, reason)
    if step in TO:
        values.setdefault("status", TO[step].value)
    if incident.handed_back_at is not None and step in _TAKES_UP:
        values["handed_back_at"] = None
    if incident.waits and (step in _ENDS_WAITING or values.get("urgent")):
        values["waits"] = False
    before = _before(incident, values)
    changed = unit.incidents.change(incident, user.login, **values)
    unit.audit.add(
        user.login,
        step.value,
        "incident",
        incident_id,
        {"before": before, "after": {name: values[name] for name in before}},
        reason,
    )
    return changed


def begin(
    step: Step, incident_id: int, version: int, user: User, unit: Unit, reason: str | None = None
) -> Incident:
    """The incident, once it is sure that this user may take this step with it now."""
    require(user, PERMISSION[step])
    incident = unit.incidents.get(incident_id)
    if incident.version != version:
        raise unit.incidents.changed_meanwhile(incident_id)
    require_fit(step, incident)
    if step in NEEDS_REASON and not (reason or "").strip():
        raise ReasonMissing(step=step.value)
    if len(reason or "") > _LONGEST_REASON:
        raise BadInput(field="reason", why=str(len(reason or "")))
    return incident


def let_through(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Brings an incident into the queue though there is less evidence than its pilot asks."""
    return decide(Step.LET_THROUGH, incident_id, version, user, unit, waits=False)


def accept(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    return decide(Step.ACCEPT, incident_id, version, user, unit)


def reject(incident_id: int, version: int, user: User, unit: Unit, reason: str) -> Incident:
    """Rejects; that its messages report nothing is an example only when the reason says so."""
    incident = decide(Step.REJECT, incident_id, version, user, unit, reason=reason)
    if says_no_report(reason):
        note_no_report(incident_id, user.login, unit)
    return incident


def set_topic(
    incident_id: int, version: int, user: User, unit: Unit, topic: str, topics: Mapping[str, Topic]
) -> Incident:
    """Overrules the topic; the correction is kept as an example. Raises BadInput."""
    if topic not in topics:
        raise BadInput(field="topic", why=topic)
    before = unit.incidents.get(incident_id)
    changed = decide(
        Step.SET_TOPIC,
        incident_id,
        version,
        user,
        unit,
        topic=topic,
        **_proposed_anew(before, topic, before.urgency, topics, unit),
        overruled=sorted({*before.overruled, "topic"}),
    )
    note_topic(before, topic, user.login, unit)
    enter_if_enough(incident_id, unit)  # of another topic less may be asked
    return changed


def set_urgency(
    incident_id: int, version: int, user: User, unit: Unit, urgency: Urgency
) -> Incident:
    """Overrules the urgency; the correction is kept as an example."""
    before = unit.incidents.get(incident_id)
    changed = decide(
        Step.SET_URGENCY,
        incident_id,
        version,
        user,
        unit,
        urgent=urgency is Urgency.URGENT,
        **_proposed_anew(before, before.topic, urgency, topics(), unit),
        overruled=sorted({*before.overruled, "urgency"}),
    )
    note_urgency(before, urgency, user.login, unit)
    return changed


def assign(incident_id: int, version: int, user: User, unit: Unit, to: str) -> Incident:
    """Gives the incident an owner: "user:<login>" or "team:<name>". Raises BadInput."""
    if not to.startswith(("user:", "team:")):
        raise BadInput(field="assignee", why=to)
    return decide(Step.ASSIGN, incident_id, version, user, unit, assignee=to)


def claim(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Says "I see to this", so that no two people do; whoever had it sees that in the history."""
    return decide(Step.CLAIM, incident_id, version, user, unit, assignee=f"user:{user.login}")


def release(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Lets go of what one had claimed, so that it is anybody's again. Raises BadInput."""
    if unit.incidents.get(incident_id).assignee != f"user:{user.login}":
        raise BadInput(field="assignee", why=user.login)
    return decide(Step.RELEASE, incident_id, version, user, unit, assignee=None)


def note_called(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Says that 112 was called about it, as somebody read or heard; by whom is not kept."""
    return decide(Step.CALLED, incident_id, version, user, unit)


def hand_over(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    destination: str,
    reason: str | None = None,
) -> Incident:
    """Passes the incident on, to a work list or to an account outside ("account:<id>").

    The delivery itself goes through the outbox, once; what goes to a work list goes along to the
    accounts tied to it.
    """
    changed = decide(
        Step.HAND_OVER,
        incident_id,
        version,
        user,
        unit,
        reason=reason,
        destination=destination,
        assignee=None,
    )
    account_id = account_in(destination)
    if account_id is not None:
        put_out(changed, account_id, user, unit, reason or "")
        return changed
    unit.outbox.put(
        idempotency_key=f"hand_over:{incident_id}:{changed.version}",
        due_at=unit.now,
        by=user.login,
        kind="hand_over",
        incident_id=incident_id,
        destination=destination,
    )
    send_along(changed, destination, user, unit, reason or "")
    return changed


def take_on(incident_id: int, version: int, user: User, unit: Unit) -> Incident:
    """Somebody at the destination starts the work and becomes its owner."""
    return decide(Step.TAKE_ON, incident_id, version, user, unit, assignee=f"user:{user.login}")


def hand_back(incident_id: int, version: int, user: User, unit: Unit, reason: str) -> Incident:
    """Returns it to the control room, which sees at once that it did and why.

    What nobody had decided on yet (it was only assigned) stays undecided, and its time runs on.
    """
    status = unit.incidents.get(incident_id).status
    return decide(
        Step.HAND_BACK,
        incident_id,
        version,
        user,
        unit,
        reason=reason,
        status=(status if status in _UNDECIDED else Status.ACCEPTED).value,
        destination=None,
        assignee=None,
        handed_back_at=unit.now.isoformat(),
    )


def close(
    incident_id: int, version: int, user: User, unit: Unit, reason: str | None = None
) -> Incident:
    return decide(Step.CLOSE, incident_id, version, user, unit, reason=reason)


def reopen(incident_id: int, version: int, user: User, unit: Unit, reason: str) -> Incident:
    """Takes an incident up again; who waits to hear what was done waits from now on."""
    return decide(
        Step.REOPEN,
        incident_id,
        version,
        user,
        unit,
        reason=reason,
        reopened_at=unit.now.isoformat(),
    )


def _before(incident: Incident, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the named columns hold now, as codes, for the history and for undo."""
    now: dict[str, Any] = {
        "status": incident.status.value,
        "topic": incident.topic,
        "urgent": incident.urgency is Urgency.URGENT,
        "assignee": incident.assignee,
        "destination": incident.destination,
        "proposed_destination": incident.proposed_destination,
        "proposed_team": incident.proposed_team,
        "routing_rule_id": incident.routing_rule_id,
        "title": incident.title,
        "overruled": sorted(incident.overruled),
        "waits": incident.waits,
        "handed_back_at": _said(incident.handed_back_at),
        "reopened_at": _said(incident.reopened_at),
    }
    return {name: now[name] for name in values}


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
