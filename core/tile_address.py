"""tegeladres: where tiles come from, as an administrator typed it, checked before anybody is asked.

The host goes into a header that says whom browsers may ask, so every letter of it is checked.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from core.errors import BadBasemap

LONGEST_ADDRESS: Final = 500
LONGEST_CREDIT: Final = 200
_PLACES: Final = ("{z}", "{x}", "{y}")
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_LETTERS: Final = re.compile(r"[A-Za-z0-9:/?&=%._~+{}@-]+")
_SECRETS: Final = re.compile(r"key|token|secret|passw|sign|sig\b|auth", re.IGNORECASE)


def check_address(address: str) -> None:
    """Raises BadBasemap unless it is the https address of tiles, without a secret in it."""
    demand(0 < len(address) <= LONGEST_ADDRESS, "long")
    demand(bool(_LETTERS.fullmatch(address)), "letters")
    parts = _parts(address)
    demand(parts.scheme == "https", "https")
    demand("@" not in parts.netloc and not _holds_secret(parts.query), "secret")
    demand(bool(_HOST.fullmatch(parts.hostname or "")), "host")
    asked = f"{parts.path}?{parts.query}"
    demand(all(asked.count(place) == 1 for place in _PLACES), "places")
    left = address
    for place in _PLACES:
        left = left.replace(place, "")
    demand(not set("{}@#") & set(left), "places")


def _parts(address: str) -> SplitResult:
    """The address in parts; its port is read too, because reading it checks it."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018
    except ValueError:
        raise BadBasemap(why="basemap.why.host") from None
    return parts


def _holds_secret(query: str) -> bool:
    return any(_SECRETS.search(name) for name, _ in parse_qsl(query, keep_blank_values=True))


def check_credit(credit: str) -> None:
    """It stands on every map, where Leaflet would take it for HTML."""
    demand(len(credit) <= LONGEST_CREDIT and credit.isprintable(), "credit")
    demand(not set("<>") & set(credit), "credit")


def demand(holds: bool, why: str) -> None:
    """Raises BadBasemap with its reason unless what should hold does."""
    if not holds:
        raise BadBasemap(why=f"basemap.why.{why}")
