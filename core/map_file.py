"""kaartbestand: a PMTiles file of one's own, looked at before it is used and read tile by tile.

Only files of pictures (PNG, JPEG, WebP): a file of lines and areas would have to be drawn first.
The file may have come from anywhere, so its numbers are believed no further than the file reaches
and no directory may unpack to more than a few megabytes.
https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from core.domain import User
from core.errors import BadBasemap
from core.permissions import Action, require
from core.settings import Settings
from core.store.unit import Unit
from core.tile_address import demand

FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\.pmtiles")
PICTURES: Final = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
_BEGINNINGS: Final = {
    TileType.PNG: b"\x89PNG\r\n\x1a\n",
    TileType.JPEG: b"\xff\xd8\xff",
    TileType.WEBP: b"RIFF",
}
_HEADER_BYTES: Final = 127
_MOST_DIRECTORY_BYTES: Final = 1 << 20
_MOST_UNPACKED_BYTES: Final = 1 << 23
_MOST_TILE_BYTES: Final = 1 << 21
_MOST_ZOOM: Final = 22
_DEEPEST: Final = 4
_E7: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFile:
    """kaartbestand: what a file says of itself, checked.

    `mark` is another one for another content; `bounds` is south, west, north, east in degrees.
    """

    mark: str
    media_type: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    size_bytes: int
    tile_count: int


def folder_of(settings: Settings) -> Path:
    """Where an operator puts map files, and uploads go."""
    return settings.folder / "basemaps"


def names_in(settings: Settings) -> list[str]:
    """The map files that are there, by name."""
    found = folder_of(settings).glob("*.pmtiles")
    return sorted(path.name for path in found if FILE_NAME.fullmatch(path.name))


def look(path: Path) -> MapFile:
    """Reads the header, the first directory and one tile. Raises BadBasemap."""
    try:
        archive = _archive(path, *_state(path))
    except OSError:
        raise BadBasemap(why="basemap.why.gone") from None
    archive.check()
    return archive.described()


def tile(path: Path, z: int, x: int, y: int) -> tuple[bytes, str] | None:
    """A picture and its media type; None where the file has none, or is none any more."""
    try:
        archive = _archive(path, *_state(path))
        found = archive.tile(z, x, y)
    except (OSError, BadBasemap):
        return None
    return None if found is None else (found, archive.media_type)


def keep_upload(name: str, content: BinaryIO, user: User, unit: Unit, settings: Settings) -> str:
    """Puts an uploaded file with the others once it was looked at; gives its name there.

    It takes the place of one with the same name. Raises NotAllowed, BadBasemap.
    """
    require(user, Action.ADMINISTER)
    kept = plain_name(name)
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{kept}.part"
    try:
        with draft.open("wb") as out:
            shutil.copyfileobj(content, out)
        found = look(draft)
        draft.replace(folder / kept)
    finally:
        draft.unlink(missing_ok=True)
    unit.audit.add(user.login, "map_file_added", "map_file", kept, {"bytes": found.size_bytes})
    return kept


def plain_name(name: str) -> str:
    """A file's name as we keep it: small letters, digits, dashes; never a path."""
    stem = name.lower().removesuffix(".pmtiles")
    kept = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60]
    return f"{kept or 'kaart'}.pmtiles"


