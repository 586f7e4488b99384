"""bezorging: what a person says of a text on its way: try again, or it was posted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from core.domain import PromiseState, User
from core.errors import NotAllowed, NotFound
from core.handing_over import tries_again
from core.permissions import Action, may, require
from core.promises import keep_all
from core.report_back import OUTCOME
from core.store.unit import Unit

TAKEN_BACK_WITHIN: Final = timedelta(minutes=5)
"""So long who said that a text was posted can say that it was not."""


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
    _note("delivery_retried", row, user, unit)


def mark_posted(outbox_id: int, user: User, unit: Unit) -> None:
    """Somebody copied a text to its group: from now residents can have read it.

    An outcome keeps what was promised. Raises NotAllowed, NotFound when it did not wait for that.
    """
    require(user, Action.REPORT_BACK)
    row = unit.outbox.get(outbox_id)
    if row is None or not unit.outbox.posted(outbox_id):
        raise NotFound(what="outbox", id=outbox_id)
    tells_end = row.kind == OUTCOME and row.incident_id is not None
    kept = keep_all(row.incident_id, user, unit) if tells_end else []
    _note("posted", row, user, unit, kept=kept)


def take_back_posted(outbox_id: int, user: User, unit: Unit) -> None:
    """It was not posted after all: it waits again, and what it kept is open again.

    Raises NotAllowed, NotFound when somebody else said so, or longer than five minutes ago.
    """
    require(user, Action.REPORT_BACK)
    row = unit.outbox.get(outbox_id)
    said = [entry for entry in unit.audit.of("outbox", outbox_id) if entry.action == "posted"]
    may_still = said and said[-1].actor == user.login
    in_time = may_still and unit.now - said[-1].at <= TAKEN_BACK_WITHIN
    if row is None or not in_time or not unit.outbox.not_posted(outbox_id):
        raise NotFound(what="outbox", id=outbox_id)
    for promise_id in said[-1].detail.get("kept", ()):
        if (promise := unit.promises.get(promise_id)) and promise.state is PromiseState.KEPT:
            unit.promises.reopen(promise_id)
    _note("posted_taken_back", row, user, unit)


def _note(action: str, row: Any, user: User, unit: Unit, **detail: Any) -> None:
    unit.audit.add(user.login, action, "outbox", row.id, {"kind": row.kind, **detail})
    if row.incident_id is not None:
        told = "retried" if action == "delivery_retried" else action
        unit.incidents.tell(row.incident_id, told)
