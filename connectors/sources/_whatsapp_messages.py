"""What one message of the WhatsApp Cloud API says, in the words of the house; knows no network.

Facts: developers.facebook.com, WhatsApp Business Platform, webhooks reference "messages", "edit",
"revoke", "group" and "user_preferences"; field names checked against pywa 4.5.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connectors.sources._meta_webhook import (
    NotMeta,
    id_if_any,
    id_in,
    list_in,
    moment_in,
    object_of,
    text_in,
)
from connectors.sources._whatsapp_media import where
from core.domain import Event, EventKind
from core.errors import SourceError
from core.ports import Heard

LINE: Final = "line"
"""The group in which everybody is heard who writes to our number alone."""

_MEDIA: Final = ("image", "video", "audio", "document", "sticker")
_SILENT: Final = ("reaction", "system", "request_welcome", "order")
"""What says nothing that could be a report: an emoji, a changed number, an opened chat."""
_NEWEST_REVISION: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """omslag: who wrote it, where, when, under which id."""

    id: str
    author: str
    group: str
    sent_at: datetime

    @property
    def direct(self) -> bool:
        return not self.group

    def heard(self, kind: EventKind, **values: Any) -> Heard:
        given: dict[str, Any] = {
            "native_id": self.id,
            "author": self.author,
            "sent_at": self.sent_at,
            "direct": self.direct,
        }
        event = Event(kind=kind, **given | values)
        return Heard(group=self.group or LINE, event=event)


def messages_in(value: Mapping[str, Any]) -> Iterator[Heard | SourceError]:
    """Every message of a change, in order; what cannot be read as a value."""
    contacts = [object_of(contact) for contact in list_in(value, "contacts")]
    for message in list_in(value, "messages"):
        try:
            found = _heard(object_of(message), contacts)
        except NotMeta as wrong:
            yield SourceError(line=0, why=str(wrong))
        else:
            if found is not None:
                yield found


def preferences_in(value: Mapping[str, Any]) -> Iterator[Heard | SourceError]:
    """Who asked WhatsApp to hear no more from us stops here too, and may come back.

    It becomes the plain word that a resident would have written.
    """
    contacts = [object_of(contact) for contact in list_in(value, "contacts")]
    for preference in list_in(value, "user_preferences"):
        try:
            found = _preference(object_of(preference), contacts)
        except NotMeta as wrong:
            yield SourceError(line=0, why=str(wrong))
        else:
            if found is not None:
                yield found


def _heard(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]]) -> Heard | None:
    envelope = Envelope(
        id=id_in(message, "id"),
        author=_author(message, contacts, "from"),
        group=id_if_any(message, "group_id"),
        sent_at=moment_in(message, "timestamp"),
    )
    kind = id_in(message, "type")
    if kind == "edit":
        return _edited(object_of(message.get("edit")), envelope)
    if kind == "revoke":
        gone = id_in(object_of(message.get("revoke")), "original_message_id")
        return envelope.heard(EventKind.DELETE, native_id=gone)
    said = said_in(message)
    if said is None:
        return None
    return envelope.heard(EventKind.MESSAGE, reply_to=_answered(message), **said)


def _edited(edit: Mapping[str, Any], envelope: Envelope) -> Heard | None:
    """Other words for a message; the network says when, so that the newest of them counts."""
    content = object_of(edit.get("message"))
    said = said_in(content)
    if said is None:
        return None
    return envelope.heard(
        EventKind.EDIT,
        native_id=id_in(edit, "original_message_id"),
        revision=min(int(envelope.sent_at.timestamp()), _NEWEST_REVISION),
        reply_to=_answered(content),
        **said,
    )


def _answered(message: Mapping[str, Any]) -> str | None:
    context = message.get("context")
    return (id_if_any(context, "id") or None) if isinstance(context, dict) else None


def _author(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], number: str) -> str:
    """Who wrote: by the id WhatsApp has for them with us, else by their number.

    People with a user name show no number; the id with us is the same with and without one.
    """
    phone, user = id_if_any(message, number), id_if_any(message, "from_user_id")
    for contact in contacts:
        alone = len(contacts) == 1 and not (phone or user)
        if alone or _is_of(contact, phone, user):
            user = user or id_if_any(contact, "user_id")
            phone = phone or id_if_any(contact, "wa_id")
    user = user or id_if_any(message, "user_id")
    if not (user or phone):
        raise NotMeta(number)
    return user or phone


def _is_of(contact: Mapping[str, Any], phone: str, user: str) -> bool:
    same_user = bool(user) and contact.get("user_id") == user
    return same_user or (bool(phone) and contact.get("wa_id") == phone)


def said_in(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """The words, the place and the number of media; None for what says nothing to us.

    Raises NotMeta for what it cannot read, such as a type that came after this was written.
    """
    kind = id_in(message, "type")
    if kind in _SILENT:
        return None
    if kind == "text":
        return {"text": text_in(object_of(message.get("text")), "body")}
    if kind in _MEDIA:
        return _medium(kind, object_of(message.get(kind)))
    if kind == "location":
        return _place(object_of(message.get("location")))
    if kind == "contacts":
        # Somebody else's name and number: that there was one, and no more.
        return {"media_count": 1}
    if kind == "interactive":
        return {"text": _chosen(object_of(message.get("interactive")))}
    if kind == "button":
        return {"text": text_in(object_of(message.get("button")), "text")}
    raise NotMeta(_unread(kind, message))


def _medium(kind: str, medium: Mapping[str, Any]) -> dict[str, Any]:
    """A file name is no words of anybody; of all media only a picture is ever looked at."""
    picture = where(medium) if kind == "image" else ""
    return {"text": text_in(medium, "caption"), "media_count": 1, "picture": picture}


def _unread(kind: str, message: Mapping[str, Any]) -> str:
    """What kind of thing could not be read, for the health page; never what it says."""
    inner = message.get("unsupported")
    more = inner.get("type") if kind == "unsupported" and isinstance(inner, dict) else None
    known = more if isinstance(more, str) and more.isascii() and more.isidentifier() else ""
    return f"{kind[:15]}_{known[:20]}" if known else kind[:20]


def _place(location: Mapping[str, Any]) -> dict[str, Any]:
    lat, lon = (_degrees(location, name) for name in ("latitude", "longitude"))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NotMeta("location")
    words = [text_in(location, name) for name in ("name", "address")]
    return {"text": ", ".join(filter(None, words)), "lat": lat, "lon": lon}


def _degrees(location: Mapping[str, Any], name: str) -> float:
    found = location.get(name)
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise NotMeta(name)
    try:
        return float(found)
    except (ValueError, OverflowError):
        raise NotMeta(name) from None


def _chosen(interactive: Mapping[str, Any]) -> str:
    """The words on the button or the row of a list that somebody chose."""
    kind = id_in(interactive, "type")
    if kind not in ("button_reply", "list_reply"):
        raise NotMeta(kind[:20])
    return text_in(object_of(interactive.get(kind)), "title")


def _preference(
    preference: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]]
) -> Heard | None:
    word = {"stop": "stop", "resume": "start"}.get(str(preference.get("value")))
    if word is None:
        return None
    author, at = _author(preference, contacts, "wa_id"), moment_in(preference, "timestamp")
    envelope = Envelope(
        id=f"preference:{author}:{int(at.timestamp())}", author=author, group="", sent_at=at
    )
    return envelope.heard(EventKind.MESSAGE, text=word)
