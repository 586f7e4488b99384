"""Two streets said to meet: "hoek X / Y", "tussen X en Y"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from core.areas import metres
from core.domain import Location, PlaceKind
from core.places.evidence import Mention

Found = tuple[Location, Mention]

_BESIDE_M: Final = 50.0
"""Streets meet near the middle of their points, not exactly there."""
_BETWEEN: Final = re.compile(
    r"\s*,?\s*(?P<joint>(?:op de |de )?hoek|en|and|&|/|\+|x|met|und|i)?\s*(?:van|met|of)?\s*"
    r"(?:de|het|the|'t|t)?\s*",
    re.IGNORECASE,
)
_STRETCH: Final = re.compile(r"\W*(?:tussen|between)\W+(?:(?:de|het|the)\W+)?", re.IGNORECASE)
"""What stands after the street that is meant: "Bogotástraat tussen de Lima en de Mexico"."""
_CORNER: Final = re.compile(
    r"\b(?:hoek|tussen|kruising|kruispunt|corner|between|crossing|overgang)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)


def with_crossings(found: list[Found], text: str) -> list[Found]:
    """Two streets said to meet become the point between them."""
    joined: list[Found] = []
    for location, mention in found:
        if _meets(joined, (location, mention), text):
            before = joined.pop()
            joined.append(_crossing(before, (location, mention), text))
        else:
            joined.append((location, mention))
    return joined


def _meets(joined: list[Found], found: Found, text: str) -> bool:
    """Whether a place meets the one before it, unless both only bound a stretch of a third."""
    if not joined or not _meet(joined[-1], found, text):
        return False
    return len(joined) < 2 or not _STRETCH.fullmatch(text, joined[-2][1].end, joined[-1][1].start)


def _meet(one: Found, other: Found, text: str) -> bool:
    streets = (PlaceKind.STREET, PlaceKind.ADDRESS)
    if one[0].kind not in streets or other[0].kind not in streets:
        return False
    if one[0].street == other[0].street:
        return False
    between = _BETWEEN.fullmatch(text, one[1].end, other[1].start)
    if between is None:
        return False
    joint = (between["joint"] or "").lower()
    return "hoek" in joint or joint in ("/", "x") or _says_corner(text, one[1].start)


def _says_corner(text: str, start: int) -> bool:
    return _CORNER.search(text, max(0, start - 40), start) is not None


def _crossing(one: Found, other: Found, text: str) -> Found:
    a, b = one[0], other[0]
    here, there = _point(a), _point(b)
    share = _share(a, b)
    mention = replace(one[1], end=other[1].end)
    location = Location(
        kind=PlaceKind.CROSSING,
        lat=here[0] + share * (there[0] - here[0]),
        lon=here[1] + share * (there[1] - here[1]),
        radius_m=metres(here, there) / 2 + _BESIDE_M,
        street=a.street,
        name=f"{a.street} / {b.street}",
        words=text[mention.start : mention.end],
    )
    return location, mention


def _share(one: Location, other: Location) -> float:
    """How far from one street to the other: a short street says more of where they meet."""
    near, far = one.radius_m or 1.0, other.radius_m or 1.0
    return near**2 / (near**2 + far**2)


def _point(location: Location) -> tuple[float, float]:
    assert location.lat is not None  # what a gazetteer finds has a point
    assert location.lon is not None
    return location.lat, location.lon
