"""Reads for the map: where much happened in a period, and who covers which area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.domain import Role, Status
from core.store.tables import incidents, users

_PRECISE_M: Final = 300.0
"""What is known less well than this is counted for its area, and makes no hot place."""

_OFFICERS: Final = frozenset({Role.COMMUNITY_OFFICER.value, Role.ENFORCEMENT_OFFICER.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """drukte: the incidents of a period by place (lat, lon), and how many in each area by its id.

    `count` is of all of them, also of those whose place is not known.
    """

    count: int = 0
    points: tuple[tuple[float, float], ...] = ()
    by_area: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """vaste collega: somebody whose area it is, by their profile."""

    name: str
    team: str | None


def density(connection: sa.Connection, since: datetime) -> Density:
    """What opened since then and was not rejected, open or ended."""
    columns = (incidents.c.lat, incidents.c.lon, incidents.c.area_id)
    radius = incidents.c.location["radius_m"].as_float()
    query = (
        sa.select(*columns, radius.label("radius_m"))
        .where(incidents.c.opened_at >= since, incidents.c.merged_into.is_(None))
        .where(incidents.c.status != Status.REJECTED.value)
    )
    rows = connection.execute(query).all()
    return Density(
        count=len(rows),
        points=tuple((row.lat, row.lon) for row in rows if _is_precise(row.lat, row.radius_m)),
        by_area=Counter(row.area_id for row in rows if row.area_id is not None),
    )


def officers_by_area(connection: sa.Connection) -> dict[int, tuple[Officer, ...]]:
    """Who has each area in their profile, by name; areas of nobody are left out."""
    query = sa.select(users).where(users.c.active).order_by(users.c.name)
    found: dict[int, list[Officer]] = defaultdict(list)
    for row in connection.execute(query):
        if _OFFICERS & set(row.roles):
            for area_id in row.area_ids:
                found[area_id].append(Officer(name=row.name, team=row.team))
    return {area_id: tuple(officers) for area_id, officers in found.items()}


def _is_precise(lat: float | None, radius_m: float | None) -> bool:
    return lat is not None and radius_m is not None and radius_m <= _PRECISE_M
