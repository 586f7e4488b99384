"""vergelijking: two runs beside each other, and clusters beside the incidents as they came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.agreement import Agreement, agreement
from core.findings import OUTSIDE, alone_if_outside
from core.store.research_queries import Outcome, Recipe, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """verschil: a choice that two recipes made differently."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """stroom: messages that were in one cluster of the first run and one of the second."""

    before: int
    after: int
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """vergelijking: what two runs share; `moved`: messages that changed company.

    Each cluster of the first is matched with at most one of the second, the best fitting first; a
    message moved when it is not in the match of the cluster it was in.
    """

    is_equal: bool
    agreement: Agreement | None
    shared_count: int
    only_before: tuple[int, ...]
    only_after: tuple[int, ...]
    flows: tuple[Flow, ...]
    matches: tuple[tuple[int, int], ...]
    moved: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """gemengd: a cluster that holds several incidents, with how many messages of each."""

    cluster: int
    incidents: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """verspreid: an incident in several clusters, with how many messages in each (-1: outside)."""

    incident_id: int
    clusters: tuple[tuple[int, int], ...]


def changes_between(before: Recipe, after: Recipe) -> list[Change]:
    """The choices in which two recipes differ, in the order of the form."""
    one, other = _choices(before), _choices(after)
    return [
        Change(name=name, before=one[name], after=other[name])
        for name in one
        if one[name] != other[name]
    ]


def compare(before: Outcome, after: Outcome, stored: Mapping[int, Spot]) -> Comparison:
    """Two outcomes over the messages that are still stored and stand in both."""
    one = {m: c for m, c in zip(before.message_ids, before.clusters, strict=True) if m in stored}
    other = {m: c for m, c in zip(after.message_ids, after.clusters, strict=True) if m in stored}
    shared = sorted(one.keys() & other.keys())
    flows = _flows(shared, one, other)
    matches = _matches(flows)
    return Comparison(
        is_equal=same_result(before, after),
        agreement=agreement(
            [alone_if_outside(m, one[m]) for m in shared],
            [alone_if_outside(m, other[m]) for m in shared],
        ),
        shared_count=len(shared),
        only_before=tuple(sorted(one.keys() - other.keys())),
        only_after=tuple(sorted(other.keys() - one.keys())),
        flows=flows,
        matches=tuple(sorted(matches.items())),
        moved=tuple(m for m in shared if matches.get(one[m]) != other[m]),
    )


def same_result(before: Outcome, after: Outcome) -> bool:
    """Whether two runs gave the same clusters and the same places for the same messages."""
    return (before.message_ids, before.clusters, before.points, before.computed) == (
        after.message_ids,
        after.clusters,
        after.points,
        after.computed,
    )


def mixed_clusters(outcome: Outcome, spots: Mapping[int, Spot]) -> list[Mixed]:
    """Clusters that hold messages of more than one incident, those that hold most first."""
    counts = _incidents_by_cluster(outcome, spots)
    found = [
        Mixed(cluster=cluster, incidents=_most_first(of))
        for cluster, of in counts.items()
        if cluster != OUTSIDE and len(of) > 1
    ]
    return sorted(found, key=lambda mixed: (-len(mixed.incidents), mixed.cluster))


def spread_incidents(outcome: Outcome, spots: Mapping[int, Spot]) -> list[Spread]:
    """Incidents whose messages lie in more than one cluster, the most spread first."""
    clusters: dict[int, Counter[int]] = defaultdict(Counter)
    for cluster, of in _incidents_by_cluster(outcome, spots).items():
        for incident_id, count in of.items():
            clusters[incident_id][cluster] += count
    found = [
        Spread(incident_id=incident_id, clusters=_most_first(of))
        for incident_id, of in clusters.items()
        if len(of.keys() - {OUTSIDE}) > 1
    ]
    return sorted(found, key=lambda spread: (-len(spread.clusters), spread.incident_id))


def _incidents_by_cluster(outcome: Outcome, spots: Mapping[int, Spot]) -> dict[int, Counter[int]]:
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for message_id, cluster in zip(outcome.message_ids, outcome.clusters, strict=True):
        spot = spots.get(message_id)
        if spot is not None and spot.incident_id is not None:
            counts[cluster][spot.incident_id] += 1
    return counts


def _most_first(counts: Counter[int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _choices(recipe: Recipe) -> dict[str, Any]:
    values: dict[str, Any] = asdict(recipe)
    method: dict[str, Any] = values.pop("method")
    return values | method


def _flows(
    shared: Sequence[int], one: Mapping[int, int], other: Mapping[int, int]
) -> tuple[Flow, ...]:
    ids: dict[tuple[int, int], list[int]] = defaultdict(list)
    for message_id in shared:
        ids[one[message_id], other[message_id]].append(message_id)
    return tuple(
        Flow(before=before, after=after, message_ids=tuple(of))
        for (before, after), of in sorted(ids.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _matches(flows: Sequence[Flow]) -> dict[int, int]:
    """One to one, by the share of all their messages that two clusters have in common."""
    before: Counter[int] = Counter()
    after: Counter[int] = Counter()
    for flow in flows:
        before[flow.before] += len(flow.message_ids)
        after[flow.after] += len(flow.message_ids)

    def fit(flow: Flow) -> float:
        count = len(flow.message_ids)
        return count / (before[flow.before] + after[flow.after] - count)

    found = {OUTSIDE: OUTSIDE}
    for flow in sorted(flows, key=lambda flow: (-fit(flow), flow.before, flow.after)):
        taken = flow.before in found or flow.after in found.values()
        if not taken:
            found[flow.before] = flow.after
    return found
