"""gebieden tekenen: an outline drawn or typed by hand, looked at before it is kept, taken back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import shapely
from shapely import Polygon

from core.areas import metres
from core.audit import AuditEntry, standing
from core.domain import Area, User
from core.errors import ChangedMeanwhile, HNMError, NotFound, NothingToUndo
from core.permissions import Action, require
from core.store.unit import Unit

Corners = tuple[tuple[float, float], ...]
"""(lat, lon) each, in order; the last is joined to the first."""
Kind = Literal["district", "neighbourhood", "own"]

KINDS: Final[tuple[Kind, ...]] = ("own", "neighbourhood", "district")
MOST_CORNERS: Final = 1_000
_LONGEST_NAME: Final = 180
_SMALLEST_M2: Final = 500.0
_SMALL_M2: Final = 5_000.0
_LARGE_M2: Final = 25e6
_LARGEST_M2: Final = 2_000e6
_FAR_M: Final = 3_000.0
_A_LITTLE: Final = 0.02
"""So large a share may overlap or stick out: outlines drawn by hand never fit exactly."""
_NETHERLANDS: Final = (50.7, 3.2, 53.6, 7.3)
_METRES_A_DEGREE: Final = 111_195.0
_NUMBER: Final = re.compile(r"-?\d{1,3}(?:[.,]\d+)?")
_DRAWN: Final = "area_drawn"
_CHANGED: Final = "area_changed"
_TAKEN_BACK: Final = "area_taken_back"
_KEPT: Final = ("name", "kind", "lat", "lon", "radius_m", "outline")


class BadOutline(HNMError):
    """An area cannot be kept or taken away so (why)."""

    code = "error.bad_outline"


class BadCorner(HNMError):
    """What was typed or pasted is no place (line)."""

    code = "error.bad_corner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """getekend gebied: what somebody drew and how it is to be called."""

    name: str
    kind: Kind
    corners: Corners


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """bevinding: what is odd about an outline; `stops` means that it cannot be kept so."""

    code: str
    stops: bool = False
    share: float = 0.0
    metres: float = 0.0
    names: tuple[str, ...] = ()


def read_corners(text: str) -> Corners:
    """Corners from typed or pasted text: a line a corner ("52.03, 4.28"), or GeoJSON.

    Raises BadCorner with the line that is none.
    """
    written = text.strip()
    if written.startswith(("{", "[")):
        return _of_geojson(written)
    corners = tuple(_corner(line) for line in re.split(r"[\n;]+", written) if line.strip())
    return _closed(corners)


def written(corners: Corners) -> str:
    """Corners as a person may type them."""
    return "\n".join(f"{lat:.6f}, {lon:.6f}" for lat, lon in corners)


def findings(drawn: Drawn, areas: Sequence[Area], own_id: int | None = None) -> list[Finding]:
    """Everything odd about an outline, what stops it first; empty when all is well."""
    others = [area for area in areas if area.id != own_id]
    stops = list(_stopping(drawn, others))
    return stops or list(_odd(drawn, others))


def parent_of(drawn: Drawn, areas: Sequence[Area], own_id: int | None = None) -> Area | None:
    """The wijk that most of an outline lies in; None for a wijk and where it lies in none."""
    if drawn.kind == "district" or not _is_sound(drawn.corners):
        return None
    polygon = _polygon(drawn.corners)
    shares = {
        area: polygon.intersection(_whole(area)).area / polygon.area
        for area in areas
        if area.kind == "district" and area.outline and area.id != own_id
    }
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] > 0.5 else None


def size_m2(corners: Corners) -> float:
    """The surface, in square metres."""
    polygon = _polygon(corners)
    narrow = math.cos(math.radians(float(shapely.get_y(polygon.centroid))))
    return float(polygon.area) * _METRES_A_DEGREE**2 * narrow


def draw_area(pilot_id: int, drawn: Drawn, user: User, unit: Unit) -> int:
    """Makes an area of what was drawn; gives its id. Raises NotAllowed, BadOutline."""
    require(user, Action.ADMINISTER)
    values = _values(drawn, unit.pilots.areas(pilot_id), None)
    area_id = unit.pilots.add_area(pilot_id, code=None, further=[], **values)
    _note(_DRAWN, area_id, None, values, user, unit)
    return area_id


def change_area(area_id: int, drawn: Drawn, user: User, unit: Unit) -> None:
    """Another outline, name or kind for an area; incidents and groups keep it.

    Raises NotAllowed, NotFound, BadOutline.
    """
    require(user, Action.ADMINISTER)
    pilot_id, area = _known(area_id, unit)
    values = _values(drawn, unit.pilots.areas(pilot_id), area_id)
    before = _stored(area)
    if values != before:
        unit.pilots.set_area(area_id, **values)
        _note(_CHANGED, area_id, before, values, user, unit)


def take_back(area_id: int, user: User, unit: Unit) -> None:
    """The user's own last word about an area goes; a new area goes altogether if nobody uses it.

    Raises NotAllowed, NotFound, NothingToUndo, ChangedMeanwhile, BadOutline (it is in use).
    """
    require(user, Action.ADMINISTER)
    _, area = _known(area_id, unit)
    entries = unit.audit.of("area", area_id)
    entry = last_change(entries, user.login)
    if entry is None:
        raise NothingToUndo(number=area.name)
    if _stored(area) != entry.detail["after"]:  # an official file was read in since
        raise ChangedMeanwhile(number=area.name, who=entries[-1].actor, at=entries[-1].at)
    before = entry.detail["before"]
    if before is not None:
        unit.pilots.set_area(area_id, **before)
    elif unit.pilots.is_used(area_id) or _watchers(area_id, unit):
        raise BadOutline(why="drawn.used")
    else:
        unit.pilots.remove_area(area_id)
    unit.audit.add(user.login, _TAKEN_BACK, "area", area_id, {"undid": entry.id})


def last_change(entries: Sequence[AuditEntry], login: str) -> AuditEntry | None:
    """The newest change of an area, if it is this user's own and still stands."""
    changes = [e for e in standing(entries, _TAKEN_BACK) if e.action in (_DRAWN, _CHANGED)]
    return changes[-1] if changes and changes[-1].actor == login else None


