"""Learns from labelled streams what makes messages belong together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Final

import numpy as np

from core.cluster import LearnedClusterer, Weighing, Weights, table
from core.domain import Assessment, Location, Member, Message, OpenIncident, Urgency
from core.evidence import JOIN_NAMES, OPEN_NAMES, WIDE_GAPS_MIN
from core.incidents import summarise
from core.profiles import Numbers
from core.topics import Topic
from core.words import rare_words, stem, words

RIDGE: Final = 10.0
ROUNDS: Final = 3
_CANDIDATES: Final = 60
_MEMBERS: Final = 12
_LEAST_SPREAD: Final = 0.15
"""Evidence rarer than this is not scaled up to count like what every message has."""
_FOR: Final = frozenset(
    {
        "replies",
        "same_resident",
        "latest_here",
        "same_topic",
        "same_topic_sure",
        "topics_fit",
        "same_street",
        "same_number",
        "near",
        "moving",
        "alike",
        "alike_last",
        "shared",
        "shared_part",
        "both_urgent",
        "elsewhere_same_topic",
        "elsewhere_same_street",
        "elsewhere_near",
        "elsewhere_shared",
        "elsewhere_shared_part",
        "elsewhere_alike",
    }
)
_AGAINST: Final = frozenset(
    {
        "between",
        "past_open_hours",
        "other_topic_sure",
        "areas_apart",
        "other_number",
        "other_place",  # to name another place never speaks for it
        "other_street",
        "other_place_first",
        "other_street_stays",
        "far",
        "after_retraction",
        "after_ending",
        "after_end_gap",
        "elsewhere_far",
        "elsewhere",
        *(f"elsewhere_{knot}" for knot in WIDE_GAPS_MIN),  # two groups at once prove nothing
    }
)
_BOUNDS: Final = [
    (0.0 if name in _FOR else None, 0.0 if name in _AGAINST else None)
    for name in (*JOIN_NAMES, *OPEN_NAMES)
]
_OPENING_STRENGTH: Final = 0.3
_OPENING_LEAST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """stap: a relevant message as it arrives in a stream; `truth` is its labelled incident."""

    message: Message
    assessments: tuple[Assessment, ...]
    location: Location
    truth: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """keuze: the evidence one message had before it, and which row was right (the last: new)."""

    joining: Numbers
    opening: Numbers
    right: int


class Book:
    """boek: the open incidents of a simulated stream, given out as the store gives them."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._longest = timedelta(hours=max(topic.open_hours for topic in topics.values()))
        self._members: dict[int, list[Member]] = {}
        self._truths: dict[int, Counter[str]] = {}
        self._open: dict[int, OpenIncident] = {}

    def open_incidents(self, step: Step) -> list[OpenIncident]:
        since = step.message.sent_at - self._longest
        found = [incident for incident in self._open.values() if incident.last_message_at >= since]
        found.sort(key=lambda incident: incident.last_message_at, reverse=True)
        return found[:_CANDIDATES]

    def put(self, step: Step, assessment: Assessment, incident_id: int | None) -> int:
        """Adds a message to an incident, or to a new one; gives the incident."""
        if incident_id is None:
            incident_id = len(self._members) + 1
            self._members[incident_id], self._truths[incident_id] = [], Counter()
        members = self._members[incident_id]
        members.append(_member(step, assessment))
        self._truths[incident_id][step.truth or f"none-{step.message.key}"] += 1
        self._open[incident_id] = OpenIncident(
            id=incident_id,
            topic=summarise(members).topic,
            opened_at=members[0].sent_at,
            last_message_at=members[-1].sent_at,
            members=tuple(members[-_MEMBERS:]),
        )
        return incident_id

    def home(self, truth: str | None, offered: Sequence[OpenIncident]) -> int | None:
        """The offered incident that holds most of a labelled incident; None when none does."""
        counts = [(self._truths[incident.id][truth or ""], incident.id) for incident in offered]
        best = max(counts, default=(0, 0))
        return best[1] if best[0] else None


def learn(
    streams: Sequence[Sequence[Step]], topics: Mapping[str, Topic], rounds: int = ROUNDS
) -> Weights:
    """Weights from streams of one writer each.

    First with the history as labelled, then again with the history that the weights themselves
    make: at run time a message meets incidents with mistakes in them.
    """
    base = _first_weights(list(chain.from_iterable(streams)))
    apart = [_first_weights(_others(streams, left_out)) for left_out in range(len(streams))]
    weights = base
    gathered: list[Choice] = []
    for round_number in range(rounds):
        for stream, own in zip(streams, apart, strict=True):
            guide = replace(own, join=weights.join, opens=weights.opens)
            gathered += follow(stream, guide, topics, labelled=round_number == 0)[1]
        join, opens = fit(gathered)
        weights = replace(base, join=join, opens=opens)
    return weights


def follow(
    stream: Sequence[Step], weights: Weights, topics: Mapping[str, Topic], *, labelled: bool = False
) -> tuple[dict[str, int], list[Choice]]:
    """One stream in time order: the incident of each message, and each choice there was.

    `labelled` follows the labels instead of the weights.
    """
    clusterer, book = LearnedClusterer(weights, topics), Book(topics)
    incidents: dict[str, int] = {}
    choices: list[Choice] = []
    for step in stream:
        first, *further = step.assessments
        offered = book.open_incidents(step)
        weighing = clusterer.weigh(step.message, first, step.location, offered)
        home = book.home(step.truth, offered)
        choices.append(_choice(weighing, home))
        goes = home if labelled else clusterer.choose(weighing).incident_id
        incidents[step.message.key] = chosen = book.put(step, first, goes)
        for assessment in further:
            book.put(step, assessment, chosen)
    return incidents, choices


