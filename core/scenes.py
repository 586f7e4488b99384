"""The scene of each group: its pilot, areas, gazetteer and thresholds, kept ready in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from core.assess import Thresholds
from core.domain import Area, Group, Pilot
from core.locate import Gazetteer, Place
from core.pipeline import Scene
from core.store.unit import Unit
from core.wiring import sources

_FRESH_FOR: Final = timedelta(seconds=5)
"""How soon a change by an administrator reaches the running worker."""


class Scenes:
    """Gives a group's scene; builds a gazetteer only when the pilot's places changed."""

    def __init__(self) -> None:
        self._scenes: dict[int, Scene] = {}
        self._read_at: datetime | None = None
        self._cards = {name: source.CARD for name, source in sources().items()}
        self._gazetteers: dict[int, tuple[tuple[Any, ...], Gazetteer]] = {}

    def of(self, group_id: int, unit: Unit) -> Scene | None:
        """The scene of a group; None for a group that is not there."""
        if self._read_at is None or unit.now - self._read_at > _FRESH_FOR:
            self._read(unit)
        if group_id not in self._scenes:
            self._read(unit)
        return self._scenes.get(group_id)

    def gazetteer_of(self, pilot_id: int, unit: Unit) -> Gazetteer:
        """The places of a pilot, to look up what a person types."""
        return self._gazetteer(pilot_id, tuple(unit.pilots.areas(pilot_id)), unit)

    def _read(self, unit: Unit) -> None:
        self._read_at = unit.now
        self._scenes = {
            group.id: scene
            for pilot in unit.pilots.all()
            for group, scene in self._of_pilot(pilot, unit)
        }

    def _of_pilot(self, pilot: Pilot, unit: Unit) -> list[tuple[Group, Scene]]:
        areas = tuple(unit.pilots.areas(pilot.id))
        places = self._gazetteer(pilot.id, areas, unit)
        thresholds = Thresholds(**unit.pilots.thresholds(pilot.id))
        wanted = unit.evidence.wanted(pilot.id)
        by_id = {area.id: area for area in areas}
        return [
            (
                group,
                Scene(
                    pilot=pilot,
                    group=group,
                    area=by_id.get(group.area_id) if group.area_id else None,
                    areas=areas,
                    places=places,
                    thresholds=thresholds,
                    wanted=wanted,
                    card=self._cards.get(group.source),
                ),
            )
            for group in unit.pilots.groups(pilot.id)
        ]

    def _gazetteer(self, pilot_id: int, areas: tuple[Area, ...], unit: Unit) -> Gazetteer:
        rows = unit.pilots.places(pilot_id)
        names = {area.id: area.name for area in areas}
        places = tuple(_place(row, names) for row in rows)
        known = self._gazetteers.get(pilot_id)
        if known is None or known[0] != (places, areas):
            self._gazetteers[pilot_id] = ((places, areas), Gazetteer(places, areas))
        return self._gazetteers[pilot_id][1]


def _place(row: Any, area_names: dict[int, str]) -> Place:
    return Place(
        name=row.name,
        kind=row.kind,
        aliases=tuple(row.aliases),
        lat=row.lat,
        lon=row.lon,
        radius_m=row.radius_m,
        number_from=row.number_from,
        number_to=row.number_to,
        area=area_names.get(row.area_id),
    )
