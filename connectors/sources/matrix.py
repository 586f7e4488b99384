"""Matrix: rooms that invite our account, followed live; the way for bridged groups too.

The protocol is the client-server API of spec.matrix.org, version 3.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.sources._matrix_direct import direct_rooms, is_member, remember_direct
from connectors.sources._matrix_server import Homeserver
from connectors.sources._matrix_sync import look
from core.domain import Receipt
from core.errors import AnswerUnreadable
from core.ports import Connection, Listened, Outgoing, SourceCard

CARD = SourceCard(
    name_nl="Matrix",
    name_en="Matrix",
    listens=True,
    settings=("homeserver",),
    edits=True,
    deletes=True,
    joins=True,
    replies=True,
    group_send=True,
    direct=True,
)


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What all rooms of the account said since the cursor; comes into rooms that invite it.

    Raises BadSetting, SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, DeliveryError.
    """
    heard, reached = look(Homeserver(connection), cursor)
    return Listened(heard=tuple(heard), cursor=reached)


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Sends a text as a notice, so that no other bot answers it; once for each outgoing id.

    Raises as `listen` does; DeliveryError is permanent.
    """
    server = Homeserver(connection)
    room = _direct_room(server, outgoing.to) if outgoing.to else outgoing.group
    once = f"hnm-{connection.id}-{outgoing.id}"
    answer = server.put("rooms", room, "send", "m.room.message", once, body=_content(outgoing))
    return Receipt(reference=_text(answer, "event_id"), delivered_at=now)


def _content(outgoing: Outgoing) -> dict[str, Any]:
    content: dict[str, Any] = {"msgtype": "m.notice", "body": outgoing.text}
    if outgoing.reply_to:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": outgoing.reply_to}}
    return content


def _direct_room(server: Homeserver, user: str) -> str:
    """The room in which we speak to one person; made when there is none that they are in."""
    for room in direct_rooms(server).get(user, []):
        if is_member(server, room, user, ("join", "invite")):
            return room
    wanted = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
    room = _text(server.post("createRoom", body=wanted), "room_id")
    remember_direct(server, user, room)
    return room


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise AnswerUnreadable(why=name)
    return found
