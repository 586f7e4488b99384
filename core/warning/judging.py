"""What a person makes of an alert; the machine tells residents nothing because of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.areas import area_at
from core.audit import AuditEntry, standing
from core.domain import Area, Member, Status, User
from core.errors import BadInput, NothingToUndo, NotPossible, ReasonMissing
from core.incidents import summarise
from core.permissions import Action, require
from core.store.alert_queries import Alert, AlertKind, AlertState
from core.store.unit import Unit
from core.topics import Topic
from core.triage import propose

_LONGEST_REASON: Final = 500
USEFUL: Final = frozenset({AlertState.ACKNOWLEDGED, AlertState.INCIDENT})
_STEPS: Final = frozenset(
    {"alert_acknowledged", "alert_noted", "alert_dismissed", "alert_made_incident"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usefulness:
    """nut: what became of the alerts of a kind."""

    kind: AlertKind
    useful: int
    noted: int
    dismissed: int
    waiting: int

    @property
    def total(self) -> int:
        return self.useful + self.noted + self.dismissed + self.waiting


def acknowledge(alert_id: int, version: int, user: User, unit: Unit) -> Alert:
    """Somebody does something with it. Raises NotAllowed, NotPossible, ChangedMeanwhile."""
    return _judge(alert_id, version, AlertState.ACKNOWLEDGED, user, unit)


def take_note(alert_id: int, version: int, user: User, unit: Unit) -> Alert:
    """Read, and nothing needs to be done."""
    return _judge(alert_id, version, AlertState.NOTED, user, unit)


def dismiss(alert_id: int, version: int, user: User, unit: Unit, reason: str) -> Alert:
    """Of no use, and why. Raises ReasonMissing, BadInput."""
    if not reason.strip():
        raise ReasonMissing(step="dismiss")
    if len(reason) > _LONGEST_REASON:
        raise BadInput(field="reason", why=str(len(reason)))
    return _judge(alert_id, version, AlertState.DISMISSED, user, unit, reason=reason.strip())


def make_incident(
    alert_id: int,
    version: int,
    user: User,
    unit: Unit,
    topics: Mapping[str, Topic],
    areas: Sequence[Area],
) -> Alert:
    """One incident for what the alert is about, on the messages it rests on.

    The incidents that those messages came in with stay as they are. Raises NotPossible when no
    message is left.
    """
    require(user, Action.CORRECT)
    alert = _begin(alert_id, version, user, unit)
    members = _members(alert, unit)
    if not members:
        raise NotPossible(number=number_of(alert))
    summary = replace(summarise(members), topic=alert.topic)
    area_id = alert.area_id or area_at(summary.location, areas)
    proposal = propose(alert.pilot_id, summary, members, areas, topics, unit)
    incident_id = unit.incidents.open(alert.pilot_id, summary, area_id, proposal)
    unit.alerts.link_messages(alert.incident_ids, incident_id, user.login)
    unit.audit.add(user.login, "opened_from_alert", "incident", incident_id, {"alert": alert_id})
    return _change(alert, AlertState.INCIDENT, user, unit, incident_id=incident_id)


def undo(alert_id: int, version: int, user: User, unit: Unit) -> Alert:
    """Takes the user's own judgement back. Raises NothingToUndo, ChangedMeanwhile."""
    require(user, Action.JUDGE_ALERTS)
    alert = _as_seen(alert_id, version, unit)
    entry = last_step(unit.audit.of("alert", alert_id), user.login)
    if alert.state is AlertState.OPEN or entry is None:
        raise NothingToUndo(number=number_of(alert))
    if alert.incident_id is not None:
        _take_incident_back(alert.incident_id, user, unit)
    changed = unit.alerts.change(
        alert, None, state=AlertState.OPEN.value, reason=None, incident_id=None
    )
    unit.audit.add(user.login, "undo", "alert", alert_id, {"undid": entry.id})
    return changed


def last_step(entries: Sequence[AuditEntry], login: str) -> AuditEntry | None:
    """The newest judgement, if it is this user's own and still stands."""
    steps = [entry for entry in standing(entries, "undo") if entry.action in _STEPS]
    return steps[-1] if steps and steps[-1].actor == login else None


def usefulness(alerts: Iterable[Alert]) -> list[Usefulness]:
    """What became of the alerts, by kind."""
    counts = Counter((alert.kind, _verdict(alert.state)) for alert in alerts)
    return [
        Usefulness(
            kind=kind,
            useful=counts[kind, "useful"],
            noted=counts[kind, "noted"],
            dismissed=counts[kind, "dismissed"],
            waiting=counts[kind, "waiting"],
        )
        for kind in AlertKind
    ]


def number_of(alert: Alert) -> str:
    """How people call an alert."""
    return f"V-{alert.id}"


def _verdict(state: AlertState) -> str:
    if state in USEFUL:
        return "useful"
    return {AlertState.NOTED: "noted", AlertState.DISMISSED: "dismissed"}.get(state, "waiting")


def _judge(
    alert_id: int,
    version: int,
    state: AlertState,
    user: User,
    unit: Unit,
    reason: str | None = None,
) -> Alert:
    return _change(_begin(alert_id, version, user, unit), state, user, unit, reason=reason)


def _begin(alert_id: int, version: int, user: User, unit: Unit) -> Alert:
    """The alert, once it is sure that this user may judge it now."""
    require(user, Action.JUDGE_ALERTS)
    alert = _as_seen(alert_id, version, unit)
    if alert.state not in (AlertState.OPEN, AlertState.ACKNOWLEDGED):
        raise NotPossible(number=number_of(alert))
    return alert


def _as_seen(alert_id: int, version: int, unit: Unit) -> Alert:
    alert = unit.alerts.get(alert_id)
    if alert.version != version:
        raise unit.alerts.changed_meanwhile(alert_id)
    return alert


def _change(
    alert: Alert,
    state: AlertState,
    user: User,
    unit: Unit,
    *,
    reason: str | None = None,
    incident_id: int | None = None,
) -> Alert:
    changed = unit.alerts.change(
        alert, user.login, state=state.value, reason=reason, incident_id=incident_id
    )
    names = {
        AlertState.ACKNOWLEDGED: "alert_acknowledged",
        AlertState.NOTED: "alert_noted",
        AlertState.DISMISSED: "alert_dismissed",
        AlertState.INCIDENT: "alert_made_incident",
    }
    detail: dict[str, Any] = {"before": alert.state.value, "incident": incident_id}
    unit.audit.add(user.login, names[state], "alert", alert.id, detail, reason)
    return changed


def _members(alert: Alert, unit: Unit) -> list[Member]:
    found = unit.incidents.members(alert.incident_ids)
    once = {member.message_id: member for of in found.values() for member in of}
    return sorted(once.values(), key=lambda member: (member.sent_at, member.message_id))


def _take_incident_back(incident_id: int, user: User, unit: Unit) -> None:
    """The incident goes as it came; one that somebody worked on since stays. ChangedMeanwhile."""
    incident = unit.incidents.get(incident_id)
    if incident.version != 1:
        raise unit.incidents.changed_meanwhile(incident_id)
    unit.alerts.unlink_messages(incident_id)
    unit.incidents.set_empty(incident_id, Status.CLOSED)
    unit.audit.add(user.login, "emptied", "incident", incident_id)
