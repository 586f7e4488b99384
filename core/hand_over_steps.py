"""What every step with a hand-over does: find it, queue something for it, write it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.domain import Incident
from core.errors import NotFound

if TYPE_CHECKING:  # the unit's own rows know incidents, which know steps
    from core.store.unit import Unit

SENT: Final = "outside"
UPDATE: Final = "outside_update"
WITHDRAW: Final = "outside_withdraw"
EVENT: Final = "outside_event"
"""What a row of the outbox to an account is."""


def known(hand_over_id: int, unit: Unit) -> Any:
    """Raises NotFound."""
    row = unit.hand_overs.get(hand_over_id)
    if row is None:
        raise NotFound(what="hand_over", id=hand_over_id)
    return row


def incident_now(incident_id: int, unit: Unit) -> Incident:
    """The incident, or the one it was merged into."""
    incident = unit.incidents.get(incident_id)
    seen = {incident.id}
    while incident.merged_into is not None and incident.merged_into not in seen:
        incident = unit.incidents.get(incident.merged_into)
        seen.add(incident.id)
    return incident


def queue(kind: str, row: Any, by: str, unit: Unit, nth: int = 0) -> None:
    """Puts something about a hand-over in the outbox, once for each `nth`."""
    unit.outbox.put(
        idempotency_key=f"{kind}:{row.id}:{nth}",
        due_at=unit.now,
        by=by,
        kind=kind,
        incident_id=row.incident_id,
        hand_over_id=row.id,
        account_id=row.account_id,
    )


def note(row: Any, action: str, by: str, unit: Unit, reason: str | None = None) -> None:
    """Writes a step down in the history of the incident, and tells the screens."""
    account = unit.hand_overs.account(row.account_id)
    name = account.name if account is not None else ""
    detail = {"hand_over": row.id, "account": row.account_id, "name": name}
    unit.audit.add(by, action, "incident", row.incident_id, detail, reason)
    for incident_id in {row.incident_id, incident_now(row.incident_id, unit).id}:
        unit.incidents.tell(incident_id, "outside")
