"""The door of the straight line: what a source says is sealed and waits to be judged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from core.domain import Event, EventKind, Group
from core.privacy.vault import Vault
from core.store.inbox_rows import Sealed
from core.store.unit import Unit

_FIELDS: Final = tuple(field.name for field in fields(Event))


def receive(events: Sequence[Event], group: Group, unit: Unit, vault: Vault) -> int:
    """Seals events of one group and puts them in the inbox; gives how many were new.

    The same event twice is one event; an erased message does not come back.
    """
    return unit.inbox.put([seal(event, group, vault, unit.now) for event in events])


def seal(event: Event, group: Group, vault: Vault, now: datetime) -> Sealed:
    values = {name: getattr(event, name) for name in _FIELDS}
    values["sent_at"] = event.sent_at.isoformat()
    key_id, sealed = vault.seal_for_inbox(json.dumps(values, ensure_ascii=True), now)
    return Sealed(
        group_id=group.id,
        message_key=vault.message_key(group.id, event.native_id),
        revision=event.revision,
        kind=event.kind.value,
        sent_at=event.sent_at,
        key_id=key_id,
        sealed=sealed,
    )


def unseal(waiting: Sealed, vault: Vault) -> Event:
    """Raises KeyDestroyed."""
    values = json.loads(vault.open_from_inbox(waiting.key_id, waiting.sealed))
    return Event(
        **{
            **values,
            "kind": EventKind(values["kind"]),
            "sent_at": datetime.fromisoformat(values["sent_at"]),
        }
    )


def destroy_old_keys(unit: Unit, vault: Vault) -> int:
    """Destroys the inbox keys that no waiting payload needs any more; gives how many."""
    return vault.destroy_keys(unit.now, unit.inbox.key_ids())
