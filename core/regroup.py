"""hergroeperen: what clustering a whole period says otherwise than was decided message by message.

It only proposes; a person merges, splits or leaves it. Space that is clustered: for each two
messages the learned chance that they belong together by themselves (place and radii, time against
how long the topic lasts, meaning, topic, rare words, replies; core/evidence.py), as a distance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core import grouping
from core.domain import Area, Incident, Member, User
from core.errors import ChangedMeanwhile, NotFound, NothingToUndo
from core.learning import PAIR, note_parts
from core.permissions import Action, require
from core.ports import Weigher
from core.store.regroup_queries import Regrouping, seen_mark
from core.store.tie_queries import Whole
from core.store.unit import Unit
from core.topics import Topic
from core.undo import undo

PERIOD: Final = timedelta(days=14)
MOST_MESSAGES: Final = 500
"""The latest of the period; pairs grow with the square, and older ones have been looked through."""
NO_CLUSTER: Final = -1
_MOSTLY: Final = 0.6
"""So much of an incident must lie in one cluster before it is said to be of it."""
_LEAST_TIE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """voorstel: two incidents that look like one, or messages that look like another's.

    `strength`: for a merge how strongly their messages are tied, for a split how weakly (0 to 1).
    """

    kind: Literal["merge", "split"]
    incident_id: int
    other_id: int | None
    message_ids: tuple[int, ...]
    strength: float


def distances(found: Sequence[Whole], weigher: Weigher) -> NDArray[np.float64]:
    """1 minus the chance that two messages belong together by themselves; symmetric, zeros inside.

    `found` by time, oldest first.
    """
    apart = np.ones((len(found), len(found)))
    np.fill_diagonal(apart, 0.0)
    at = {one[3].message_id: place for place, one in enumerate(found)}
    for place, (message, judged, location, _) in enumerate(found):
        earlier = [one[3] for one in found[:place]]
        for tie in weigher.ties(message, judged, location, earlier):
            other = at[tie.earlier_id]
            apart[place, other] = apart[other, place] = 1.0 - tie.strength
    return apart


def proposals(
    message_ids: Sequence[int],
    incident_of: Mapping[int, int],
    labels: Sequence[int],
    apart: NDArray[np.float64],
) -> list[Proposal]:
    """Where clusters (a label a message; -1: none) say otherwise than the incidents; best first."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, message_id in enumerate(message_ids):
        places[incident_of[message_id]].append(place)
    found = [*_merges(places, labels, apart), *_splits(places, labels, apart, message_ids)]
    return sorted(found, key=lambda p: (-p.strength, p.kind, p.incident_id))


def _merges(
    places: Mapping[int, Sequence[int]], labels: Sequence[int], apart: NDArray[np.float64]
) -> Iterable[Proposal]:
    """Incidents that for the most part lie in one cluster, each with the one it is nearest to."""
    homes: dict[int, list[int]] = defaultdict(list)
    for incident_id, own in places.items():
        label, count = Counter(labels[place] for place in own).most_common(1)[0]
        if label != NO_CLUSTER and count >= _MOSTLY * len(own):
            homes[label].append(incident_id)
    for together in homes.values():
        first, *others = sorted(together, key=lambda i: min(places[i]))
        taken = [first]
        for other in others:
            tied = {one: _tie(places[one], places[other], apart) for one in taken}
            nearest = max(tied, key=lambda one: tied[one])
            taken.append(other)
            if tied[nearest] >= _LEAST_TIE and _rests_on(places[nearest], places[other], apart):
                yield Proposal(
                    kind="merge",
                    incident_id=nearest,
                    other_id=other,
                    message_ids=(),
                    strength=round(tied[nearest], 3),
                )


def _rests_on(earlier: Sequence[int], later: Sequence[int], apart: NDArray[np.float64]) -> bool:
    """True when most messages of the later have their strongest tie to before in the earlier.

    "Weg nu" is tied to whatever was said last; alone that makes no incident of two.
    """
    own, there = set(later), set(earlier)
    count = 0
    for place in later:
        before = [other for other in range(place) if other not in own]
        if before:
            nearest = min(before, key=lambda other: (apart[place, other], -other))
            count += nearest in there
    return 2 * count > len(later)


