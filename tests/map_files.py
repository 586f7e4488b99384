"""Map files made on the spot: real PMTiles with small pictures, and spoiled ones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

AROUND: tuple[int, int, int] = (14, 8387, 5415)
"""The tile of zoom 14 in which Wateringse Veld lies."""


def picture(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, kind)
    return made.getvalue()


def map_file(
    path: Path,
    tiles: dict[tuple[int, int, int], bytes] | None = None,
    tile_type: TileType = TileType.PNG,
) -> Path:
    """Writes a PMTiles file; gives its path."""
    if tiles is None:
        tiles = {AROUND: picture((200, 40, 40)), (13, 4193, 2707): picture((40, 40, 200))}
    zooms = [z for z, _, _ in tiles] or [0]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]  # the package says nothing
        for zxy, content in sorted(tiles.items(), key=lambda pair: zxy_to_tileid(*pair[0])):
            writer.write_tile(zxy_to_tileid(*zxy), content)
        header = {
            "tile_type": tile_type,
            "tile_compression": Compression.NONE,
            "min_zoom": min(zooms),
            "max_zoom": max(zooms),
            "min_lon_e7": 42_000_000,
            "min_lat_e7": 520_000_000,
            "max_lon_e7": 44_000_000,
            "max_lat_e7": 521_000_000,
            "center_zoom": min(zooms),
            "center_lon_e7": 43_000_000,
            "center_lat_e7": 520_500_000,
        }
        writer.finalize(header, {"name": "test"})
    return path
