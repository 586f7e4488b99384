"""Incidents and messages made ready to be compared: gathered once, weighed many times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.domain import Assessment, Location, Message, OpenIncident, PlaceKind
from core.words import rare_words, stem

Numbers = NDArray[np.float64]
Key = TypeVar("Key")

PRECISE: Final = frozenset(
    {
        PlaceKind.SHARED,
        PlaceKind.ADDRESS,
        PlaceKind.CROSSING,
        PlaceKind.STREET,
        PlaceKind.LANDMARK,
    }
)
_OWN_TOPIC: Final = 0.5
"""What the topic of the incident as a whole (a person may have set it) adds to its members'."""
_ENDED: Final = frozenset(
    "opgeruimd opgehaald geleegd leeggehaald weggehaald weggesleept verwijderd opgelost schoon"
    " leeg vertrokken cleared collected".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """aankomst: a message as it is weighed against what is open."""

    message: Message
    assessment: Assessment
    location: Location
    stems: Mapping[str, str]
    vector: Numbers
    first_like: Mapping[str, float] = field(default_factory=dict)
    """How much it reads like the first message about something; see LearnedClusterer."""

    @property
    def precise(self) -> bool:
        return self.location.kind in PRECISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """profiel: what the members of an open incident say together, ready to be compared with."""

    id: int
    topic: str
    shares: Mapping[str, float]
    opened_at: datetime
    last_at: datetime
    keys: frozenset[str]
    residents: Mapping[str, datetime]
    last_resident: str
    last_topic: str
    seen_in: Mapping[int, datetime]
    moments: tuple[tuple[int, datetime], ...]
    places: tuple[Location, ...]
    streets: frozenset[str]
    around: Location | None
    stems: frozenset[str]
    members: tuple[frozenset[str], ...]
    vectors: Numbers
    urgent: bool
    retracted: bool
    ended: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """omgeving: what all open incidents together say: which words many share, who spoke last."""

    profiles: Sequence[Profile]
    spread: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[int, datetime] = field(default_factory=dict)
    latest_of: Mapping[str, datetime] = field(default_factory=dict)


def arrival_of(message: Message, assessment: Assessment, location: Location) -> Arrival:
    return Arrival(
        message=message,
        assessment=assessment,
        location=location,
        stems={stem(word): word for word in sorted(rare_words(message.redacted))},
        vector=np.asarray(message.embedding, dtype=np.float64),
    )


def profile_of(incident: OpenIncident) -> Profile:
    """Gathers what is compared of an open incident, once for as long as its members stay."""
    members = incident.members
    latest = members[-1]
    stems = tuple(frozenset(map(stem, member.rare_words)) for member in members)
    places = tuple(m.location for m in members if m.location.kind in PRECISE)
    return Profile(
        id=incident.id,
        topic=incident.topic,
        shares=_topics_told(incident),
        opened_at=incident.opened_at,
        last_at=latest.sent_at,
        keys=frozenset(member.key for member in members),
        residents={member.resident: member.sent_at for member in members},
        last_resident=latest.resident,
        last_topic=latest.topic,
        seen_in={member.group_id: member.sent_at for member in members},
        moments=tuple((member.group_id, member.sent_at) for member in members),
        places=places,
        streets=frozenset(place.street for place in places if place.street),
        around=next((m.location for m in members if m.location.lat is not None), None),
        stems=frozenset().union(*stems),
        members=stems,
        vectors=_rows([member.embedding for member in members]),
        urgent=latest.urgent,
        retracted=latest.retracts,
        ended=any(not _ENDED.isdisjoint(member.rare_words) for member in members[-2:]),
        count=len({member.key for member in members}),
    )


def _topics_told(incident: OpenIncident) -> dict[str, float]:
    """How the members' topics are shared out, weighed by how sure each was."""
    told: Counter[str] = Counter()
    for member in incident.members:
        told[member.topic] += member.confidence  # type: ignore[assignment]
    told[incident.topic] += _OWN_TOPIC  # type: ignore[assignment]
    total = sum(told.values())
    return {topic: weight / total for topic, weight in told.items()}


def surroundings_of(profiles: Sequence[Profile]) -> Surroundings:
    return Surroundings(
        profiles=profiles,
        spread=Counter(word for profile in profiles for word in profile.stems),
        latest=_latest(profile.seen_in for profile in profiles),
        latest_of=_latest(profile.residents for profile in profiles),
    )


def _latest(seen: Iterable[Mapping[Key, datetime]]) -> dict[Key, datetime]:
    latest: dict[Key, datetime] = {}
    for one in seen:
        for key, at in one.items():
            latest[key] = max(at, latest.get(key, at))
    return latest


def _rows(embeddings: Iterable[tuple[float, ...]]) -> Numbers:
    rows = [row for row in embeddings if row]
    return np.asarray(rows, dtype=np.float64) if rows else np.zeros((0, 0))
