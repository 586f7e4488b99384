"""termijnen: what is due about an incident, until when, and whose clock that is.

Four clocks run. The control room's, until somebody decides; the one of whoever has the incident,
until residents heard what was done; that of each promise; and, of what is urgent and went outside,
that of the account, until a person there has it. A question to residents stops the first two while
it is open, but never for what is urgent; handing over stops the first and lets the second run on,
for residents wait all the same. See docs/deadlines.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain import Incident, Promise, ServiceTimes, Urgency
from core.handing_over import ACKNOWLEDGE_WITHIN
from core.store.deadline_queries import Asked, Standing, Unconfirmed, standing
from core.store.unit import Unit
from core.topics import Topic, topics

URGENT_WITHIN: Final = timedelta(minutes=15)
"""Whatever a topic's own time: what is urgent is decided on within this."""
_SOON: Final = 0.25
"""The last part of a term: what is due then is said more loudly."""


class Duty(StrEnum):
    """plicht: what is due: a decision, that residents hear what was done, a promise to them, that
    somebody outside confirms to have what is urgent.
    """

    DECIDE = "decide"
    TELL = "tell"
    KEEP = "keep"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """termijn: something that is due about an incident; `owner` as an incident names one.

    `paused_until`: its clock stands still until then at the latest, which `due_at` reckons with.
    """

    duty: Duty
    incident_id: int
    since: datetime
    due_at: datetime
    owner: str = ""
    paused_until: datetime | None = None
    text: str = ""
    """What was promised, in the words of staff."""

    def left(self, now: datetime) -> timedelta:
        """How much time is left on its clock; less than nothing once it is overdue."""
        stands_at = max(now, self.paused_until) if self.paused_until else now
        return self.due_at - stands_at

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until

    def is_overdue(self, now: datetime) -> bool:
        return not self.is_paused(now) and now > self.due_at

    @property
    def soon_at(self) -> datetime:
        """From when on it is due soon."""
        return self.due_at - (self.due_at - self.since) * _SOON


def usual_times(topic: Topic) -> ServiceTimes:
    """What a topic's own file says."""
    return ServiceTimes(
        decision=timedelta(hours=topic.decision_hours),
        feedback=timedelta(hours=topic.feedback_hours),
    )


def times_for(topic: str, chosen: Mapping[str, ServiceTimes]) -> ServiceTimes:
    """What holds for a topic: what the pilot set, or else its file."""
    return chosen.get(topic) or usual_times(topics()[topic])


def all_deadlines(incidents: Sequence[Incident], unit: Unit) -> dict[int, tuple[Deadline, ...]]:
    """What is due of each incident that something is due of, what is due first in front."""
    known = standing(unit.connection, [incident.id for incident in incidents])
    times = {id: unit.service.times(id) for id in {i.pilot_id for i in incidents}}
    found = {
        incident.id: deadlines_of(
            incident, times_for(incident.topic, times[incident.pilot_id]), known
        )
        for incident in incidents
    }
    return {incident_id: due for incident_id, due in found.items() if due}


def deadlines_of(incident: Incident, times: ServiceTimes, known: Standing) -> tuple[Deadline, ...]:
    """What is due of one incident, what is due first in front."""
    if incident.merged_into is not None:
        return ()
    due = [_kept(incident, promise) for promise in known.promises.get(incident.id, ())]
    asked = () if incident.urgency is Urgency.URGENT else known.asked.get(incident.id, ())
    if incident.needs_decision:
        within = _decided_within(incident, times)
        due.append(_clock(Duty.DECIDE, incident, incident.due_from, within, asked))
    if incident.status.is_open:
        due += [_confirmed(incident, one) for one in known.unconfirmed.get(incident.id, ())]
    if _must_be_told(incident, known.told_at.get(incident.id)):
        due.append(_clock(Duty.TELL, incident, incident.tell_from, times.feedback, asked))
    return tuple(sorted(due, key=lambda one: (one.due_at, one.duty)))


def first_due(due: Iterable[Deadline]) -> datetime | None:
    """When the first of these is due."""
    return min((one.due_at for one in due), default=None)


def overdue(found: Mapping[int, Sequence[Deadline]], now: datetime) -> list[Deadline]:
    """All that is overdue, what is so the longest in front."""
    late = [one for due in found.values() for one in due if one.is_overdue(now)]
    return sorted(late, key=lambda one: (one.due_at, one.incident_id))


def _decided_within(incident: Incident, times: ServiceTimes) -> timedelta:
    is_urgent = incident.urgency is Urgency.URGENT
    return min(times.decision, URGENT_WITHIN) if is_urgent else times.decision


def _must_be_told(incident: Incident, told_at: datetime | None) -> bool:
    if not incident.status.is_open or incident.waits:
        return False
    return told_at is None or told_at < incident.tell_from


def _kept(incident: Incident, promise: Promise) -> Deadline:
    return Deadline(
        duty=Duty.KEEP,
        incident_id=incident.id,
        since=promise.at,
        due_at=promise.due_at,
        owner=_owner(incident),
        text=promise.text,
    )


def _confirmed(incident: Incident, gone: Unconfirmed) -> Deadline:
    return Deadline(
        duty=Duty.CONFIRM,
        incident_id=incident.id,
        since=gone.at,
        due_at=gone.at + ACKNOWLEDGE_WITHIN,
        owner=gone.owner,
    )


def _clock(
    duty: Duty, incident: Incident, since: datetime, limit: timedelta, asked: Sequence[Asked]
) -> Deadline:
    """A clock that stands still while a question is open that was asked before it ran out."""
    due_at, paused_until, counted_to = since + limit, None, since
    for question in sorted(asked, key=lambda one: one.asked_at):
        stops_at = max(question.asked_at, counted_to)
        if stops_at >= due_at:
            break
        due_at += max(question.ends_at - stops_at, timedelta())
        counted_to = max(counted_to, question.ends_at)
        if question.is_open:
            paused_until = counted_to
    return Deadline(
        duty=duty,
        incident_id=incident.id,
        since=since,
        due_at=due_at,
        owner=_owner(incident),
        paused_until=paused_until,
    )


def _owner(incident: Incident) -> str:
    return incident.assignee or incident.destination or ""
