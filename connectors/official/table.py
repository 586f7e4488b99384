"""A CSV table with a position in each row: latitude and longitude, or x and y of the Dutch grid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from shapely import Point

from connectors.official.rd import RD, WGS84, to_wgs84
from core.errors import FileUnreadable, SourceError
from core.ports import Feature, Layer, Only

_DEGREES: Final = (("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("lengte", "breedte"))
_METRES: Final = (("x", "y"), ("rd_x", "rd_y"), ("x_coord", "y_coord"), ("xcoord", "ycoord"))
_LONGEST_CELL: Final = 10_000
_LONGEST_LINE: Final = 100_000


class Table:
    """Raises FileUnreadable when it has no columns for a position."""

    def __init__(self, path: Path) -> None:
        self._path, self._encoding = path, _encoding(path)
        with path.open(encoding=self._encoding, newline="") as file:
            first = file.readline(_LONGEST_LINE)
        if not first.strip() or not first.strip().replace("\t", "").isprintable():
            raise FileUnreadable(why="official.why.unknown")
        self._comma = max(";,\t", key=first.count)
        columns = next(csv.reader(io.StringIO(first), delimiter=self._comma))
        names = tuple(column.strip() for column in columns)
        self._at, self._srs = _position({name.lower() for name in names})
        self.layers: tuple[Layer, ...] = (Layer(name=path.stem, columns=names),)

    def features(
        self, layer: Layer, columns: Sequence[str], only: Only | None = None
    ) -> Iterator[Feature | SourceError]:
        csv.field_size_limit(_LONGEST_CELL)
        with self._path.open(encoding=self._encoding, newline="", errors="replace") as file:
            reader = csv.DictReader(file, delimiter=self._comma)
            try:
                for number, row in enumerate(reader, 2):
                    values = {str(k).strip().lower(): v for k, v in row.items() if k is not None}
                    if only is None or only.holds(values.get(only.column)):
                        yield self._feature(number, values, columns)
            except csv.Error as error:
                raise FileUnreadable(why="official.why.damaged") from error

    def _feature(
        self, number: int, values: Mapping[str, str | None], columns: Sequence[str]
    ) -> Feature | SourceError:
        try:
            x, y = (float(str(values[name] or "").replace(",", ".")) for name in self._at)
            geometry = to_wgs84(Point(x, y), self._srs)
        except (KeyError, ValueError):
            return SourceError(line=number, why="official.why.geometry")
        except FileUnreadable:  # one misplaced row is not a wrong file
            return SourceError(line=number, why="official.why.grid")
        chosen = {name: value for name, value in values.items() if name in columns}
        return Feature(values=chosen, geometry=geometry)


def _position(names: set[str]) -> tuple[tuple[str, str], int]:
    for pairs, srs in ((_DEGREES, WGS84), (_METRES, RD)):
        for pair in pairs:
            if names.issuperset(pair):
                return pair, srs
    raise FileUnreadable(why="official.why.no_geometry")


def _encoding(path: Path) -> str:
    """UTF-8, or what older exports of municipalities are written in."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
