"""Whether a mail is from who it says: by what our own mail server found out, and nobody else.

Authentication-Results as RFC 8601 has it; aligned domains as DMARC (RFC 7489) has them, relaxed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from authres import AuthenticationResultsHeader

_LONGEST: Final = 4000
_SERVER: Final = re.compile(r"\s*([A-Za-z0-9._:-]{1,255})(?=[\s;]|$)")


def is_trusted(results: Sequence[str], server: str, sender: str) -> bool:
    """True when our server found DMARC, or else DKIM or SPF, to pass for the sender's domain.

    `results`: the headers' values, the topmost first. Only the topmost that names our server
    counts: servers write above what is there, so anything below may be the sender's own.
    """
    ours = [value for value in results if _is_of(value, server)]
    if not ours:
        return False
    found = _found(ours[0])
    domain = sender.rpartition("@")[2]
    checked = [value for name, value, _ in found if name == "dmarc"]
    if any(value not in ("pass", "none") for value in checked):
        return False
    return any(_passes(one, domain) for one in found)


def _is_of(value: str, server: str) -> bool:
    named = _SERVER.match(value[:_LONGEST])
    return named is not None and named[1].casefold() == server.casefold()


def _found(value: str) -> list[tuple[str, str, str]]:
    """(method, result, domain it holds for); empty when it cannot be read."""
    flat = re.sub(r"\s+", " ", value[:_LONGEST])
    try:
        header = AuthenticationResultsHeader.parse(f"Authentication-Results: {flat}")
        return [
            (str(one.method).lower(), str(one.result).lower(), _domain(one.method, one.properties))
            for one in header.results or ()
        ]
    except Exception:
        # Whatever a header makes of the library's parser: what cannot be read proves nothing.
        return []


_HOLDS_FOR: Final = {
    "dmarc": ("header", "from"),
    "dkim": ("header", "d"),
    "spf": ("smtp", "mailfrom"),
}


def _domain(method: str, properties: Iterable[object]) -> str:
    wanted = _HOLDS_FOR.get(str(method).lower())
    for one in properties:
        if (getattr(one, "type", ""), getattr(one, "name", "")) == wanted:
            return str(getattr(one, "value", "")).rpartition("@")[2].strip("<>").lower()
    return ""


def _passes(one: tuple[str, str, str], domain: str) -> bool:
    name, result, holds_for = one
    if result != "pass" or not holds_for or "." not in holds_for:
        return False
    if name == "dmarc":
        return holds_for == domain
    return name in ("dkim", "spf") and _are_aligned(holds_for, domain)


def _are_aligned(one: str, other: str) -> bool:
    """The same domain, or one a part of the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
