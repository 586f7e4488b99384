"""A map file is looked at before it is used, and read no further than it reaches."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType, deserialize_header, serialize_header

from core.errors import BadBasemap, NotAllowed
from core.map_file import folder_of, keep_upload, look, names_in, plain_name, tile
from core.settings import Settings
from core.store import Store, Unit
from tests.map_files import AROUND, map_file, picture
from tests.people import People


def test_a_tile_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    assert tile(path, *AROUND) == (picture((200, 40, 40)), "image/png")


def test_a_file_of_thousands_of_tiles_has_directories_within_directories(tmp_path: Path) -> None:
    many = {(9, x, y): picture((x % 256, y % 256, 7)) for x in range(150) for y in range(150)}
    path = map_file(tmp_path / "groot.pmtiles", many)
    assert look(path).tile_count == len(many)
    assert tile(path, 9, 149, 3) == (picture((149, 3, 7)), "image/png")
    assert tile(path, 9, 151, 3) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_may_hold_these_pictures(tmp_path: Path, kind: str) -> None:
    made = {AROUND: picture((1, 2, 3), kind)}
    path = map_file(tmp_path / "kaart.pmtiles", made, TileType[kind])
    assert look(path).media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("z", "x", "y"),
    [(14, 0, 0), (0, 0, 0), (-1, 0, 0), (14, -1, 3), (14, 1 << 14, 3), (99, 3, 3), (22, 5, 5)],
)
def test_what_the_file_has_not_is_nothing(tmp_path: Path, z: int, x: int, y: int) -> None:
    assert tile(map_file(tmp_path / "kaart.pmtiles"), z, x, y) is None


def test_a_file_that_is_gone_has_no_tiles(tmp_path: Path) -> None:
    assert tile(tmp_path / "weg.pmtiles", *AROUND) is None


def test_a_file_put_in_the_place_of_another_is_read_anew(tmp_path: Path) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    before = look(path)
    map_file(path, {AROUND: picture((9, 9, 9))})
    os.utime(path, (1, 1))
    assert tile(path, *AROUND) == (picture((9, 9, 9)), "image/png")
    assert look(path).mark != before.mark


def test_a_file_cut_short_while_it_is_used_ends_nothing(tmp_path: Path) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    assert tile(path, *AROUND) is not None
    path.write_bytes(path.read_bytes()[:200])
    assert tile(path, *AROUND) is None


def spoiled(path: Path, **changes: object) -> bytes:
    content = path.read_bytes()
    header = deserialize_header(content[:127]) | changes
    return bytes(serialize_header(header) + content[127:])  # type: ignore[arg-type]  # on purpose


HUGE = 1 << 62


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("vector", {"tile_type": TileType.MVT}),
        ("pictures", {"tile_type": TileType.AVIF}),
        ("pictures", {"tile_type": TileType.JPEG}),
        ("packed", {"internal_compression": Compression.BROTLI}),
        ("packed", {"tile_compression": Compression.GZIP}),
        ("cut_short", {"tile_data_length": HUGE}),
        ("cut_short", {"root_offset": HUGE}),
        ("directory", {"root_length": HUGE}),
        ("directory", {"root_length": 0}),
        ("directory", {"root_offset": 0}),
        ("zoom", {"min_zoom": 9, "max_zoom": 3}),
        ("zoom", {"max_zoom": 200}),
        ("bounds", {"min_lon_e7": 50_000_000}),
        ("bounds", {"max_lat_e7": 2_000_000_000}),
    ],
)
def test_a_header_that_lies_is_refused(
    tmp_path: Path, why: str, changes: dict[str, object]
) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    path.write_bytes(spoiled(path, **changes))
    with pytest.raises(BadBasemap) as refused:
        look(path)
    assert refused.value.params["why"] == f"basemap.why.{why}"


@pytest.mark.parametrize(
    ("why", "content"),
    [
        ("no_pmtiles", b""),
        ("no_pmtiles", b"PMTiles"),
        ("no_pmtiles", b"\xff" * 4000),
        ("no_pmtiles", b"SQLite format 3\x00" + b"\x00" * 4000),
        ("version", b"PMTiles\x02" + b"\x00" * 4000),
        ("pictures", b"PMTiles\x03" + b"\x00" * 4000),
        ("no_pmtiles", b"PMTiles\x03" + b"\x63" * 4000),
    ],
)
def test_what_is_no_map_file_is_refused(tmp_path: Path, why: str, content: bytes) -> None:
    path = tmp_path / "kaart.pmtiles"
    path.write_bytes(content)
    with pytest.raises(BadBasemap) as refused:
        look(path)
    assert refused.value.params["why"] == f"basemap.why.{why}"


@pytest.mark.parametrize("directory", [b"\x00" * (1 << 24), b"\xff" * 9, b"\x05\x01", b"\x00"])
def test_a_directory_that_is_a_bomb_or_broken_is_refused(tmp_path: Path, directory: bytes) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    packed = gzip.compress(directory)
    size = path.stat().st_size
    content = spoiled(path, root_offset=size, root_length=len(packed))
    path.write_bytes(content + packed)
    with pytest.raises(BadBasemap):
        look(path)


def test_a_file_without_tiles_is_refused(tmp_path: Path) -> None:
    path = map_file(tmp_path / "kaart.pmtiles")
    packed = gzip.compress(b"\x00")
    content = spoiled(path, root_offset=path.stat().st_size, root_length=len(packed))
    path.write_bytes(content + packed)
    with pytest.raises(BadBasemap, match="empty"):
        look(path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Den Haag 2026.PMTiles", "den-haag-2026.pmtiles"),
        ("../../etc/passwd", "etc-passwd.pmtiles"),
        ("é\x00<script>.pmtiles", "script.pmtiles"),
        ("", "kaart.pmtiles"),
        ("a" * 300, "a" * 60 + ".pmtiles"),
    ],
)
def test_an_upload_gets_a_plain_name(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_an_upload_is_kept_once_it_was_looked_at(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.unit() as unit:
        _keep_uploads(unit, tmp_path)


def _keep_uploads(unit: Unit, tmp_path: Path) -> None:
    settings, people = Settings(folder=tmp_path), People.read(unit)
    content = map_file(tmp_path / "x").read_bytes()
    name = keep_upload("Wijk 1.pmtiles", io.BytesIO(content), people.ada, unit, settings)
    assert names_in(settings) == [name] == ["wijk-1.pmtiles"]
    assert tile(folder_of(settings) / name, *AROUND) is not None
    (entry,) = unit.audit.of("map_file", name)
    assert entry.detail == {"bytes": len(content)}
    with pytest.raises(BadBasemap):
        keep_upload("Wijk 1.pmtiles", io.BytesIO(b"x" * 900), people.ada, unit, settings)
    with pytest.raises(NotAllowed):
        keep_upload("Wijk 2.pmtiles", io.BytesIO(content), people.dora, unit, settings)
    assert [path.name for path in folder_of(settings).iterdir()] == [name]
