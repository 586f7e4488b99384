"""Reads for looking back: a period's incidents, open or ended, with no more columns than shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Location, PlaceKind, Status
from core.store.tables import groups, incidents, links, messages

MOST: Final = 20_000
"""More than this a browser does not draw fluently; the newest are given."""

_COLUMNS: Final = (
    incidents.c.id,
    incidents.c.topic,
    incidents.c.urgent,
    incidents.c.status,
    incidents.c.area_id,
    incidents.c.opened_at,
    incidents.c.resident_count,
    incidents.c.location,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """archiefregel: an incident as looking back needs it: no words of anybody, no history."""

    id: int
    topic: str
    urgent: bool
    status: Status
    area_id: int | None
    opened_at: datetime
    residents: int
    kind: PlaceKind
    lat: float | None
    lon: float | None
    radius_m: float | None
    street: str | None
    house_number: int | None
    place: str

    @property
    def number(self) -> str:
        return f"HNM-{self.id}"

    @property
    def location(self) -> Location:
        return Location(
            kind=self.kind,
            lat=self.lat,
            lon=self.lon,
            radius_m=self.radius_m,
            street=self.street,
            house_number=self.house_number,
            name=self.place,
        )


def lines(connection: sa.Connection, pilot_id: int, since: datetime, until: datetime) -> list[Line]:
    """What opened since a moment and before another, the newest first.

    Merged and emptied incidents are left out.
    """
    query = (
        sa.select(*_COLUMNS)
        .where(*_within(pilot_id, since, until))
        .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
        .limit(MOST)
    )
    return [_line(row) for row in connection.execute(query)]


def ids_by_source(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[str, frozenset[int]]:
    """Of each source the incidents of the period that somebody wrote about there."""
    query = (
        sa.select(groups.c.source, incidents.c.id)
        .select_from(incidents)
        .join(links, links.c.incident_id == incidents.c.id)
        .join(messages, messages.c.id == links.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(*_within(pilot_id, since, until))
        .distinct()
    )
    found: dict[str, set[int]] = {}
    for source, incident_id in connection.execute(query):
        found.setdefault(source, set()).add(incident_id)
    return {source: frozenset(ids) for source, ids in sorted(found.items())}


def _within(pilot_id: int, since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        incidents.c.pilot_id == pilot_id,
        incidents.c.merged_into.is_(None),
        incidents.c.message_count > 0,
        incidents.c.opened_at >= since,
        incidents.c.opened_at < until,
    )


def _line(row: Any) -> Line:
    place: dict[str, Any] = row.location
    return Line(
        id=row.id,
        topic=row.topic,
        urgent=row.urgent,
        status=Status(row.status),
        area_id=row.area_id,
        opened_at=row.opened_at,
        residents=row.resident_count,
        kind=PlaceKind(place["kind"]),
        lat=place["lat"],
        lon=place["lon"],
        radius_m=place["radius_m"],
        street=place["street"],
        house_number=place["house_number"],
        place=place["name"],
    )
