"""What one event of a Matrix room says, in the words of the house; knows no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.domain import Event, EventKind
from core.in_chat import WITHDRAWN

ENCRYPTED: Final = ("m.room.encrypted", "m.room.encryption")
TYPES: Final = (
    "m.room.message",
    "m.room.redaction",
    "m.room.member",
    "m.room.name",
    "m.room.tombstone",
    *ENCRYPTED,
)
"""All that we ask a server for: reactions, typing, who is online are not our business."""

_MEDIA: Final = ("m.image", "m.video", "m.audio", "m.file")
_GEO: Final = re.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
_GEO_TEXT: Final = re.compile(r"geo:\S+|https?://\S+|(?:user )?location was shared at.*", re.I)
_QUOTED: Final = re.compile(r"(?:>.*\n)+\n?")
_FINE_MS: Final = 10 * 24 * 3600 * 1000
_NEWEST_REVISION: Final = 2**31 - 1


class NotMatrix(ValueError):
    """An event that is not as the protocol says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One event as the server gave it, its envelope checked."""

    id: str
    type: str
    sender: str
    sent_at: datetime
    sent_ms: int
    content: Mapping[str, Any]
    whole: Mapping[str, Any]

    @classmethod
    def of(cls, event: Any) -> Raw:
        """Raises NotMatrix."""
        whole = _object(event)
        sent_ms = whole.get("origin_server_ts")
        if not isinstance(sent_ms, int) or isinstance(sent_ms, bool) or sent_ms < 0:
            raise NotMatrix("origin_server_ts")
        try:
            sent_at = datetime.fromtimestamp(sent_ms / 1000, UTC)
        except (OverflowError, ValueError, OSError):
            raise NotMatrix("origin_server_ts") from None
        return cls(
            id=_text(whole, "event_id"),
            type=_text(whole, "type"),
            sender=_text(whole, "sender"),
            sent_at=sent_at,
            sent_ms=sent_ms,
            content=_object(whole.get("content", {})),
            whole=whole,
        )

    @property
    def unsigned(self) -> Mapping[str, Any]:
        given = self.whole.get("unsigned")
        return given if isinstance(given, dict) else {}

    @property
    def is_gone(self) -> bool:
        """Its writer, or who keeps the room, took it back."""
        return "redacted_because" in self.unsigned

    @property
    def state_key(self) -> str:
        key = self.whole.get("state_key")
        return key if isinstance(key, str) else ""

    @property
    def relation(self) -> Mapping[str, Any]:
        given = self.content.get("m.relates_to")
        return given if isinstance(given, dict) else {}

    @property
    def edits(self) -> str | None:
        """The id of the event that this one replaces."""
        if self.type != "m.room.message" or self.relation.get("rel_type") != "m.replace":
            return None
        return _text(self.relation, "event_id")

    @property
    def redacts(self) -> str:
        """What was taken back; rooms of version 11 and later say so in the content."""
        return _text(self.content if "redacts" in self.content else self.whole, "redacts")


def message_of(raw: Raw, *, direct: bool) -> Event | None:
    """A text, a place or a picture with its words; None for notices (bots) and empty ones."""
    written = _written(raw.content)
    if raw.type != "m.room.message" or raw.is_gone or written is None:
        return None
    return _event(EventKind.MESSAGE, raw, reply_to=_reply_to(raw), direct=direct, **written)


def edit_of(raw: Raw, original: Raw | None, *, direct: bool) -> Event | None:
    """Other words for a message, by who wrote it; None when it says nothing to us.

    The order of revisions is their time since the original, which is None when the server does
    not show it to us.
    """
    if raw.is_gone or (original is not None and original.sender != raw.sender):
        return None
    written = _written(_object(raw.content.get("m.new_content")))
    if written is None:
        return None
    first_id = raw.edits if original is None else original.id
    return _event(
        EventKind.EDIT,
        raw,
        native_id=first_id,
        revision=revision_of(raw, original),
        reply_to=None if original is None else _reply_to(original),
        direct=direct,
        **written,
    )


def restored(original: Raw, taken_back: Raw, *, direct: bool) -> Event | None:
    """What a message says after an edit of it was taken back: its newest words that remain."""
    newest = _replacement(original)
    content = _object(newest.content.get("m.new_content")) if newest else original.content
    written = _written(content)
    if written is None:
        return None
    return _event(
        EventKind.EDIT,
        taken_back,
        native_id=original.id,
        author=original.sender,
        revision=revision_of(taken_back, original),
        reply_to=_reply_to(original),
        direct=direct,
        **written,
    )


def delete_of(raw: Raw, of: str, *, direct: bool) -> Event:
    return _event(EventKind.DELETE, raw, native_id=of, direct=direct)


def revision_of(raw: Raw, original: Raw | None) -> int:
    """A number that grows with time: milliseconds at first, seconds later, to fit 31 bits."""
    if original is None:
        return min(raw.sent_ms // 1000, _NEWEST_REVISION)
    since_ms = max(raw.sent_ms - original.sent_ms, 1)
    later_s = max(since_ms - _FINE_MS, 0) // 1000
    return min(min(since_ms, _FINE_MS) + later_s, _NEWEST_REVISION)


def membership_of(raw: Raw, me: str) -> Event | None:
    """Somebody came or went; we were thrown out. Another name or picture is nothing."""
    now, before = raw.content.get("membership"), _before(raw).get("membership")
    if raw.state_key == me:
        gone = now in ("leave", "ban") and raw.sender != me
        return _event(EventKind.CONSENT, raw, text=WITHDRAWN) if gone else None
    if now == "join" and before != "join":
        return _event(EventKind.JOIN, raw, author=raw.state_key)
    if now in ("leave", "ban") and before in ("join", None):
        return _event(EventKind.LEAVE, raw, author=raw.state_key)
    return None


def renamed_of(raw: Raw) -> Event | None:
    name = raw.content.get("name")
    return _event(EventKind.GROUP_RENAMED, raw, text=name) if isinstance(name, str) else None


def moved_of(raw: Raw) -> Event:
    return _event(EventKind.GROUP_MOVED, raw, text=_text(raw.content, "replacement_room"))


def unread_of(raw: Raw, *, direct: bool) -> Event:
    """Something was written that we cannot read."""
    return _event(EventKind.MESSAGE, raw, direct=direct)


def is_our_arrival(raw: Raw, me: str) -> bool:
    """From here on we are in the room; what was said before is none of our business."""
    ours = raw.type == "m.room.member" and raw.state_key == me
    arrived = ours and raw.content.get("membership") == "join"
    return arrived and _before(raw).get("membership") != "join"


def was_invited_alone(raw: Raw) -> bool:
    return _before(raw).get("is_direct") is True


def inviter_of(raw: Raw) -> str | None:
    given = raw.unsigned.get("prev_sender")
    return given if isinstance(given, str) and given else None


def _before(raw: Raw) -> Mapping[str, Any]:
    given = raw.unsigned.get("prev_content", raw.whole.get("prev_content"))
    return given if isinstance(given, dict) else {}


def _event(kind: EventKind, raw: Raw, **values: Any) -> Event:
    given: dict[str, Any] = {"native_id": raw.id, "author": raw.sender, "sent_at": raw.sent_at}
    return Event(kind=kind, **given | values)


def _written(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The words, the place and the number of pictures in a message's content."""
    kind, body = content.get("msgtype"), content.get("body", "")
    if not isinstance(kind, str) or not isinstance(body, str):
        return None
    if kind in ("m.text", "m.emote"):
        text = _without_quote(body, content)
        return {"text": text} if text else None
    if kind == "m.location":
        return _place(content, body)
    if kind in _MEDIA:
        # Without a file name the body is the file name: no words of anybody (MSC2530).
        captioned = isinstance(content.get("filename"), str) and content["filename"] != body
        text = _without_quote(body, content) if captioned else ""
        return {"text": text, "media_count": 1}
    return None


