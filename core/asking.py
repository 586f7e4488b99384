"""vragen (assistent): what is missing of an incident, which question would find it, and why.

It proposes; it asks by itself only where an administrator switched that on, within quiet hours and
limits, and never where a person is at work already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.answer_times import when_said
from core.answer_words import LOOKS
from core.audit import SYSTEM
from core.clock import local, midnight
from core.domain import Asking, Incident, QuestionState, Status, Urgency
from core.errors import QuestionOpen
from core.i18n import number, text_of
from core.questions import Wish, put, say_takeover
from core.reach import Means, Way, reach_of
from core.reciprocity import Rules, rules_of, words_for
from core.routing import POLICE
from core.store.unit import Unit
from core.topics import topics
from core.triage import asks_where

FRESH: Final = timedelta(hours=1)
"""So long after the last message the assistant may still ask by itself."""
_WORTH_ASKING: Final = timedelta(hours=24)
_SILENT: Final = timedelta(minutes=10)
_GOES_ON: Final = timedelta(hours=6)
_RUNS: Final = timedelta(minutes=60)
_PLATE: Final = "[kenteken]"
_VEHICLE: Final = re.compile(
    r"\b(?:auto\w*|bus(?:je)?|bestel\w+|wagen|scooter\w*|brommer|motor|aanhang\w*|camper|caravan|"
    r"vrachtwagen|taxi|car|van|truck|golf|polo|bmw|audi|opel|ford|mercedes|volvo|seat|kia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """vraagvoorstel: which question to ask, and what makes it this one (`why` with `params`)."""

    kind: Asking
    why: str
    amount: int = 0

    def reason(self, language: str) -> str:
        """Why this question, in a sentence."""
        return text_of(language, f"asking.{self.why}", amount=number(language, self.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """bekend: an incident with what was written about it, as the assistant looks at it."""

    incident: Incident
    texts: tuple[str, ...]
    now: datetime

    @property
    def silent_for(self) -> timedelta:
        return self.now - self.incident.last_message_at


def suggest(
    incident: Incident, unit: Unit, may_ask: Callable[[Asking], bool] = lambda _: True
) -> Suggestion | None:
    """The question that would tell most, of those that were not asked yet; None when none would.

    `may_ask`: whether a kind comes into question at all.
    """
    if not incident.status.is_open or unit.now - incident.last_message_at > _WORTH_ASKING:
        return None
    questions = unit.questions.of(incident.id)
    if any(question.state is QuestionState.OPEN for question in questions):
        return None
    asked = {q.kind for q in questions if q.state is not QuestionState.WITHDRAWN}
    texts = unit.reach.redacted(unit.questions.family(incident.id))
    known = Known(incident=incident, texts=tuple(texts), now=unit.now)
    topic = topics().get(incident.topic)
    wanted = [Asking(kind) for kind in topic.asks] if topic else []
    found = (_MISSING[kind](known) for kind in wanted if kind not in asked and may_ask(kind))
    return next((suggestion for suggestion in found if suggestion is not None), None)


def _where(known: Known) -> Suggestion | None:
    place = known.incident.location
    if not asks_where(place):
        return None
    if place.is_direction:
        return Suggestion(kind=Asking.WHERE, why="why_where_direction")
    if place.radius_m is None:
        return Suggestion(kind=Asking.WHERE, why="why_where_unknown")
    return Suggestion(kind=Asking.WHERE, why="why_where", amount=int(round(place.radius_m, -1)))


def _still(known: Known) -> Suggestion | None:
    if not _SILENT <= known.silent_for <= _GOES_ON:
        return None
    minutes = int(known.silent_for.total_seconds() // 60)
    return Suggestion(kind=Asking.STILL, why="why_still", amount=minutes)


def _direction(known: Known) -> Suggestion | None:
    place = known.incident.location
    told = place.is_direction or any(c.is_direction for c in place.candidates)
    urgent = known.incident.urgency is Urgency.URGENT
    if told or not urgent or known.silent_for > _RUNS:
        return None
    return Suggestion(kind=Asking.DIRECTION, why="why_direction")


def _seen(known: Known) -> Suggestion | None:
    described = any(LOOKS.search(text.casefold()) for text in known.texts)
    if described or known.silent_for > _GOES_ON:
        return None
    return Suggestion(kind=Asking.SEEN, why="why_seen")


def _plate(known: Known) -> Suggestion | None:
    named = any(_PLATE in text for text in known.texts)
    vehicle = any(_VEHICLE.search(text) for text in known.texts)
    return Suggestion(kind=Asking.PLATE, why="why_plate") if vehicle and not named else None


def _when(known: Known) -> Suggestion | None:
    told = any(when_said(text.casefold(), known.now) for text in known.texts)
    if told or known.incident.urgency is Urgency.URGENT:
        return None
    return Suggestion(kind=Asking.WHEN, why="why_when")


_MISSING: Final[dict[Asking, Callable[[Known], Suggestion | None]]] = {
    Asking.WHERE: _where,
    Asking.STILL: _still,
    Asking.DIRECTION: _direction,
    Asking.SEEN: _seen,
    Asking.PLATE: _plate,
    Asking.WHEN: _when,
}


def ask_by_rule(
    incident: Incident, unit: Unit, means: Means | None, hold: timedelta
) -> tuple[int, ...]:
    """Asks what is missing where the pilot's rules let it; gives the questions that were opened."""
    rules = rules_of(incident.pilot_id, unit)
    if not _may_ask(incident, rules, unit):
        return ()
    suggestion = suggest(incident, unit, lambda kind: rules.may_ask(incident.topic, kind))
    if suggestion is None:
        return ()
    ways = [way for way in reach_of(incident.id, unit, means).ways if _has_room(way, rules, unit)]
    if not ways:
        return ()
    text = words_for(f"ask_{suggestion.kind.value}", rules, incident)
    wish = Wish.by_rules(suggestion.kind, text, rules)
    try:
        asked = put(incident, ways, wish, SYSTEM, unit, means, due_at=unit.now + hold)
    except QuestionOpen:  # somebody was first
        return ()
    detail = {"questions": list(asked.question_ids), "outbox": list(asked.outbox_ids)}
    unit.audit.add(SYSTEM, "asked_by_rule", "incident", incident.id, detail)
    unit.incidents.tell(incident.id, "asked")
    return asked.question_ids


