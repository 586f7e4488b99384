"""Whether a message may be read at all; asked before any model sees it."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from core.domain import Group, Pilot, Refusal

TEXT_VERSION: Final = "2021-1"
"""The version of the announcement that groups agree to."""


class Consents(Protocol):
    """What has been agreed to."""

    def group_consents(self, group_id: int) -> bool: ...

    def has_stopped(self, group_id: int, resident: str) -> bool: ...


def refusal(
    pilot: Pilot, group: Group, resident: str, day: date, consents: Consents
) -> Refusal | None:
    """Why a message of this group, resident and day is dropped unread; None when it may be read.

    An open source cannot consent; an administrator's switch with its legal basis stands in the same
    register, as the group's row.
    """
    if not pilot.covers(day):
        return Refusal.OUTSIDE_PERIOD
    if not consents.group_consents(group.id):
        return Refusal.NO_CONSENT
    if consents.has_stopped(group.id, resident):
        return Refusal.STOPPED
    return None
