"""A period as it was read, and each incident as a row of the map: made once for all screens.

The store's url is part of each key because a process may see more than one store, in tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import streamlit as st

from core.clock import local
from core.domain import Area, Pilot
from core.i18n import counted, long_day, text_of
from core.store import Store, Unit
from core.store.archive_queries import MOST, Line, ids_by_source, lines
from core.store.queries import revision
from core.telling import place_name, status_name
from core.topics import topics
from core.trends import Period
from pages._frame import services
from pages.components.live_map import Spot, row_of
from pages.room.drawn import ELSEWHERE

MANY: Final = 800
_MOST_KEPT: Final = 3 * MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """gelezen: the incidents of a period at one revision."""

    lines: tuple[Line, ...]

    @property
    def is_cut(self) -> bool:
        """There were more than are shown."""
        return len(self.lines) == MOST


def read(pilot: Pilot, period: Period) -> Read:
    """What began in the period, as it stands now."""
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
    return _read(given.store.url, newest, pilot.id, period, given.store)


def read_sources(pilot: Pilot, period: Period) -> dict[str, frozenset[int]]:
    """Of each source the incidents of the period; read only where somebody picks by source."""
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
    return _read_sources(given.store.url, newest, pilot.id, period, given.store)


def areas_of(pilot: Pilot) -> list[Area]:
    given = services()
    return _areas(given.store.url, pilot.id, given.store)


def sources_of(pilot: Pilot) -> list[str]:
    """The sources of the pilot's groups."""
    with services().store.read() as connection:
        groups = Unit(connection, services().clock()).pilots.groups(pilot.id)
    return sorted({group.source for group in groups})


def rows(found: Sequence[Line], code: str) -> list[str]:
    """Those with a place as the map wants them; where there are many, each is small."""
    small = len(found) > MANY
    return [made for line in found if (made := _row(line, code, small)) is not None]


def spot_of(line: Line, code: str) -> Spot | None:
    if line.lat is None or line.lon is None or line.radius_m is None:
        return None
    return Spot(
        id=line.id,
        lat=line.lat,
        lon=line.lon,
        radius_m=line.radius_m,
        kind=line.kind,
        topic=line.topic,
        urgent=line.urgent,
        ended=not line.status.is_open,
        residents=line.residents,
        label=_label(line, code),
        handed=line.status in ELSEWHERE,
        at=line.opened_at,
    )


@lru_cache(maxsize=_MOST_KEPT)
def _row(line: Line, code: str, small: bool) -> str | None:
    spot = spot_of(line, code)
    return None if spot is None else row_of(spot, circle=False, small=small)


@st.cache_resource(ttl=300, max_entries=6, show_spinner=False)
def _read(url: str, at_revision: int, pilot_id: int, period: Period, _store: Store) -> Read:
    with _store.read() as connection:
        return Read(lines=tuple(lines(connection, pilot_id, period.since, period.until)))


@st.cache_resource(ttl=300, max_entries=3, show_spinner=False)
def _read_sources(
    url: str, at_revision: int, pilot_id: int, period: Period, _store: Store
) -> dict[str, frozenset[int]]:
    with _store.read() as connection:
        return ids_by_source(connection, pilot_id, period.since, period.until)


@st.cache_resource(ttl=60, max_entries=4, show_spinner=False)
def _areas(url: str, pilot_id: int, _store: Store) -> list[Area]:
    with _store.read() as connection:
        return Unit(connection, _store.clock()).pilots.areas(pilot_id)


def _label(line: Line, code: str) -> str:
    """Our own words and numbers only: this goes into the map."""
    said = [
        line.number,
        topics()[line.topic].name(code),
        place_name(code, line.location),
        _when(code, line.opened_at),
        status_name(code, line.status),
        _residents(code, line.residents),
    ]
    if line.urgent:
        said.insert(1, text_of(code, "urgency.urgent"))
    return " · ".join(said)


def _when(code: str, at: datetime) -> str:
    """Day and hour; a day is worded once, because ten thousand lines share some hundreds."""
    here = local(at)
    return f"{_day(code, here.date())} {here:%H:%M}"


@lru_cache(maxsize=2048)
def _day(code: str, on: date) -> str:
    return long_day(code, on)


@lru_cache(maxsize=512)
def _residents(code: str, count: int) -> str:
    return counted(code, "count.residents", count)
