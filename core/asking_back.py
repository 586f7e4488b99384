"""intrekken: what was handed over outside is asked back, and whether that was done is followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from core.audit import SYSTEM
from core.domain import User
from core.errors import NotFound
from core.hand_over_steps import WITHDRAW, incident_now, known, note, queue
from core.permissions import Action, require

if TYPE_CHECKING:  # the unit's own rows know incidents, which know steps
    from core.store.unit import Unit

WITHDRAW_WITHIN: Final = timedelta(days=3)
"""A request to withdraw that nobody confirmed is overdue after this."""
_GONE: Final = ("asked_back", "withdrawn")


def withdraw(hand_over_id: int, user: User, unit: Unit) -> None:
    """Somebody takes a hand-over back. Raises NotAllowed, NotFound."""
    require(user, Action.DECIDE)
    ask_back(known(hand_over_id, unit), "person", user.login, unit)


def take_back_step(incident_id: int, at: Any, by: str, unit: Unit) -> None:
    """Asks back what one step of handing over sent out."""
    for row in unit.hand_overs.of(incident_id):
        if row.incident_id == incident_id and (row.at, row.by) == (at, by):
            ask_back(row, "undone", by, unit)


def after_erasure(incident_ids: Sequence[int], by: str, unit: Unit) -> None:
    """A message was erased: destinations learn what is left, or are asked to erase it all.

    What staff typed along may tell of the message: it is not kept and not sent again.
    """
    for incident_id in incident_ids:
        is_empty = incident_now(incident_id, unit).message_count == 0
        for row in unit.hand_overs.of(incident_id):
            if is_empty:
                ask_back(row, "erased", by, unit)
            elif row.state not in _GONE:
                unit.hand_overs.change(row.id, note="", sent_mark="")


def ask_back(row: Any, reason: str, by: str, unit: Unit) -> None:
    """Asks a destination to give an incident back and erase it, once.

    What never left stays here. `reason`: "person", "undone" or "erased".
    """
    if row.state in _GONE:
        return
    if unit.hand_overs.hold_back(row.id):
        withdrawn(row, by, unit)
        return
    values = {"state": "asked_back", "reason": reason, "asked_back_at": unit.now, "note": ""}
    unit.hand_overs.change(row.id, **values)
    queue(WITHDRAW, row, by, unit)
    note(row, "outside_ask_back", by, unit)


def let_go(row: Any, at_once: bool, unit: Unit) -> None:
    """Notes that a destination was asked to give an incident back; `at_once`: that it has."""
    if at_once:
        withdrawn(row, SYSTEM, unit)
    else:
        note(row, "outside_asked_back", SYSTEM, unit)


def confirm_withdrawn(hand_over_id: int, user: User, unit: Unit) -> None:
    """Somebody here heard that it was erased there. Raises NotFound when it was not asked."""
    require(user, Action.WORK)
    row = known(hand_over_id, unit)
    if row.state != "asked_back":
        raise NotFound(what="hand_over", id=hand_over_id)
    withdrawn(row, user.login, unit)


def withdrawn(row: Any, by: str, unit: Unit) -> None:
    """It is not there any more; what people wrote about it is emptied here too."""
    if row.state == "withdrawn":
        return
    unit.hand_overs.hold_back(row.id)
    unit.hand_overs.change(row.id, state="withdrawn", withdrawn_at=unit.now, withdrawn_by=by[:80])
    unit.hand_overs.forget_words(row.id)
    note(row, "outside_withdrawn", by, unit)
