"""What one message of a chat export says, when WhatsApp's own words are taken out of it."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sources._chat_words import ATTACHED, DELETED, EDITED, LOCATION, MEDIA
from connectors.sources._reading import plain
from core.domain import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one message says when WhatsApp's own words are taken out."""

    kind: EventKind
    text: str = ""
    media_count: int = 0
    lat: float | None = None
    lon: float | None = None


def content_of(words: str) -> Content:
    text = plain(words)
    if DELETED.fullmatch(text):
        return Content(kind=EventKind.DELETE)
    unedited = EDITED.sub("", text) if text.endswith(">") else text
    kind = EventKind.MESSAGE if unedited == text else EventKind.EDIT
    text, media_count = _without_media(unedited)
    text, lat, lon = _without_location(text)
    return Content(kind=kind, text=text, media_count=media_count, lat=lat, lon=lon)


def _without_media(text: str) -> tuple[str, int]:
    kept, count = [], 0
    for line in text.split("\n"):
        if MEDIA.fullmatch(line.strip()):
            count += 1
            continue
        line, found = ATTACHED.subn("", line)
        count += found
        kept.append(line.rstrip() if found else line)
    return "\n".join(kept).strip(), count


def _without_location(text: str) -> tuple[str, float | None, float | None]:
    found = LOCATION.search(text) if "http" in text else None
    if found is None:
        return text, None, None
    lat, lon = float(found["lat"]), float(found["lon"])
    if abs(lat) > 90 or abs(lon) > 180:
        return text, None, None
    return (text[: found.start()] + text[found.end() :]).strip(), lat, lon