class _Archive:
    """An open question to one file; the file itself is opened for each answer and closed again."""

    def __init__(self, path: Path, mark: str, size: int) -> None:
        self._path = path
        self._mark = mark
        self._size = size
        demand(size > _HEADER_BYTES, "no_pmtiles")
        self._header = _header_of(self._bytes(0, _HEADER_BYTES))
        self._directory: Callable[[int, int], list[Entry]] = lru_cache(64)(self._read_directory)

    @property
    def media_type(self) -> str:
        return PICTURES[self._header["tile_type"]]

    def check(self) -> None:
        """Raises BadBasemap unless it can be used as it is."""
        header = self._header
        demand(header["tile_type"] is not TileType.MVT, "vector")
        demand(header["tile_type"] in PICTURES, "pictures")
        demand(header["internal_compression"] is Compression.GZIP, "packed")
        demand(header["tile_compression"] in (Compression.NONE, Compression.UNKNOWN), "packed")
        demand(header["tile_data_offset"] + header["tile_data_length"] <= self._size, "cut_short")
        demand(header["min_zoom"] <= header["max_zoom"] <= _MOST_ZOOM, "zoom")
        south, west, north, east = _bounds(header)
        demand(-90 <= south < north <= 90 and -180 <= west < east <= 180, "bounds")
        picture = self._picture(self._first(header["root_offset"], header["root_length"]))
        demand(picture.startswith(_BEGINNINGS[header["tile_type"]]), "pictures")

    def described(self) -> MapFile:
        header = self._header
        return MapFile(
            mark=self._mark,
            media_type=self.media_type,
            min_zoom=header["min_zoom"],
            max_zoom=header["max_zoom"],
            bounds=_bounds(header),
            size_bytes=self._size,
            tile_count=header["addressed_tiles_count"],
        )

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Raises BadBasemap where a directory cannot be read."""
        if not (0 <= z <= _MOST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        wanted = zxy_to_tileid(z, x, y)
        place, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEEPEST):
            found = find_tile(self._directory(place, length), wanted)
            if found is None:
                return None
            if found.run_length:
                return self._picture(found)
            place, length = self._header["leaf_directory_offset"] + found.offset, found.length
        return None

    def _first(self, place: int, length: int) -> Entry:
        """The first tile of the file."""
        for _ in range(_DEEPEST):
            entries = self._directory(place, length)
            demand(bool(entries), "empty")
            if entries[0].run_length:
                return entries[0]
            place = self._header["leaf_directory_offset"] + entries[0].offset
            length = entries[0].length
        raise BadBasemap(why="basemap.why.directory")

    def _picture(self, entry: Entry) -> bytes:
        demand(0 < entry.length <= _MOST_TILE_BYTES, "directory")
        return self._bytes(self._header["tile_data_offset"] + entry.offset, entry.length)

    def _read_directory(self, place: int, length: int) -> list[Entry]:
        demand(0 < length <= _MOST_DIRECTORY_BYTES, "directory")
        packed = self._bytes(place, length)
        demand(_unpacks_to(packed) < _MOST_UNPACKED_BYTES, "directory")
        try:
            return deserialize_directory(packed)
        except (EOFError, OSError, ValueError, zlib.error, struct.error):
            raise BadBasemap(why="basemap.why.directory") from None

    def _bytes(self, place: int, length: int) -> bytes:
        """Opened anew each time: a mapped file that an operator shortens would end the server."""
        demand(place >= 0 and place + length <= self._size, "cut_short")
        with self._path.open("rb") as file:
            file.seek(place)
            return file.read(length)


@lru_cache(8)
def _archive(path: Path, mark: str, size: int) -> _Archive:
    return _Archive(path, mark, size)


def _state(path: Path) -> tuple[str, int]:
    """What tells one content from another, without reading it all. Raises OSError."""
    found = path.stat()
    mark = hashlib.sha256(f"{found.st_mtime_ns} {found.st_size}".encode()).hexdigest()
    return mark[:12], found.st_size


def _header_of(beginning: bytes) -> HeaderDict:
    try:
        return deserialize_header(beginning)
    except SpecVersionUnsupported:
        raise BadBasemap(why="basemap.why.version") from None
    except (MagicNumberNotFound, UnicodeDecodeError, IndexError, ValueError):
        raise BadBasemap(why="basemap.why.no_pmtiles") from None


def _unpacks_to(packed: bytes) -> int:
    """How large it becomes, counted no further than what is still allowed."""
    try:
        return len(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, _MOST_UNPACKED_BYTES))
    except zlib.error:
        raise BadBasemap(why="basemap.why.directory") from None


def _bounds(header: HeaderDict) -> tuple[float, float, float, float]:
    names = ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7")
    south, west, north, east = (header[name] / _E7 for name in names)  # type: ignore[literal-required]
    return south, west, north, east
