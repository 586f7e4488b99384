"""VeiligeBuurt: the app's groups by the signed partner webhook; it has no public interface.

E-mail and CSV are the other ways in, for as long as its maker does not post.
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
    name_nl="VeiligeBuurt",
    name_en="VeiligeBuurt",
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
    tested="fixtures",
    limits_nl="De maker van VeiligeBuurt moet deze koppeling bouwen; tot dan kan het per e-mail.",
    limits_en="The maker of VeiligeBuurt has to build this link; until then e-mail is the way.",
)
_RULES: Final = Rules()


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    return _partner_hearing.hear(connection, knock, now, _RULES)
