"""Saying something through a WhatsApp number: to one person or a group, within the window or not.

Facts: developers.facebook.com, WhatsApp Cloud API, "Send messages", "Templates", "Group messaging".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from connectors.sources._meta_graph import Graph, word_in
from connectors.sources._whatsapp_messages import LINE
from core.domain import Receipt
from core.errors import AnswerUnreadable, BadSetting, DeliveryError, WindowClosed
from core.made_groups import MAKE_GROUP, wanted_name
from core.ports import Connection, Outgoing

LONGEST: Final = 4096
_LONGEST_PARAMETER: Final = 1024
_MESSAGE: Final = "wamid."
_USER: Final = re.compile(r"[A-Z]{2}\.\w+(?:\.\w+)?", re.ASCII)
"""The id that WhatsApp has for a person with us: a country, a dot, letters and digits."""


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Sends free words while the window is open, else the approved template that holds them.

    Who joined a group and never wrote to us is told in the group when there is no template.
    Raises as Graph.send does; DeliveryError is permanent.
    """
    if outgoing.kind == MAKE_GROUP:
        return _make_group(connection, outgoing, now)
    if outgoing.to is None or _is_open(outgoing, now):
        try:
            return _send(connection, outgoing, _words(outgoing), now)
        except WindowClosed:  # the network's own clock decides
            pass
    try:
        return _send(connection, outgoing, _template(connection.settings, outgoing), now)
    except WindowClosed:
        if outgoing.kind != "notice" or outgoing.to is None:
            raise
    return say(connection, replace(outgoing, to=None), now)


def _make_group(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Asks for a group, unless it is there by now; what became of it is brought to our door."""
    name = wanted_name(outgoing.group)
    if name is None:
        return Receipt(reference=outgoing.group, delivered_at=now)
    wanted = {
        "messaging_product": "whatsapp",
        "subject": name,
        "description": outgoing.text,
        "join_approval_mode": "auto_approve",
    }
    answer = Graph(connection).send(f"/{phone_number_id(connection)}/groups", wanted)
    return Receipt(reference=word_in(answer, "request_id")[:200], delivered_at=now)


def _is_open(outgoing: Outgoing, now: datetime) -> bool:
    return outgoing.answer_until is not None and now < outgoing.answer_until


def _send(
    connection: Connection, outgoing: Outgoing, content: Mapping[str, Any], now: datetime
) -> Receipt:
    body = {
        "messaging_product": "whatsapp",
        **_addressee(outgoing),
        **content,
        **_answered(outgoing),
        "biz_opaque_callback_data": own_mark(connection.id, outgoing.id),
    }
    path = f"/{phone_number_id(connection)}/messages"
    answer = Graph(connection).send(path, body)
    return Receipt(reference=_sent_id(answer), delivered_at=now)


def phone_number_id(connection: Connection) -> str:
    """Which number of ours it is, by Meta's own id. Raises BadSetting."""
    found = connection.settings.get("phone_number_id", "").strip()
    if not (found.isascii() and found.isdigit()):
        raise BadSetting(name="phone_number_id", why=found[:30])
    return found


def own_mark(connection_id: int, outgoing_id: int) -> str:
    """What goes with a text and comes back with its statuses: which of ours it is."""
    return f"hnm-{connection_id}-{outgoing_id}"


def outgoing_of(mark: str, connection_id: int) -> int | None:
    """Which of our texts a status is about; None when it is none of this connection."""
    found = re.fullmatch(r"hnm-(\d{1,18})-(\d{1,18})", mark, re.ASCII)
    return int(found[2]) if found and int(found[1]) == connection_id else None


def _addressee(outgoing: Outgoing) -> dict[str, str]:
    if outgoing.to is None:
        if outgoing.group.startswith(f"{LINE}:") or wanted_name(outgoing.group) is not None:
            raise DeliveryError(permanent=True, why="nobody")
        return {"recipient_type": "group", "to": outgoing.group}
    name = "recipient" if _USER.fullmatch(outgoing.to) else "to"
    return {"recipient_type": "individual", name: outgoing.to}


def _words(outgoing: Outgoing) -> dict[str, Any]:
    if len(outgoing.text) > LONGEST:
        raise DeliveryError(permanent=True, why="too_long")
    return {"type": "text", "text": {"body": outgoing.text, "preview_url": False}}


def _template(settings: Mapping[str, str], outgoing: Outgoing) -> dict[str, Any]:
    """The approved text of the settings, whose {{1}} is what we say. Raises WindowClosed."""
    name = settings.get("template", "").strip()
    if not name:
        raise WindowClosed(permanent=True)
    # A parameter holds no line breaks, tabs or long gaps; the network refuses them.
    text = " ".join(outgoing.text.split())
    if len(text) > _LONGEST_PARAMETER:
        raise DeliveryError(permanent=True, why="too_long")
    language = settings.get("template_language", "").strip() or "nl"
    body = {"type": "body", "parameters": [{"type": "text", "text": text}]}
    template = {"name": name, "language": {"code": language}, "components": [body]}
    return {"type": "template", "template": template}


def _answered(outgoing: Outgoing) -> dict[str, Any]:
    """The message that is answered; what WhatsApp has no id for is not named."""
    answers = outgoing.reply_to or ""
    return {"context": {"message_id": answers}} if answers.startswith(_MESSAGE) else {}


def _sent_id(answer: Mapping[str, Any]) -> str:
    sent = answer.get("messages")
    first = sent[0] if isinstance(sent, list) and sent else None
    if not isinstance(first, dict):
        raise AnswerUnreadable(why="messages")
    return word_in(first, "id")[:200]
