"""plaats bepalen: where a message is about, with its uncertainty and what that rests on."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.areas import metres
from core.domain import (
    UNKNOWN_LOCATION,
    Area,
    Location,
    Message,
    PlaceCandidate,
    PlaceKind,
)
from core.places.crossings import with_crossings
from core.places.evidence import Mention
from core.places.forms import Place, squash
from core.places.mentions import MentionFinder
from core.ports import PlaceFinder

__all__ = ["Gazetteer", "Place", "locate"]

SHARED_RADIUS_M: Final = 30.0
ADDRESS_RADIUS_M: Final = 60.0
_SHORT_PART: Final = 60
"""A row that covers at most so many house numbers pins an address down."""
_AWAY: Final = 2.0
"""Somebody on his way to a street is not in it: its radius grows by this."""
_GUESSED: Final = 2.0
"""So much wider is a street of which another ending was written: it may be one we do not know."""

_LONE_NUMBER: Final = re.compile(
    r"\b(?:nr|nummer|huisnummer|huisnr|thv|number)\.?\s*(?:nr\.?|nummer)?\s*([1-9]\d{0,3})\b",
    re.IGNORECASE,
)
_RANK: Final = {
    PlaceKind.ADDRESS: 0,
    PlaceKind.CROSSING: 0,
    PlaceKind.STREET: 1,
    PlaceKind.LANDMARK: 2,
    PlaceKind.AREA: 3,
}


def locate(
    message: Message, gazetteer: PlaceFinder, group_area: Area | None, areas: Sequence[Area] = ()
) -> Location:
    """Where a message is about: a shared position, else a named place, else the group's area.

    A group without an area is located in the widest of `areas`; without those the place is unknown.
    """
    if message.lat is not None and message.lon is not None:
        return _shared(message.lat, message.lon)
    near = (group_area.lat, group_area.lon) if group_area else None
    named = gazetteer.find(message.text, near)
    if named:
        return named[0]
    area = group_area or max(areas, key=lambda area: area.radius_m, default=None)
    return UNKNOWN_LOCATION if area is None else _of_area(area, PlaceKind.GROUP_AREA)


class Gazetteer:
    """plaatsenregister: the streets, landmarks and areas of a pilot, found as people write them."""

    def __init__(self, places: Sequence[Place], areas: Sequence[Area] = ()) -> None:
        named = {place.name for place in places if place.kind == "area"}
        every = [*places, *(_place_of(area) for area in areas if area.name not in named)]
        self._parts: dict[str, list[Place]] = defaultdict(list)
        for place in every:
            self._parts[place.name].append(place)
        self._streets = _streets_of_landmarks(every)
        self._finder = MentionFinder(every)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where places stand in a text, each with its house number."""
        return [(mention.start, mention.end) for mention in self._finder.find(text)]

    def find(self, text: str, near: tuple[float, float] | None) -> list[Location]:
        """The places a text names, best first, each with all of them as candidates.

        `near` (lat, lon) decides between places of one name; without it the radius covers all.
        """
        mentions = _with_lone_number(self._finder.find(text), text, self._parts)
        beside = self._beside(mentions)
        found = [(self._location(mention, text, beside or near), mention) for mention in mentions]
        found = with_crossings(found, text)
        found.sort(key=lambda pair: (pair[1].is_direction, _RANK[pair[0].kind], pair[1].start))
        candidates = _candidates(found)
        return [replace(location, candidates=candidates) for location, _ in found]

    def _location(self, mention: Mention, text: str, near: tuple[float, float] | None) -> Location:
        parts = [part for name in mention.names for part in self._parts[name]]
        part, radius_m = _choose(parts, mention.number, near)
        is_address = part.kind == "street" and mention.number is not None and not mention.is_guess
        if is_address and _is_pinned(part):
            radius_m = ADDRESS_RADIUS_M
        return Location(
            kind=PlaceKind.ADDRESS if is_address else PlaceKind(part.kind),
            lat=part.lat,
            lon=part.lon,
            radius_m=radius_m
            * (_AWAY if mention.is_direction else 1)
            * (_GUESSED if mention.is_guess else 1),
            street=part.name if part.kind == "street" else self._streets.get(part.name),
            house_number=mention.number if is_address else None,
            name=f"{part.name} {mention.number}" if is_address else part.name,
            words=text[mention.start : mention.end],
            is_direction=mention.is_direction,
        )

    def _beside(self, mentions: Sequence[Mention]) -> tuple[float, float] | None:
        """The one short street of a text: it says which part of a long street is meant."""
        parts = [[part for name in m.names for part in self._parts[name]] for m in mentions]
        short = [some[0] for some in parts if len(some) == 1 and some[0].kind == "street"]
        return (short[0].lat, short[0].lon) if len(short) == 1 else None