def fit(choices: Sequence[Choice], ridge: float = RIDGE) -> tuple[dict[str, float], ...]:
    """The weights that make the right choices likeliest, held back by a ridge.

    What can only speak for belonging never gets a weight against it, and the other way round: of
    rare evidence the corpus has too little to turn common sense over.
    """
    from scipy.optimize import minimize

    width = len(JOIN_NAMES)
    rows, starts, right = _stack(choices)
    scale = np.maximum(rows.std(axis=0), _LEAST_SPREAD)
    rows = rows / scale
    segment = np.repeat(np.arange(len(starts)), np.diff([*starts, len(rows)]))

    def loss(values: Numbers) -> tuple[float, Numbers]:
        scores = rows @ values
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[segment])
        chances = raised / np.add.reduceat(raised, starts)[segment]
        miss = -np.log(np.maximum(chances[right], 1e-300)).mean()
        slope = rows.T @ chances - rows[right].sum(axis=0)
        bend = ridge * values / len(starts)
        return miss + float(values @ bend) / 2, slope / len(starts) + bend

    start = np.zeros(rows.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_BOUNDS).x / scale
    return (
        dict(zip(JOIN_NAMES, map(float, found[:width]), strict=True)),
        dict(zip(OPEN_NAMES, map(float, found[width:]), strict=True)),
    )


def _stack(choices: Sequence[Choice]) -> tuple[Numbers, list[int], list[int]]:
    """All choices under one another: rows (joining beside opening), first rows, right rows."""
    parts, starts, right, at = [], [], [], 0
    for choice in choices:
        count = len(choice.joining)
        block = np.zeros((count + 1, len(JOIN_NAMES) + len(OPEN_NAMES)))
        block[:count, : len(JOIN_NAMES)] = choice.joining
        block[count, len(JOIN_NAMES) :] = choice.opening
        parts.append(block)
        starts.append(at)
        right.append(at + choice.right)
        at += count + 1
    return np.vstack(parts), starts, right


def _choice(weighing: Weighing, home: int | None) -> Choice:
    ids = [profile.id for profile in weighing.around.profiles]
    return Choice(
        joining=table(weighing.joining, JOIN_NAMES),
        opening=table([weighing.opening], OPEN_NAMES)[0],
        right=ids.index(home) if home in ids else len(ids),
    )


def _member(step: Step, assessment: Assessment) -> Member:
    message = step.message
    return Member(
        message_id=hash(message.key),
        key=message.key,
        group_id=message.group.id,
        resident=message.resident,
        sent_at=message.sent_at,
        topic=assessment.topic,
        urgent=assessment.urgency is Urgency.URGENT,
        location=step.location,
        embedding=message.embedding,
        rare_words=rare_words(message.redacted),
        confidence=assessment.confidence,
        retracts=assessment.retracts,
    )


def _others(streams: Sequence[Sequence[Step]], left_out: int) -> list[Step]:
    if len(streams) == 1:
        return list(streams[0])
    return [s for number, stream in enumerate(streams) if number != left_out for s in stream]


def _first_weights(steps: Sequence[Step]) -> Weights:
    """How rare each stem is, and what the first message about something is like; no more yet."""
    texts = [step.message.redacted for step in steps]
    holding = Counter(chain.from_iterable({stem(w) for w in rare_words(text)} for text in texts))
    rarity = {w: math.log((1 + len(texts)) / (1 + n)) for w, n in sorted(holding.items()) if n > 1}
    known = [step for step in steps if step.truth is not None]
    return Weights(
        join={},
        opens={},
        opening_words=_opening_words(known),
        opening_meaning=_opening_meaning(known),
        rarity=rarity,
        rarest=math.log(1 + len(texts)),
    )


def _opening_words(steps: Sequence[Step]) -> dict[str, float]:
    """The weight of each word for a message being the first about something."""
    texts = [frozenset(words(step.message.redacted)) for step in steps]
    counts = Counter(chain.from_iterable(texts))
    vocabulary = sorted(word for word, n in counts.items() if n >= _OPENING_LEAST)
    rows = np.array([[float(word in text) for word in vocabulary] for text in texts])
    return dict(zip(vocabulary, _told_apart(rows, steps, _OPENING_STRENGTH), strict=False))


def _opening_meaning(steps: Sequence[Step]) -> tuple[float, ...]:
    """The direction in which the meaning of first messages lies from that of later ones."""
    return _told_apart(np.array([step.message.embedding for step in steps]), steps, 1.0)


def _told_apart(rows: Numbers, steps: Sequence[Step], strength: float) -> tuple[float, ...]:
    """The weight of each column for being first; empty when there is nothing to learn from."""
    from sklearn.linear_model import LogisticRegression

    seen: set[str | None] = set()
    first = []
    for step in steps:
        first.append(step.truth not in seen)
        seen.add(step.truth)
    if len(set(first)) < 2 or not rows.size:
        return ()
    model = LogisticRegression(C=strength, max_iter=500).fit(rows, first)
    return tuple(round(float(weight), 4) for weight in model.coef_[0])
