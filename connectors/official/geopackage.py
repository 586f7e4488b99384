"""A GeoPackage: SQLite with geometries, read without trusting anything in it."""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from shapely import wkb
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from connectors.official.rd import RD, WGS84, to_wgs84
from core.errors import FileUnreadable, SourceError
from core.ports import Feature, Layer, Only

_LONGEST_S: Final = 900.0
_CHECK_EVERY: Final = 100_000
_ENVELOPES: Final = (0, 32, 48, 48, 64)
_READS: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_FUNCTIONS: Final = frozenset({"count", "lower", "distinct"})
_LARGEST_VALUE: Final = 64 << 20


class GeoPackage:
    """Its feature layers; a crafted file can neither write, run nor go on for ever."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._geometry, self._srs, self.layers = self._found()

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[GeoPackage]:
        """Raises FileUnreadable."""
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        try:
            _restrict(connection)
            yield cls(connection)
        except sqlite3.Error as error:
            raise FileUnreadable(why="official.why.damaged") from error
        finally:
            connection.close()

    def features(
        self, layer: Layer, columns: Sequence[str], only: Only | None = None
    ) -> Iterator[Feature | SourceError]:
        """The rows of a layer with these columns; with `only` those of one value in a column."""
        chosen = [column for column in layer.columns if column.lower() in columns]
        names = ", ".join(_quoted(name) for name in (*chosen, self._geometry[layer.name]))
        query = f"SELECT {names} FROM {_quoted(layer.name)}"  # noqa: S608 - names are quoted
        values: list[str] = []
        if only is not None:
            column = next(name for name in layer.columns if name.lower() == only.column)
            marks = ", ".join("?" * len(only.values))
            query += f" WHERE lower({_quoted(column)}) IN ({marks})"
            values = [value.lower() for value in only.values]
        for number, row in enumerate(self._connection.execute(query, values), 1):
            yield self._feature(number, chosen, row, self._srs[layer.name])

    def _feature(
        self, number: int, columns: Sequence[str], row: Sequence[Any], srs: int
    ) -> Feature | SourceError:
        try:
            geometry = to_wgs84(_geometry(row[-1]), srs)
        except (ValueError, TypeError, struct.error, ShapelyError):
            return SourceError(line=number, why="official.why.geometry")
        names = (column.lower() for column in columns)
        return Feature(values=dict(zip(names, row[:-1], strict=True)), geometry=geometry)

    def _found(self) -> tuple[dict[str, str], dict[str, int], tuple[Layer, ...]]:
        """The geometry column and grid of each layer, and the layers."""
        query = (
            "SELECT table_name, column_name, organization, organization_coordsys_id "
            "FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        )
        geometry, grids, layers = {}, {}, []
        for name, column, organisation, grid in self._connection.execute(query):
            fields = [row[1] for row in self._connection.execute(_PRAGMA.format(_quoted(name)))]
            if column not in fields:
                raise FileUnreadable(why="official.why.damaged")
            if str(organisation).upper() != "EPSG" or grid not in (RD, WGS84):
                raise FileUnreadable(why="official.why.grid")
            geometry[name], grids[name] = column, grid
            plain = tuple(field for field in fields if field != column)
            layers.append(Layer(name=name, columns=plain))
        if not layers:
            raise FileUnreadable(why="official.why.no_geometry")
        return geometry, grids, tuple(layers)


_PRAGMA: Final = "PRAGMA table_info({})"


def _restrict(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
    ends_at = time.monotonic() + _LONGEST_S
    connection.set_progress_handler(lambda: time.monotonic() > ends_at, _CHECK_EVERY)
    connection.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA and first == "table_info":
        return sqlite3.SQLITE_OK
    if action not in _READS or (action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _geometry(raw: bytes) -> BaseGeometry:
    """A GeoPackage blob: a header of "GP", version, flags, grid, envelope; then WKB."""
    if raw[:2] != b"GP":
        raise ValueError("no geometry")
    envelope = _ENVELOPES[(raw[3] >> 1) & 0b111]
    return wkb.loads(bytes(raw[8 + envelope :]))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