def _may_ask(incident: Incident, rules: Rules, unit: Unit) -> bool:
    """True while nobody is at work on it, it is fresh, and the rules say nothing against it."""
    by, _ = unit.reach.changed_by(incident.id)
    today = local(unit.now).date()
    alone = incident.status is Status.NEW and by in (None, SYSTEM)
    fresh = unit.now - incident.last_message_at <= FRESH
    runs = unit.pilots.pilot(incident.pilot_id).covers(today)
    return alone and fresh and runs and not rules.is_quiet(unit.now) and _is_for(incident, rules)


def _is_for(incident: Incident, rules: Rules) -> bool:
    """What is urgent and the police's is a person's, unless it was switched on."""
    theirs = incident.proposed_destination == POLICE
    return rules.urgent_police or not (theirs and incident.urgency is Urgency.URGENT)


def _has_room(way: Way, rules: Rules, unit: Unit) -> bool:
    """True when nothing is open in the group, and not too much was asked there today."""
    if way.group.is_open_source or unit.questions.open_in(way.group.id):
        return False
    today = midnight(local(unit.now).date())
    return unit.questions.asked_since(way.group.id, SYSTEM, today) < rules.a_day


def hand_to_person(
    incident: Incident, unit: Unit, means: Means | None, hold: timedelta
) -> Sequence[int]:
    """Once a person works on what the assistant asks about, residents are told so, once."""
    mine = [
        q
        for q in unit.questions.of(incident.id)
        if q.by == SYSTEM and q.state is QuestionState.OPEN
    ]
    by, at = unit.reach.changed_by(incident.id)
    first = min((q.asked_at for q in mine), default=None)
    if first is None or by in (None, SYSTEM) or at is None or at <= first:
        return ()
    if unit.reach.said_since(incident.id, first, SYSTEM):
        return ()
    groups = [q.group_id for q in mine]
    sent = say_takeover(incident, groups, SYSTEM, unit, means, unit.now + hold)
    if sent:
        unit.audit.add(SYSTEM, "takeover_said", "incident", incident.id, {"outbox": list(sent)})
    return sent
