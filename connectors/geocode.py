"""The geocode role: asks PDOK Locatieserver (v3_1) where a street is that no pilot's table has.

Only street, house number and town are sent, from the server, with the Referer that PDOK asks for.
Answers are kept; a refusal (429) or an outage makes what waits wait longer, never the worker.
"""

from __future__ import annotations

import json
import logging
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from email.message import Message as Headers
from typing import IO, Any, Final

from rapidfuzz import fuzz

from core.errors import BadSetting, DeliveryError
from core.geocoding import (
    KEPT_FOR,
    address_key,
    address_of,
    as_answer,
    as_kept,
    relocate,
)
from core.ports import Address, Geocode, Geocoder
from core.scenes import Scenes
from core.wiring import Services
from core.words import fold

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 5.0
_LARGEST_ANSWER: Final = 1 << 20
_AT_ONCE: Final = 8
_MOST_ATTEMPTS: Final = 8
_FIRST_WAIT_S: Final = 60
_LONGEST_WAIT_S: Final = 3600
_ALIKE: Final = 85.0
"""Solr answers with whatever is nearest: a street this unlike what was asked is another one."""
_POINT: Final = re.compile(r"POINT\(\s*(-?\d{1,3}(?:\.\d+)?)\s+(-?\d{1,2}(?:\.\d+)?)\s*\)")
_FIELDS: Final = "type,straatnaam,huisnummer,woonplaatsnaam,centroide_ll,score"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TOWNS: Final = {"den haag": "s gravenhage", "den bosch": "s hertogenbosch"}


class Pdok:
    """Locatieserver behind `url` (".../search/v3_1"). Raises BadSetting for what is no https."""

    def __init__(self, url: str, referer: str, timeout_s: float = TIMEOUT_S) -> None:
        parts = urllib.parse.urlsplit(url)
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in _LOCAL  # a service of our own
        )
        if not is_safe or not parts.hostname or parts.query:
            raise BadSetting(name="HNM_GEOCODER_URL", why="https://…/search/v3_1")
        self._url, self._referer, self._timeout_s = url.rstrip("/"), referer, timeout_s
        self._opener = urllib.request.build_opener(_NoRedirect)

    def find(self, address: Address) -> Geocode | None:
        """Raises DeliveryError; its param `wait_s` is what the service asked us to wait."""
        return _best(self._ask(address), address)

    def _ask(self, address: Address) -> list[Mapping[str, Any]]:
        number = f" {address.number}" if address.number else ""
        query = {
            "q": f"{address.street}{number} {address.town}",
            "fq": "type:(adres OR weg)",
            "fl": _FIELDS,
            "rows": "10",
        }
        request = urllib.request.Request(  # noqa: S310 - https, or a service on this machine
            f"{self._url}/free?{urllib.parse.urlencode(query)}",
            headers={"Referer": self._referer, "Accept": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                return _documents(answer.read(_LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            wait_s = _wait_s(error.headers.get("Retry-After"))
            is_passing = error.code == 429 or error.code >= 500
            raise DeliveryError(permanent=not is_passing, wait_s=wait_s) from None
        except (OSError, ValueError, RecursionError) as error:
            raise DeliveryError(permanent=False, wait_s=None) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address goes where the setting says, and nowhere else."""

    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Headers, newurl: str
    ) -> None:
        return None


def geocode_due(services: Services, geocoder: Geocoder, scenes: Scenes) -> int:
    """Asks what waits, a few at a time; gives how many were settled."""
    with services.store.unit() as unit:
        unit.geocodes.forget_orphans()
        due = unit.geocodes.due(_AT_ONCE)
    settled = 0
    for row in due:
        try:
            settled += _settle(row, services, geocoder, scenes)
        except DeliveryError as error:
            _put_off(row, error, services)
            if not error.permanent:
                break  # it is down or asks for patience: the others need not try
    return settled


def _settle(row: Any, services: Services, geocoder: Geocoder, scenes: Scenes) -> int:
    """Answers one that waits, from what is kept or from outside; raises DeliveryError."""
    with services.store.unit() as unit:
        scene = scenes.of(row.group_id, unit)
        address = address_of(row.redacted, scene.pilot, scene.places) if scene else None
        if scene is None or address is None:  # switched off, or known by now
            unit.geocodes.done([row.id])
            return 1
        key = address_key(address, services.vault)
        is_known, kept = unit.geocodes.answer(key, unit.now - KEPT_FOR)
    answer = as_answer(kept) if is_known else geocoder.find(address)
    with services.store.unit() as unit:
        if not is_known:
            unit.geocodes.keep_answer(key, as_kept(answer))
        relocate(row.assessment_id, answer, scene.areas, unit)
        unit.geocodes.done([row.id])
    return 1


def _put_off(row: Any, error: DeliveryError, services: Services) -> None:
    log.warning("geocoder failed wait=%s permanent=%s", row.id, error.permanent)
    with services.store.unit() as unit:
        if error.permanent or row.attempts + 1 >= _MOST_ATTEMPTS:
            unit.geocodes.done([row.id])
            return
        usual_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**row.attempts)
        wait_s = error.params.get("wait_s") or usual_s
        unit.geocodes.later(row.id, unit.now + timedelta(seconds=wait_s))


def _wait_s(said: str | None) -> int | None:
    return min(int(said), _LONGEST_WAIT_S) if said and said.isdecimal() and len(said) < 6 else None


def _documents(raw: bytes) -> list[Mapping[str, Any]]:
    answer = json.loads(raw)
    found = answer.get("response", {}).get("docs", []) if isinstance(answer, dict) else []
    return [one for one in found if isinstance(one, dict)]


def _best(found: list[Mapping[str, Any]], address: Address) -> Geocode | None:
    """The first that is the street asked for in its town; with the house number before others."""
    fitting = [one for one in found if _fits(one, address)]
    exact = [one for one in fitting if _number(one) == address.number is not None]
    streets = [one for one in fitting if one.get("type") == "weg"]
    for one in (*exact, *streets, *fitting):
        point = _POINT.fullmatch(str(one.get("centroide_ll") or "").strip())
        if point:
            return Geocode(
                street=str(one["straatnaam"])[:200],
                number=_number(one) if one in exact else None,
                lat=float(point[2]),
                lon=float(point[1]),
                is_exact=one in exact,
            )
    return None


def _fits(one: Mapping[str, Any], address: Address) -> bool:
    asked, street = fold(address.street), fold(str(one.get("straatnaam") or ""))
    town = _plain_town(str(one.get("woonplaatsnaam") or ""))
    is_alike = fuzz.ratio(asked, street) >= _ALIKE or street.endswith(f" {asked}")
    return is_alike and town == _plain_town(address.town)


def _plain_town(town: str) -> str:
    plain = " ".join(re.findall(r"\w+", fold(town)))
    return _TOWNS.get(plain, plain)


def _number(one: Mapping[str, Any]) -> int | None:
    number = str(one.get("huisnummer") or "")
    return int(number) if number.isdecimal() and len(number) < 6 else None