def link_area(
    area_id: int, group_ids: Sequence[int], logins: Sequence[str], user: User, unit: Unit
) -> None:
    """Exactly these groups live in an area, and exactly these colleagues look after it.

    Raises NotAllowed, NotFound.
    """
    require(user, Action.ADMINISTER)
    pilot_id, _ = _known(area_id, unit)
    groups = {group.id: group for group in unit.pilots.groups(pilot_id)}
    rows = {row.login: row for row in unit.accounts.all()}
    if not set(group_ids) <= set(groups) or not set(logins) <= set(rows):
        raise NotFound(what="group", id=area_id)
    for group in groups.values():
        if (group.id in group_ids) != (group.area_id == area_id):
            unit.pilots.place_group(group.id, area_id if group.id in group_ids else None)
    for login, row in rows.items():
        if (login in logins) != (area_id in row.area_ids):
            unit.accounts.change(row.id, area_ids=sorted({*row.area_ids} ^ {area_id}))
    detail = {"groups": sorted(group_ids), "users": sorted(rows[login].id for login in logins)}
    unit.audit.add(user.login, "area_linked", "area", area_id, detail)


def _corner(line: str) -> tuple[float, float]:
    found = _NUMBER.findall(line)
    if len(found) != 2 or _NUMBER.sub("", line).strip(" ,\t()[]NEne°"):
        raise BadCorner(line=line.strip()[:60])
    lat, lon = (float(number.replace(",", ".")) for number in found)
    return _on_earth(lat, lon)


def _on_earth(lat: float, lon: float) -> tuple[float, float]:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadCorner(line=f"{lat}, {lon}")
    return round(lat, 6), round(lon, 6)


def _of_geojson(text: str) -> Corners:
    """The outer ring of the first polygon in a GeoJSON text."""
    try:
        found: Any = json.loads(text)
        while isinstance(found, dict) and "coordinates" not in found:
            found = found.get("geometry") or found["features"][0]
        rings = found["coordinates"] if isinstance(found, dict) else found
        while isinstance(rings[0][0], list):
            rings = rings[0]
        corners = tuple(_on_earth(float(pair[1]), float(pair[0])) for pair in rings)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise BadCorner(line="GeoJSON") from error
    return _closed(corners)


def _closed(corners: Corners) -> Corners:
    """Without the first corner repeated at the end, and no corner twice in a row."""
    kept = [c for place, c in enumerate(corners) if place == 0 or c != corners[place - 1]]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def _stopping(drawn: Drawn, others: Sequence[Area]) -> Iterator[Finding]:
    name = " ".join(drawn.name.split())
    if not 2 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        yield Finding(code="name", stops=True)
    elif any(area.name.casefold() == name.casefold() for area in others):
        yield Finding(code="taken", stops=True, names=(name,))
    if len(set(drawn.corners)) < 3:
        yield Finding(code="corners", stops=True)
    elif len(drawn.corners) > MOST_CORNERS:
        yield Finding(code="many", stops=True)
    elif not _is_sound(drawn.corners):
        yield Finding(code="crosses", stops=True)
    elif not all(_is_dutch(corner) for corner in drawn.corners):
        yield Finding(code="abroad", stops=True)
    elif not _SMALLEST_M2 <= size_m2(drawn.corners) <= _LARGEST_M2:
        small = size_m2(drawn.corners) < _SMALLEST_M2
        yield Finding(code="tiny" if small else "huge", stops=True)


