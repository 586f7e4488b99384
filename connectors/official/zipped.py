"""A zip with one official file in it; what unpacks to more than is allowed is refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.errors import FileUnreadable

_KNOWN: Final = (".gpkg", ".geojson", ".json", ".csv")
_PIECE: Final = 1 << 20
_MOST_MEMBERS: Final = 1_000
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # a password
    NotImplementedError,
)


@contextmanager
def unpacked(path: Path, most_bytes: int) -> Iterator[Path]:
    """The one file within, unpacked for as long as this lasts. Raises FileUnreadable."""
    with TemporaryDirectory(prefix="hnm-official-") as folder:
        target = Path(folder) / "within"  # never a name from the zip
        try:
            with zipfile.ZipFile(path) as archive:
                _copy(archive, _member(archive), target, most_bytes)
        except _DAMAGED as error:
            raise FileUnreadable(why="official.why.damaged") from error
        yield target


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = archive.infolist()
    found = [member for member in members if member.filename.lower().endswith(_KNOWN)]
    if len(members) > _MOST_MEMBERS or len(found) != 1:
        raise FileUnreadable(why="official.why.zip")
    return found[0]


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most_bytes: int) -> None:
    """Counts what comes out: what a zip says of its own sizes may be a lie."""
    written = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while piece := packed.read(_PIECE):
            written += len(piece)
            if written > most_bytes:
                raise FileUnreadable(why="official.why.large")
            file.write(piece)