def _splits(
    places: Mapping[int, Sequence[int]],
    labels: Sequence[int],
    apart: NDArray[np.float64],
    message_ids: Sequence[int],
) -> Iterable[Proposal]:
    """The later part of an incident whose messages lie in two clusters, and hardly touch."""
    for incident_id, own in places.items():
        parts: dict[int, list[int]] = defaultdict(list)
        for place in own:
            parts[labels[place]].append(place)
        parts.pop(NO_CLUSTER, None)
        if len(parts) < 2:
            continue
        _, *later = sorted(parts.values(), key=min)
        leaving = max(later, key=len)
        staying = [place for place in own if place not in leaving]
        loose = 1.0 - _tie(staying, leaving, apart)
        if len(leaving) > 1 and loose >= _LEAST_TIE:
            yield Proposal(
                kind="split",
                incident_id=incident_id,
                other_id=None,
                message_ids=tuple(message_ids[place] for place in leaving),
                strength=round(loose, 3),
            )


def _tie(one: Sequence[int], other: Sequence[int], apart: NDArray[np.float64]) -> float:
    """How strongly two sets of messages are tied: each of the later by its best, on average."""
    earlier, later = sorted((one, other), key=min)
    return float(1.0 - apart[np.ix_(later, earlier)].min(axis=1).mean())


def accept(
    regrouping: Regrouping,
    user: User,
    unit: Unit,
    areas: Sequence[Area],
    topics: Mapping[str, Topic],
) -> Incident:
    """Merges or splits as proposed; a step like any other, with its history and its undo.

    Raises NotAllowed, ChangedMeanwhile when the members are no longer those, and what the step
    itself raises.
    """
    incident = _as_seen(regrouping, user, unit)
    if regrouping.kind == "merge" and regrouping.other_id is not None:
        done = grouping.merge(incident.id, incident.version, regrouping.other_id, user, unit, areas)
    else:
        leaving = regrouping.message_ids
        done = grouping.split(incident.id, incident.version, leaving, user, unit, areas, topics)
    unit.regroupings.judge(regrouping.id, "accepted", user.login)
    return done


def reject(regrouping: Regrouping, user: User, unit: Unit) -> Incident:
    """Leaves it as it is; that is an example to learn from. Raises as `accept` does."""
    incident = _as_seen(regrouping, user, unit)
    one, other = _parts(regrouping, unit)
    note_parts(
        one,
        other,
        regrouping.kind == "split",
        user.login,
        unit,
        taken_with=incident.id,
        other_incident_id=regrouping.other_id or incident.id,
    )
    unit.regroupings.judge(regrouping.id, "rejected", user.login)
    about = {"regrouping": regrouping.id, "kind": regrouping.kind}
    unit.audit.add(user.login, "regrouping_rejected", "incident", incident.id, about)
    return incident


def take_back(regrouping_id: int, user: User, unit: Unit, areas: Sequence[Area]) -> Incident:
    """Takes the user's own answer to a proposal back. Raises NothingToUndo, ChangedMeanwhile."""
    require(user, Action.CORRECT)
    row = unit.regroupings.get(regrouping_id)
    if row is None or row.judged_by != user.login:
        raise NothingToUndo(number="")
    incident = unit.incidents.get(row.incident_id)
    if row.state == "accepted":
        incident = undo(incident.id, incident.version, user, unit, areas)
    else:
        unit.incidents.unlabel(PAIR, user.login, incident.id)
    unit.regroupings.reopen(regrouping_id)
    about = {"regrouping": regrouping_id}
    unit.audit.add(user.login, "regrouping_reopened", "incident", incident.id, about)
    return incident


def _as_seen(regrouping: Regrouping, user: User, unit: Unit) -> Incident:
    require(user, Action.CORRECT)
    row = unit.regroupings.get(regrouping.id)
    if row is None:
        raise NotFound(what="regrouping", id=regrouping.id)
    incident = unit.incidents.get(regrouping.incident_id)
    if row.state != "open":
        raise ChangedMeanwhile(number=incident.number, who=row.judged_by, at=row.judged_at)
    ids = [regrouping.incident_id, *([regrouping.other_id] if regrouping.other_id else [])]
    members = unit.incidents.members(ids)
    if row.seen != seen_mark({i: [m.message_id for m in members[i]] for i in ids}):
        raise unit.incidents.changed_meanwhile(incident.id)
    return incident


def _parts(regrouping: Regrouping, unit: Unit) -> tuple[list[Member], list[Member]]:
    members = unit.incidents.members([regrouping.incident_id])[regrouping.incident_id]
    if regrouping.other_id is not None:
        return members, unit.incidents.members([regrouping.other_id])[regrouping.other_id]
    leaving = set(regrouping.message_ids)
    return (
        [member for member in members if member.message_id not in leaving],
        [member for member in members if member.message_id in leaving],
    )
