"""What one post on X says, in the words of the house; knows no network."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Final

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

_ID: Final = re.compile(r"\d{1,25}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """lezer: for whom posts are read: our account's name and the agreed tags."""

    handle: str
    tags: tuple[str, ...]

    def post(self, row: Any) -> Event | None:
        """A post as it stands now; None for a repost and for what is not to us. Raises NotAPost.

        Its id is that of its first version: each edit on X has an id of its own.
        """
        ids, kinds = _versions(row), [name for name, _ in _referenced(row)]
        text = html.unescape(_text(row))
        to_us = _stands_in(f"@{self.handle}", text)
        if "retweeted" in kinds or not (to_us or any(_stands_in(f"#{t}", text) for t in self.tags)):
            return None
        event = Event(
            kind=EventKind.EDIT if len(ids) > 1 else EventKind.MESSAGE,
            native_id=ids[0],
            author=_id(row, "author_id"),
            sent_at=moment_in(row, "created_at"),
            text=address_taken_off(readable(text), [self.handle], self.tags),
            revision=len(ids) - 1,
            reply_to=next((id_ for name, id_ in _referenced(row) if name == "replied_to"), None),
            media_count=min(len(list_in(object_in(row, "attachments"), "media_keys")), 100),
            **_place(row),
        )
        return obeyed(event, to_us=to_us)


def newest_of(row: Any) -> str:
    """The id of a post's newest version. Raises NotAPost."""
    return _versions(row)[-1]


def query_of(handle: str, tags: tuple[str, ...]) -> str:
    """What is searched: our name and the tags; no reposts, nothing of our own."""
    named = " OR ".join([f"@{handle}", *(f"#{tag}" for tag in tags)])
    return f"({named}) -is:retweet -from:{handle}"


def _text(row: Any) -> str:
    """The whole text: of a long post the usual field holds only the beginning."""
    whole = object_in(row, "note_tweet").get("text")
    return whole[:50_000] if isinstance(whole, str) and whole else text_in(row, "text", 50_000)


def _versions(row: Any) -> list[str]:
    ids = [str(one) for one in list_in(row, "edit_history_tweet_ids")] or [_id(row, "id")]
    if not all(_ID.fullmatch(id_) for id_ in ids):
        raise NotAPost("edit_history_tweet_ids")
    return sorted(set(ids), key=int)[:10]


def _referenced(row: Any) -> list[tuple[str, str]]:
    found = [one for one in list_in(row, "referenced_tweets") if isinstance(one, dict)]
    return [(str(one.get("type")), str(one.get("id"))) for one in found]


def _id(row: Any, name: str) -> str:
    found = text_in(row, name, 25)
    if not _ID.fullmatch(found):
        raise NotAPost(name)
    return found


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def _place(row: Any) -> dict[str, Any]:
    """Where it was written, when its writer shared the very point; a named place is no point."""
    point = object_in(object_in(row, "geo"), "coordinates")
    both = list_in(point, "coordinates")
    if point.get("type") != "Point" or len(both) != 2:
        return {}
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in both):
        raise NotAPost("geo")
    lon, lat = float(both[0]), float(both[1])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NotAPost("geo")
    return {"lat": lat, "lon": lon}
