"""Telegram: groups that add our bot, followed live. The Bot API of core.telegram.org/bots/api."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from connectors.call import Refused
from connectors.sources._telegram_look import look
from connectors.sources._telegram_pace import wait_for_turn
from connectors.sources._telegram_server import Bot
from core.domain import Receipt
from core.errors import AnswerUnreadable, DeliveryError
from core.ports import Connection, Listened, Outgoing, SourceCard

CARD = SourceCard(
    name_nl="Telegram",
    name_en="Telegram",
    listens=True,
    settings=("telegram_server",),
    edits=True,
    deletes=False,
    joins=True,
    replies=True,
    group_send=True,
    direct=True,
    counts="utf16",
    tested="mock",
    limits_nl=(
        "Telegram vertelt bots niet dat een bericht is verwijderd: wie iets wil wissen, antwoordt "
        "op het bericht met /wis. Alleen wie ons eerst zelf schreef, kan alleen bericht krijgen."
    ),
    limits_en=(
        "Telegram never tells bots that a message was deleted: who wants to erase one answers it "
        "with /wis. Only who wrote to us first can be written to alone."
    ),
)

READS_COMMANDS_ONLY: Final = "error.reads_commands_only"
_LONGEST_TEXT: Final = 4096


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What all groups of the account said since the cursor.

    Raises BadSetting, SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, InUseElsewhere.
    """
    bot = Bot(connection)
    us = bot.us(now)
    heard, arrived = look(bot, us, cursor)
    note = READS_COMMANDS_ONLY if us.reads_all is False else ""
    return Listened(heard=tuple(heard), cursor=arrived, note=note)


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Sends a text, without any mark-up, to a group or to one person.

    Raises as `listen` does; DeliveryError is permanent. Telegram knows no id of ours: a text whose
    answer got lost on the way is sent again.
    """
    bot = Bot(connection)
    chat = outgoing.to or outgoing.group
    try:
        sent = _send(bot, chat, outgoing, now)
    except Refused as error:
        if outgoing.to is None or outgoing.kind != "notice" or error.status != 403:
            raise
        # Who joins has mostly never written to us, and then may not be written to alone.
        sent = _send(bot, outgoing.group, outgoing, now)
    return Receipt(reference=sent, delivered_at=now)


def _send(bot: Bot, chat: str, outgoing: Outgoing, now: datetime) -> str:
    wait_for_turn(str(bot.id), chat, now)
    try:
        sent = bot.ask("sendMessage", **_body(chat, outgoing))
    except Refused as error:
        new = _moved_to(error)
        if new is None:
            raise
        sent = bot.ask("sendMessage", **_body(new, outgoing))
    where = sent.get("chat") if isinstance(sent, dict) else None
    if not isinstance(where, dict) or not isinstance(sent.get("message_id"), int):
        raise AnswerUnreadable(why="sendMessage")
    return f"{where.get('id')}:{sent['message_id']}"


def _body(chat: str, outgoing: Outgoing) -> dict[str, Any]:
    body: dict[str, Any] = {
        "chat_id": _number(chat),
        "text": fitted(outgoing.text),
        "link_preview_options": {"is_disabled": True},
    }
    in_chat, _, answered = (outgoing.reply_to or "").rpartition(":")
    if in_chat == chat and answered.isdecimal():
        body["reply_parameters"] = {
            "message_id": int(answered),
            "allow_sending_without_reply": True,
        }
    return body


def fitted(text: str) -> str:
    """The text as far as Telegram takes it; its last line, when to call 112, always stays."""
    if _length(text) <= _LONGEST_TEXT:
        return text
    last = "\n" + text.rpartition("\n")[2]
    room = _LONGEST_TEXT - _length(last) - 1
    if room <= 0:
        raise DeliveryError(permanent=True, why="too_long")
    return _cut(text, room) + "…" + last


def _cut(text: str, most: int) -> str:
    units = text.encode("utf-16-le")[: 2 * most]
    return units.decode("utf-16-le", errors="ignore").rstrip()


def _length(text: str) -> int:
    """As Telegram counts: in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _moved_to(error: Refused) -> str | None:
    """The new id of a group that moved, as a refusal tells it."""
    told = error.answer.get("parameters") if isinstance(error.answer, dict) else None
    new = told.get("migrate_to_chat_id") if isinstance(told, dict) else None
    return str(new) if isinstance(new, int) and not isinstance(new, bool) else None


def _number(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        raise DeliveryError(permanent=True, why="chat") from None
