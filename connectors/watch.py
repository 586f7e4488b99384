"""The watch role: every ten minutes looks whether there is more than usual, somewhere, of anything.

A process of its own: no message waits for it, and the dashboard never loads what it computes with.
What it finds it writes down as alerts; it tells residents nothing.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.clock import local
from core.domain import Area, Pilot
from core.early_warning import (
    FEWEST_DAYS,
    LONGEST,
    SHORT_DAYS,
    SHOWN_DAYS,
    Learned,
    Watched,
    learn,
    past_days,
)
from core.ports import Surveillance
from core.store.alert_queries import (
    NearRepeats,
    Occurrence,
    Told,
    Watch,
    events_of,
    occurrences,
    told_since,
    watch_of,
)
from core.store.queries import pulse
from core.store.unit import Unit
from core.warning.near_repeats import Knox, knox_test, zones
from core.warning.picture import picture
from core.warning.rises import rises
from core.warning.sightings import Sighting, of_pattern, of_rise, of_zone, record
from core.warning.spreading import patterns
from core.wiring import Services

log = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=10)
SOON: Final = timedelta(minutes=1)
"""How soon a pilot that had too little past is looked at again: an import fills it at once."""
CATCH_UP: Final = timedelta(hours=48)
"""So far back is looked at after a standstill; older news is no warning."""
_USUAL_DAYS: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """gelezen: what a look goes by, all of one moment."""

    pilot: Pilot
    areas: tuple[Area, ...]
    watch: Watch
    watched: Watched
    occurrences: tuple[Occurrence, ...]
    told: tuple[Told, ...]
    now: datetime

    @property
    def since(self) -> datetime:
        """From when on a finding is news."""
        seen = self.watch.watched_at if (self.watch.outlook or {}).get("past_days") else None
        return max(seen or self.now - CATCH_UP, self.now - CATCH_UP)


class Watcher:
    """bewaker: looks at each pilot when it is due; keeps what it learned until the next day."""

    def __init__(self, services: Services, surveillance: Callable[[], Surveillance]) -> None:
        self._services = services
        self._surveillance = surveillance
        self._learned: dict[int, tuple[Any, Learned | None]] = {}

    def step(self) -> int:
        """Looks at the pilots that are due; gives how many it looked at."""
        given = self._services
        with given.store.read() as connection:
            now = given.clock()
            pilots = Unit(connection, now).pilots.all()
            busy = pulse(connection).waiting_count > 0
            due = [p for p in pilots if _is_due(p, watch_of(connection, p.id), now, busy)]
        for pilot in due:
            self.look(pilot)
        return len(due)

    def look(self, pilot: Pilot) -> list[int]:
        """Looks at one pilot now; gives the alerts that are new."""
        read = self._read(pilot)
        learned = self._learn(read)
        burglaries = [one for one in read.occurrences if self._is_burglary(one)]
        knox = knox_test(burglaries, read.watch.settings, _seed(read))
        found = [
            *_rises(learned, read),
            *_zones(burglaries, knox, read),
            *_patterns(read),
        ]
        with self._services.store.unit() as unit:
            raised = record(found, pilot.id, unit, learned.tree if learned else None)
            unit.alerts.note_look(pilot.id, _outlook(learned, knox, read), read.watch.settings)
        log.info("looked pilot=%s found=%s new=%s", pilot.id, len(found), len(raised))
        return raised

    def _read(self, pilot: Pilot) -> Read:
        given = self._services
        with given.store.read() as connection:
            now = given.clock()
            areas = tuple(Unit(connection, now).pilots.areas(pilot.id))
            watch = watch_of(connection, pilot.id)
            days = max(_USUAL_DAYS, watch.settings.spreading_days)
            return Read(
                pilot=pilot,
                areas=areas,
                watch=watch,
                watched=Watched(
                    areas=areas,
                    topics=pilot.topics,
                    events=tuple(events_of(connection, pilot.id)),
                    asked_per_week=watch.settings.false_alarms_per_week,
                ),
                occurrences=tuple(occurrences(connection, pilot.id, now - LONGEST)),
                told=tuple(told_since(connection, pilot.id, now - timedelta(days=days))),
                now=now,
            )

    def _learn(self, read: Read) -> Learned | None:
        """What was learned today, or learned anew when the day or what was set is another."""
        key = (local(read.now).date(), read.watched, past_days(read.occurrences, read.now))
        known = self._learned.get(read.pilot.id)
        if known is None or known[0] != key:
            learned = learn(
                read.occurrences, read.watched, read.now, self._surveillance(), _seed(read)
            )
            self._learned[read.pilot.id] = known = (key, learned)
        return known[1]

    def _is_burglary(self, one: Occurrence) -> bool:
        topic = self._services.topics.get(one.topic)
        return topic is not None and topic.near_repeats


def _is_due(pilot: Pilot, watch: Watch, now: datetime, busy: bool) -> bool:
    if not pilot.covers(local(now).date()):
        return False
    if watch.watched_at is None:
        return not busy  # a first look at half an import would miss the other half
    enough = (watch.outlook or {}).get("state") == "watched"
    return now - watch.watched_at >= (EVERY if enough else SOON)


def _rises(learned: Learned | None, read: Read) -> list[Sighting]:
    if learned is None:
        return []
    return [
        of_rise(
            rise,
            learned.axis.starts_at(rise.part),
            learned.past_days,
            learned.past_days < SHORT_DAYS,
        )
        for rise in rises(learned, read.occurrences, read.since, read.now)
    ]


def _zones(burglaries: list[Occurrence], knox: Knox, read: Read) -> list[Sighting]:
    settings = read.watch.settings
    wanted = settings.near_repeats
    if wanted is NearRepeats.NEVER or (wanted is NearRepeats.WHEN_SHOWN and not knox.shows):
        return []
    return [
        of_zone(
            zone,
            knox,
            settings.near_m,
            settings.near_days,
            read.since,
            zone.burglaries[-1].area_id,
        )
        for zone in zones(burglaries, settings, read.now)
    ]


def _patterns(read: Read) -> list[Sighting]:
    since = read.now - timedelta(days=read.watch.settings.spreading_days)
    recent = [told for told in read.told if told.sent_at >= since]
    before = [told for told in read.told if told.sent_at < since]
    found = []
    for pattern in patterns(recent, before):
        moments = [told.sent_at for told in recent if told.message_id in pattern.message_ids]
        found.append(of_pattern(pattern, min(moments), max(moments)))
    return found


def _outlook(learned: Learned | None, knox: Knox, read: Read) -> dict[str, Any]:
    """What the page shows: numbers and ids."""
    made: dict[str, Any] = {
        "state": "watched" if learned else "too_little",
        "past_days": past_days(read.occurrences, read.now),
        "fewest_days": FEWEST_DAYS,
        "knox": knox.as_json(),
        "made_at": read.now.isoformat(),
    }
    if learned is not None:
        made |= picture(learned, read.occurrences, read.now, SHOWN_DAYS)
    return made


def _seed(read: Read) -> int:
    """The same for the same pilot and day: a look that is repeated finds the same."""
    return zlib.crc32(f"{read.pilot.id}|{local(read.now).date()}".encode())