def _shared(lat: float, lon: float) -> Location:
    return Location(kind=PlaceKind.SHARED, lat=lat, lon=lon, radius_m=SHARED_RADIUS_M)


def _of_area(area: Area, kind: PlaceKind) -> Location:
    return Location(kind=kind, lat=area.lat, lon=area.lon, radius_m=area.radius_m, name=area.name)


def _place_of(area: Area) -> Place:
    return Place(name=area.name, kind="area", lat=area.lat, lon=area.lon, radius_m=area.radius_m)


def _streets_of_landmarks(places: Sequence[Place]) -> dict[str, str]:
    """The street in a landmark's own name: the tram stop Oosteinde is on Oosteinde."""
    streets = sorted({p.name for p in places if p.kind == "street"}, key=len, reverse=True)
    found = {}
    for place in places:
        if place.kind == "landmark":
            name = squash(place.name)
            on = next((street for street in streets if squash(street) in name), None)
            if on:
                found[place.name] = on
    return found


def _choose(
    parts: Sequence[Place], number: int | None, near: tuple[float, float] | None
) -> tuple[Place, float]:
    """The part that is meant and its radius; the radius covers all parts when nothing decides."""
    if number is not None:
        parts = [part for part in parts if part.has_number(number)] or parts
    if len(parts) == 1:
        return parts[0], parts[0].radius_m
    if near is not None:
        part = min(parts, key=lambda part: metres((part.lat, part.lon), near))
        return part, part.radius_m
    part = parts[len(parts) // 2]
    return part, max(
        metres((part.lat, part.lon), (other.lat, other.lon)) + other.radius_m for other in parts
    )


def _is_pinned(part: Place) -> bool:
    if part.number_from is None or part.number_to is None:
        return False
    return part.number_to - part.number_from <= _SHORT_PART


def _with_lone_number(
    mentions: list[Mention], text: str, parts: dict[str, list[Place]]
) -> list[Mention]:
    """Gives "nr 36" said elsewhere to the only street of the text, when that has no number."""
    streets = [m for m in mentions if parts[m.names[0]][0].kind == "street"]
    numbers = {number for number in _LONE_NUMBER.findall(text)}
    if len(streets) != 1 or streets[0].number is not None or len(numbers) != 1:
        return mentions
    numbered = replace(streets[0], number=int(numbers.pop()))
    return [numbered if mention is streets[0] else mention for mention in mentions]


def _candidates(found: Sequence[tuple[Location, Mention]]) -> tuple[PlaceCandidate, ...]:
    """Every place named, with the probability that the message is about it."""
    weights = [
        (0.3 if mention.is_direction else 1.0) / (1 + rank) / (1 + math.exp(1 - mention.evidence))
        for rank, (_, mention) in enumerate(found)
    ]
    whole = sum(weights) + 0.1  # what is left over: none of them
    return tuple(
        PlaceCandidate(
            name=location.name,
            lat=location.lat,
            lon=location.lon,
            probability=weight / whole,
            is_direction=location.is_direction,
        )
        for (location, _), weight in zip(found, weights, strict=True)
        if location.lat is not None and location.lon is not None
    )
