"""The deliver role: takes what is due from the outbox to its group or destination, once."""

from __future__ import annotations

import logging
from typing import Any

from core.audit import SYSTEM
from core.domain import Feedback, Receipt
from core.errors import DeliveryError
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)


def deliver_due(services: Services, sources: dict[str, Any], destinations: dict[str, Any]) -> int:
    """Delivers every row whose time has come; gives how many it tried."""
    with services.store.unit() as unit:
        due = unit.outbox.due()
        for row in due:
            _deliver(row, unit, sources, destinations)
    return len(due)


def _deliver(row: Any, unit: Unit, sources: dict[str, Any], destinations: dict[str, Any]) -> None:
    try:
        receipt = _bring(row, unit, sources, destinations)
    except DeliveryError as error:
        log.warning("delivery failed outbox=%s permanent=%s", row.id, error.permanent)
        unit.outbox.failed(row.id, row.attempts, error.code, permanent=error.permanent)
        outcome = "delivery_failed"
    else:
        unit.outbox.delivered(row.id, receipt)
        outcome = "delivered"
    unit.audit.add(SYSTEM, outcome, "outbox", row.id, {"kind": row.kind})
    if row.incident_id is not None:
        unit.incidents.tell(row.incident_id, outcome)


def _bring(row: Any, unit: Unit, sources: dict[str, Any], destinations: dict[str, Any]) -> Receipt:
    """Raises DeliveryError."""
    if row.kind == "hand_over":
        if row.destination not in destinations:
            raise DeliveryError(permanent=True)
        incident = unit.incidents.get(row.incident_id)
        receipt: Receipt = destinations[row.destination].deliver(incident, unit.now)
        return receipt
    group = unit.pilots.group(row.group_id)
    source = sources.get(group.source) if group else None
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
