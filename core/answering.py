"""beantwoorden: a message that answers our question is filed with the incident it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.audit import SYSTEM
from core.domain import (
    Asking,
    Assessment,
    Event,
    Ground,
    Incident,
    Judgement,
    Link,
    Location,
    Message,
    Question,
    Reason,
    Understood,
    Urgency,
)
from core.questions import end_if_enough
from core.reach import Means
from core.reciprocity import rules_of
from core.store.unit import Unit
from core.triage import asks_where
from core.understand import Said, understand

if TYPE_CHECKING:  # the pipeline calls this, so it comes first
    from core.pipeline import Scene

TALK_LASTS: Final = timedelta(minutes=20)
"""So long after a question what is said in the group may be an answer; a reply always may."""
_CLOCKS_DIFFER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """antwoord: which question a message answers, and what it says to it.

    `addressed`: it is a reply to our text, or was said to us alone by the one we asked.
    """

    question: Question
    incident: Incident
    value: Understood
    addressed: bool


def answering(event: Event, message: Message, scene: Scene, unit: Unit) -> Answering | None:
    """The open question that a message answers, the newest first; None when it answers none."""
    for question in unit.questions.open_in(message.group.id, message.resident):
        is_ours = _is_addressed(question, event, message)
        if not is_ours and not _may_answer(question, event, message):
            continue
        incident = _living(question, unit)
        value = understand(question.kind, _said(event, message, incident, scene, is_ours))
        if value is not None:
            return Answering(question=question, incident=incident, value=value, addressed=is_ours)
    return None


def _is_addressed(question: Question, event: Event, message: Message) -> bool:
    if event.reply_to is not None and event.reply_to in question.references:
        return True
    return event.direct and question.resident in (None, message.resident) and not event.reply_to


def _may_answer(question: Question, event: Event, message: Message) -> bool:
    """Talk in the group soon after the question, by one who was asked, in answer to nobody else."""
    waited = message.sent_at - question.asked_at
    asked = question.resident in (None, message.resident)
    return asked and event.reply_to is None and -_CLOCKS_DIFFER <= waited <= TALK_LASTS


def _living(question: Question, unit: Unit) -> Incident:
    incident = unit.incidents.get(question.incident_id)
    while incident.merged_into is not None:
        incident = unit.incidents.get(incident.merged_into)
    return incident


def _said(event: Event, message: Message, incident: Incident, scene: Scene, is_ours: bool) -> Said:
    shared = None if event.lat is None or event.lon is None else (event.lat, event.lon)
    return Said(
        text=event.text,
        sent_at=message.sent_at,
        places=scene.places,
        near=(scene.area.lat, scene.area.lon) if scene.area else None,
        street=incident.location.street,
        shared=shared,
        addressed=is_ours,
    )


def file_answer(answer: Answering, message: Message, unit: Unit, means: Means) -> None:
    """Files the answer, and ends the question when that was enough; the message is stored."""
    question = answer.question
    unit.questions.answer(question.id, message.key, message.resident, answer.value, message.sent_at)
    unit.audit.add(SYSTEM, "answered", "incident", answer.incident.id, {"question": question.id})
    unit.incidents.tell(answer.incident.id, "answered")
    end_if_enough(question, unit, means)


def addressed(answer: Answering | None) -> Answering | None:
    """The answer if it is addressed to us: then the message belongs where we asked."""
    return answer if answer is not None and answer.addressed else None


def belongs(answer: Answering, touched: Sequence[int], *, reports: bool) -> bool:
    """False for a report of something else that only looks like an answer."""
    return answer.addressed or not reports or answer.incident.id in touched


def place_said(answer: Answering | None) -> Location | None:
    """Where the incident is by an answer to the question where."""
    if answer is None or answer.question.kind is not Asking.WHERE:
        return None
    return answer.value.place


def may_place(answer: Answering, unit: Unit) -> bool:
    """True when a rule lets the answer place its incident, and that has no place to send to."""
    incident = answer.incident
    wanted = place_said(answer) is not None and "location" not in incident.overruled
    needed = wanted and incident.status.is_open and asks_where(incident.location)
    return needed and rules_of(incident.pilot_id, unit).takes_place


def link_of(answer: Answering | None, assessment: Assessment) -> Link | None:
    """A report that is a reply to our question belongs where we asked, if that is its topic."""
    if answer is None or not answer.addressed or not answer.incident.status.is_open:
        return None
    if assessment.topic != answer.incident.topic:
        return None
    return Link(
        incident_id=answer.incident.id, strength=1.0, reasons=(Reason(kind="answer", weight=1.0),)
    )


def by_answer(answer: Answering, judgement: Judgement) -> Assessment:
    """An answer as a message about its incident: as sure as its words alone are, never urgent."""
    topic = answer.incident.topic
    return Assessment(
        topic=topic,
        confidence=judgement.topics.get(topic, 0.0),
        urgency=Urgency.NOT_URGENT,
        urgency_confidence=1.0 - judgement.urgent,
        grounds=(Ground(kind="reply", what=topic, weight=1.0),),
        model=judgement.model,
    )
