"""Official files of areas and streets (CBS, BAG, NWB), opened by what they are.

A GeoPackage is read with sqlite3 and shapely, see docs/decisions.md. Nothing here knows what the
columns mean: core/official_areas.py and core/official_streets.py do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connectors.official.geojson import GeoJson
from connectors.official.geopackage import GeoPackage
from connectors.official.table import Table
from connectors.official.zipped import unpacked
from core.errors import FileUnreadable
from core.ports import OfficialFile

_SQLITE: Final = b"SQLite format 3\x00"
_ZIP: Final = b"PK\x03\x04"


@contextmanager
def open_official(path: Path, most_bytes: int) -> Iterator[OfficialFile]:
    """An official file, whatever its name says; `most_bytes` bounds what a zip may hold.

    Raises FileUnreadable.
    """
    start = _start(path)
    if start.startswith(_ZIP):
        with unpacked(path, most_bytes) as inside:
            if _start(inside).startswith(_ZIP):
                raise FileUnreadable(why="official.why.zip")
            with open_official(inside, most_bytes) as file:
                yield file
    elif start.startswith(_SQLITE):
        with GeoPackage.opened(path) as package:
            yield package
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield GeoJson(path)
    elif b"\0" in start:
        raise FileUnreadable(why="official.why.unknown")
    else:
        yield Table(path)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        start = file.read(64)
    if not start.strip():
        raise FileUnreadable(why="imports.why.empty")
    return start
