"""WhatsApp Cloud API: our own number, to which people report, and groups of at most eight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from connectors.sources._meta_webhook import (
    Change,
    NotMeta,
    changes_in,
    handshake,
    keys_of,
    object_of,
)
from connectors.sources._meta_webhook import id_in as id_in_change
from connectors.sources._whatsapp_groups import groups_in, statuses_in
from connectors.sources._whatsapp_media import picture
from connectors.sources._whatsapp_messages import messages_in, preferences_in
from connectors.sources._whatsapp_say import phone_number_id, say
from core.domain import EventKind
from core.errors import SourceError
from core.ports import Connection, Heard, Knock, Posted, SourceCard

__all__ = ["CARD", "hear", "picture", "say"]

CARD = SourceCard(
    name_nl="WhatsApp-meldnummer",
    name_en="WhatsApp report number",
    posts=True,
    founds="line",
    makes_groups=True,
    key_label="meta_secret",
    settings=("phone_number_id", "verify_token", "template", "template_language"),
    optional=("template", "template_language"),
    edits=True,
    deletes=True,
    joins=True,
    replies=True,
    group_send=True,
    direct=True,
    answer_hours=24,
    tested="fixtures",
    limits_nl=(
        "Een bestaande buurtgroep is hier niet te volgen: lees daarvan een chatexport in. Wel "
        "komen berichten aan dit nummer binnen, en die van groepen van hoogstens acht die de "
        "gemeente zelf maakt. Vrij antwoorden kan tot 24 uur "
        "na iemands laatste bericht, daarna alleen met een goedgekeurde sjabloon. Bewerken en "
        "intrekken geeft WhatsApp niet van iedereen door."
    ),
    limits_en=(
        "An existing neighbourhood group cannot be followed here: read in a chat export of it. "
        "What comes in are messages to this number, and those of groups of at most eight that "
        "the municipality makes. Free answers go out "
        "until 24 hours after somebody's last message, after that only an approved template. "
        "WhatsApp does not pass on everybody's edits and deletions."
    ),
)

_ACCOUNT: Final = "whatsapp_business_account"
_WINDOW: Final = timedelta(hours=24)
_WRITTEN: Final = (EventKind.MESSAGE, EventKind.EDIT)


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    """What WhatsApp brings: messages, what became of ours, who came and went.

    Raises NotSigned, BadInput, BadSetting.
    """
    if knock.method == "GET":
        token = connection.settings.get("verify_token", "")
        return Posted(heard=(), answer=handshake(knock, token))
    changes = changes_in(knock, keys_of(connection), _ACCOUNT)
    heard = chain.from_iterable(_heard(change, connection) for change in changes)
    return Posted(heard=tuple(_with_window(one) for one in heard))


def _heard(change: Change | SourceError, connection: Connection) -> Iterator[Heard | SourceError]:
    """One change; what is for another of the account's numbers is not ours to read."""
    if isinstance(change, SourceError):
        yield change
        return
    try:
        if change.field in _READS:
            _check_number(change, connection)
            yield from _read(change, connection)
    except NotMeta as wrong:
        yield SourceError(line=0, why=str(wrong))


def _check_number(change: Change, connection: Connection) -> None:
    metadata = object_of(change.value.get("metadata"))
    if id_in_change(metadata, "phone_number_id") != phone_number_id(connection):
        raise NotMeta("other_number")


def _read(change: Change, connection: Connection) -> Iterator[Heard | SourceError]:
    if change.field == "messages":
        yield from messages_in(change.value)
        yield from statuses_in(change.value, connection.id)
    elif change.field == "user_preferences":
        yield from preferences_in(change.value)
    else:
        yield from groups_in(change.field, change.value)


_READS: Final = (
    "messages",
    "user_preferences",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
)


def _with_window(heard: Heard | SourceError) -> Heard | SourceError:
    """Who writes may be answered in free words for a day."""
    if isinstance(heard, SourceError) or heard.event.kind not in _WRITTEN:
        return heard
    return replace(heard, answer_until=heard.event.sent_at + _WINDOW)
