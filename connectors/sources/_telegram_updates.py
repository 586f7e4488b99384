"""What one update of Telegram says, in the words of the house; knows no network.

The shapes are those of core.telegram.org/bots/api.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.domain import Event, EventKind
from core.ports import Heard

ASKED_FOR: Final = ("message", "edited_message", "my_chat_member", "chat_member")
"""All that we ask a server for; chat_member comes only where we are administrator."""

GROUPS: Final = ("group", "supergroup")
_MEDIA: Final = ("photo", "video", "animation", "document", "audio", "voice", "video_note")
_FOR_A_BOT: Final = re.compile(r"/\w{1,64}@(\w{1,64})")
_LONGEST_TEXT: Final = 10_000
_LARGEST_ID: Final = 2**53
_LONGEST_EDITED_S: Final = 2_147_482
_EDITS_A_SECOND: Final = 1000


class NotTelegram(ValueError):
    """An update that is not as the description says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One update with a message in it, its envelope checked."""

    update: int
    chat: str
    kind: str
    title: str
    number: int
    sent_at: datetime
    edited_at: datetime | None
    whole: Mapping[str, Any]

    @classmethod
    def of(cls, update: int, message: Any) -> Raw:
        """Raises NotTelegram."""
        whole = object_in(message, "message")
        chat = object_in(whole.get("chat"), "chat")
        edited = whole.get("edit_date")
        return cls(
            update=update,
            chat=str(number_in(chat, "id")),
            kind=str(chat.get("type")),
            title=words_in(chat, "title"),
            number=number_in(whole, "message_id"),
            sent_at=moment_in(whole, "date"),
            edited_at=None if edited is None else moment_in(whole, "edit_date"),
            whole=whole,
        )

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    @property
    def is_direct(self) -> bool:
        return self.kind == "private"

    @property
    def native_id(self) -> str:
        """Numbers start anew when a group moves, so the group is part of the id."""
        return f"{self.chat}:{self.number}"

    @property
    def revision(self) -> int:
        """Grows with every edit: Telegram counts seconds, several edits may fall in one."""
        if self.edited_at is None:
            return 0
        since_s = max(int((self.edited_at - self.sent_at).total_seconds()), 1)
        return min(since_s, _LONGEST_EDITED_S) * _EDITS_A_SECOND + self.update % _EDITS_A_SECOND

    @property
    def author(self) -> str | None:
        """None for bots, and for what a channel sends on by itself."""
        if self.whole.get("is_automatic_forward") is True or "via_bot" in self.whole:
            return None
        as_chat = self.whole.get("sender_chat")
        if as_chat is not None:
            return str(number_in(object_in(as_chat, "sender_chat"), "id"))
        user = object_in(self.whole.get("from"), "from")
        return None if user.get("is_bot") is True else str(number_in(user, "id"))


def heard_in(raw: Raw, our_name: str, *, tells_who_comes: bool) -> Iterator[Heard]:
    """What a message of a group says; `tells_who_comes`: memberships come by another road."""
    for event in _events(raw, our_name, tells_who_comes):
        yield Heard(group=raw.chat, group_name=raw.title, event=event)


def said(raw: Raw, our_name: str) -> Event | None:
    """A text, a place or a picture with its words, or an edit of one; None for anything else."""
    author, written = raw.author, _written(raw.whole)
    if author is None or written is None or _is_for_another(written["text"], our_name):
        return None
    kind = EventKind.MESSAGE if raw.edited_at is None else EventKind.EDIT
    return Event(
        kind=kind,
        native_id=raw.native_id,
        author=author,
        sent_at=raw.edited_at or raw.sent_at,
        revision=raw.revision,
        reply_to=_reply_to(raw),
        direct=raw.is_direct,
        **written,
    )


def moved(raw: Raw) -> Heard | None:
    """A group that became a supergroup has another id; both ends of the move say so."""
    old, new = raw.chat, raw.chat
    if "migrate_to_chat_id" in raw.whole:
        new = str(number_in(raw.whole, "migrate_to_chat_id"))
    elif "migrate_from_chat_id" in raw.whole:
        old = str(number_in(raw.whole, "migrate_from_chat_id"))
    else:
        return None
    event = _event(EventKind.GROUP_MOVED, raw, f"{old}:moved", author=old, text=new)
    return Heard(group=old, event=event)


def update_id(update: Any) -> int:
    return number_in(object_in(update, "update"), "update_id")


def _events(raw: Raw, our_name: str, tells_who_comes: bool) -> Iterator[Event]:
    if not tells_who_comes:
        yield from _who_came_or_went(raw)
    if "new_chat_title" in raw.whole:
        title = words_in(raw.whole, "new_chat_title")
        yield _event(EventKind.GROUP_RENAMED, raw, raw.native_id, author=raw.chat, text=title)
    event = said(raw, our_name)
    if event is not None:
        yield event


def _who_came_or_went(raw: Raw) -> Iterator[Event]:
    came = raw.whole.get("new_chat_members", [])
    went = raw.whole.get("left_chat_member")
    for who in came if isinstance(came, list) else []:
        yield from _membership(EventKind.JOIN, raw, who)
    if went is not None:
        yield from _membership(EventKind.LEAVE, raw, went)


def _membership(kind: EventKind, raw: Raw, who: Any) -> Iterator[Event]:
    user = object_in(who, "user")
    if user.get("is_bot") is not True:
        number = number_in(user, "id")
        yield _event(kind, raw, f"{raw.native_id}:{number}", author=str(number))


def _event(kind: EventKind, raw: Raw, native_id: str, *, author: str, text: str = "") -> Event:
    return Event(kind=kind, native_id=native_id, author=author, sent_at=raw.sent_at, text=text)


def _written(whole: Mapping[str, Any]) -> dict[str, Any] | None:
    """The words, the place and the number of pictures in a message."""
    text = words_in(whole, "text") or words_in(whole, "caption")
    found: dict[str, Any] = {"text": text[:_LONGEST_TEXT].strip()}
    venue = whole.get("venue")
    if isinstance(venue, dict):
        named = (words_in(venue, "title"), words_in(venue, "address"))
        found["text"] = ", ".join(part for part in named if part)
    if "location" in whole:
        found |= _place(object_in(whole["location"], "location"))
    if any(name in whole for name in _MEDIA):
        found["media_count"] = 1
    return found if found["text"] or len(found) > 1 else None


def _place(location: Mapping[str, Any]) -> dict[str, float]:
    lat, lon = (location.get(name) for name in ("latitude", "longitude"))
    for value, most in ((lat, 90), (lon, 180)):
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= most:
            raise NotTelegram("location")
    return {"lat": float(str(lat)), "lon": float(str(lon))}


def _reply_to(raw: Raw) -> str | None:
    """The message it answers; in a topic everything "answers" the topic's own beginning."""
    answered = raw.whole.get("reply_to_message")
    if not isinstance(answered, dict) or "forum_topic_created" in answered:
        return None
    return f"{raw.chat}:{number_in(answered, 'message_id')}"


def _is_for_another(text: str, our_name: str) -> bool:
    """A command to another bot of the group."""
    named = _FOR_A_BOT.match(text)
    return named is not None and bool(our_name) and named[1].casefold() != our_name.casefold()


def object_in(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotTelegram(name)
    return value


def number_in(values: Mapping[str, Any], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_ID:
        raise NotTelegram(name)
    return value


def moment_in(values: Mapping[str, Any], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(number_in(values, name), UTC)
    except (OverflowError, ValueError, OSError):
        raise NotTelegram(name) from None


def words_in(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise NotTelegram(name)
    return value
