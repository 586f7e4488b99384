"""A GeoJSON file: one layer, in degrees or (as PDOK gives it on request) in the Dutch grid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from connectors.official.rd import RD, WGS84, looks_like_rd, to_wgs84
from core.errors import FileUnreadable, SourceError
from core.ports import Feature, Layer, Only

_LARGEST: Final = 300 << 20
_GRIDS: Final = {"28992": RD, "4326": WGS84, "crs84": WGS84}


class GeoJson:
    """Raises FileUnreadable when it is no feature collection, or in a grid we do not know."""

    def __init__(self, path: Path) -> None:
        collection = _read(path)
        self._rows = [row for row in collection["features"] if isinstance(row, dict)]
        if not any(row.get("geometry") for row in self._rows):
            raise FileUnreadable(why="official.why.no_geometry")
        self._srs = _grid(collection, self._rows)
        columns = dict.fromkeys(str(name) for row in self._rows for name in _values(row))
        self.layers: tuple[Layer, ...] = (Layer(name=path.stem, columns=tuple(columns)),)

    def features(
        self, layer: Layer, columns: Sequence[str], only: Only | None = None
    ) -> Iterator[Feature | SourceError]:
        for number, row in enumerate(self._rows, 1):
            values = {str(name).lower(): value for name, value in _values(row).items()}
            if only is None or only.holds(values.get(only.column)):
                chosen = {name: value for name, value in values.items() if name in columns}
                yield self._feature(number, row, chosen)

    def _feature(
        self, number: int, row: Mapping[str, Any], values: dict[str, Any]
    ) -> Feature | SourceError:
        try:
            geometry: BaseGeometry = to_wgs84(shape(row["geometry"]), self._srs)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, ShapelyError):
            return SourceError(line=number, why="official.why.geometry")
        return Feature(values=values, geometry=geometry)


def _read(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _LARGEST:
        raise FileUnreadable(why="official.why.large")
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(why="official.why.damaged") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise FileUnreadable(why="official.why.no_collection")
    return collection


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = row.get("properties")
    return values if isinstance(values, dict) else {}


def _grid(collection: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> int:
    """The grid that is named; else degrees, unless the first point can only be the Dutch grid."""
    crs = collection.get("crs")
    named = str(crs.get("properties") if isinstance(crs, dict) else crs or "").lower()
    if named:
        known = [grid for name, grid in _GRIDS.items() if name in named]
        if not known:
            raise FileUnreadable(why="official.why.grid")
        return known[0]
    first: Any = next((row["geometry"] for row in rows if row.get("geometry")), {})
    return RD if _is_rd(first) else WGS84


def _is_rd(geometry: Any) -> bool:
    try:
        west, south, _, _ = shape(geometry).bounds
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, ShapelyError):
        return False
    return looks_like_rd(west, south)