def _odd(drawn: Drawn, others: Sequence[Area]) -> Iterator[Finding]:
    polygon, size = _polygon(drawn.corners), size_m2(drawn.corners)
    if size < _SMALL_M2:
        yield Finding(code="small", metres=size)
    elif size > _LARGE_M2 and drawn.kind != "district":
        yield Finding(code="large", metres=size)
    outlined = [area for area in others if area.outline]
    yield from _overlaps(polygon, [area for area in outlined if area.kind == drawn.kind])
    yield from _sticks_out(polygon, drawn, outlined)


def _overlaps(polygon: Polygon, siblings: Sequence[Area]) -> Iterator[Finding]:
    """Areas of the same kind that share ground with this one, the worst first."""
    shares = {}
    for area in siblings:
        other = _whole(area)
        share = polygon.intersection(other).area / min(polygon.area, other.area)
        if share > _A_LITTLE:
            shares[area.name] = share
    if shares:
        names = tuple(sorted(shares, key=shares.__getitem__, reverse=True))
        yield Finding(code="overlaps", share=max(shares.values()), names=names[:5])


def _sticks_out(polygon: Polygon, drawn: Drawn, others: Sequence[Area]) -> Iterator[Finding]:
    """Outside the wijken that were read in; without any, far from all there is."""
    districts = [area for area in others if area.kind == "district"]
    if districts and drawn.kind != "district":
        known = shapely.unary_union([_whole(area) for area in districts])
        share = polygon.difference(known).area / polygon.area
        if share > _A_LITTLE:
            yield Finding(code="outside", share=share)
    elif others:
        centre = shapely.get_y(polygon.centroid), shapely.get_x(polygon.centroid)
        away_m = min(metres(centre, (a.lat, a.lon)) - a.radius_m for a in others)
        if away_m > _FAR_M:
            yield Finding(code="far", metres=away_m)


def _is_sound(corners: Corners) -> bool:
    """Three corners or more, and no side that crosses another."""
    return len(set(corners)) >= 3 and bool(_polygon(corners).is_valid)


def _is_dutch(corner: tuple[float, float]) -> bool:
    south, west, north, east = _NETHERLANDS
    return south <= corner[0] <= north and west <= corner[1] <= east


def _polygon(corners: Corners) -> Polygon:
    return Polygon([(lon, lat) for lat, lon in corners])


def _whole(area: Area) -> Any:
    """All parts of an area; one that crosses itself is mended, because it is only compared with."""
    return shapely.make_valid(shapely.unary_union([_polygon(ring) for ring in area.outlines]))


def _values(drawn: Drawn, areas: Sequence[Area], own_id: int | None) -> dict[str, Any]:
    """The columns of what was drawn. Raises BadOutline with what stops it."""
    for finding in findings(drawn, areas, own_id):
        if finding.stops:
            raise BadOutline(why=f"drawn.{finding.code}")
    at = _inside(_polygon(drawn.corners))
    return {
        "name": " ".join(drawn.name.split()),
        "kind": drawn.kind,
        "lat": at[0],
        "lon": at[1],
        "radius_m": float(round(max(metres(at, corner) for corner in drawn.corners))),
        "outline": [list(corner) for corner in drawn.corners],
    }


def _inside(polygon: Polygon) -> tuple[float, float]:
    centre = polygon.centroid
    point = centre if polygon.contains(centre) else polygon.representative_point()
    return round(point.y, 6), round(point.x, 6)


def _stored(area: Area) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(area, name) for name in _KEPT}
    return {**values, "outline": [list(corner) for corner in area.outline]}


def _known(area_id: int, unit: Unit) -> tuple[int, Area]:
    """(pilot's id, area). Raises NotFound."""
    for pilot in unit.pilots.all():
        for area in unit.pilots.areas(pilot.id):
            if area.id == area_id:
                return pilot.id, area
    raise NotFound(what="area", id=area_id)


def _watchers(area_id: int, unit: Unit) -> list[str]:
    return [row.login for row in unit.accounts.all() if area_id in row.area_ids]


def _note(
    action: str,
    area_id: int,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    user: User,
    unit: Unit,
) -> None:
    unit.audit.add(user.login, action, "area", area_id, {"before": before, "after": after})
