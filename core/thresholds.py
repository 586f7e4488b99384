"""drempels verzetten: an administrator moves what counts as a report, as sure, as urgent.

Each move has a reason and an audit entry, and the newest can be taken back by who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from core.assess import Thresholds
from core.audit import AuditEntry
from core.domain import User
from core.errors import BadInput, ChangedMeanwhile, NothingToUndo, ReasonMissing
from core.permissions import Action, require
from core.store.unit import Unit

SET: Final = "thresholds_set"
UNDONE: Final = "thresholds_undone"
_LONGEST_REASON: Final = 500


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
    if not reason.strip():
        raise ReasonMissing(step=SET)
    if thresholds.sure < thresholds.relevant:
        raise BadInput(field="sure", why=f"{thresholds.sure} < {thresholds.relevant}")
    before = current(pilot_id, unit)
    if seen is not None and before != seen:
        raise _changed(pilot_id, unit)
    if thresholds == before:
        raise BadInput(field="thresholds", why="thresholds.same")
    _write(pilot_id, thresholds, before, SET, user, unit, reason.strip()[:_LONGEST_REASON])


def take_back(pilot_id: int, user: User, unit: Unit) -> Thresholds:
    """Puts back what stood before this user's newest move; gives it. Raises NothingToUndo."""
    require(user, Action.ADMINISTER)
    entry = last_move(unit.audit.of("pilot", pilot_id))
    if entry is None or entry.actor != user.login:
        raise NothingToUndo(number=unit.pilots.pilot(pilot_id).name)
    before = current(pilot_id, unit)
    earlier = Thresholds(**entry.detail["before"])
    _write(pilot_id, earlier, before, UNDONE, user, unit, None, undid=entry.id)
    return earlier


def current(pilot_id: int, unit: Unit) -> Thresholds:
    """The thresholds that hold for a pilot."""
    return Thresholds(**unit.pilots.thresholds(pilot_id))


def last_move(entries: Sequence[AuditEntry]) -> AuditEntry | None:
    """The newest move of a pilot's thresholds that was not taken back."""
    undone = {entry.detail.get("undid") for entry in entries if entry.action == UNDONE}
    moves = [entry for entry in entries if entry.action == SET]
    return next((entry for entry in reversed(moves) if entry.id not in undone), None)


def moves(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Every move and every taking back, the newest first."""
    return [entry for entry in reversed(entries) if entry.action in (SET, UNDONE)]


def _write(
    pilot_id: int,
    thresholds: Thresholds,
    before: Thresholds,
    action: str,
    user: User,
    unit: Unit,
    reason: str | None,
    **more: int,
) -> None:
    unit.pilots.set_thresholds(pilot_id, asdict(thresholds))
    detail = {"before": asdict(before), "after": asdict(thresholds), **more}
    unit.audit.add(user.login, action, "pilot", pilot_id, detail, reason)


def _changed(pilot_id: int, unit: Unit) -> ChangedMeanwhile:
    newest = next(iter(moves(unit.audit.of("pilot", pilot_id))), None)
    who, at = (newest.actor, newest.at) if newest else (None, None)
    return ChangedMeanwhile(number=unit.pilots.pilot(pilot_id).name, who=who, at=at)
