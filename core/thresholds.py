"""drempels verzetten: an administrator moves what counts as a report, as sure, as urgent.

Each move has a reason and an audit entry, and the newest can be taken back by who made it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from core.assess import Thresholds
from core.domain import User
from core.errors import BadInput
from core.moves import Moves
from core.permissions import Action, require
from core.store.unit import Unit

MOVES: Final = Moves(made="thresholds_set", taken_back="thresholds_undone")


def move(
    pilot_id: int,
    thresholds: Thresholds,
    reason: str,
    user: User,
    unit: Unit,
    *,
    seen: Thresholds | None = None,
) -> None:
    """Sets a pilot's thresholds; they hold for messages judged from now on.

    `seen`: what the user saw when deciding. Raises NotAllowed, ReasonMissing, BadInput,
    ChangedMeanwhile when a colleague moved them since.
    """
    require(user, Action.ADMINISTER)
    MOVES.require_reason(reason)
    if thresholds.sure < thresholds.relevant:
        raise BadInput(field="sure", why="wrong.less_sure")
    before = current(pilot_id, unit)
    if seen is not None and before != seen:
        raise MOVES.changed(pilot_id, unit)
    if thresholds == before:
        raise BadInput(field="thresholds", why="moves.same")
    MOVES.note(pilot_id, _write(pilot_id, thresholds, before, unit), reason, user, unit)


def take_back(pilot_id: int, user: User, unit: Unit) -> Thresholds:
    """Puts back what stood before this user's newest move; gives it. Raises NothingToUndo."""
    require(user, Action.ADMINISTER)
    entry = MOVES.own_newest(pilot_id, user, unit)
    earlier = Thresholds(**entry.detail["before"])
    detail = _write(pilot_id, earlier, current(pilot_id, unit), unit)
    MOVES.note_taken_back(entry, pilot_id, detail, user, unit)
    return earlier


def current(pilot_id: int, unit: Unit) -> Thresholds:
    """The thresholds that hold for a pilot."""
    return Thresholds(**unit.pilots.thresholds(pilot_id))


def _write(pilot_id: int, thresholds: Thresholds, before: Thresholds, unit: Unit) -> dict[str, Any]:
    """Sets them; gives what the audit log keeps of it."""
    unit.pilots.set_thresholds(pilot_id, asdict(thresholds))
    return {"before": asdict(before), "after": asdict(thresholds)}
