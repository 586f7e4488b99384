"""What an incident's messages say together: its topic, urgency, place and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from core.areas import area_at
from core.audit import SYSTEM
from core.domain import (
    UNKNOWN_LOCATION,
    Area,
    Incident,
    Location,
    Member,
    PlaceKind,
    Status,
    Urgency,
)
from core.forwarded import repeats
from core.routing import facts_of, route_of
from core.topics import topics
from core.wanted_evidence import enter_if_enough

if TYPE_CHECKING:  # the store gathers into Summary, so it comes first
    from core.store.unit import Unit

FOLLOWED: Final = ("topic", "urgency", "location")
"""What follows the messages until a person says otherwise."""
_PRECISION = {
    PlaceKind.SHARED: 0,
    PlaceKind.ADDRESS: 1,
    PlaceKind.CROSSING: 2,
    PlaceKind.STREET: 3,
    PlaceKind.LANDMARK: 3,
    PlaceKind.AREA: 4,
    PlaceKind.GROUP_AREA: 5,
    PlaceKind.UNKNOWN: 6,
}
_TOWARDS = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """samenvatting: what the members of an incident say together."""

    topic: str
    urgency: Urgency
    location: Location
    confidence: float
    message_count: int
    resident_count: int
    opened_at: datetime
    last_message_at: datetime


def summarise(members: Sequence[Member]) -> Summary:
    """Gathers one or more members, oldest first, into what their incident is about.

    The topic is the one with most confidence behind it; the incident is urgent until a message
    takes it back; the place is the most precise one named, the earliest of equals, because the
    first to name an address stands nearest to what happened. Confidence grows with each different
    resident who reports the topic: 1 - product of (1 - confidence). Who only sends another's text
    on has seen nothing: that counts as a message, not as a witness.
    """
    own = own_words(members)
    weights: Counter[str] = Counter()
    for member in members:
        weights[member.topic] += member.confidence  # type: ignore[assignment]
    topic = weights.most_common(1)[0][0]
    return Summary(
        topic=topic,
        urgency=Urgency.of(_is_urgent(members)),
        location=_most_precise([member.location for member in members]),
        confidence=_together([m for m in own if m.topic == topic] or members),
        message_count=len({member.key for member in members}),
        resident_count=len({member.resident for member in own}),
        opened_at=min(member.sent_at for member in members),
        last_message_at=max(member.sent_at for member in members),
    )


def own_words(members: Sequence[Member]) -> list[Member]:
    """The members without those that send on what another resident wrote before."""
    first = repeats([member.rare_words for member in members])
    return [
        member
        for member, place in zip(members, first, strict=True)
        if place is None or members[place].resident == member.resident
    ]


def _is_urgent(members: Sequence[Member]) -> bool:
    urgent = False
    for member in sorted(members, key=lambda m: m.sent_at):
        urgent = not member.retracts and (urgent or member.urgent)
    return urgent


def _most_precise(locations: Sequence[Location]) -> Location:
    known = [location for location in locations if location.lat is not None]
    if not known:
        return UNKNOWN_LOCATION
    return min(known, key=_imprecision)


def _imprecision(location: Location) -> float:
    """Where somebody went says less than any place named, and more than an area."""
    return _TOWARDS if location.is_direction else _PRECISION[location.kind]


def _together(members: Sequence[Member]) -> float:
    best: dict[str, float] = {}
    for member in members:
        best[member.resident] = max(best.get(member.resident, 0.0), member.confidence)
    doubt = 1.0
    for confidence in best.values():
        doubt *= 1.0 - confidence
    return 1.0 - doubt


def gather(incident_id: int, areas: Sequence[Area], unit: Unit) -> None:
    """Lets an incident follow its messages; one without messages left closes."""
    members = unit.incidents.members([incident_id])[incident_id]
    if not members:
        unit.incidents.set_empty(incident_id, Status.CLOSED)
        unit.audit.add(SYSTEM, "emptied", "incident", incident_id)
        return
    incident = unit.incidents.get(incident_id)
    said = as_overruled(summarise(members), incident)
    facts = facts_of(said.topic, said.urgency, said.location, said.opened_at, members, areas)
    proposed = route_of(incident.pilot_id, facts, topics(), unit)
    unit.incidents.refresh(incident, said, area_at(said.location, areas), proposed)
    if incident.waits:
        enter_if_enough(incident_id, unit)


def as_overruled(summary: Summary, incident: Incident) -> Summary:
    """What the members say, but for what a person has said better."""
    kept = {name: getattr(incident, name) for name in FOLLOWED if name in incident.overruled}
    return replace(summary, **kept)
