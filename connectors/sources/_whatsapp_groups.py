"""What happens to our own texts, and to the groups of at most eight that we made.

Facts: developers.facebook.com, WhatsApp Business Platform, webhooks reference "status" and
"Webhooks for Groups API" (11 February 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from connectors.sources._whatsapp_messages import LINE
from connectors.sources._whatsapp_say import outgoing_of
from core.domain import Event, EventKind
from core.errors import SourceError
from core.in_chat import WITHDRAWN
from core.made_groups import wanted_id
from core.ports import Heard

_STATES: Final = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read"}
_US: Final = "business"
_INVITES: Final = "https://chat.whatsapp.com/"
_LONGEST_LINK: Final = 200


def statuses_in(value: Mapping[str, Any], connection_id: int) -> Iterator[Heard | SourceError]:
    """What became of the texts we sent, by the id that sending gave and by our own."""
    for status in list_in(value, "statuses"):
        try:
            found = _status(object_of(status), connection_id)
        except NotMeta as wrong:
            yield SourceError(line=0, why=str(wrong))
        else:
            if found is not None:
                yield found


def _status(status: Mapping[str, Any], connection_id: int) -> Heard | None:
    state, in_group = id_in(status, "status"), status.get("recipient_type") == "group"
    if state == "failed" and in_group and _is_for_one(status):
        return None  # of eight people one did not get it; the group did
    said = f"failed:{_code(status)}" if state == "failed" else _STATES.get(state)
    if said is None:
        return None
    event = Event(
        kind=EventKind.DELIVERY,
        native_id=id_in(status, "id"),
        author="",
        sent_at=moment_in(status, "timestamp"),
        text=said,
    )
    return Heard(
        group=id_in(status, "recipient_id") if in_group else LINE,
        event=event,
        outgoing_id=outgoing_of(text_in(status, "biz_opaque_callback_data"), connection_id),
    )


def _is_for_one(status: Mapping[str, Any]) -> bool:
    return any(name.startswith("recipient_participant") for name in status)


def _code(status: Mapping[str, Any]) -> int:
    for error in list_in(status, "errors"):
        code = error.get("code") if isinstance(error, dict) else None
        if isinstance(code, int) and not isinstance(code, bool):
            return code
    return 0


def groups_in(field: str, value: Mapping[str, Any]) -> Iterator[Heard | SourceError]:
    """Who came into a group or left it, what it is called now, and that it is no more."""
    for group in list_in(value, "groups"):
        try:
            yield from _in_group(field, object_of(group))
        except NotMeta as wrong:
            yield SourceError(line=0, why=str(wrong))


def _in_group(field: str, group: Mapping[str, Any]) -> Iterator[Heard | SourceError]:
    kind = id_in(group, "type")
    if list_in(group, "errors") and kind in ("group_create", "group_delete"):
        yield SourceError(line=0, why=f"{kind}_failed")
    elif kind == "group_create":
        yield _made(group)
    elif kind == "group_delete":
        yield _event(group, EventKind.CONSENT, author=_US, text=WITHDRAWN)
    elif kind == "group_participants_add":
        yield from _people(group, "added_participants", EventKind.JOIN)
    elif kind == "group_participants_remove":
        yield from _people(group, "removed_participants", EventKind.LEAVE)
    elif field == "group_settings_update":
        yield from _renamed(group)
    elif kind == "group_suspend":
        yield SourceError(line=0, why=kind)


def _made(group: Mapping[str, Any]) -> Heard:
    """A group that we asked for is there: from now on it has the network's own id."""
    subject = text_in(group, "subject")
    event = Event(
        kind=EventKind.GROUP_MOVED,
        native_id=f"made:{id_in(group, 'group_id')}",
        author=_US,
        sent_at=moment_in(group, "timestamp"),
        text=id_in(group, "group_id"),
    )
    link = text_in(group, "invite_link")
    invite = link if link.startswith(_INVITES) and len(link) <= _LONGEST_LINK else ""
    return Heard(group=wanted_id(subject), event=event, invite=invite)


def _people(group: Mapping[str, Any], name: str, kind: EventKind) -> Iterator[Heard | SourceError]:
    for person in list_in(group, name):
        try:
            author = _person(object_of(person))
        except NotMeta as wrong:
            yield SourceError(line=0, why=str(wrong))
        else:
            yield _event(group, kind, author=author)


def _person(person: Mapping[str, Any]) -> str:
    """By the id that WhatsApp has for them with us, else by their number, as in a message."""
    for name in ("user_id", "recipient_user_id", "wa_id", "input"):
        found = id_if_any(person, name)
        if found:
            return found
    raise NotMeta("wa_id")


def _renamed(group: Mapping[str, Any]) -> Iterator[Heard]:
    subject = group.get("group_subject")
    if isinstance(subject, dict) and subject.get("update_successful") is True:
        yield _event(group, EventKind.GROUP_RENAMED, author=_US, text=text_in(subject, "text"))


def _event(group: Mapping[str, Any], kind: EventKind, *, author: str, text: str = "") -> Heard:
    at = moment_in(group, "timestamp")
    event = Event(
        kind=kind, native_id=_once(kind, author, at), author=author, sent_at=at, text=text
    )
    return Heard(group=id_in(group, "group_id"), event=event)


def _once(kind: EventKind, author: str, at: datetime) -> str:
    """These events have no id of their own; the same one brought twice gets the same."""
    return f"{kind.value}:{author}:{int(at.timestamp())}"
