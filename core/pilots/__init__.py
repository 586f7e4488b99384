"""Pilots are files: each TOML in this folder describes one, ready to be installed in a store."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.areas import metres
from core.errors import BadSetting, NotFound
from core.store.unit import Unit
from core.topics import explain, topics

FOLDER: Final = Path(__file__).parent

Name = Annotated[str, Field(min_length=2, max_length=200)]
Point = tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]]
Radius = Annotated[float, Field(gt=0, le=50_000)]
Number = Annotated[int, Field(ge=1, le=99_999)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class AreaEntry(_Entry):
    """An area: an outline of (lat, lon) points, or a circle of `radius_m` around `at`."""

    name: Name
    kind: Literal["district", "neighbourhood", "own"]
    at: Point
    code: str | None = None
    aliases: tuple[Name, ...] = ()
    outline: tuple[Point, ...] = ()
    radius_m: Radius | None = None

    @model_validator(mode="after")
    def _has_a_size(self) -> AreaEntry:
        if self.radius_m is None and len(self.outline) < 3:
            raise ValueError("needs a radius_m, or an outline of at least 3 points")
        return self

    @property
    def reach_m(self) -> float:
        """The radius around `at` that holds all of the area."""
        return self.radius_m or max(metres(self.at, corner) for corner in self.outline)


class PlaceEntry(_Entry):
    """A landmark: a named point with its uncertainty."""

    name: Name
    at: Point
    area: str | None = None
    aliases: tuple[Name, ...] = ()
    radius_m: Radius = 60


class StreetEntry(PlaceEntry):
    """A street, or the part of it with these house numbers; an open end is None."""

    radius_m: Radius = 120
    number_from: Number | None = None
    number_to: Number | None = None

    @model_validator(mode="after")
    def _numbers_go_up(self) -> StreetEntry:
        if (self.number_from or 1) > (self.number_to or 99_999):
            raise ValueError("number_from is beyond number_to")
        return self


class GroupEntry(_Entry):
    """A group as its source knows it; `native_id` is the group's name unless given."""

    name: Name
    source: str = "demo"
    native_id: str = ""
    area: str | None = None
    is_open_source: bool = False


class PilotFile(_Entry):
    """proeftuinbestand: all that a pilot starts with, for any municipality."""

    name: Name
    starts_on: date
    ends_on: date | None = None
    topics: Annotated[tuple[str, ...], Field(min_length=1)]
    credit: str = ""
    areas: Annotated[tuple[AreaEntry, ...], Field(min_length=1)]
    streets: tuple[StreetEntry, ...] = ()
    landmarks: tuple[PlaceEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> PilotFile:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on is before starts_on")
        names = [area.name for area in self.areas]
        if len(set(names)) < len(names):
            raise ValueError("two areas have one name")
        places: tuple[PlaceEntry, ...] = (*self.streets, *self.landmarks)
        _refuse_unknown("area", (entry.area for entry in places), names)
        _refuse_unknown("area", (group.area for group in self.groups), names)
        _refuse_unknown("topic", self.topics, topics())
        return self


def _refuse_unknown(what: str, used: Iterable[str | None], known: Iterable[str]) -> None:
    strange = {name for name in used if name is not None} - set(known)
    if strange:
        raise ValueError(f"unknown {what}: {', '.join(sorted(strange))}")


def names() -> list[str]:
    """The pilots that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> PilotFile:
    """One of the pilots that come with the product; raises NotFound, BadSetting."""
    if name not in names():
        raise NotFound(what="pilot", id=name)
    return read_pilot_file(FOLDER / f"{name}.toml")


def read_pilot_file(path: Path) -> PilotFile:
    """A pilot from any file; raises BadSetting naming the file and what is wrong in it."""
    try:
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return PilotFile(**fields)
    except ValidationError as error:
        raise BadSetting(name=path.name, why=explain(error)) from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(name=path.name, why=str(error)) from error


def install(unit: Unit, pilot_file: PilotFile) -> int:
    """Writes a pilot with its areas, places and groups; gives its id."""
    pilot_id = unit.pilots.add(
        pilot_file.name, pilot_file.starts_on, pilot_file.ends_on, pilot_file.topics
    )
    area_ids = {area.name: _add_area(unit, pilot_id, area) for area in pilot_file.areas}
    for street in pilot_file.streets:
        _add_place(
            unit,
            pilot_id,
            street,
            "street",
            area_ids,
            number_from=street.number_from,
            number_to=street.number_to,
        )
    for landmark in pilot_file.landmarks:
        _add_place(unit, pilot_id, landmark, "landmark", area_ids)
    for group in pilot_file.groups:
        _add_group(unit, pilot_id, group, area_ids)
    return pilot_id


def _add_area(unit: Unit, pilot_id: int, area: AreaEntry) -> int:
    area_id = unit.pilots.add_area(
        pilot_id,
        name=area.name,
        kind=area.kind,
        code=area.code,
        lat=area.at[0],
        lon=area.at[1],
        radius_m=round(area.reach_m),
        outline=[list(corner) for corner in area.outline],
    )
    if area.aliases:  # an areas row has one name; what else residents call it is a place row
        other_names = PlaceEntry(
            name=area.name, at=area.at, aliases=area.aliases, radius_m=area.reach_m
        )
        _add_place(unit, pilot_id, other_names, "area", {})
    return area_id


def _add_place(
    unit: Unit,
    pilot_id: int,
    place: PlaceEntry,
    kind: str,
    area_ids: dict[str, int],
    **numbers: int | None,
) -> None:
    unit.pilots.add_place(
        pilot_id,
        name=place.name,
        kind=kind,
        aliases=list(place.aliases),
        lat=place.at[0],
        lon=place.at[1],
        radius_m=place.radius_m,
        area_id=area_ids.get(place.area or ""),
        **numbers,
    )


def _add_group(unit: Unit, pilot_id: int, group: GroupEntry, area_ids: dict[str, int]) -> None:
    unit.pilots.add_group(
        pilot_id,
        source=group.source,
        native_id=group.native_id or group.name,
        name=group.name,
        area_id=area_ids.get(group.area or ""),
        is_open_source=group.is_open_source,
    )
