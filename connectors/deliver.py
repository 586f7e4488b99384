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
    """Delivers every row whose time has come; gives how many it tried.

    Each row is brought outside any transaction, so that a slow receiver holds nobody up, and is
    settled in one of its own, so that one failure does not send the others twice.
    """
    with services.store.unit() as unit:
        due = unit.outbox.claim()
    for row in due:
        _deliver(row, services, sources, destinations)
    return len(due)


def _deliver(
    row: Any, services: Services, sources: dict[str, Any], destinations: dict[str, Any]
) -> None:
    try:
        receipt = _bring(row, services, sources, destinations)
    except Exception as error:
        # A receiver is somebody else's code: whatever it raises, the other rows go on.
        permanent = isinstance(error, DeliveryError) and error.permanent
        name = error.code if isinstance(error, DeliveryError) else type(error).__name__
        log.warning("delivery failed outbox=%s error=%s permanent=%s", row.id, name, permanent)
        with services.store.unit() as unit:
            unit.outbox.failed(row.id, row.attempts, name, permanent=permanent)
            _note(row, "delivery_failed", unit)
    else:
        with services.store.unit() as unit:
            unit.outbox.delivered(row.id, receipt)
            _note(row, "delivered", unit)


def _note(row: Any, outcome: str, unit: Unit) -> None:
    unit.audit.add(SYSTEM, outcome, "outbox", row.id, {"kind": row.kind})
    if row.incident_id is not None:
        unit.incidents.tell(row.incident_id, outcome)


def _bring(
    row: Any, services: Services, sources: dict[str, Any], destinations: dict[str, Any]
) -> Receipt:
    """Raises DeliveryError."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        group = unit.pilots.group(row.group_id) if row.group_id else None
        incident = unit.incidents.get(row.incident_id) if row.incident_id else None
    if row.kind == "hand_over":
        if incident is None or row.destination not in destinations:
            raise DeliveryError(permanent=True)
        receipt: Receipt = destinations[row.destination].deliver(incident, unit.now)
        return receipt
    source: Any = sources.get(group.source) if group else None
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
