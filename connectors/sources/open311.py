"""Open311 GeoReport v2: another town's or maker's system brings reports as service requests.

Its endpoint is connectors/doors/open311.py. Names, mail addresses and telephone numbers that come
along are not kept: who reported is a keyed digest. Pictures are counted, never fetched. The same
request twice on a day is one report: the standard has no key that says so.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from core.clock import local
from core.domain import Event, EventKind
from core.errors import BadInput, NotSigned
from core.ports import Connection, Heard, Knock, Posted, Reply, SourceCard
from core.topics import topics

CARD: Final = SourceCard(
    name_nl="Open311 (meldingen van een ander systeem)",
    name_en="Open311 (reports of another system)",
    posts=True,
    door="open311",
    founds="line",
    settings=("open_list",),
    optional=("open_list",),
    tested="mock",
    limits_nl=(
        "Open311 kent geen wijzigen of wissen van een melding, en melders krijgen hun antwoord in "
        "het systeem waarin zij meldden."
    ),
    limits_en=(
        "Open311 knows no change or erasure of a report, and who reported hears back in the "
        "system in which they did."
    ),
)
ANYTHING: Final = "melding"
"""The service for what fits no topic, or for who does not want to choose."""
LONGEST: Final = 4000
_MOST_FIELDS: Final = 100
_KNOWN: Final = (
    "api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id",
    "email", "device_id", "account_id", "first_name", "last_name", "phone", "description",
    "media_url",
)  # fmt: skip
_WHO: Final = ("account_id", "device_id", "email", "phone")


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    """The request that was posted, as one report; our answer is its native id.

    Raises NotSigned for a wrong key, before anything else is looked at, and BadInput.
    """
    form = _form(knock)
    if not has_key(connection, form.get("api_key", "")):
        raise NotSigned
    event = _event(connection, form, now)
    return Posted(
        heard=(Heard(group="line", event=event),), answer=Reply(body=event.native_id.encode())
    )


def has_key(connection: Connection, given: str) -> bool:
    """True for the key of this connection; one without a key has no door."""
    ours = connection.secret.encode()
    return bool(ours) and hmac.compare_digest(ours, given.encode())


def _form(knock: Knock) -> dict[str, str]:
    """The fields of a form, each once. Raises BadInput."""
    kind = knock.headers.get("content-type", "").partition(";")[0].strip().lower()
    if knock.method != "POST" or kind != "application/x-www-form-urlencoded":
        raise BadInput(field="content-type", why="application/x-www-form-urlencoded")
    try:
        body = knock.body.decode("utf-8")
        pairs = parse_qsl(
            body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise BadInput(field="body", why="UTF-8") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if name in _KNOWN and name in form:
            raise BadInput(field=name, why="2x")
        form.setdefault(name, value.strip())
    return form


def _event(connection: Connection, form: Mapping[str, str], now: datetime) -> Event:
    """Raises BadInput."""
    place = _place(form)
    native_id = _digest(connection, "request", *_what(form, now))
    return Event(
        kind=EventKind.MESSAGE,
        native_id=native_id,
        author=_author(connection, form) or f"unknown:{native_id}",
        sent_at=now,
        text=_text(form),
        lat=place[0] if place else None,
        lon=place[1] if place else None,
        media_count=1 if form.get("media_url") else 0,
    )


def _text(form: Mapping[str, str]) -> str:
    """What was written, after the service that was chosen for it and before the address."""
    code, words = form.get("service_code", ""), form.get("description", "")
    known = topics().get(code)
    if not code:
        raise BadInput(field="service_code", why="–")
    if known is None and code != ANYTHING:
        raise BadInput(field="service_code", why=code[:40])
    if len(words) > LONGEST:
        raise BadInput(field="description", why=f"> {LONGEST}")
    if known is None and not words:
        raise BadInput(field="description", why="–")
    chosen = known.name_nl if known is not None else ""
    said = f"{chosen}: {words}" if chosen and words else chosen or words
    address = form.get("address_string", "")[:200]
    return f"{said.rstrip('.')}. {address}" if address else said


def _place(form: Mapping[str, str]) -> tuple[float, float] | None:
    """A point, when one was given; an address will do too, and is read as words."""
    if not (form.get("lat") or form.get("long")):
        if not (form.get("address_string") or form.get("address_id")):
            raise BadInput(field="lat, long", why="–")
        return None
    try:
        lat, lon = float(form.get("lat", "")), float(form.get("long", ""))
    except ValueError:
        raise BadInput(field="lat, long", why="WGS84") from None
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise BadInput(field="lat, long", why="WGS84")
    return lat, lon


def _author(connection: Connection, form: Mapping[str, str]) -> str:
    """Who reported, as a digest: the same person in the same system is the same."""
    found = next((f"{name}:{form[name].casefold()}" for name in _WHO if form.get(name)), "")
    return _digest(connection, "who", found) if found else ""


def _what(form: Mapping[str, str], now: datetime) -> list[str]:
    """All that makes a request this one, on this day."""
    given = sorted((name, value) for name, value in form.items() if name != "api_key")
    return [local(now).date().isoformat(), *(f"{name}={value}" for name, value in given)]


def _digest(connection: Connection, *parts: str) -> str:
    joined = "\x1f".join((str(connection.id), *parts)).encode()
    return hmac.new(connection.secret.encode(), joined, hashlib.sha256).hexdigest()[:32]
