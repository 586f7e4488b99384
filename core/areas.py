"""Which area a place lies in, and how far apart two places are."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import lru_cache

from shapely import Point, Polygon

from core.domain import Area, Location

_EARTH_M = 6_371_000.0


def area_at(location: Location, areas: Sequence[Area]) -> int | None:
    """The id of the smallest area around a place's point; None when it lies in none of them.

    An area without an outline is a circle.
    """
    around = _around(location, areas)
    return min(around, key=lambda area: area.radius_m).id if around else None


def areas_at(location: Location, areas: Sequence[Area]) -> frozenset[int]:
    """The ids of every area around a place's point: its buurt, its wijk, a beat."""
    return frozenset(area.id for area in _around(location, areas))


def _around(location: Location, areas: Sequence[Area]) -> list[Area]:
    if location.lat is None or location.lon is None:
        return []
    return [area for area in areas if contains(area, location.lat, location.lon)]


def within(area_ids: Collection[int], areas: Sequence[Area]) -> frozenset[int]:
    """The areas named and every smaller one that lies in one of them."""
    named = [area for area in areas if area.id in area_ids]
    inner = {
        area.id
        for area in areas
        for outer in named
        if area.radius_m < outer.radius_m and contains(outer, area.lat, area.lon)
    }
    return frozenset(inner | {area.id for area in named})


def contains(area: Area, lat: float, lon: float) -> bool:
    if not area.outline:
        return metres((area.lat, area.lon), (lat, lon)) <= area.radius_m
    return any(_covers(outline, lat, lon) for outline in area.outlines)


def _covers(outline: tuple[tuple[float, float], ...], lat: float, lon: float) -> bool:
    """Most points lie outside even of the box around an outline."""
    polygon, (west, south, east, north) = _polygon(outline)
    in_box = west <= lon <= east and south <= lat <= north
    return in_box and bool(polygon.covers(Point(lon, lat)))


def metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Distance between two (lat, lon) points; flat-earth, good to 0.1 % within a city."""
    x = math.radians(there[1] - here[1]) * math.cos(math.radians((here[0] + there[0]) / 2))
    y = math.radians(there[0] - here[0])
    return _EARTH_M * math.hypot(x, y)


@lru_cache(maxsize=1024)
def _polygon(
    outline: tuple[tuple[float, float], ...],
) -> tuple[Polygon, tuple[float, float, float, float]]:
    polygon = Polygon([(lon, lat) for lat, lon in outline])
    return polygon, polygon.bounds
