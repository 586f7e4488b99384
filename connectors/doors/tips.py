"""Public tips and warnings, for anybody: an RSS feed, an Atom feed of CAP 1.2, and each warning.

Only what a person made public stands here. Readers that ask again are told when nothing changed.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET  # writes only: nothing from outside is read with it
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from core.cap import CONTENT_TYPE, cap_xml
from core.i18n import DEFAULT, text_of
from core.report_back import with_emergency_rule
from core.store.tip_queries import TipLine, public_tips
from core.store.unit import Unit
from core.tips.warning import Sender, warning_of
from core.wiring import Services, services

CANCELS_SHOWN: Final = timedelta(days=7)
"""How long a warning that was taken back stands in the feed as cancelled."""
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MINUTES_CACHED: Final = 5

router = APIRouter(tags=["tips"])
Given = Annotated[Services, Depends(services)]


@router.get("/tips.rss", summary="Prevention tips that anybody may read, as RSS 2.0")
def rss(request: Request, given: Given) -> Response:
    now, home = given.clock(), _home(request, given)
    shown = [tip for tip in _public(given) if tip.is_public(now)]
    feed = ET.Element("rss", version="2.0")
    channel = ET.SubElement(feed, "channel")
    _add(channel, "title", text_of(DEFAULT, "tips.feed_title"))
    _add(channel, "link", f"{home}/tips.rss")
    _add(channel, "description", text_of(DEFAULT, "tips.feed_about"))
    _add(channel, "language", "nl-NL")
    _add(channel, "ttl", str(_MINUTES_CACHED))
    for tip in shown:
        _add_rss(channel, tip, home, given)
    return _cached(request, feed, "application/rss+xml", shown)


@router.get("/tips.cap", summary="The warnings that hold or were cancelled, as Atom with CAP 1.2")
def warnings(request: Request, given: Given) -> Response:
    now, home = given.clock(), _home(request, given)
    shown = [t for t in _public(given) if t.is_warning and (t.is_public(now) or t.is_recalled)]
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "id", f"{home}/tips.cap")
    _add(feed, "title", text_of(DEFAULT, "tips.warnings_title"))
    _add(feed, "updated", (_newest(shown) or now).isoformat(timespec="seconds"))
    author = ET.SubElement(feed, "author")
    _add(author, "name", text_of(DEFAULT, "tips.sender"))
    ET.SubElement(feed, "link", rel="self", href=f"{home}/tips.cap")
    for tip in shown:
        _add_atom(feed, tip, home)
    return _cached(request, feed, "application/atom+xml", shown)


@router.get("/tips/{tip_id}.cap", summary="One public warning as a CAP 1.2 message")
def warning(tip_id: int, request: Request, given: Given) -> Response:
    now = given.clock()
    found = [tip for tip in _public(given) if tip.id == tip_id and tip.is_warning]
    if not found or not (found[0].is_public(now) or found[0].is_recalled):
        raise HTTPException(404, "no such warning")
    (tip,) = found
    with given.store.read() as connection:
        pilots = Unit(connection, now).pilots
        pilot = pilots.pilot(tip.pilot_id)
        area = next((a for a in pilots.areas(tip.pilot_id) if a.id == tip.area_id), None)
    sender = Sender(outside_url=_home(request, given), exercise=given.settings.demo)
    message = warning_of(tip, sender, area, pilot.name, given.topics, now=now)
    return _answer(request, cap_xml(message), CONTENT_TYPE, tip.changed_at)


def _public(given: Services) -> list[TipLine]:
    with given.store.read() as connection:
        return public_tips(connection, given.clock() - CANCELS_SHOWN)


def _home(request: Request, given: Services) -> str:
    """Where this door is reached: as it was set, never as a request says it was."""
    return given.settings.outside_url or f"http://{given.settings.web_host}"


def _add_rss(channel: ET.Element, tip: TipLine, home: str, given: Services) -> None:
    entry = ET.SubElement(channel, "item")
    _add(entry, "title", tip.title)
    _add(entry, "description", with_emergency_rule(tip.text))
    _add(entry, "category", given.topics[tip.topic].name(DEFAULT))
    _add(entry, "pubDate", format_datetime(tip.public_from or tip.at))
    guid = ET.SubElement(entry, "guid", isPermaLink="false")
    guid.text = f"HNM-TIP-{tip.id}"
    if tip.is_warning:
        _add(entry, "link", f"{home}/tips/{tip.id}.cap")


def _add_atom(feed: ET.Element, tip: TipLine, home: str) -> None:
    entry = ET.SubElement(feed, "entry")
    address = f"{home}/tips/{tip.id}.cap"
    _add(entry, "id", address)
    _add(entry, "title", tip.title)
    _add(entry, "updated", tip.changed_at.isoformat(timespec="seconds"))
    said = text_of(DEFAULT, "tips.cancelled") if tip.is_recalled else with_emergency_rule(tip.text)
    _add(entry, "summary", said)
    ET.SubElement(entry, "link", href=address, type=CONTENT_TYPE)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_XML.sub("", text)


def _newest(shown: list[TipLine]) -> datetime | None:
    return max((tip.changed_at for tip in shown), default=None)


def _cached(request: Request, feed: ET.Element, kind: str, shown: list[TipLine]) -> Response:
    ET.indent(feed)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return _answer(request, body, kind, _newest(shown))


def _answer(request: Request, body: bytes, kind: str, changed_at: datetime | None) -> Response:
    """The body with what a reader needs to ask again cheaply; 304 when it has this already."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": mark,
        "Cache-Control": f"public, max-age={_MINUTES_CACHED * 60}",
        "X-Content-Type-Options": "nosniff",
    }
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at, usegmt=True)
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
