"""onderzoek: clusters over a period, found apart from the incidents, and how the two agree.

What is stored of a run are ids, numbers and places in a plot. Words are made on reading, from what
is stored at that moment, so that what was erased since is in no outcome either.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.domain import User
from core.errors import BadInput, HNMError, NotPossible
from core.permissions import Action, require
from core.ports import Clusters
from core.store.research_queries import Outcome, Recipe, Spot
from core.store.unit import Unit
from core.words import rare_words

OUTSIDE: Final = -1
"""The cluster of a message that is in none."""

MOST_MESSAGES: Final = 12_000
"""What one run takes at most: seconds on a busy core; time grows with the square."""

FEWEST_RESIDENTS: Final = 3
"""A word used by fewer different residents is not shown: it could point at one of them."""

SMALLEST_COUNT: Final = 5
"""A smaller number of residents or messages is shown as "fewer than" this."""

_TERM_COUNT: Final = 6
_MOST_OPEN_RUNS: Final = 3
_LONGEST_DAYS: Final = 400
CLUSTER_SIZES: Final = range(2, 201)
SAMPLES: Final = range(1, 101)


class TooManyRuns(HNMError):
    """This user has enough runs waiting (most)."""

    code = "error.too_many_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """portret: one cluster in numbers and words."""

    cluster: int
    message_count: int
    resident_count: int
    incident_count: int
    topics: tuple[tuple[str, int], ...]
    terms: tuple[str, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """punt: one message in the plot."""

    message_id: int
    cluster: int
    x: float
    y: float
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """bevindingen: a run's outcome as it reads today."""

    dots: tuple[Dot, ...]
    portraits: tuple[Portrait, ...]
    outside_count: int
    gone_count: int
    found_count: int
    explained: float
    agreement: float | None


def ask_for(recipe: Recipe, pilot_id: int, user: User, unit: Unit) -> int:
    """Queues a run; gives its id. Raises NotAllowed, BadInput, TooManyRuns."""
    require(user, Action.EXPLORE)
    _check(recipe)
    if unit.runs.open_count(user.login) >= _MOST_OPEN_RUNS:
        raise TooManyRuns(most=_MOST_OPEN_RUNS)
    run_id = unit.runs.add(pilot_id, recipe, user.login)
    unit.audit.add(user.login, "asked_run", "run", run_id)
    return run_id


def cancel(run_id: int, user: User, unit: Unit) -> None:
    """Stops a run that waits or is being computed. Raises NotAllowed, NotPossible."""
    require(user, Action.EXPLORE)
    if not unit.runs.cancel(run_id):
        raise NotPossible(number=str(run_id))
    unit.audit.add(user.login, "cancelled_run", "run", run_id)


def cluster(
    message_ids: Sequence[int],
    embeddings: NDArray[np.float32],
    found_count: int,
    recipe: Recipe,
    clusters: Clusters,
) -> Outcome:
    """What a recipe makes of messages; too few for one cluster all stay outside."""
    found = clusters.find(
        embeddings,
        min_cluster_size=recipe.min_cluster_size,
        min_samples=recipe.min_samples,
        fine=recipe.fine,
    )
    return Outcome(
        message_ids=tuple(message_ids),
        clusters=found.labels,
        points=found.points,
        explained=found.explained,
        found_count=found_count,
    )


def read_findings(outcome: Outcome, spots: Mapping[int, Spot]) -> Findings:
    """A run's outcome with what is stored of its messages today."""
    placed = [
        (spots[message_id], label, point)
        for message_id, label, point in zip(
            outcome.message_ids, outcome.clusters, outcome.points, strict=True
        )
        if message_id in spots
    ]
    members: dict[int, list[Spot]] = defaultdict(list)
    for spot, label, _ in placed:
        members[label].append(spot)
    terms = distinctive_terms({label: of for label, of in members.items() if label != OUTSIDE})
    return Findings(
        dots=tuple(
            Dot(message_id=spot.message_id, cluster=label, x=x, y=y, topic=spot.topic)
            for spot, label, (x, y) in placed
        ),
        portraits=tuple(
            _portrait(label, members[label], terms[label])
            for label in sorted(terms, key=lambda label: (-len(members[label]), label))
        ),
        outside_count=len(members[OUTSIDE]),
        gone_count=len(outcome.message_ids) - len(placed),
        found_count=outcome.found_count,
        explained=outcome.explained,
        agreement=_agreement(placed),
    )


