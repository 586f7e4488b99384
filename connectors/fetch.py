"""The fetch role: asks each group's source what is new and puts it, sealed, in the inbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.clock import local
from core.domain import Event, Group
from core.inbox import receive
from core.last_day import ended_pilots
from core.ports import Fetched
from core.store.pilot_rows import Progress
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

BAD_ROW: Final = "bad_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """aankomst: what one group's source gave."""

    group: Group
    fetched: Fetched
    was: Progress
    error: str | None = None

    @property
    def is_news(self) -> bool:
        now = Progress(cursor=self.fetched.cursor, error=self.error)
        return bool(self.fetched.events) or now != self.was


def fetch_all(services: Services, sources: dict[str, Any]) -> int:
    """Fetches every group once; gives how many events were new.

    All groups' events go in by their own time, so that what was written first is judged first,
    whichever group it stood in. A group's cursor is saved with its events.
    """
    now = services.clock()
    arrivals = [
        _ask(group, was, sources[group.source], now)
        for group, was in _groups(services)
        if hasattr(sources.get(group.source), "fetch")
    ]
    if not any(arrival.is_news for arrival in arrivals):
        return 0
    with services.store.unit(now) as unit:
        for arrival in arrivals:
            _note(arrival, unit)
        return sum(
            receive([event], group, unit, services.vault) for group, event in _one_by_one(arrivals)
        )


def _groups(services: Services) -> list[tuple[Group, Progress]]:
    """Every group of a pilot that is not over, and how far its source came."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        over = ended_pilots(unit)
        groups = [group for group in unit.pilots.groups() if group.pilot_id not in over]
        return [(group, unit.pilots.progress(group.id)) for group in groups]


def _ask(group: Group, was: Progress, source: Any, now: datetime) -> Arrival:
    # Outside any transaction: a slow network must not hold up whoever wants to write.
    try:
        fetched = source.fetch(group, was.cursor, now)
    except Exception as error:
        # A source is somebody else's code: one that is down or broken must not stop the others.
        log.warning("source failed group=%s error=%s", group.id, type(error).__name__)
        nothing = Fetched(events=(), cursor=was.cursor)
        return Arrival(group=group, fetched=nothing, was=was, error=type(error).__name__)
    return Arrival(group=group, fetched=fetched, was=was)


def _note(arrival: Arrival, unit: Unit) -> None:
    """How far the source came, and how many of its rows could not be read."""
    fetched = arrival.fetched
    unit.pilots.fetched(arrival.group.id, fetched.cursor, _last(fetched), arrival.error)
    bad_count = sum(not isinstance(event, Event) for event in fetched.events)
    if bad_count:
        unit.consents.count(arrival.group.id, local(unit.now).date(), BAD_ROW, bad_count)


def _one_by_one(arrivals: list[Arrival]) -> list[tuple[Group, Event]]:
    events = [
        (arrival.group, event)
        for arrival in arrivals
        for event in arrival.fetched.events
        if isinstance(event, Event)
    ]
    return sorted(events, key=lambda pair: pair[1].sent_at)


def _last(fetched: Fetched) -> datetime | None:
    moments = [event.sent_at for event in fetched.events if isinstance(event, Event)]
    return max(moments, default=None)
