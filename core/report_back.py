"""terugkoppelen: telling residents what was done, and asking them what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from core.audit import standing
from core.domain import Asking, Incident, User
from core.errors import AlreadyTold, BadInput
from core.i18n import DEFAULT
from core.last_day import require_running
from core.promises import keep_all, make, promise_sentence
from core.questions import Wish, end_the_assistants, put, say_takeover
from core.reach import ALONE, Means, Reach, Way, reach_of, way_to
from core.reciprocity import rules_of
from core.sending import LONGEST, send, with_emergency_rule
from core.status import Step
from core.store.unit import Unit
from core.triage import begin

__all__ = ["LONGEST", "ask", "may_tell_outcome", "tell", "with_emergency_rule"]

OUTCOME: Final = "outcome"
FEEDBACK: Final = "feedback"
_KINDS: Final = frozenset({FEEDBACK, OUTCOME})


def tell(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    text: str,
    *,
    hold: timedelta,
    kind: str = FEEDBACK,
    group_ids: Sequence[int] | None = None,
    means: Means | None = None,
    promise_by: datetime | None = None,
    resident: str | None = None,
    language: str = DEFAULT,
) -> Incident:
    """Sends one text to everybody who wrote about the incident, each of them once.

    `group_ids` leaves some of them out (core.reach.ALONE stands for those reached alone);
    `resident` is the only one it goes to. `language`: in which the 112 rule is added.
    "outcome" is said once, and keeps what was promised (where somebody has to copy it to each of
    its groups: once it was posted); `promise_by` adds a promise. The text
    leaves after `hold`, so that it can be taken back. Raises AlreadyTold, BadInput for an empty or
    too long text or when it reaches nobody, and what `begin` raises.
    """
    incident = begin(Step.TELL, incident_id, version, user, unit)
    ways = _ways(incident_id, group_ids, resident, unit, means)
    _check(text, kind)
    if kind == OUTCOME and not may_tell_outcome(incident, unit):
        raise AlreadyTold(number=incident.number)
    changed = unit.incidents.change(incident, user.login)
    detail = _promised(incident, promise_by, user, unit)
    if promise_by is not None:
        text = f"{text.strip()}\n{promise_sentence(incident, promise_by, unit)}"
    if kind == OUTCOME and any(way.kind != "copy" for way in ways):
        detail["kept"] = keep_all(incident_id, user, unit)
    detail["outbox"] = send(
        ways,
        text,
        unit,
        means,
        kind=kind,
        key=f"{kind}:{incident_id}:{changed.version}",
        by=user.login,
        due_at=unit.now + hold,
        incident_id=incident_id,
        language=language,
    )
    _note(Step.TELL, incident_id, ways, detail, user, unit)
    return changed


def may_tell_outcome(incident: Incident, unit: Unit) -> bool:
    """True until the outcome was told; an incident that was reopened has another one to come."""
    told = unit.reach.told(unit.questions.family(incident.id), OUTCOME)
    last = max((row.at for row in told), default=None)
    entries = unit.audit.of("incident", incident.id)
    still = standing(entries, Step.UNDO.value)
    reopened = [entry.at for entry in still if entry.action == Step.REOPEN.value]
    return last is None or any(at > last for at in reopened)


def ask(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    text: str,
    *,
    hold: timedelta,
    group_ids: Sequence[int] | None = None,
    means: Means | None = None,
    wish: Wish | None = None,
    resident: str | None = None,
) -> Incident:
    """Asks everybody who wrote about the incident, or one `resident` of them, a question.

    One at a time in a group: raises QuestionOpen, and PilotEnded after the last day. Otherwise as
    `tell`; `wish` says what ends it.
    """
    incident = begin(Step.ASK, incident_id, version, user, unit)
    require_running(incident.pilot_id, unit)
    ways = _ways(incident_id, group_ids, resident, unit, means)
    _check(text, FEEDBACK)
    groups = {way.group.id for way in ways}
    taken_over = end_the_assistants(incident, groups, user, unit, means)
    due_at = unit.now + hold
    first = say_takeover(incident, groups, user.login, unit, means, due_at)
    changed = unit.incidents.change(incident, user.login)
    chosen = wish or Wish.by_rules(Asking.FREE, text, rules_of(incident.pilot_id, unit))
    asked = put(incident, ways, chosen, user.login, unit, means, due_at=due_at, resident=resident)
    detail: dict[str, Any] = {
        "outbox": [*first, *asked.outbox_ids],
        "questions": list(asked.question_ids),
        "taken_over": taken_over,
    }
    _note(Step.ASK, incident_id, ways, detail, user, unit)
    return changed


def _ways(
    incident_id: int,
    group_ids: Sequence[int] | None,
    resident: str | None,
    unit: Unit,
    means: Means | None,
) -> list[Way]:
    """Along which ways: those that were chosen, or the one to a resident. Raises BadInput."""
    if resident is None:
        return _chosen(reach_of(incident_id, unit, means), group_ids)
    way = way_to(resident, incident_id, unit, means)
    if way is None:
        raise BadInput(field="resident", why="report_back.no_way")
    return [way]


def _chosen(reach: Reach, group_ids: Sequence[int] | None) -> list[Way]:
    """The ways that were chosen. Raises BadInput when there is none, or one that is not there."""
    every = (*reach.ways, *reach.covered)
    possible = {ALONE if way.resident else way.group.id for way in every}
    ways = list(reach.within(group_ids).ways)
    if not ways or not set(group_ids or ()) <= possible:
        raise BadInput(field="groups", why=str(len(group_ids or ways)))
    return ways


def _promised(
    incident: Incident, due_at: datetime | None, user: User, unit: Unit
) -> dict[str, Any]:
    return {} if due_at is None else {"promise": make(incident, due_at, user, unit)}


def _note(
    step: Step,
    incident_id: int,
    ways: Sequence[Way],
    detail: dict[str, Any],
    user: User,
    unit: Unit,
) -> None:
    groups = sorted({way.group.id for way in ways})
    alone = sum(way.resident is not None for way in ways)
    unit.audit.add(
        user.login,
        step.value,
        "incident",
        incident_id,
        {**detail, "groups": groups, "alone": alone},
    )


def _check(text: str, kind: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(field="text", why=str(len(text.strip())))
    if kind not in _KINDS:
        raise BadInput(field="kind", why=kind)
