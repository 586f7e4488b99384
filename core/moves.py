"""verzettingen: a pilot's setting that an administrator moves with a reason and may take back.

What was moved, by whom and why stands in the audit log alone; each setting has a pair of actions
of its own there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.audit import AuditEntry, standing
from core.domain import User
from core.errors import ChangedMeanwhile, NothingToUndo, ReasonMissing
from core.store.unit import Unit

_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """verzettingen: of one setting; by which actions the audit log knows them."""

    made: str
    taken_back: str

    def of(self, pilot_id: int, unit: Unit) -> list[AuditEntry]:
        """Every move and every taking back, the newest first."""
        entries = unit.audit.of("pilot", pilot_id)
        return [one for one in reversed(entries) if one.action in (self.made, self.taken_back)]

    def newest(self, history: Sequence[AuditEntry]) -> AuditEntry | None:
        """The newest move in a history (newest first) that was not taken back."""
        still = standing(history, self.taken_back)
        return next((one for one in still if one.action == self.made), None)

    def own_newest(self, pilot_id: int, user: User, unit: Unit) -> AuditEntry:
        """What this user may take back. Raises NothingToUndo."""
        entry = self.newest(self.of(pilot_id, unit))
        if entry is None or entry.actor != user.login:
            raise NothingToUndo(number=unit.pilots.pilot(pilot_id).name)
        return entry

    def note(
        self, pilot_id: int, detail: dict[str, Any], reason: str, user: User, unit: Unit
    ) -> None:
        """Writes a move down with its reason."""
        kept = reason.strip()[:_LONGEST_REASON]
        unit.audit.add(user.login, self.made, "pilot", pilot_id, detail, kept)

    def note_taken_back(
        self, entry: AuditEntry, pilot_id: int, detail: dict[str, Any], user: User, unit: Unit
    ) -> None:
        """Writes down that a move was taken back."""
        undid = {**detail, "undid": entry.id}
        unit.audit.add(user.login, self.taken_back, "pilot", pilot_id, undid)

    def require_reason(self, reason: str) -> None:
        """Raises ReasonMissing."""
        if not reason.strip():
            raise ReasonMissing(step=self.made)

    def changed(self, pilot_id: int, unit: Unit) -> ChangedMeanwhile:
        """What to raise when a colleague moved it meanwhile."""
        newest = next(iter(self.of(pilot_id, unit)), None)
        who, at = (newest.actor, newest.at) if newest else (None, None)
        return ChangedMeanwhile(number=unit.pilots.pilot(pilot_id).name, who=who, at=at)
