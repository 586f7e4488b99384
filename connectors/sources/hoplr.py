"""Hoplr: only what a resident chose to share with the municipality, message by message.

In Hoplr a municipality cannot read along: the choice is asked of every message, kept with it, and
taking it back erases the message here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from connectors.sources import _partner_hearing
from connectors.sources._partner_hearing import Rules
from connectors.sources._partner_saying import say
from core.ports import Connection, Knock, Posted, SourceCard

__all__ = ["CARD", "hear", "say"]

CARD = SourceCard(
    name_nl="Hoplr",
    name_en="Hoplr",
    posts=True,
    door="partner",
    adds_groups=True,
    settings=("endpoint",),
    edits=True,
    deletes=True,
    replies=True,
    group_send=True,
    tested="fixtures",
    limits_nl=(
        "Alleen berichten die de schrijver zelf met de gemeente deelt; wie erbij komt of weggaat, "
        "en een bericht aan één bewoner, kent deze koppeling niet."
    ),
    limits_en=(
        "Only messages that their writer shares with the municipality; who joins or leaves, and a "
        "message to one resident, this link does not know."
    ),
)
_RULES: Final = Rules(needs_choice=True, never=frozenset({"join", "leave"}))


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    return _partner_hearing.hear(connection, knock, now, _RULES)
