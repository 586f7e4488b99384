"""laatste dag: a pilot ends by itself; from then on nothing is followed, asked or advised.

Its groups are told once. Who promised an outcome may still give it. What residents wrote is erased
`keep_days` after the last day, a part at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from core import i18n
from core.audit import SYSTEM
from core.clock import local
from core.domain import Group, Pilot, User
from core.errors import BadInput, HNMError
from core.i18n import DEFAULT, text_of
from core.permissions import Action, require
from core.privacy.consent import TEXT_VERSION
from core.privacy.erase import erase_message
from core.report_back import with_emergency_rule
from core.store.consent_queries import erasable
from core.store.unit import Unit

FAREWELL: Final = "farewell"
"""The kind of text by which a group hears that its pilot is over."""

STILL_LEAVES: Final = frozenset({FAREWELL, "feedback"})
"""What a group of a pilot that is over may still be sent: that it is over, and an outcome."""

SEEN_AHEAD: Final = timedelta(days=14)
LONGEST_KEPT: Final = 730
_ERASED_AT_ONCE: Final = 200


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
        raise PilotEnded(pilot=pilot.name, day=i18n.long_day(DEFAULT, _last_day(pilot)))


def ended_pilots(unit: Unit) -> frozenset[int]:
    """The ids of the pilots that are over."""
    today = local(unit.now).date()
    return frozenset(pilot.id for pilot in unit.pilots.all() if has_ended(pilot, today))


def may_leave(kind: str, group: Group | None, unit: Unit) -> bool:
    """Whether a text may still go to a group: of a pilot that is over little does."""
    if group is None or kind in STILL_LEAVES:
        return True
    return not has_ended(unit.pilots.pilot(group.pilot_id), local(unit.now).date())


def say_farewell(unit: Unit, able: Iterable[str]) -> int:
    """Tells each group that was followed, once, that its pilot is over; gives how many were told.

    `able`: the sources that can bring a text to a group.
    """
    today, can, count = local(unit.now).date(), set(able), 0
    for pilot in unit.pilots.all():
        if has_ended(pilot, today) and not is_erased_on(pilot, today):
            groups = [group for group in unit.pilots.groups(pilot.id) if group.source in can]
            count += sum(_tell(group, pilot, unit) for group in groups)
    return count


def _tell(group: Group, pilot: Pilot, unit: Unit) -> bool:
    """One text for one last day; then the group's consent has run out, and that is written down."""
    if group.is_open_source or not unit.consents.group_consents(group.id):
        return False
    told = unit.outbox.put(
        idempotency_key=f"{FAREWELL}:{group.id}:{_last_day(pilot):%Y%m%d}",
        due_at=unit.now,
        by=SYSTEM,
        kind=FAREWELL,
        group_id=group.id,
        text=farewell_text(pilot),
    )
    if told is not None:
        unit.consents.record(group.id, given=False, by=SYSTEM, text_version=TEXT_VERSION)
        unit.audit.add(SYSTEM, "pilot_over", "group", group.id, {"outbox": told})
    return told is not None


def farewell_text(pilot: Pilot) -> str:
    """What a group reads when its pilot is over: that, and what becomes of what it wrote."""
    from_day = erased_from(pilot)
    day = i18n.long_day(DEFAULT, from_day) if from_day else ""
    last = i18n.long_day(DEFAULT, _last_day(pilot))
    return with_emergency_rule(text_of(DEFAULT, "in_chat.farewell", last=last, day=day))


def erase_what_is_over(unit: Unit) -> int:
    """Erases a part of what residents wrote in pilots whose time is up; gives how much."""
    today = local(unit.now).date()
    for pilot in unit.pilots.all():
        if is_erased_on(pilot, today):
            groups = [group.id for group in unit.pilots.groups(pilot.id)]
            if gone := _erase(pilot, groups, unit):
                return gone
    return 0


def _erase(pilot: Pilot, group_ids: Sequence[int], unit: Unit) -> int:
    areas = unit.pilots.areas(pilot.id)
    found = erasable(unit.connection, group_ids, None, _ERASED_AT_ONCE)
    for group_id, message_key in found:
        erase_message(message_key, group_id, areas, unit, by=SYSTEM)
    return len(found)


def set_keep_days(pilot_id: int, days: int, user: User, unit: Unit) -> None:
    """How long after the last day what residents wrote is kept. Raises BadInput."""
    require(user, Action.ADMINISTER)
    if not 0 <= days <= LONGEST_KEPT:
        raise BadInput(field="keep_days", why=str(days))
    before = unit.pilots.pilot(pilot_id).keep_days
    unit.pilots.set_keep_days(pilot_id, days)
    detail = {"before": before, "after": days}
    unit.audit.add(user.login, "keep_days_set", "pilot", pilot_id, detail)


def _last_day(pilot: Pilot) -> date:
    assert pilot.ends_on is not None  # asked of pilots that are over only
    return pilot.ends_on
