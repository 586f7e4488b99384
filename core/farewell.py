"""afscheid: groups hear once that their pilot is over; later what they wrote is erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from core.audit import SYSTEM
from core.clock import local
from core.domain import Group, Pilot, User
from core.errors import BadInput
from core.i18n import DEFAULT, long_day, text_of
from core.last_day import FAREWELL, erased_from, has_ended, is_erased_on, last_day_of
from core.permissions import Action, require
from core.privacy.consent import TEXT_VERSION
from core.privacy.erase import erase_message
from core.report_back import with_emergency_rule
from core.store.consent_queries import erasable
from core.store.unit import Unit

LONGEST_KEPT: Final = 730
_ERASED_AT_ONCE: Final = 200


def say_farewell(unit: Unit, able: Iterable[str]) -> int:
    """Ends what groups of pilots that are over consented to, and tells each so, once.

    `able`: the sources that can bring a text to a group. Gives how many groups were ended.
    """
    today, can, count = local(unit.now).date(), set(able), 0
    for pilot in unit.pilots.all():
        if has_ended(pilot, today):
            groups = [g for g in unit.pilots.groups(pilot.id) if unit.consents.group_consents(g.id)]
            for group in groups:
                _end(group, pilot, group.source in can and not group.is_open_source, unit)
            unit.shares.end_all(pilot.id, SYSTEM)
            count += len(groups)
    return count


def _end(group: Group, pilot: Pilot, is_told: bool, unit: Unit) -> None:
    """A group said yes to a period: if the pilot is prolonged afterwards, it is asked anew."""
    if is_told:
        unit.outbox.put(
            idempotency_key=f"{FAREWELL}:{group.id}:{last_day_of(pilot):%Y%m%d}",
            due_at=unit.now,
            by=SYSTEM,
            kind=FAREWELL,
            group_id=group.id,
            text=farewell_text(pilot),
        )
    unit.consents.record(group.id, given=False, by=SYSTEM, text_version=TEXT_VERSION)
    unit.audit.add(SYSTEM, "pilot_over", "group", group.id, {"told": is_told})


def farewell_text(pilot: Pilot) -> str:
    """What a group reads when its pilot is over: that, and what becomes of what it wrote."""
    from_day = erased_from(pilot)
    day = long_day(DEFAULT, from_day) if from_day else ""
    last = long_day(DEFAULT, last_day_of(pilot))
    return with_emergency_rule(text_of(DEFAULT, "in_chat.farewell", last=last, day=day))


def erase_what_is_over(unit: Unit) -> int:
    """Erases a part of what residents wrote in pilots whose time is up; gives how much."""
    today = local(unit.now).date()
    for pilot in unit.pilots.all():
        if is_erased_on(pilot, today):
            groups = [group.id for group in unit.pilots.groups(pilot.id)]
            unit.shares.forget_words(pilot.id)
            unit.surveys.forget_texts(pilot.id)
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
