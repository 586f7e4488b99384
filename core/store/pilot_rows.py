"""Pilots with their areas, places and groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain import Area, Group, Pilot
from core.store.rows import insert_row
from core.store.tables import alerts, areas, groups, incidents, pilots, places, tips


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """voortgang: where a group's source goes on, and the name of the error it last met."""

    cursor: str | None
    error: str | None


class PilotRows:
    """proeftuinen."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def add(self, name: str, starts_on: date, ends_on: date | None, topics: tuple[str, ...]) -> int:
        return self._insert(
            pilots,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            topics=list(topics),
            thresholds={},
        )

    def add_area(self, pilot_id: int, **values: Any) -> int:
        return self._insert(areas, pilot_id=pilot_id, **values)

    def set_area(self, area_id: int, **values: Any) -> None:
        self.connection.execute(sa.update(areas).where(areas.c.id == area_id).values(**values))

    def is_used(self, area_id: int) -> bool:
        """Whether a group, an incident, a street or a tip names an area, or an alert."""
        tables = (groups, incidents, places, alerts, tips)
        queries = [sa.select(sa.exists().where(one.c.area_id == area_id)) for one in tables]
        return any(self.connection.execute(query).scalar() for query in queries)

    def remove_area(self, area_id: int) -> None:
        self.connection.execute(sa.delete(areas).where(areas.c.id == area_id))

    def place_group(self, group_id: int, area_id: int | None) -> None:
        self.connection.execute(
            sa.update(groups).where(groups.c.id == group_id).values(area_id=area_id)
        )

    def remove_places(self, place_ids: Sequence[int]) -> None:
        self.connection.execute(sa.delete(places).where(places.c.id.in_(place_ids)))

    def set_geocode_town(self, pilot_id: int, town: str | None) -> None:
        self.connection.execute(
            sa.update(pilots).where(pilots.c.id == pilot_id).values(geocode_town=town)
        )

    def add_place(self, pilot_id: int, **values: Any) -> int:
        return self._insert(places, pilot_id=pilot_id, **values)

    def add_group(self, pilot_id: int, **values: Any) -> int:
        return self._insert(groups, pilot_id=pilot_id, **values)

    def all(self) -> list[Pilot]:
        return [_pilot(row) for row in self.connection.execute(sa.select(pilots))]

    def pilot(self, pilot_id: int) -> Pilot:
        query = sa.select(pilots).where(pilots.c.id == pilot_id)
        return _pilot(self.connection.execute(query).one())

    def areas(self, pilot_id: int) -> list[Area]:
        query = sa.select(areas).where(areas.c.pilot_id == pilot_id).order_by(areas.c.id)
        return [_area(row) for row in self.connection.execute(query)]

    def places(self, pilot_id: int) -> list[Any]:
        """The gazetteer rows: name, kind, aliases, lat, lon, radius_m, number_from, number_to."""
        query = sa.select(places).where(places.c.pilot_id == pilot_id).order_by(places.c.id)
        return list(self.connection.execute(query))

    def groups(self, pilot_id: int | None = None) -> list[Group]:
        query = sa.select(groups).order_by(groups.c.id)
        if pilot_id is not None:
            query = query.where(groups.c.pilot_id == pilot_id)
        return [group_of(row) for row in self.connection.execute(query)]

    def group(self, group_id: int) -> Group | None:
        row = self.connection.execute(sa.select(groups).where(groups.c.id == group_id)).first()
        return None if row is None else group_of(row)

    def progress(self, group_id: int) -> Progress:
        """How far the group's source came."""
        query = sa.select(groups.c.cursor, groups.c.last_error).where(groups.c.id == group_id)
        row = self.connection.execute(query).one()
        return Progress(cursor=row.cursor, error=row.last_error)

    def fetched(
        self, group_id: int, cursor: str | None, last_event_at: datetime | None, error: str | None
    ) -> None:
        """Notes how far a group's source came, in the transaction that stores its events."""
        values: dict[str, Any] = {"cursor": cursor, "last_error": error}
        if last_event_at is not None:
            values["last_event_at"] = last_event_at
        self.connection.execute(sa.update(groups).where(groups.c.id == group_id).values(**values))

    def set_period(self, pilot_id: int, starts_on: date, ends_on: date | None) -> None:
        self.connection.execute(
            sa.update(pilots)
            .where(pilots.c.id == pilot_id)
            .values(starts_on=starts_on, ends_on=ends_on)
        )

    def set_keep_days(self, pilot_id: int, days: int) -> None:
        self.connection.execute(
            sa.update(pilots).where(pilots.c.id == pilot_id).values(keep_days=days)
        )

    def set_topics(self, pilot_id: int, chosen: tuple[str, ...]) -> None:
        self.connection.execute(
            sa.update(pilots).where(pilots.c.id == pilot_id).values(topics=list(chosen))
        )

    def thresholds(self, pilot_id: int) -> dict[str, float]:
        """The thresholds an administrator moved for this pilot; empty for the defaults."""
        query = sa.select(pilots.c.thresholds).where(pilots.c.id == pilot_id)
        return dict(self.connection.execute(query).scalar() or {})

    def set_thresholds(self, pilot_id: int, values: dict[str, float]) -> None:
        self.connection.execute(
            sa.update(pilots).where(pilots.c.id == pilot_id).values(thresholds=values)
        )

    def _insert(self, table: sa.Table, **values: Any) -> int:
        return insert_row(self.connection, table, values)


def _pilot(row: Any) -> Pilot:
    return Pilot(
        id=row.id,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        topics=tuple(row.topics),
        geocode_town=row.geocode_town,
        keep_days=row.keep_days,
    )


def _area(row: Any) -> Area:
    return Area(
        id=row.id,
        name=row.name,
        kind=row.kind,
        lat=row.lat,
        lon=row.lon,
        radius_m=row.radius_m,
        outline=tuple((lat, lon) for lat, lon in row.outline),
        code=row.code,
        further=tuple(tuple((lat, lon) for lat, lon in part) for part in row.further),
    )


def group_of(row: Any) -> Group:
    return Group(
        id=row.id,
        pilot_id=row.pilot_id,
        source=row.source,
        native_id=row.native_id,
        name=row.name,
        area_id=row.area_id,
        is_open_source=row.is_open_source,
    )
