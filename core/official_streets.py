"""straten uit een officieel bestand: addresses or pieces of road become a pilot's streets.

Columns of the BAG ("bag-light", layer verblijfsobject), of NWB and NDW tables, and plain ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from core.areas import area_at, metres
from core.domain import Area, Location, PlaceKind
from core.errors import FileUnreadable, SourceError
from core.ports import Feature, Layer, OfficialFile, Only
from core.store.unit import Unit

Point = tuple[float, float]
Progress = Callable[[int], None]

_STREET: Final = (
    *("openbare_ruimte_naam", "openbareruimtenaam", "straatnaam", "straat", "street"),
    *("stt_naam", "sttnaam"),
)
_TOWN: Final = ("woonplaats_naam", "woonplaatsnaam", "woonplaats", "wps_naam", "plaats", "town")
_MUNICIPALITY: Final = ("gemeentenaam", "gemeente", "gme_naam", "municipality")
_NUMBER: Final = ("huisnummer", "huisnr", "house_number", "number")
_NUMBERS: Final = (
    *("huisnr_min", "huisnr_max", "number_from", "number_to"),
    *("e_hnr_lnks", "l_hnr_lnks", "e_hnr_rhts", "l_hnr_rhts"),
)
_OTHER_NAMES: Final = {
    "den haag": "'s-gravenhage",
    "'s-gravenhage": "den haag",
    "den bosch": "'s-hertogenbosch",
    "'s-hertogenbosch": "den bosch",
}
_SHORT_M: Final = 150.0
"""A street whose addresses lie within this of their middle is one place."""
_PART_M: Final = 120.0
_KNOWN_WELL: Final = 5
"""From so many addresses on they say how far a street reaches; else it may reach further."""
_UNSURE_M: Final = 120.0
_LEAST_M: Final = 40.0
_PER_NUMBER_M: Final = 0.6
"""How far a point with a range of house numbers may reach, a number; front doors alternate."""
_FARTHEST_M: Final = 400.0
_AROUND_M: Final = 300.0
"""Streets this near to a pilot's areas are named in its groups too."""
_LARGEST_NUMBER: Final = 99_999
_EVERY: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """waarneming: an address or a piece of road: where its street is, with its house numbers."""

    at: Point
    reach_m: float = 0.0
    number_from: int | None = None
    number_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPart:
    """straat(deel): a street, or what of it has these house numbers; an open end is None."""

    name: str
    at: Point
    radius_m: float
    number_from: int | None = None
    number_to: int | None = None
    area_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Streets:
    """What a file holds of a town."""

    parts: tuple[StreetPart, ...]
    row_count: int
    far_count: int
    errors: tuple[SourceError, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPlan:
    """What reading streets into a pilot would do; `replaced` are rows that go."""

    new: frozenset[str]
    known: frozenset[str]
    parts: tuple[StreetPart, ...]
    replaced: tuple[int, ...]
    aliases: dict[str, list[str]]


def streets(
    file: OfficialFile, town: str, areas: Sequence[Area], progress: Progress = lambda _: None
) -> Streets:
    """The streets of a town in and just around a pilot's areas (all when it has none).

    Raises FileUnreadable when the file has no streets of it.
    """
    seen: dict[str, list[Sighting]] = defaultdict(list)
    errors: list[SourceError] = []
    count = 0
    for layer, column in _layers(file):
        for row in _rows(file, layer, column, town):
            count += 1
            if count % _EVERY == 0:
                progress(count)
            if isinstance(row, SourceError):
                errors.append(row)
            elif name := _name(row.values.get(column)):
                seen[name].append(_sighting(row))
    if not seen:
        raise FileUnreadable(why="official.why.no_town", town=town)
    near = {name: some for name, some in seen.items() if any(_is_near(s.at, areas) for s in some)}
    parts = [part for name, some in sorted(near.items()) for part in parts_of(name, some, areas)]
    return Streets(
        parts=tuple(parts),
        row_count=count,
        far_count=len(seen) - len(near),
        errors=tuple(errors),
    )


def parts_of(name: str, seen: Sequence[Sighting], areas: Sequence[Area]) -> Iterator[StreetPart]:
    """A short street as one; a long one in parts by house number, or by area without numbers."""
    middle = _middle(seen)
    if max(metres(middle, s.at) + s.reach_m for s in seen) <= _SHORT_M:
        yield _part(name, seen, areas)
        return
    numbered = [s for s in seen if s.number_from is not None]
    if len(numbered) < 2:
        yield from _by_area(name, seen, areas)
        return
    pieces = list(_by_number(numbered))
    starts = [None, *(min(_numbers(piece)) for piece in pieces[1:])]
    ends = [*(start - 1 for start in starts[1:] if start is not None), None]
    for piece, start, end in zip(pieces, starts, ends, strict=True):
        yield _part(name, piece, areas, start, end)


def plan_streets(found: Streets, existing: Sequence[Any]) -> StreetPlan:
    """A street that is there already is written anew and keeps its aliases; others stay."""
    rows = [row for row in existing if row.kind == "street" and row.name in found.names]
    known = frozenset(row.name for row in rows)
    return StreetPlan(
        new=found.names - known,
        known=known,
        parts=found.parts,
        replaced=tuple(row.id for row in rows),
        aliases={row.name: list(row.aliases) for row in reversed(rows) if row.aliases},
    )


def write_streets(plan: StreetPlan, pilot_id: int, by: str, unit: Unit) -> None:
    unit.pilots.remove_places(plan.replaced)
    for part in plan.parts:
        unit.pilots.add_place(
            pilot_id,
            name=part.name,
            kind="street",
            aliases=plan.aliases.get(part.name, []),
            lat=part.at[0],
            lon=part.at[1],
            radius_m=part.radius_m,
            number_from=part.number_from,
            number_to=part.number_to,
            area_id=part.area_id,
        )
    detail = {"new": len(plan.new), "known": len(plan.known), "rows": len(plan.parts)}
    unit.audit.add(by, "streets_imported", "pilot", pilot_id, detail)


def _layers(file: OfficialFile) -> Iterator[tuple[Layer, str]]:
    found = False
    for layer in file.layers:
        column = _column(layer, _STREET)
        if column is not None:
            found = True
            yield layer, column
    if not found:
        raise FileUnreadable(why="official.why.no_streets")


def _column(layer: Layer, names: Sequence[str]) -> str | None:
    present = {column.lower() for column in layer.columns}
    return next((name for name in names if name in present), None)


def _rows(
    file: OfficialFile, layer: Layer, column: str, town: str
) -> Iterator[Feature | SourceError]:
    """The rows of a town; of a file that names none, all."""
    wanted = town.strip().casefold()
    names = (wanted, *([_OTHER_NAMES[wanted]] if wanted in _OTHER_NAMES else []))
    by = _column(layer, _TOWN) or _column(layer, _MUNICIPALITY)
    only = Only(column=by, values=names) if by and wanted else None
    return file.features(layer, [column, *_NUMBER, *_NUMBERS], only)


def _name(value: object) -> str:
    name = " ".join(str(value or "").split())
    return name if 1 < len(name) <= 80 and name.isprintable() else ""


def _sighting(row: Feature) -> Sighting:
    west, south, east, north = row.geometry.bounds
    at = ((south + north) / 2, (west + east) / 2)
    given = (_number(row.values.get(name)) for name in (*_NUMBER, *_NUMBERS))
    numbers = [number for number in given if number is not None]
    first, last = min(numbers, default=0), max(numbers, default=0)
    return Sighting(
        at=at,
        reach_m=metres(at, (north, east)) or min(_FARTHEST_M, (last - first) * _PER_NUMBER_M),
        number_from=first or None,
        number_to=last or None,
    )


def _number(value: object) -> int | None:
    try:
        number = int(float(str(value)))
    except (ValueError, OverflowError):
        return None
    return number if 0 < number <= _LARGEST_NUMBER else None


def _is_near(at: Point, areas: Sequence[Area]) -> bool:
    inner = [area for area in areas if area.kind != "district"] or areas
    return not areas or any(
        metres(at, (area.lat, area.lon)) <= area.radius_m + _AROUND_M for area in inner
    )


def _by_number(seen: Sequence[Sighting]) -> Iterator[list[Sighting]]:
    """Along the house numbers, a new piece where the one so far reaches too far."""
    piece: list[Sighting] = []
    for one in sorted(seen, key=lambda s: s.number_from or 0):
        grown = [*piece, one]
        is_next = piece and (one.number_from or 0) > max(_numbers(piece))
        if is_next and _spread([s.at for s in grown]) > _PART_M:
            yield piece
            grown = [one]
        piece = grown
    yield piece


def _by_area(name: str, seen: Sequence[Sighting], areas: Sequence[Area]) -> Iterator[StreetPart]:
    pieces: dict[int | None, list[Sighting]] = defaultdict(list)
    for one in seen:
        pieces[_area(one.at, areas)].append(one)
    for piece in pieces.values():
        yield _part(name, piece, areas)


def _numbers(piece: Iterable[Sighting]) -> list[int]:
    ends = ((s.number_from, s.number_to) for s in piece)
    return [number for pair in ends for number in pair if number is not None]


def _part(
    name: str,
    seen: Sequence[Sighting],
    areas: Sequence[Area],
    number_from: int | None = None,
    number_to: int | None = None,
) -> StreetPart:
    at = _middle(seen)
    reach_m = max(metres(at, s.at) + s.reach_m for s in seen)
    least_m = _LEAST_M if len(seen) >= _KNOWN_WELL else _UNSURE_M
    return StreetPart(
        name=name,
        at=(round(at[0], 6), round(at[1], 6)),
        radius_m=float(round(max(reach_m, least_m))),
        number_from=number_from,
        number_to=number_to,
        area_id=_area(at, areas),
    )


def _spread(points: Sequence[Point]) -> float:
    """Half the diagonal of the box around points: linear where a middle would be quadratic."""
    lats, lons = zip(*points, strict=True)
    return metres((min(lats), min(lons)), (max(lats), max(lons))) / 2


def _middle(seen: Sequence[Sighting]) -> Point:
    return fmean(s.at[0] for s in seen), fmean(s.at[1] for s in seen)


def _area(at: Point, areas: Sequence[Area]) -> int | None:
    place = Location(kind=PlaceKind.STREET, lat=at[0], lon=at[1], radius_m=1.0)
    # Looking into an outline costs a hundred times more than a distance.
    near = [area for area in areas if metres(at, (area.lat, area.lon)) <= area.radius_m + _SHORT_M]
    return area_at(place, near)
