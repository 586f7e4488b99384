"""A neighbourhood app of any maker: it posts its groups' events, signed, and takes our texts.

What it posts, signs and answers stands in docs/partner-webhook.md and in /openapi.json of the door.
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
    name_nl="Andere buurtapp (partner)",
    name_en="Another neighbourhood app (partner)",
    posts=True,
    door="partner",
    adds_groups=True,
    settings=("endpoint",),
    edits=True,
    deletes=True,
    joins=True,
    replies=True,
    group_send=True,
    direct=True,
    tested="mock",
    limits_nl="Wat de app kan, hangt af van wat de maker ervan doorgeeft.",
    limits_en="What the app can do depends on what its maker passes on.",
)
_RULES: Final = Rules()


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    return _partner_hearing.hear(connection, knock, now, _RULES)
