"""What one Bluesky post says, and how ours are written; knows no network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connectors.sources._bluesky_server import labels_of
from connectors.sources._open_posts import (
    NotAPost,
    address_taken_off,
    list_in,
    moment_in,
    obeyed,
    object_in,
    readable,
    text_in,
)
from core.domain import Event, EventKind

_URI: Final = re.compile(
    r"at://(did:[a-z]{1,20}:[\w.:%-]{1,200})/app\.bsky\.feed\.post/[\w.~:-]{1,100}", re.ASCII
)
_MENTION: Final = "app.bsky.richtext.facet#mention"
_TAG: Final = "app.bsky.richtext.facet#tag"
_LINK: Final = "app.bsky.richtext.facet#link"
_HIDDEN: Final = frozenset({"!hide", "!takedown", "bot"})
_NOT_FOR_ALL: Final = "!no-unauthenticated"
_TAG_WORD: Final = re.compile(r"(?<!\w)#(\w{2,60})")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_LONGEST_TEXT: Final = 10_000
_TID: Final = "234567abcdefghijklmnopqrstuvwxyz"
_FIRST_KEY_US: Final = 1_577_836_800_000_000
"""1 January 2020: keys of ours are made from what they stand for, as if written since then."""
_KEYS_US: Final = 5 * 365 * 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """lezer: for whom posts are read: our account and the agreed tags."""

    me: str
    handle: str
    tags: tuple[str, ...]

    def post(self, view: Any, *, told_us: bool = False) -> Event | None:
        """A post that is ours to read. Raises NotAPost.

        None for our own, what is not to us (`told_us`: the network said that it is), and what is of
        somebody who asks not to be shown to everybody, unless they address us.
        """
        record, author = object_in(view, "record"), object_in(view, "author")
        uri, did = text_in(view, "uri", 400), text_in(author, "did", 250)
        found = _URI.fullmatch(uri)
        if found is None or found[1] != did:
            raise NotAPost("uri")
        to_us = told_us or self._mentions_us(record) or self._answers_us(record)
        if did == self.me or not (to_us or self._has_tag(record)):
            return None
        if _HIDDEN & (labels_of(author) | labels_of(view)):
            return None
        if _NOT_FOR_ALL in labels_of(author) and not to_us:
            return None
        return obeyed(self._event(view, record, uri, did), to_us=to_us)

    def _event(self, view: Any, record: Mapping[str, Any], uri: str, did: str) -> Event:
        answered = object_in(object_in(record, "reply"), "parent").get("uri")
        return Event(
            kind=EventKind.MESSAGE,
            native_id=uri,
            author=did,
            sent_at=sorted_at(view),
            text=self._words(record),
            reply_to=answered if isinstance(answered, str) and _URI.fullmatch(answered) else None,
            media_count=_media_count(object_in(record, "embed")),
        )

    def _words(self, record: Mapping[str, Any]) -> str:
        """The text without the mention of us, which stands somewhere by its place in bytes."""
        text = record.get("text")
        if not isinstance(text, str):
            raise NotAPost("text")
        raw = text[:_LONGEST_TEXT].encode(errors="replace")
        for start, end in sorted(self._our_spans(record), reverse=True):
            if raw[:start].strip() == b"" or raw[end:].strip() == b"":
                raw = raw[:start] + raw[end:]
        return address_taken_off(readable(raw.decode(errors="replace")), [self.handle], self.tags)

    def _our_spans(self, record: Mapping[str, Any]) -> set[tuple[int, int]]:
        return {
            (start, end)
            for kind, value, (start, end) in _facets(record)
            if kind == _MENTION and value == self.me
        }

    def _mentions_us(self, record: Mapping[str, Any]) -> bool:
        return any(kind == _MENTION and value == self.me for kind, value, _ in _facets(record))

    def _answers_us(self, record: Mapping[str, Any]) -> bool:
        answered = object_in(object_in(record, "reply"), "parent").get("uri")
        return isinstance(answered, str) and answered.startswith(f"at://{self.me}/")

    def _has_tag(self, record: Mapping[str, Any]) -> bool:
        text, outside = record.get("text"), list_in(record, "tags")
        given = [value for kind, value, _ in _facets(record) if kind == _TAG]
        given += [tag for tag in outside if isinstance(tag, str)]
        given += _TAG_WORD.findall(text[:_LONGEST_TEXT]) if isinstance(text, str) else []
        return any(tag.lstrip("#").casefold() in self.tags for tag in given)


def sorted_at(view: Any) -> datetime:
    """When a post was written, as its writer says, but never later than it was seen."""
    return min(moment_in(object_in(view, "record"), "createdAt"), moment_in(view, "indexedAt"))


def as_view(notification: Any) -> dict[str, Any]:
    """A notification as a post: it holds the post that it is about."""
    return dict(notification) if isinstance(notification, dict) else {}


def _facets(record: Mapping[str, Any]) -> list[tuple[str, str, tuple[int, int]]]:
    """(kind, what, place in bytes) of what is marked in a text, as far as it is marked well."""
    found = []
    for facet in list_in(record, "facets")[:100]:
        place = object_in(facet, "index")
        start, end = place.get("byteStart"), place.get("byteEnd")
        if not (type(start) is int and type(end) is int and 0 <= start < end):
            continue
        for feature in list_in(facet, "features")[:10]:
            kind = object_in({"a": feature}, "a").get("$type")
            value = feature.get("did" if kind == _MENTION else "tag") if kind else None
            if isinstance(kind, str) and isinstance(value, str):
                found.append((kind, value, (start, end)))
    return found


def _media_count(embed: Mapping[str, Any]) -> int:
    embed = object_in(embed, "media") or embed
    if embed.get("$type") == "app.bsky.embed.video":
        return 1
    return min(len(list_in(embed, "images")), 100)


def record_of(
    text: str, now: datetime, root: Mapping[str, str] | None, parent: Mapping[str, str] | None
) -> dict[str, Any]:
    """A post of ours, with its links and tags marked by their place in bytes."""
    record: dict[str, Any] = {
        "text": text,
        "langs": ["nl"],
        "createdAt": now.isoformat().replace("+00:00", "Z"),
    }
    if marked := [*_marked(text, _ADDRESS, _LINK, "uri"), *_marked(text, _TAG_WORD, _TAG, "tag")]:
        record["facets"] = marked
    if parent:
        record["reply"] = {"root": root or parent, "parent": parent}
    return record


def _marked(text: str, what: re.Pattern[str], kind: str, name: str) -> list[dict[str, Any]]:
    return [
        {
            "index": {
                "byteStart": len(text[: found.start()].encode()),
                "byteEnd": len(text[: found.end()].encode()),
            },
            "features": [{"$type": kind, name: found[1] if found.re.groups else found[0]}],
        }
        for found in what.finditer(text)
    ]


def key_of(*what: object) -> str:
    """A key of a post (a TID) that is the same when the same is said again."""
    number = int.from_bytes(hashlib.sha256(repr(what).encode()).digest()[:9])
    value = ((_FIRST_KEY_US + number // 1024 % _KEYS_US) << 10) | number % 1024
    return "".join(_TID[value >> shift & 31] for shift in range(60, -1, -5))
