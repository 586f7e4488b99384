"""What one change of a Facebook Page's feed says, in the words of the house; knows no network.

Facts: developers.facebook.com, Webhooks for Pages and its reference "feed".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from connectors.sources._meta_webhook import (
    Change,
    id_if_any,
    id_in,
    moment_in,
    object_of,
    text_in,
)
from connectors.sources._open_posts import gone, heard, obeyed, readable
from core.domain import Event, EventKind
from core.ports import Heard

_WRITTEN: Final = ("comment", "post", "status", "photo", "video", "share", "album")
_SHOWN: Final = ("photo", "photos", "video", "link_to_video")
_NEWEST_REVISION: Final = 2**31 - 1


def heard_in(change: Change, page: str) -> Heard | None:
    """What somebody wrote, changed or took back at our page; None for likes and our own words.

    Raises NotMeta.
    """
    value = change.value
    what, verb = id_in(value, "item"), id_in(value, "verb")
    if what not in _WRITTEN or verb not in ("add", "edited", "edit", "remove"):
        return None
    native_id = id_in(value, "comment_id" if what == "comment" else "post_id")
    if verb == "remove":
        return gone(native_id, _changed_at(change))
    author = id_in(object_of(value.get("from")), "id")
    if author == page:
        return None
    said = _said(value, native_id, author)
    if verb != "add":
        return heard(Event(kind=EventKind.EDIT, revision=_revision(change), **said))
    return heard(obeyed(Event(kind=EventKind.MESSAGE, **said), to_us=True))


def _said(value: Mapping[str, Any], native_id: str, author: str) -> dict[str, Any]:
    return {
        "native_id": native_id,
        "author": author,
        "sent_at": moment_in(value, "created_time"),
        "text": readable(text_in(value, "message")),
        "reply_to": id_if_any(value, "parent_id") or None,
        "media_count": int(any(value.get(name) for name in _SHOWN)),
    }


def _changed_at(change: Change) -> datetime:
    """When the network says that it happened: in seconds, or in thousandths of them."""
    time = change.time
    if isinstance(time, int) and not isinstance(time, bool) and time > 10**11:
        time //= 1000
    return moment_in({"time": time}, "time")


def _revision(change: Change) -> int:
    """A number that grows with time, so that the newest words count."""
    return min(int(_changed_at(change).timestamp()), _NEWEST_REVISION)
