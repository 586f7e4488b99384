"""gebieden uit een officieel bestand: any municipality's wijken and buurten become areas.

Columns as CBS and PDOK name them ("wijken en buurten", "gebiedsindelingen"); their files are opened
by connectors/official.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from core.areas import metres
from core.domain import Area
from core.errors import FileUnreadable, SourceError
from core.ports import Feature, Layer, OfficialFile, Only
from core.store.unit import Unit

Ring = tuple[tuple[float, float], ...]
Kind = Literal["district", "neighbourhood"]
Progress = Callable[[int], None]

_NEIGHBOURHOOD: Final = (("buurtcode", "buurtnaam"), ("bu_code", "bu_naam"))
_DISTRICT: Final = (("wijkcode", "wijknaam"), ("wk_code", "wk_naam"))
_EITHER: Final = (("statcode", "statnaam"),)
_MUNICIPALITY: Final = (("gemeentecode", "gemeentenaam"), ("gm_code", "gm_naam"))
_WATER: Final = ("water", "h2o")
_LAND: Final = frozenset({"", "nee", "n", "none", "0", "false"})
_OFFICIAL: Final = {"den haag": "'s-gravenhage", "den bosch": "'s-hertogenbosch"}
_FINE: Final = 0.00002
"""Degrees (about 2 m) that an outline may be simplified by."""
_SMALLEST_PART: Final = 0.001
"""A part of less than this share of the whole is a sliver."""
_LONGEST_NAME: Final = 180
_EVERY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """grens: one wijk or buurt of an official file; `at` lies within it."""

    kind: Kind
    code: str
    name: str
    at: tuple[float, float]
    radius_m: float
    outlines: tuple[Ring, ...]

    @property
    def district(self) -> str:
        """The code of the wijk it is (part of), but for its letters: 051840."""
        return self.code[2:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """What a file holds of a municipality; water is left out, bad rows are named by number."""

    found: tuple[Boundary, ...]
    water_count: int
    errors: tuple[SourceError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """What reading boundaries into a pilot would do: area ids go with what is there already."""

    new: tuple[Boundary, ...]
    changed: tuple[tuple[int, Boundary], ...]
    same: tuple[Boundary, ...]


def municipalities(file: OfficialFile) -> list[tuple[str, str]]:
    """(code, name) of every municipality in a file, by name; without names the code says it.

    Raises FileUnreadable when no layer holds wijken or buurten.
    """
    found: dict[str, str] = {}
    for layer, code, _ in _layers(file):
        pair = _pair(layer, _MUNICIPALITY) or (None, None)
        for row in file.features(layer, [code, *(name for name in pair if name)]):
            if isinstance(row, Feature) and row.values.get(code):
                own = str(row.values.get(pair[0] or "") or _municipality_of(row.values[code]))
                found.setdefault(own, str(row.values.get(pair[1] or "") or own))
    return sorted(found.items(), key=lambda pair: pair[1].lower().strip("'"))


def boundaries(
    file: OfficialFile, municipality: str, progress: Progress = lambda _: None
) -> Boundaries:
    """The wijken and buurten of a municipality, named or by its code ("Den Haag", "GM0518").

    Raises FileUnreadable when the file has none of it.
    """
    found: dict[str, Boundary] = {}
    errors: list[SourceError] = []
    water = 0
    for layer, code, name in _layers(file):
        for count, row in enumerate(_rows(file, layer, code, name, municipality), 1):
            if count % _EVERY == 0:
                progress(count)
            if isinstance(row, SourceError):
                errors.append(row)
            elif not _is_land(row):
                water += 1
            elif boundary := _boundary(row, code, name, errors, count):
                found[boundary.code] = _together(found.get(boundary.code), boundary)
    if not found:
        raise FileUnreadable(why="official.why.no_municipality", municipality=municipality)
    named = _with_own_names(sorted(found.values(), key=lambda b: b.code))
    return Boundaries(found=tuple(named), water_count=water, errors=tuple(errors))


def plan_areas(chosen: Sequence[Boundary], existing: Sequence[Area]) -> AreaPlan:
    """What becomes of each boundary: an area with its code, else with its name, is the same one."""
    by_code = {area.code: area for area in existing if area.code}
    by_name = {area.name.casefold(): area for area in existing}
    new, changed, same = [], [], []
    for boundary in chosen:
        area = by_code.get(boundary.code) or by_name.get(boundary.name.casefold())
        if area is None:
            new.append(boundary)
        elif area.outlines == boundary.outlines and area.code == boundary.code:
            same.append(boundary)
        else:
            changed.append((area.id, boundary))
    return AreaPlan(new=tuple(new), changed=tuple(changed), same=tuple(same))


def write_areas(plan: AreaPlan, pilot_id: int, by: str, unit: Unit) -> None:
    """Carries a plan out; an area that stays keeps the name that people know it by."""
    for boundary in plan.new:
        unit.pilots.add_area(pilot_id, name=boundary.name, **_values(boundary))
    for area_id, boundary in plan.changed:
        unit.pilots.set_area(area_id, **_values(boundary))
    detail = {"new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same)}
    unit.audit.add(by, "areas_imported", "pilot", pilot_id, detail)


def _values(boundary: Boundary) -> dict[str, object]:
    first, *further = boundary.outlines
    return {
        "kind": boundary.kind,
        "code": boundary.code,
        "lat": boundary.at[0],
        "lon": boundary.at[1],
        "radius_m": boundary.radius_m,
        "outline": [list(point) for point in first],
        "further": [[list(point) for point in ring] for ring in further],
    }


def _layers(file: OfficialFile) -> Iterator[tuple[Layer, str, str]]:
    """Each layer of buurten or wijken with its columns for code and name."""
    found = False
    for layer in file.layers:
        pair = _pair(layer, (*_NEIGHBOURHOOD, *_DISTRICT, *_EITHER))
        if pair is not None:
            found = True
            yield layer, *pair
    if not found:
        raise FileUnreadable(why="official.why.no_areas")


def _pair(layer: Layer, pairs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    names = {column.lower() for column in layer.columns}
    return next((pair for pair in pairs if names.issuperset(pair)), None)


def _rows(
    file: OfficialFile, layer: Layer, code: str, name: str, municipality: str
) -> Iterator[Feature | SourceError]:
    """The rows of a municipality: asked of the file by its own column, else told by their codes."""
    wanted = municipality.strip().casefold()
    wanted = _OFFICIAL.get(wanted, wanted)
    pair = _pair(layer, _MUNICIPALITY)
    columns = [code, name, *_WATER, *(pair or ())]
    if pair is not None:
        by = pair[0] if wanted.startswith("gm") else pair[1]
        yield from file.features(layer, columns, Only(column=by, values=(wanted,)))
        return
    for row in file.features(layer, columns):
        if isinstance(row, SourceError) or _municipality_of(row.values.get(code)) == wanted.upper():
            yield row


def _municipality_of(code: object) -> str:
    return f"GM{str(code or '')[2:6]}"


def _is_land(row: Feature) -> bool:
    return all(str(row.values.get(name) or "").strip().lower() in _LAND for name in _WATER)


def _boundary(
    row: Feature, code: str, name: str, errors: list[SourceError], number: int
) -> Boundary | None:
    own, called = str(row.values.get(code) or "").strip(), str(row.values.get(name) or "").strip()
    polygons = _polygons(row.geometry)
    if own[:2] not in ("BU", "WK"):
        return None  # a province or a municipality among the rest
    if not polygons or not called.isprintable() or not called:
        why = "official.why.geometry" if called else "official.why.name"
        errors.append(SourceError(line=number, why=why))
        return None
    at = _inside(polygons[0])
    outlines = tuple(_ring(polygon) for polygon in polygons)
    return Boundary(
        kind="neighbourhood" if own.startswith("BU") else "district",
        code=own,
        name=called[:_LONGEST_NAME],
        at=at,
        radius_m=_reach(at, outlines),
        outlines=outlines,
    )


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    """The parts of an area, the largest first, without slivers; holes belong to the areas in them.

    Nothing for what is no area.
    """
    mended = geometry if geometry.is_valid else shapely.make_valid(geometry)
    whole = shapely.simplify(mended, _FINE)
    parts = getattr(whole, "geoms", [whole])
    flat = [p for part in parts for p in getattr(part, "geoms", [part]) if isinstance(p, Polygon)]
    least = _SMALLEST_PART * MultiPolygon(flat).area if flat else 0.0
    return sorted((p for p in flat if p.area > least), key=lambda p: p.area, reverse=True)


def _inside(polygon: Polygon) -> tuple[float, float]:
    centre = polygon.centroid
    point: Point = centre if polygon.contains(centre) else polygon.representative_point()
    return round(point.y, 6), round(point.x, 6)


def _ring(polygon: Polygon) -> Ring:
    return tuple((round(lat, 6), round(lon, 6)) for lon, lat in polygon.exterior.coords[:-1])


def _reach(at: tuple[float, float], outlines: Sequence[Ring]) -> float:
    return round(max(metres(at, corner) for ring in outlines for corner in ring))


def _together(one: Boundary | None, other: Boundary) -> Boundary:
    """Rows of one code are parts of one area."""
    if one is None:
        return other
    outlines = (*one.outlines, *other.outlines)
    return replace(one, outlines=outlines, radius_m=_reach(one.at, outlines))


def _with_own_names(found: Sequence[Boundary]) -> Iterator[Boundary]:
    """Each with a name of its own: two buurten "Centrum" are told apart by code, a wijk as one."""
    names = [boundary.name.casefold() for boundary in found]
    for boundary in found:
        if names.count(boundary.name.casefold()) == 1:
            yield boundary
        elif boundary.kind == "district":
            yield replace(boundary, name=f"Wijk {boundary.name}")
        else:
            yield replace(boundary, name=f"{boundary.name} ({boundary.code})")