def distinctive_terms(members: Mapping[int, Sequence[Spot]]) -> dict[int, tuple[str, ...]]:
    """For each cluster the words that set it apart: class-based TF-IDF over redacted texts.

    A word counts once a message. One with a digit in it, or used in the cluster by too few
    different residents, is left out.
    """
    counts = {label: Counter(w for s in of for w in _terms(s)) for label, of in members.items()}
    everywhere: Counter[str] = sum(counts.values(), Counter())
    mean = everywhere.total() / max(1, len(counts))
    return {
        label: _best_terms(count, everywhere, mean, _shareable(members[label]))
        for label, count in counts.items()
    }


def adjusted_rand(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> float | None:
    """How far two groupings agree: 1 is the same, 0 what chance gives (Hubert & Arabie, 1985).

    None for fewer than two messages, or when neither says anything (all together, or all apart).
    """
    total = math.comb(len(ours), 2)
    both = _pairs(Counter(zip(ours, theirs, strict=True)))
    one, other = _pairs(Counter(ours)), _pairs(Counter(theirs))
    if total == 0:
        return None
    expected, most = one * other / total, (one + other) / 2
    return None if most == expected else (both - expected) / (most - expected)


def texts_of(
    cluster_number: int, outcome: Outcome, spots: Mapping[int, Spot], user: User
) -> list[Spot]:
    """The redacted messages of a cluster, newest first. Raises NotAllowed."""
    require(user, Action.SEE_INCIDENTS)
    pairs = zip(outcome.message_ids, outcome.clusters, strict=True)
    found = [spots[m] for m, label in pairs if label == cluster_number and m in spots]
    return sorted(found, key=lambda spot: spot.sent_at, reverse=True)


def _check(recipe: Recipe) -> None:
    """Raises BadInput."""
    if not 0 <= (recipe.last - recipe.first).days < _LONGEST_DAYS:
        raise BadInput(field="period", why=f"1-{_LONGEST_DAYS}")
    if recipe.min_cluster_size not in CLUSTER_SIZES:
        raise BadInput(field="min_cluster_size", why=str(recipe.min_cluster_size))
    if recipe.min_samples not in SAMPLES:
        raise BadInput(field="min_samples", why=str(recipe.min_samples))


def _portrait(label: int, members: Sequence[Spot], terms: tuple[str, ...]) -> Portrait:
    topics = Counter(spot.topic for spot in members)
    return Portrait(
        cluster=label,
        message_count=len(members),
        resident_count=len({spot.resident for spot in members}),
        incident_count=len({spot.incident_id for spot in members} - {None}),
        topics=tuple(topics.most_common()),
        terms=terms,
        first_at=min(spot.sent_at for spot in members),
        last_at=max(spot.sent_at for spot in members),
    )


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


def _agreement(placed: Sequence[tuple[Spot, int, tuple[float, float]]]) -> float | None:
    """Clusters against incidents; a message outside every cluster is a group of its own."""
    linked = [(spot, label) for spot, label, _ in placed if spot.incident_id is not None]
    ours: list[Hashable] = [
        ("alone", spot.message_id) if label == OUTSIDE else label for spot, label in linked
    ]
    return adjusted_rand(ours, [spot.incident_id for spot, _ in linked])


def _pairs(counts: Counter[Any]) -> int:
    return sum(math.comb(count, 2) for count in counts.values())
