"""The deliver role: takes what is due from the outbox to its group or destination, once."""

from __future__ import annotations

import json
import logging
from typing import Any

from connectors.listen import connection_of
from core.audit import SYSTEM
from core.domain import Feedback, Group, Receipt
from core.errors import DeliveryError, HNMError, SourceBusy
from core.in_chat import informed
from core.last_day import PilotEnded, may_leave
from core.live_groups import window_key
from core.ports import Connection, Outgoing, SourceCard
from core.privacy.vault import Vault
from core.residents import LINK_MARK
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)


def deliver_due(services: Services, sources: dict[str, Any], destinations: dict[str, Any]) -> int:
    """Delivers every row whose time has come; gives how many it tried.

    Each row is brought outside any transaction, so that a slow receiver holds nobody up, and is
    settled in one of its own, so that one failure does not send the others twice.
    """
    with services.store.unit() as unit:
        due = [row for row in unit.outbox.claim() if _may_leave(row, unit)]
    for row in due:
        _deliver(row, services, sources, destinations)
    return len(due)


def _may_leave(row: Any, unit: Unit) -> bool:
    """Of a pilot that is over no question, tip or announcement leaves, whoever queued it."""
    group = unit.pilots.group(row.group_id) if row.group_id else None
    allowed = may_leave(row.kind, group, unit)
    if not allowed:
        unit.outbox.withhold(row.id, PilotEnded.code)
        unit.audit.add(SYSTEM, "withheld", "outbox", row.id, {"kind": row.kind})
    return allowed


def _deliver(
    row: Any, services: Services, sources: dict[str, Any], destinations: dict[str, Any]
) -> None:
    try:
        receipt = _bring(row, services, sources, destinations)
    except Exception as error:
        # A receiver is somebody else's code: whatever it raises, the other rows go on.
        permanent = isinstance(error, DeliveryError) and error.permanent
        name = error.code if isinstance(error, HNMError) else type(error).__name__
        after_s = error.after_s if isinstance(error, SourceBusy) else 0.0
        log.warning("delivery failed outbox=%s error=%s permanent=%s", row.id, name, permanent)
        with services.store.unit() as unit:
            unit.outbox.failed(row.id, row.attempts, name, permanent=permanent, after_s=after_s)
            _note(row, "delivery_failed", unit)
    else:
        with services.store.unit() as unit:
            _settle(row, receipt, unit, services.vault)


def _settle(row: Any, receipt: Receipt | None, unit: Unit, vault: Vault) -> None:
    """Delivered with its receipt; without one somebody has to copy it there first."""
    if receipt is None:
        unit.outbox.to_copy(row.id)
        _note(row, "to_copy", unit)
        return
    unit.outbox.delivered(row.id, receipt)
    _note(row, "delivered", unit)
    _let_joiner_in(row, unit, vault)


def _note(row: Any, outcome: str, unit: Unit) -> None:
    unit.audit.add(SYSTEM, outcome, "outbox", row.id, {"kind": row.kind})
    if row.incident_id is not None:
        unit.incidents.tell(row.incident_id, outcome)


def _bring(
    row: Any, services: Services, sources: dict[str, Any], destinations: dict[str, Any]
) -> Receipt | None:
    """Gives nothing for what only a person can bring. Raises DeliveryError."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        group = unit.pilots.group(row.group_id) if row.group_id else None
        incident = unit.incidents.get(row.incident_id) if row.incident_id else None
        account = _connection(group, unit, services.vault)
        outgoing = _outgoing(row, group, account, unit, services.vault)
    if row.kind == "hand_over":
        if incident is None or row.destination not in destinations:
            raise DeliveryError(permanent=True)
        receipt: Receipt = destinations[row.destination].deliver(incident, unit.now)
        return receipt
    source: Any = sources.get(group.source) if group else None
    card: SourceCard | None = getattr(source, "CARD", None)
    if card is not None and card.is_posted_by_hand:
        return None
    if account is not None and outgoing is not None and hasattr(source, "say"):
        said: Receipt = source.say(account, outgoing, unit.now)
        return said
    if group is None or not hasattr(source, "send"):
        raise DeliveryError(permanent=True)
    feedback = Feedback(
        id=row.id,
        incident_id=row.incident_id,
        group_id=group.id,
        kind=row.kind,
        text=row.text,
    )
    sent: Receipt = source.send(feedback, group, unit.now)
    return sent


def _connection(group: Group | None, unit: Unit, vault: Vault) -> Connection | None:
    """The connection through which a group is written to; None for one that has none."""
    if group is None:
        return None
    connection_id = unit.connections.group_row(group.id).connection_id
    row = unit.connections.get(connection_id) if connection_id else None
    return connection_of(row, vault) if row is not None and row.enabled else None


def _outgoing(
    row: Any, group: Group | None, account: Connection | None, unit: Unit, vault: Vault
) -> Outgoing | None:
    """A text for a group that has a connection; None for any other."""
    if group is None or account is None:
        return None
    to = json.loads(vault.open_original(row.sealed_to)) if row.sealed_to else {}
    alone = bool(to.get("direct")) or row.kind == "notice"
    key = window_key(account.id, str(to.get("to")), vault)
    return Outgoing(
        id=row.id,
        group=group.native_id,
        text=row.text.replace(LINK_MARK, to["link"]) if alone and "link" in to else row.text,
        kind=row.kind,
        reply_to=to.get("reply_to"),
        to=to.get("to") if alone else None,
        answer_until=unit.windows.until(key) if alone else None,
    )


def _let_joiner_in(row: Any, unit: Unit, vault: Vault) -> None:
    """Who joined a group counts from the moment they were told."""
    group = unit.pilots.group(row.group_id) if row.kind == "notice" else None
    if group is not None and row.sealed_to:
        informed(row.sealed_to, group.id, group.source, unit, vault)