def _place(content: Mapping[str, Any], body: str) -> dict[str, Any]:
    uri = content.get("geo_uri")
    found = _GEO.match(uri) if isinstance(uri, str) else None
    if found is None:
        raise NotMatrix("geo_uri")
    lat, lon = float(found[1]), float(found[2])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NotMatrix("geo_uri")
    return {"text": _GEO_TEXT.sub("", body).strip(), "lat": lat, "lon": lon}


def _without_quote(body: str, content: Mapping[str, Any]) -> str:
    """The words without those of the message that is answered, which older clients repeat."""
    relation = content.get("m.relates_to")
    answers = isinstance(relation, dict) and "m.in_reply_to" in relation
    quoted = _QUOTED.match(body) if answers else None
    return (body[quoted.end() :] if quoted else body).strip()


def _reply_to(raw: Raw) -> str | None:
    answered = raw.relation.get("m.in_reply_to")
    found = answered.get("event_id") if isinstance(answered, dict) else None
    return found if isinstance(found, str) and found else None


def _replacement(original: Raw) -> Raw | None:
    """The newest edit that is still there, which the server gives along with the original."""
    relations = original.unsigned.get("m.relations")
    bundled = relations.get("m.replace") if isinstance(relations, dict) else None
    if not isinstance(bundled, dict) or "content" not in bundled:
        return None
    newest = Raw.of(bundled)
    return None if newest.is_gone or newest.sender != original.sender else newest


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotMatrix("object")
    return value


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value or len(value) > 255:
        raise NotMatrix(name)
    return value
