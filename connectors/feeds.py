"""Reads the feeds of others (RSS, Atom, P2000) that are due, for what lies near an incident.

A feed that did not change costs one short answer (ETag, Last-Modified). Nothing that a feed points
to is fetched: no pictures, no links.
"""

from __future__ import annotations

import calendar
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import feedparser

from connectors.call import Answer, Caller, is_here, public_address
from core.bulletins import Published, take_bulletins
from core.clock import from_local, local
from core.errors import AnswerUnreadable, BadSetting, HNMError, SourceBusy
from core.scenes import Scenes
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

_LARGEST: Final = 2 * 2**20
_MOST_ENTRIES: Final = 200
_LONGEST_TEXT: Final = 1000
_ACCEPT: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9"
_OWN_ENTITIES: Final = re.compile(rb"<!ENTITY|<\x00!\x00E\x00N\x00|\x00<\x00!\x00E\x00N", re.I)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_MONTHS: Final = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
_DUTCH_DATE: Final = re.compile(
    r"\b(\d{1,2})[\s-]([a-z]{3,9}|\d{1,2})\.?[\s-](\d{4}),?\s+(?:om\s+)?(\d{1,2})[:.](\d{2})",
    re.IGNORECASE,
)
_ZONE: Final = re.compile(r"[+-]\d\d:?\d\d|\b(?:Z|[A-Z]{2,4}T)\b|\bUTC?\b")


def read_due_feeds(services: Services, scenes: Scenes) -> int:
    """Reads each feed whose time has come; gives how many bulletins were new."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        today = local(unit.now).date()
        due = [row for row in unit.feeds.due() if unit.pilots.pilot(row.pilot_id).covers(today)]
    return sum(_read(row, services, scenes) for row in due)


def _read(row: Any, services: Services, scenes: Scenes) -> int:
    """Outside any transaction; a feed that fails is noted, and the others go on."""
    try:
        answer = ask(row.address, row.etag, row.modified)
        published = entries_of(answer) if answer.status != 304 else []
    except Exception as error:
        name = error.code if isinstance(error, HNMError) else type(error).__name__
        log.warning("feed failed feed=%s error=%s", row.id, name)
        after_s = error.after_s if isinstance(error, SourceBusy) else None
        with services.store.unit() as unit:
            unit.feeds.failed(row, name, after_s)
        return 0
    with services.store.unit() as unit:
        unit.feeds.read(row, *_marks(answer, row))
        if answer.status == 304:
            return 0
        places = scenes.gazetteer_of(row.pilot_id, unit)
        return take_bulletins(published, row, places, unit.pilots.areas(row.pilot_id), unit)


def ask(address: str, etag: str | None, modified: str | None) -> Answer:
    """The feed as its server has it; status 304 when it is as it was.

    Raises BadSetting for an address that is no https or lies in a private network, SourceBusy,
    NetworkDown, SecretRefused, AnswerUnreadable, DeliveryError.
    """
    try:
        parts = urlsplit(address)
        server = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        raise BadSetting(name="address", why="https://") from None
    public_address(server, "address", allow_local=is_here(parts.hostname))
    known = {"If-None-Match": etag, "If-Modified-Since": modified, "Accept": _ACCEPT}
    headers = {name: value for name, value in known.items() if value}
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Caller(server, headers=headers).get(parts.path or "/", **query)


def entries_of(answer: Answer) -> list[Published]:
    """What a feed holds, the newest first, as plain text. Raises AnswerUnreadable."""
    if len(answer.raw) > _LARGEST:
        raise AnswerUnreadable(why="too_large")
    if _OWN_ENTITIES.search(answer.raw):
        raise AnswerUnreadable(why="entities")  # a few bytes of it can grow without end
    headers = {"content-type": answer.headers.get("content-type", "application/xml")}
    found = feedparser.parse(answer.raw, response_headers=headers, resolve_relative_uris=False)
    if not found.get("version"):
        raise AnswerUnreadable(why="no_feed")
    entries = [_published(entry) for entry in found.entries[:_MOST_ENTRIES]]
    return [entry for entry in entries if entry.title]


def _published(entry: Mapping[str, Any]) -> Published:
    title, text = _plain(entry.get("title")), _plain(entry.get("summary"))
    lat, lon = _point(entry)
    key = str(entry.get("id") or entry.get("link") or f"{title}|{entry.get('published')}")
    return Published(
        id=key[:2000], title=title or text[:200], text=text, at=_moment(entry), lat=lat, lon=lon
    )


def _plain(html: object) -> str:
    text = unescape(_TAG.sub(" ", str(html or "")[: 4 * _LONGEST_TEXT]))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_TEXT]


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    """When it was published; None when nobody can read its date: then it is new as of now."""
    name = "published" if "published" in entry else "updated"
    dutch = _dutch_moment(str(entry.get(name) or ""))
    if dutch:
        return dutch
    try:
        return datetime.fromtimestamp(calendar.timegm(entry[f"{name}_parsed"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError, TypeError):
        return None


def _dutch_moment(text: str) -> datetime | None:
    """As in za 21 november 2026 14:03 or 21-11-2026 14:03, by the clock on the wall."""
    found = _DUTCH_DATE.search(text[:100])
    if found is None or _ZONE.search(text[found.end() :]):
        return None
    day, month, year, hour, minute = found.groups()
    number = int(month) if month.isdecimal() else _month(month.lower())
    try:
        return from_local(datetime(int(year), number, int(day), int(hour), int(minute)))
    except ValueError:
        return None


def _month(name: str) -> int:
    short = "mrt" if name.startswith("maa") else name[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _point(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The point of an entry (W3C geo, GeoRSS); none when it is no place on earth."""
    where = entry.get("where") or {}
    given: Any = (entry.get("geo_lat"), entry.get("geo_long"))
    if given[0] is None and where.get("type") == "Point":
        given = tuple(reversed(where.get("coordinates", ())[:2]))
    try:
        lat, lon = (float(value) for value in given)
    except (TypeError, ValueError):
        return None, None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else (None, None)


def _marks(answer: Answer, row: Any) -> tuple[str | None, str | None]:
    """What to show the server the next time; an unchanged feed keeps what it had."""
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:
        return etag or row.etag, modified or row.modified
    return _short(etag), _short(modified)


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= 200 and value.isprintable() else None
