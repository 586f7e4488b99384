"""Streets that the gazetteer does not know, seen by their form: "de Betje Wolffstraat 12"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SURE: Final = "straat|laan|weg|singel|plein|plantsoen|gracht|kade|dreef|str|ln|sngl"
_ADDRESS: Final = re.compile(
    r"\b(?P<street>"
    r"(?:(?:[Vv]an|[Tt]er|[Tt]en|[Dd]u)\s(?:(?:de|den|der|la)\s)?)?"
    rf"[\w'’-]{{2,40}}(?:{_SURE})"
    r"|(?:Laan|Plein|Hof|Kade)\svan\s(?:(?:de|der|den|het)\s)?[A-Z][\w'’-]{2,40})\b"
    r"(?:\s*(?:nr\.?|nummer|thv|t\.h\.v\.)?\s*(?P<number>[1-9]\d{0,3})(?!\d))?"
)
_PLAIN: Final = frozenset(
    {
        *("straat", "zijstraat", "hoofdstraat", "snelweg", "onderweg", "omweg", "zijweg"),
        *("hoofdweg", "terugweg", "heenweg", "uitweg", "middenweg", "binnenweg", "buitenweg"),
        *("schoolplein", "speelplein", "winkelstraat", "waterweg", "spoorweg", "landweg", "kade"),
        *("dwarsstraat", "ringweg", "luchtweg", "rijweg", "vaarweg", "fietsstraat", "halfweg"),
    }
)
"""Words with a street's ending that are no street's name."""
_SHORT: Final = {"str": "straat", "ln": "laan", "sngl": "singel"}


def unknown_address(text: str, known: Sequence[tuple[int, int]]) -> tuple[str, int | None] | None:
    """The first street (with its number) of a text that lies in none of the known spans.

    Never more than the word that ends like a street: what stands before it may be a person's name.
    """
    for match in _ADDRESS.finditer(text):
        start, end = match.span("street")
        is_known = any(a < end and start < b for a, b in known)
        if not is_known and match["street"].lower() not in _PLAIN:
            return _full(match["street"]), int(match["number"]) if match["number"] else None
    return None


def _full(street: str) -> str:
    """The street with its ending in full."""
    for short, ending in _SHORT.items():
        if street.endswith(short):
            return street.removesuffix(short) + ending
    return street
