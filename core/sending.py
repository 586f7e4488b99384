"""versturen: one text along each of its ways into the outbox, once, always with the 112 rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.audit import SYSTEM
from core.emergency import with_emergency_rule
from core.i18n import DEFAULT, text_of
from core.reach import Means, Way, sealed_to
from core.store.unit import Unit

__all__ = ["LONGEST", "send", "with_emergency_rule"]

LONGEST: Final = 1500
"""Characters of one text of ours, whatever the network carries."""


def send(
    ways: Iterable[Way],
    text: str,
    unit: Unit,
    means: Means | None,
    *,
    kind: str,
    key: str,
    by: str,
    due_at: datetime,
    incident_id: int,
    language: str = DEFAULT,
) -> list[int]:
    """Queues the text along each way, once for each `key` and way; gives the ids that are new.

    What no person wrote or sent says so. `language`: in which the rule is added.
    """
    said = text_of(DEFAULT, "template.automatic", text=text.strip()) if by == SYSTEM else text
    queued = [
        unit.outbox.put(
            idempotency_key=f"{key}:{way.resident or way.group.id}",
            due_at=due_at,
            by=by,
            kind=kind,
            incident_id=incident_id,
            group_id=way.group.id,
            text=with_emergency_rule(said.strip(), language),
            resident=way.resident,
            sealed_to=sealed_to(way, means),
        )
        for way in ways
    ]
    return [row_id for row_id in queued if row_id is not None]
