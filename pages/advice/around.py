"""What every part of the page works with: the pilot, its areas, its groups and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.clock import local
from core.domain import Area, Group, Pilot
from core.last_day import has_ended
from core.store import Unit
from core.store.alert_queries import all_alerts
from core.store.tip_queries import TipLine, opened_in, tips_of
from core.tips import library
from core.tips.sending import WEEK, TipRules, rules_of
from core.tips.suggesting import AFTER_ALERT, LATELY, Around, Suggestion, suggest
from pages._frame import services

_PAST: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """omgeving: a pilot with the groups that take tips, and how many each had this week."""

    pilot: Pilot
    areas: tuple[Area, ...]
    groups: tuple[Group, ...]
    had: dict[int, int]
    rules: TipRules
    now: datetime

    @property
    def is_over(self) -> bool:
        return has_ended(self.pilot, local(self.now).date())

    def is_full(self, group: Group) -> bool:
        return self.had.get(group.id, 0) >= self.rules.per_week

    def area_name(self, area_id: int | None) -> str:
        return next((area.name for area in self.areas if area.id == area_id), "")

    @property
    def leaves_at(self) -> datetime:
        """When what is approved now would leave."""
        hold = timedelta(seconds=services().settings.undo_seconds)
        return self.rules.leaves_at(self.now + hold)


def surroundings(pilot: Pilot) -> Surroundings:
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        groups = tuple(
            group
            for group in unit.pilots.groups(pilot.id)
            if not group.is_open_source and unit.consents.group_consents(group.id)
        )
        return Surroundings(
            pilot=pilot,
            areas=tuple(unit.pilots.areas(pilot.id)),
            groups=groups,
            had=unit.tips.sent_since([group.id for group in groups], unit.now - WEEK),
            rules=rules_of(pilot.id, unit),
            now=unit.now,
        )


def timely(pilot: Pilot) -> tuple[list[TipLine], list[Suggestion]]:
    """What was done with tips in the last year, and what is timely now."""
    given = services()
    now = given.clock()
    with given.store.read() as connection:
        known = tips_of(connection, pilot.id, now - _PAST)
        circumstances = Around(
            pilot=pilot,
            alerts=all_alerts(connection, pilot.id, now - 2 * AFTER_ALERT),
            opened=opened_in(connection, pilot.id, now - LATELY),
            tips=known,
            topics=given.topics,
        )
    return known, suggest(circumstances, library(), now)
