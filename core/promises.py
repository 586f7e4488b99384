"""toezeggingen: "we laten het voor 20:00 weten" is counted down, kept, late, or taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.clock import local
from core.domain import Incident, Promise, PromiseState, User
from core.errors import BadInput, NotFound, ReasonMissing
from core.i18n import DEFAULT, clock_time, day
from core.reciprocity import rules_of, words_for
from core.status import Step
from core.store.unit import Unit
from core.triage import begin

LONGEST: Final = 300
_FURTHEST: Final = timedelta(days=90)
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """nagekomen: what became of promises; `late` were kept, but after the time that was said."""

    made: int
    kept: int
    late: int
    overdue: int
    cancelled: int


def promise(
    incident_id: int, version: int, user: User, unit: Unit, due_at: datetime, text: str = ""
) -> Incident:
    """Notes what was promised apart from any text, by telephone for instance.

    Raises BadInput for a time that is over or too far off, and what `begin` raises.
    """
    incident = begin(Step.PROMISE, incident_id, version, user, unit)
    promise_id = make(incident, due_at, user, unit, text)
    changed = unit.incidents.change(incident, user.login)
    detail = {"promise": promise_id, "due": due_at.isoformat()}
    unit.audit.add(user.login, Step.PROMISE.value, "incident", incident_id, detail)
    return changed


def make(incident: Incident, due_at: datetime, user: User, unit: Unit, text: str = "") -> int:
    """Writes a promise down; gives its id. Raises BadInput."""
    said = " ".join(text.split()) or promise_sentence(incident, due_at, unit)
    if not unit.now < due_at <= unit.now + _FURTHEST:
        raise BadInput(field="promise", why=due_at.isoformat(timespec="minutes"))
    if len(said) > LONGEST:
        raise BadInput(field="promise", why=str(len(said)))
    return unit.promises.make(incident.id, said, due_at, user.login)


def promise_sentence(incident: Incident, due_at: datetime, unit: Unit) -> str:
    """What residents read of it, such as "We laten het voor 20:00 uur weten"."""
    moment = clock_time(DEFAULT, due_at)
    if local(due_at).date() != local(unit.now).date():
        moment = f"{day(DEFAULT, due_at)} {moment}"
    return words_for("promise", rules_of(incident.pilot_id, unit), incident, time=moment)


def cancel_promise(
    incident_id: int, version: int, user: User, unit: Unit, promise_id: int, reason: str
) -> Incident:
    """Takes a promise back, with the reason. Raises ReasonMissing, NotFound, what `begin` does."""
    incident = begin(Step.CANCEL_PROMISE, incident_id, version, user, unit)
    if not reason.strip():
        raise ReasonMissing(step=Step.CANCEL_PROMISE.value)
    why = reason.strip()[:_LONGEST_REASON]
    family = unit.questions.family(incident_id)
    found = unit.promises.get(promise_id)
    is_ours = found is not None and found.incident_id in family
    if not is_ours or not unit.promises.settle(promise_id, PromiseState.CANCELLED, user.login, why):
        raise NotFound(what="promise", id=promise_id)
    changed = unit.incidents.change(incident, user.login)
    detail = {"promise": promise_id}
    unit.audit.add(
        user.login, Step.CANCEL_PROMISE.value, "incident", incident_id, detail, reason=why
    )
    return changed


def keep_all(incident_id: int, user: User, unit: Unit) -> list[int]:
    """The outcome keeps every promise about the incident that is still open; gives which."""
    family = unit.questions.family(incident_id)
    still_open = [p for p in unit.promises.of(family) if p.state is PromiseState.OPEN]
    kept = [unit.promises.settle(p.id, PromiseState.KEPT, user.login) for p in still_open]
    return [p.id for p, was_open in zip(still_open, kept, strict=True) if was_open]


def count(found: Iterable[Promise], now: datetime) -> Kept:
    """What became of these promises."""
    all_made = [p for p in found if p.state is not PromiseState.WITHDRAWN]
    return Kept(
        made=len(all_made),
        kept=sum(p.state is PromiseState.KEPT and not p.was_late for p in all_made),
        late=sum(p.was_late for p in all_made),
        overdue=sum(p.is_overdue(now) for p in all_made),
        cancelled=sum(p.state is PromiseState.CANCELLED for p in all_made),
    )
