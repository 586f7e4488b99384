"""Small GeoPackages made by hand, as CBS and BAG make theirs."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

Row = tuple[dict[str, Any], BaseGeometry | bytes | None]


def blob(geometry: BaseGeometry, srs: int) -> bytes:
    west, south, east, north = geometry.bounds
    head = b"GP" + struct.pack("<BBi", 0, 0b0011, srs)
    return head + struct.pack("<4d", west, east, south, north) + geometry.wkb


def make_package(path: Path, layers: dict[str, Sequence[Row]], srs: int = 28992) -> Path:
    """A GeoPackage with a layer of rows under each name, all in one grid."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER PRIMARY KEY, organization TEXT,
            organization_coordsys_id INTEGER);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        """
    )
    connection.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?)", (srs, srs))
    for name, rows in layers.items():
        columns = list(rows[0][0])
        connection.execute(f"CREATE TABLE {name} (fid INTEGER, {', '.join(columns)}, geom BLOB)")
        connection.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?)", (name, srs))
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (name, srs))
        for number, (values, geometry) in enumerate(rows, 1):
            raw = blob(geometry, srs) if isinstance(geometry, BaseGeometry) else geometry
            marks = ", ".join("?" * (len(columns) + 2))
            row = (number, *(values[column] for column in columns), raw)
            connection.execute(f"INSERT INTO {name} VALUES ({marks})", row)
    connection.commit()
    connection.close()
    return path
