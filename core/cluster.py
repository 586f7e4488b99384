"""bundelen: which open incident a message belongs to, how surely, and why in words."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import numpy as np

from core.domain import Assessment, Link, Location, Member, Message, OpenIncident, Reason
from core.evidence import (
    JOIN_NAMES,
    OPEN_NAMES,
    for_joining,
    for_opening,
    may_belong,
    shared_stems,
)
from core.forwarded import FEWEST_WORDS, is_copy
from core.ports import Tie
from core.profiles import (
    Arrival,
    Numbers,
    Profile,
    Surroundings,
    arrival_of,
    profile_of,
    surroundings_of,
)
from core.topics import Topic
from core.words import rare_words, words

_MOST_REASONS: Final = 4
_MOST_WORDS: Final = 3
_LEAST_WEIGHT: Final = 0.1
_ALWAYS_TOLD: Final = frozenset({"replies", "same_street"})
"""What a person wants to read as a reason however little the score needed it."""
_PROFILES_KEPT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """gewichten: what each piece of evidence counts for, as learned by models/links.py.

    `rarity` is log((1 + texts) / (1 + texts with the stem)), `rarest` that of an unknown stem.
    A message joins when the best incident scores at least `margin` above opening a new one.
    """

    join: Mapping[str, float]
    opens: Mapping[str, float]
    opening_words: Mapping[str, float] = field(default_factory=dict)
    opening_meaning: Sequence[float] = ()
    rarity: Mapping[str, float] = field(default_factory=dict)
    rarest: float = 1.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """afweging: the evidence of a message against each open incident, and for opening one."""

    arrival: Arrival
    around: Surroundings
    joining: tuple[dict[str, float], ...]
    opening: dict[str, float]


class LearnedClusterer:
    """Weighs a message against every open incident and against opening a new one.

    The choice is a multinomial logit: each open incident and "a new one" get a score, a weighted
    sum of evidence, and the probabilities are the softmax of the scores. `strength` is the
    probability of what was chosen. Nothing is remembered from message to message but a cache.
    """

    def __init__(self, weights: Weights, topics: Mapping[str, Topic]) -> None:
        self._weights = weights
        self._topics = topics
        self._join = np.array([weights.join.get(name, 0.0) for name in JOIN_NAMES])
        self._opens = np.array([weights.opens.get(name, 0.0) for name in OPEN_NAMES])
        self._opening_meaning = np.array(weights.opening_meaning, dtype=np.float64)
        self._profiles: OrderedDict[Hashable, Profile] = OrderedDict()

    def link(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        open_incidents: Sequence[OpenIncident],
    ) -> Link:
        """Says which open incident a message belongs to, or that it opens one."""
        told = _told_already(message, open_incidents)
        if told is not None:
            return told
        copied = self._sent_on(message, location, open_incidents)
        if copied is not None:
            return copied
        return self.choose(self.weigh(message, assessment, location, open_incidents))

    def _sent_on(
        self, message: Message, location: Location, open_incidents: Sequence[OpenIncident]
    ) -> Link | None:
        """A long text that is sent on tells nothing new: it follows what it copies.

        As long as that topic lasts, and unless it was over: the same words later, or about another
        address, are a new report.
        """
        own = rare_words(message.redacted)
        if len(own) < FEWEST_WORDS:
            return None
        for incident in open_incidents:
            topic = self._topics.get(incident.topic)
            longest = timedelta(hours=topic.open_hours if topic else 24.0)
            fresh = message.sent_at - incident.last_message_at <= longest
            if (
                fresh
                and not incident.members[-1].retracts
                and _repeats_one(own, location, incident)
            ):
                reason = Reason(kind="forwarded", weight=1.0)
                return Link(incident_id=incident.id, strength=1.0, reasons=(reason,))
        return None

    def ties(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        earlier: Sequence[Member],
    ) -> list[Tie]:
        """How strongly a message belongs with each earlier one by itself, strongest first.

        Each is weighed as if it were all there is of an incident; `strength` is the chance of
        joining it rather than opening a new one. What is not worth weighing has no tie.
        """
        alone = [_alone(member) for member in earlier]
        weighing = self.weigh(message, assessment, location, alone)
        if not weighing.joining:
            return []
        join, opens = self.scores(weighing)
        found = [
            Tie(
                earlier_id=profile.id,
                strength=float(1.0 / (1.0 + math.exp(min(50.0, opens - join[place])))),
                reasons=self._reasons(weighing, place),
            )
            for place, profile in enumerate(weighing.around.profiles)
        ]
        return sorted(found, key=lambda tie: -tie.strength)

    def choose(self, weighing: Weighing) -> Link:
        """The likeliest of all that was weighed, with what it rests on."""
        join, opens = self.scores(weighing)
        chances = softmax(np.append(join, opens))
        ranked = sorted(range(len(join)), key=lambda i: (-join[i], -i))
        profiles = weighing.around.profiles
        if not ranked or join[ranked[0]] < opens + self._weights.margin:
            return Link(
                incident_id=None,
                strength=float(chances[-1]),
                reasons=(Reason(kind="opens" if ranked else "first"),),
                runner_up=profiles[ranked[0]].id if ranked else None,
            )
        best = ranked[0]
        return Link(
            incident_id=profiles[best].id,
            strength=float(chances[best]),
            reasons=self._reasons(weighing, best),
            runner_up=profiles[ranked[1]].id if len(ranked) > 1 else None,
        )

    def weigh(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        open_incidents: Sequence[OpenIncident],
    ) -> Weighing:
        """Gathers all evidence; training learns from the same."""
        arrival = arrival_of(message, assessment, location)
        arrival = replace(arrival, first_like=self._first_like(arrival))
        profiles = [self._profile(incident) for incident in open_incidents]
        around = surroundings_of([p for p in profiles if may_belong(arrival, p)])
        rarity, rarest = self._weights.rarity, self._weights.rarest
        return Weighing(
            arrival=arrival,
            around=around,
            joining=tuple(
                for_joining(arrival, profile, around, self._topics, rarity, rarest)
                for profile in around.profiles
            ),
            opening=for_opening(arrival, around),
        )

    def _first_like(self, arrival: Arrival) -> dict[str, float]:
        """How much a message reads like the first about something: its words, its meaning."""
        told = sorted(set(words(arrival.message.redacted)))
        by_words = sum(self._weights.opening_words.get(word, 0.0) for word in told)
        known = arrival.vector.shape == self._opening_meaning.shape
        by_meaning = float(arrival.vector @ self._opening_meaning) if known else 0.0
        return {"opens_words": squash(by_words), "opens_meaning": squash(by_meaning)}

    def scores(self, weighing: Weighing) -> tuple[Numbers, float]:
        """The score of each open incident, and of opening a new one."""
        join = table(weighing.joining, JOIN_NAMES) @ self._join
        return join, float((table([weighing.opening], OPEN_NAMES) @ self._opens)[0])

    def _profile(self, incident: OpenIncident) -> Profile:
        key = _key(incident)
        if key in self._profiles:
            self._profiles.move_to_end(key)
            return self._profiles[key]
        while len(self._profiles) >= _PROFILES_KEPT:
            self._profiles.popitem(last=False)
        return self._profiles.setdefault(key, profile_of(incident))

    def _reasons(self, weighing: Weighing, best: int) -> tuple[Reason, ...]:
        found, profile = weighing.joining[best], weighing.around.profiles[best]
        weights: dict[str, float] = {}
        for name, value in found.items():
            kind = _KIND.get(name.split("_")[0] if name.startswith("here_") else name)
            if kind is not None and value:
                weight = value * self._weights.join.get(name, 0.0)
                weights[kind] = weights.get(kind, 0.0) + weight
        named = [
            Reason(kind=kind, what=what, weight=round(weight, 3))
            for kind, weight in sorted(weights.items(), key=lambda pair: -pair[1])
            if (weight >= _LEAST_WEIGHT or kind in _ALWAYS_TOLD)
            and (what := _what(kind, weighing.arrival, profile)) is not None
        ]
        return tuple(named[:_MOST_REASONS]) or (Reason(kind="together"),)


_KIND: Final = {
    "replies": "replies",
    "same_resident": "same_resident",
    "same_last_resident": "same_resident",
    "own_latest": "same_resident",
    "here": "soon_after",
    "latest_here": "same_group",
    "same_topic": "same_topic",
    "same_topic_sure": "same_topic",
    "topics_fit": "same_topic",
    "same_street": "same_street",
    "same_number": "same_street",
    "near": "near",
    "alike": "alike",
    "alike_last": "alike",
    "shared": "same_words",
    "shared_part": "same_words",
    "elsewhere_same_topic": "same_topic",
    "elsewhere_same_street": "same_street",
    "elsewhere_near": "near",
    "elsewhere_alike": "alike",
    "elsewhere_shared": "same_words",
    "elsewhere_shared_part": "same_words",
}
"""Which sentence (`reason.<kind>` in core/i18n) tells of a piece of evidence."""


def _what(kind: str, arrival: Arrival, profile: Profile) -> str | None:
    """What fills the sentence of a reason; None when it would say nothing."""
    if kind == "same_words":
        chosen = [arrival.stems[word] for word in shared_stems(arrival, profile)]
        return ", ".join(sorted(chosen, key=lambda w: (-len(w), w))[:_MOST_WORDS]) or None
    if kind == "same_street":
        return arrival.location.street
    if kind == "same_topic":
        return arrival.assessment.topic
    if kind == "same_group":
        return arrival.message.group.name
    if kind == "soon_after":
        since = profile.seen_in[arrival.message.group.id]
        return str(max(0, round((arrival.message.sent_at - since).total_seconds() / 60)))
    return ""


def _repeats_one(own: frozenset[str], location: Location, incident: OpenIncident) -> bool:
    return any(
        is_copy(own, member.rare_words) and not _at_another_address(location, member.location)
        for member in incident.members
    )


def _at_another_address(here: Location, there: Location) -> bool:
    """True where both say which street, or which number of it, and not the same."""
    if here.street is None or there.street is None:
        return False
    numbers = {here.house_number, there.house_number} - {None}
    return here.street != there.street or len(numbers) > 1


def _alone(member: Member) -> OpenIncident:
    return OpenIncident(
        id=member.message_id,
        topic=member.topic,
        opened_at=member.sent_at,
        last_message_at=member.sent_at,
        members=(member,),
    )


def _told_already(message: Message, open_incidents: Sequence[OpenIncident]) -> Link | None:
    """A message about two topics tells of one event: its second topic follows the first."""
    for incident in open_incidents:
        if any(member.key == message.key for member in incident.members):
            return Link(
                incident_id=incident.id, strength=1.0, reasons=(Reason(kind="same_message"),)
            )
    return None


def _key(incident: OpenIncident) -> Hashable:
    # An edited message keeps its id; its words and its vector do not stay the same.
    return (
        incident.id,
        incident.topic,
        # By key: the ids of an exercise's own store begin at 1 too. A place may be learned later.
        tuple(
            (m.key, m.topic, m.retracts, m.rare_words, m.location.lat, m.location.lon)
            for m in incident.members
        ),
    )


def squash(score: float) -> float:
    """Keeps a sum of many weights from outweighing everything else: between -4 and 4."""
    return 4.0 * math.tanh(score / 4.0)


def softmax(scores: Numbers) -> Numbers:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Numbers:
    """Rows of named numbers as a matrix with a column for each name."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows]).reshape(
        len(rows), len(names)
    )
