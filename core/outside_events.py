"""What went to residents is told to the partners that want to know, with the text that staff wrote.

What residents answer is never told: that they did, and how many.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from core.audit import SYSTEM
from core.hand_over_steps import EVENT
from core.ports import Announcement
from core.store.told_queries import told_residents

if TYPE_CHECKING:  # the unit's own rows know incidents, which know steps
    from core.store.unit import Unit

TYPES: Final = ("vraag.gesteld", "vraag.beantwoord", "tip.verstuurd")
LOOKS_BACK: Final = timedelta(hours=24)
"""What was told longer ago than this is no news to a partner that was just switched on."""


def wanted_of(account: Any) -> set[str]:
    """The types that an account asks for, as its administrator typed them."""
    return set(TYPES) & set(account.settings.get("events", "").replace(",", " ").split())


def queue_events(able: Collection[str], unit: Unit) -> int:
    """Puts what partners want to know in the outbox, once each; `able`: destinations that can."""
    count = 0
    for account in unit.hand_overs.accounts():
        if account.enabled and account.destination in able:
            count += _queue(account, wanted_of(account), unit)
    return count


def _queue(account: Any, wanted: set[str], unit: Unit) -> int:
    if not wanted:
        return 0
    theirs = {row.incident_id: row.reference for row in unit.hand_overs.known_there(account.id)}
    since = max(account.at, unit.now - LOOKS_BACK)
    told = told_residents(unit.connection, account.pilot_id, theirs, since)
    return sum(_put(account, event, unit) for event in told if event["type"] in wanted)


def _put(account: Any, event: dict[str, Any], unit: Unit) -> bool:
    once = f"{event['type']}:{account.id}:{event['id']}:{event['count']}"
    row = unit.outbox.put(
        idempotency_key=once,
        due_at=unit.now,
        by=SYSTEM,
        kind=EVENT,
        incident_id=event["incident_id"],
        account_id=account.id,
        text=json.dumps({name: event[name] for name in ("type", "text", "count", "reference")}),
    )
    return row is not None


def announcement(row: Any) -> Announcement:
    """A row of the outbox as the destination is told it."""
    said = json.loads(row.text)
    number = f"HNM-{row.incident_id}" if row.incident_id else ""
    return Announcement(id=row.id, at=row.at, number=number, **said)
