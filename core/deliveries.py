"""bezorging: what was given up on its way out may try again, when somebody says so."""

from __future__ import annotations

from core.domain import User
from core.errors import NotAllowed, NotFound
from core.handing_over import tries_again
from core.permissions import Action, may
from core.store.unit import Unit


def try_again(outbox_id: int, user: User, unit: Unit) -> None:
    """Queues a failed text or hand-over anew. Raises NotAllowed, NotFound; nothing else changes."""
    if not (may(user, Action.REPORT_BACK) or may(user, Action.ADMINISTER)):
        raise NotAllowed(action=Action.REPORT_BACK.value)
    row = unit.outbox.get(outbox_id)
    if row is None or row.state != "failed":
        raise NotFound(what="outbox", id=outbox_id)
    unit.outbox.retry(outbox_id)
    if row.hand_over_id is not None:
        tries_again(row.hand_over_id, unit)
    unit.audit.add(user.login, "delivery_retried", "outbox", outbox_id, {"kind": row.kind})
    if row.incident_id is not None:
        unit.incidents.tell(row.incident_id, "retried")
