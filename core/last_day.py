"""laatste dag: a pilot ends by itself; from then on nothing is followed, asked or advised.

Who promised an outcome may still give it. Groups are told by core/farewell.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from core.clock import local
from core.domain import Group, Pilot
from core.errors import HNMError
from core.i18n import DEFAULT, long_day
from core.store.unit import Unit

FAREWELL: Final = "farewell"
"""The kind of text by which a group hears that its pilot is over."""

STILL_LEAVES: Final = frozenset({FAREWELL, "feedback", "outcome"})
"""What a group of a pilot that is over may still be sent: that it is over, and an outcome."""

SEEN_AHEAD: Final = timedelta(days=14)


class PilotEnded(HNMError):
    """The pilot is over: nothing is followed, asked or advised any more (pilot, day)."""

    code = "error.pilot_ended"


def has_ended(pilot: Pilot, today: date) -> bool:
    return pilot.ends_on is not None and today > pilot.ends_on


def days_left(pilot: Pilot, today: date) -> int | None:
    """Days until the last day, that day itself 0; None without one, or when it is over."""
    if pilot.ends_on is None or has_ended(pilot, today):
        return None
    return (pilot.ends_on - today).days


def is_near(pilot: Pilot, today: date) -> bool:
    """True when an administrator should know that the last day is coming."""
    left = days_left(pilot, today)
    return left is not None and left <= SEEN_AHEAD.days


def erased_from(pilot: Pilot) -> date | None:
    """The first day on which what residents wrote is erased; None without a last day."""
    return None if pilot.ends_on is None else pilot.ends_on + timedelta(days=pilot.keep_days + 1)


def is_erased_on(pilot: Pilot, today: date) -> bool:
    from_day = erased_from(pilot)
    return from_day is not None and today >= from_day


def require_running(pilot_id: int, unit: Unit) -> None:
    """Raises PilotEnded."""
    pilot = unit.pilots.pilot(pilot_id)
    if has_ended(pilot, local(unit.now).date()):
        raise PilotEnded(pilot=pilot.name, day=long_day(DEFAULT, last_day_of(pilot)))


def ended_pilots(unit: Unit) -> frozenset[int]:
    """The ids of the pilots that are over."""
    today = local(unit.now).date()
    return frozenset(pilot.id for pilot in unit.pilots.all() if has_ended(pilot, today))


def may_leave(kind: str, group: Group | None, unit: Unit) -> bool:
    """Whether a text may still go to a group: of a pilot that is over little does."""
    if group is None or kind in STILL_LEAVES:
        return True
    return not has_ended(unit.pilots.pilot(group.pilot_id), local(unit.now).date())


def last_day_of(pilot: Pilot) -> date:
    """The last day of a pilot that has one."""
    assert pilot.ends_on is not None
    return pilot.ends_on
