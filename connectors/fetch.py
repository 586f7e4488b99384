"""The fetch role: asks each group's source what is new and puts it, sealed, in the inbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain import Event, Group
from core.errors import HNMError
from core.inbox import receive
from core.ports import Fetched
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """aankomst: what one group's source gave."""

    group: Group
    fetched: Fetched


def fetch_all(services: Services, sources: dict[str, Any]) -> int:
    """Fetches every group once; gives how many events were new.

    All groups' events go in by their own time, so that what was written first is judged first,
    whichever group it stood in. A group's cursor is saved with its events.
    """
    with services.store.unit() as unit:
        groups = [g for g in unit.pilots.groups() if hasattr(sources.get(g.source), "fetch")]
        arrivals = [a for group in groups if (a := _ask(group, sources[group.source], unit))]
        return sum(
            receive([event], group, unit, services.vault) for group, event in _one_by_one(arrivals)
        )


def _ask(group: Group, source: Any, unit: Unit) -> Arrival | None:
    cursor = unit.pilots.cursor(group.id)
    try:
        fetched = source.fetch(group, cursor, unit.now)
    except (HNMError, OSError) as error:
        # One source that is down must not stop the others; its health shows it.
        log.warning("source failed group=%s error=%s", group.id, type(error).__name__)
        unit.pilots.fetched(group.id, cursor, None, type(error).__name__)
        return None
    unit.pilots.fetched(group.id, fetched.cursor, _last(fetched), None)
    return Arrival(group=group, fetched=fetched)


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
