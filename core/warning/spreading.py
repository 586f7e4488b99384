"""Spreading patterns: the same plate, vehicle or clothes in incidents that were kept apart.

A plate is known by its mark only, a keyed hash that lives as long as it may matter. A description
is a colour with what has it ("zwarte scooter", "rode jas"), or a rare trait by itself. How many
incidents would share as much by mere chance follows from how often each part of it is seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from core.store.alert_queries import Told
from core.words import stem, words

PLATE: Final = "plate"
DESCRIPTION: Final = "description"

MOST_BY_CHANCE: Final = 0.1
"""A description is told of when chance makes as many alike at most once in ten such weeks."""

_REACH: Final = 2
"""So many words may stand between a colour and its thing: "zwarte vrij oude scooter"."""
_MOST_TOGETHER: Final = 3

_COLOURS: Final = frozenset(
    map(
        stem,
        "zwart zwarte wit witte rood rode blauw blauwe groen groene geel gele grijs grijze bruin"
        " bruine oranje paars paarse roze beige zilver zilveren zilvergrijs donkerblauw lichtblauw"
        " donkergrijs lichtgrijs donkergroen goud gouden black white red blue green yellow grey"
        " gray brown orange purple pink silver".split(),
    )
)
_THINGS: Final = frozenset(
    map(
        stem,
        "auto bus busje bestelbus bestelbusje bestelwagen wagen aanhanger scooter brommer bromfiets"
        " motor fiets bakfiets fatbike caravan golf polo opel bmw audi mercedes volkswagen vw seat"
        " ford fiat peugeot renault toyota volvo skoda kia suzuki passat corsa caddy transit"
        " sprinter transporter jas jack hoodie trui vest pet muts capuchon broek spijkerbroek"
        " joggingbroek trainingspak schoenen sneakers rugzak tas helm sjaal handschoenen bodywarmer"
        " petje jacket coat hat cap hood trousers jeans tracksuit backpack bag helmet van car bike"
        " moped".split(),
    )
)
_TRAITS: Final = frozenset(
    map(
        stem,
        "bivakmuts breekijzer koevoet rolstoel krukken tatoeage baard snor paardenstaart krullen"
        " dreads manke mank zaklamp ladder balaclava crowbar tattoo beard ponytail".split(),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """patroon: incidents that share a plate or a description.

    `by_chance`: how many such groups chance alone would make; 0 for a plate, which is nobody
    else's. `feature_count`: how many parts the description has.
    """

    what: str
    incident_ids: tuple[int, ...]
    message_ids: tuple[int, ...]
    area_ids: tuple[int, ...]
    topics: tuple[str, ...]
    by_chance: float
    feature_count: int


def patterns(recent: Sequence[Told], before: Sequence[Told]) -> list[Pattern]:
    """What recent incidents share; `before` says how usual each part of a description is."""
    return [*shared_plates(recent), *shared_descriptions(recent, before)]


def shared_plates(recent: Sequence[Told]) -> list[Pattern]:
    by_plate: defaultdict[str, list[Told]] = defaultdict(list)
    for told in recent:
        for plate in told.plates:
            by_plate[plate].append(told)
    groups = {plate: {told.incident_id for told in of} for plate, of in by_plate.items()}
    return [
        _pattern(PLATE, groups[plate], of, by_chance=0.0, feature_count=1)
        for plate, of in by_plate.items()
        if len(groups[plate]) > 1
    ]


def shared_descriptions(recent: Sequence[Told], before: Sequence[Told]) -> list[Pattern]:
    """Groups of incidents described alike beyond chance; the least likely ones, none inside."""
    described = _by_incident(recent)
    usual = _shares(_by_incident([*before, *recent]))
    variety = max(1, len(usual))
    found: dict[frozenset[int], tuple[float, frozenset[str]]] = {}
    for features in _candidates(described):
        group = frozenset(i for i, has in described.items() if features <= has)
        chance = _by_chance(features, len(group), len(described), usual, variety)
        if chance <= min(MOST_BY_CHANCE, found.get(group, (MOST_BY_CHANCE, features))[0]):
            found[group] = (chance, features)
    kept = [group for group in found if not any(group < other for other in found)]
    return [
        _pattern(
            DESCRIPTION,
            group,
            [t for t in recent if t.incident_id in group and features_of(t.redacted)],
            by_chance=found[group][0],
            feature_count=len(found[group][1]),
        )
        for group in sorted(kept, key=min)
    ]


def shared_by(told: Sequence[Told]) -> list[str]:
    """What the incidents of these messages are described with alike, as the last one wrote it."""
    described = _by_incident(told)
    alike = frozenset.intersection(*described.values()) if described else frozenset()
    written = {feature: said for one in told for feature, said in _written(one.redacted).items()}
    return sorted(written[feature] for feature in alike)


def features_of(text: str) -> frozenset[str]:
    """The description in a text: "zwart scooter" for a coloured thing, a trait by itself."""
    return frozenset(_written(text))


def _written(text: str) -> dict[str, str]:
    """Each part of a description, in stems, with how the text puts it."""
    said = words(text)
    told = [stem(word) for word in said]
    found = {trait: said[place] for place, trait in enumerate(told) if trait in _TRAITS}
    for place, colour in enumerate(told):
        reach = range(place + 1, min(place + 2 + _REACH, len(told))) if colour in _COLOURS else ()
        for other in reach:
            if told[other] in _THINGS:
                found[f"{colour} {told[other]}"] = f"{said[place]} {said[other]}"
    return found


def _by_incident(told: Sequence[Told]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for one in told:
        found[one.incident_id] |= features_of(one.redacted)
    return {incident_id: frozenset(features) for incident_id, features in found.items()}


def _shares(described: Mapping[int, frozenset[str]]) -> dict[str, float]:
    """For each part of a description the share of incidents that has it."""
    counts: defaultdict[str, int] = defaultdict(int)
    for features in described.values():
        for feature in features:
            counts[feature] += 1
    return {feature: (count + 0.5) / (len(described) + 1) for feature, count in counts.items()}


def _candidates(described: Mapping[int, frozenset[str]]) -> set[frozenset[str]]:
    """Every few features that two incidents have alike."""
    alike = {one & other for one, other in combinations(set(described.values()), 2)}
    alike |= {has for has in described.values() if list(described.values()).count(has) > 1}
    return {
        frozenset(some)
        for features in alike
        for size in range(1, _MOST_TOGETHER + 1)
        for some in combinations(sorted(features), size)
    }


def _by_chance(
    features: Collection[str],
    group: int,
    total: int,
    usual: Mapping[str, float],
    variety: int,
) -> float:
    """How many groups of this size chance alone would make, of all the sets of so many features."""
    alike = math.prod(usual[feature] for feature in features)
    sets = math.comb(variety, len(features))
    return min(float(total), sets * math.comb(total, group) * alike**group)


def _pattern(
    what: str,
    incident_ids: Collection[int],
    told: Sequence[Told],
    *,
    by_chance: float,
    feature_count: int,
) -> Pattern:
    areas = {one.area_id for one in told if one.area_id is not None}
    return Pattern(
        what=what,
        incident_ids=tuple(sorted(incident_ids)),
        message_ids=tuple(sorted({one.message_id for one in told})),
        area_ids=tuple(sorted(areas)),
        topics=tuple(dict.fromkeys(one.topic for one in told)),
        by_chance=round(by_chance, 4),
        feature_count=feature_count,
    )
