"""The area that the queue and the map are narrowed to: one that is known, or one that was drawn.

It stands as text in the address and in a saved view, so that a link opens the same for a colleague:
"area:3", or corners "52.03010,4.28190;…".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.areas import contains
from core.domain import Area, Incident
from pages.components.live_map import Outline, read_outline

_KNOWN: Final = "area:"
_SIDES: Final = 36
_METRES_A_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """binnen: the area that was chosen; `area_id` is None for one that somebody drew."""

    area: Area
    area_id: int | None

    def has(self, incident: Incident) -> bool:
        """Whether it happened there; what has no known place did not."""
        place = incident.location
        if place.lat is None or place.lon is None:
            return False
        return contains(self.area, place.lat, place.lon)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        return self.area.outlines or (_round(self.area),)


def within_of(text: str, areas: Iterable[Area]) -> Within | None:
    """What the text names; None for nothing, or for what names no area."""
    if text.startswith(_KNOWN):
        known = {f"{_KNOWN}{area.id}": area for area in areas}.get(text)
        return None if known is None else Within(area=known, area_id=known.id)
    corners = read_outline([pair.split(",") for pair in text.split(";")]) if text else None
    return None if corners is None else Within(area=_drawn(corners), area_id=None)


def text_of_area(area_id: int | None) -> str:
    return "" if area_id is None else f"{_KNOWN}{area_id}"


def text_of_outline(outline: Outline | None) -> str:
    return ";".join(f"{lat},{lon}" for lat, lon in outline or ())


def narrowed(incidents: Sequence[Incident], within: Within | None) -> list[Incident]:
    """Those that happened there; all without an area."""
    return [i for i in incidents if within.has(i)] if within is not None else list(incidents)


@lru_cache(maxsize=64)
def _drawn(corners: Outline) -> Area:
    lats, lons = zip(*corners, strict=True)
    middle = (sum(lats) / len(lats), sum(lons) / len(lons))
    return Area(
        id=0, name="", kind="own", lat=middle[0], lon=middle[1], radius_m=0.0, outline=corners
    )


def _round(area: Area) -> Outline:
    """The circle of an area that has no outline, as corners."""
    across = _METRES_A_DEGREE * math.cos(math.radians(area.lat))
    turns = [2 * math.pi * side / _SIDES for side in range(_SIDES)]
    return tuple(
        (
            round(area.lat + area.radius_m * math.sin(turn) / _METRES_A_DEGREE, 6),
            round(area.lon + area.radius_m * math.cos(turn) / across, 6),
        )
        for turn in turns
    )
