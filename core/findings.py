"""bevindingen: a run's outcome in words and numbers, as it reads at this moment.

What is stored of a run are ids, numbers and places in a plot. Words are made on reading, from what
is stored at that moment, so that what was erased since is in no outcome either.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from core.agreement import Agreement, agreement
from core.clock import local
from core.privacy.disclosure import FEWEST_RESIDENTS, Rounding
from core.store.research_queries import Outcome, Spot
from core.words import rare_words

OUTSIDE: Final = -1
"""The cluster of a message that is in none."""

_TERM_COUNT: Final = 6
_GRID: Final = 0.001
"""Degrees to which places are rounded on a researcher's map: about 110 by 70 metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """portret: one cluster in numbers and words; counts are rounded, 0 is fewer than five.

    Incidents too: as many messages there are at least. `persistence`: how firm, 0 to 1.
    """

    cluster: int
    message_count: int
    resident_count: int
    incident_count: int
    topics: tuple[tuple[str, int], ...]
    terms: tuple[str, ...]
    first_on: date
    last_on: date
    persistence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """punt: one message in the plot, on the map and in time.

    `computed`: its place in UMAP's plane; `place`: rounded to some hundred metres, None if unknown.
    """

    message_id: int
    cluster: int
    x: float
    y: float
    computed: tuple[float, float] | None
    topic: str
    sent_at: datetime
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """bevindingen: a run's outcome as it reads today.

    `agreement`: clusters against incidents. Counts are rounded, but for `gone_count`.
    """

    dots: tuple[Dot, ...]
    portraits: tuple[Portrait, ...]
    message_count: int
    outside_count: int
    gone_count: int
    found_count: int
    explained: float
    agreement: Agreement | None


def read_findings(outcome: Outcome, spots: Mapping[int, Spot], rounding: Rounding) -> Findings:
    """A run's outcome with what is stored of its messages today."""
    dots = _dots(outcome, spots)
    members = members_of(outcome, spots)
    inside = {label: of for label, of in members.items() if label != OUTSIDE}
    terms = distinctive_terms(inside)
    firm = outcome.persistences
    return Findings(
        dots=dots,
        portraits=tuple(
            _portrait(label, inside[label], terms[label], rounding, firm)
            for label in sorted(terms, key=lambda label: (-len(inside[label]), label))
        ),
        message_count=rounding.count("messages", [dot.message_id for dot in dots]),
        outside_count=rounding.count("messages", _ids(members.get(OUTSIDE, []))),
        gone_count=len(outcome.message_ids) - len(dots),
        found_count=outcome.found_count,
        explained=outcome.explained,
        agreement=with_incidents(outcome, spots),
    )


def members_of(outcome: Outcome, spots: Mapping[int, Spot]) -> dict[int, list[Spot]]:
    """The messages of each cluster that are still stored."""
    members: dict[int, list[Spot]] = defaultdict(list)
    for message_id, label in zip(outcome.message_ids, outcome.clusters, strict=True):
        if message_id in spots:
            members[label].append(spots[message_id])
    return dict(members)


def with_incidents(outcome: Outcome, spots: Mapping[int, Spot]) -> Agreement | None:
    """Clusters against incidents; a message outside every cluster is a group of its own."""
    linked = [
        (label, spots[message_id])
        for message_id, label in zip(outcome.message_ids, outcome.clusters, strict=True)
        if message_id in spots and spots[message_id].incident_id is not None
    ]
    ours = [alone_if_outside(spot.message_id, label) for label, spot in linked]
    return agreement(ours, [spot.incident_id for _, spot in linked])


def alone_if_outside(message_id: int, label: int) -> Hashable:
    return ("alone", message_id) if label == OUTSIDE else label


def distinctive_terms(members: Mapping[int, Sequence[Spot]]) -> dict[int, tuple[str, ...]]:
    """For each cluster the words that set it apart: class-based TF-IDF over redacted texts.

    A word counts once a message. One with a digit in it, or used in the cluster by too few
    different residents, is left out.
    """
    counts = {label: Counter(w for s in of for w in _terms(s)) for label, of in members.items()}
    everywhere: Counter[str] = Counter()
    for count in counts.values():
        everywhere.update(count)
    mean = everywhere.total() / max(1, len(counts))
    return {
        label: _best_terms(count, everywhere, mean, _shareable(members[label]))
        for label, count in counts.items()
    }


def _dots(outcome: Outcome, spots: Mapping[int, Spot]) -> tuple[Dot, ...]:
    computed = outcome.computed or (None,) * len(outcome.points)
    rows = zip(outcome.message_ids, outcome.clusters, outcome.points, computed, strict=True)
    return tuple(
        Dot(
            message_id=message_id,
            cluster=label,
            x=x,
            y=y,
            computed=there,
            topic=spots[message_id].topic,
            sent_at=spots[message_id].sent_at,
            place=_coarse(spots[message_id]),
        )
        for message_id, label, (x, y), there in rows
        if message_id in spots
    )


def _coarse(spot: Spot) -> tuple[float, float] | None:
    if spot.lat is None or spot.lon is None:
        return None
    lat, lon = (round(round(value / _GRID) * _GRID, 3) for value in (spot.lat, spot.lon))
    return lat, lon


def _portrait(
    label: int,
    members: Sequence[Spot],
    terms: tuple[str, ...],
    rounding: Rounding,
    persistences: Sequence[float],
) -> Portrait:
    by_topic: dict[str, list[Spot]] = defaultdict(list)
    for spot in members:
        by_topic[spot.topic].append(spot)
    topics = {topic: rounding.count("messages", _ids(of)) for topic, of in by_topic.items()}
    days = [local(spot.sent_at).date() for spot in members]
    return Portrait(
        cluster=label,
        message_count=rounding.count("messages", _ids(members)),
        resident_count=rounding.count("residents", [spot.resident for spot in members]),
        incident_count=rounding.count("incidents", {spot.incident_id for spot in members} - {None}),
        topics=tuple(sorted(topics.items(), key=lambda pair: (-pair[1], pair[0]))),
        terms=terms,
        first_on=min(days),
        last_on=max(days),
        persistence=persistences[label] if label < len(persistences) else None,
    )


def _ids(members: Sequence[Spot]) -> list[int]:
    return [spot.message_id for spot in members]


def _terms(spot: Spot) -> frozenset[str]:
    return frozenset(word for word in rare_words(spot.redacted) if word.isalpha())


def _shareable(members: Sequence[Spot]) -> set[str]:
    """The words that enough different residents of a cluster used."""
    users: dict[str, set[str]] = defaultdict(set)
    for spot in members:
        for word in _terms(spot):
            users[word].add(spot.resident)
    return {word for word, who in users.items() if len(who) >= FEWEST_RESIDENTS}


def _best_terms(
    count: Counter[str], everywhere: Counter[str], mean: float, shareable: set[str]
) -> tuple[str, ...]:
    """The words with most weight: tf x log(1 + mean words a cluster / frequency everywhere)."""
    total = max(1, count.total())
    weights = {
        word: count[word] / total * math.log(1 + mean / everywhere[word]) for word in shareable
    }
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:_TERM_COUNT])
