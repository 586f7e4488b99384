"""From the Dutch grid (RD, EPSG:28992) to WGS84.

Polynomials of F.H. Schreutelkamp and G.L. Strang van Hees, "Benaderingsformules voor de
transformatie tussen RD- en WGS84-kaartcoördinaten", Geodesia 2001-2: within 0.5 m on land.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from core.errors import FileUnreadable

RD: Final = 28992
WGS84: Final = 4326
_X0, _Y0, _LAT0, _LON0 = 155000.0, 463000.0, 52.15517440, 5.38720621
_LAT: Final = (
    (0, 1, 3235.65389),
    (2, 0, -32.58297),
    (0, 2, -0.24750),
    (2, 1, -0.84978),
    (0, 3, -0.06550),
    (2, 2, -0.01709),
    (1, 0, -0.00738),
    (4, 0, 0.00530),
    (2, 3, -0.00039),
    (4, 1, 0.00033),
    (1, 1, -0.00012),
)
_LON: Final = (
    (1, 0, 5260.52916),
    (1, 1, 105.94684),
    (1, 2, 2.45656),
    (3, 0, -0.81885),
    (1, 3, 0.05594),
    (3, 1, -0.05607),
    (0, 1, 0.01199),
    (3, 2, -0.00256),
    (1, 4, 0.00128),
    (0, 2, 0.00022),
    (2, 0, -0.00022),
    (5, 0, 0.00026),
)
_BOUNDS: Final = (-10_000.0, 280_000.0, 300_000.0, 640_000.0)
"""Where the formulas hold: x from, y from, x to, y to, in metres."""

Coordinates = NDArray[np.float64]


def to_wgs84(geometry: BaseGeometry, srs: int) -> BaseGeometry:
    """A geometry in (lon, lat). Raises FileUnreadable when it cannot lie where its grid says."""
    known = geometry.is_empty or (geometry.bounds and _lies_within(geometry.bounds, srs))
    if not known:
        raise FileUnreadable(why="official.why.grid")
    flat = shapely.force_2d(geometry)
    return shapely.transform(flat, _degrees) if srs == RD else flat


def looks_like_rd(x: float, y: float) -> bool:
    return abs(x) > 180 and _BOUNDS[0] < x < _BOUNDS[2] and _BOUNDS[1] < y < _BOUNDS[3]


def _lies_within(bounds: tuple[float, float, float, float], srs: int) -> bool:
    west, south, east, north = bounds
    if srs == RD:
        return looks_like_rd(east, north) and west > _BOUNDS[0] and south > _BOUNDS[1]
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _degrees(points: Coordinates) -> Coordinates:
    dx, dy = (points[:, 0] - _X0) * 1e-5, (points[:, 1] - _Y0) * 1e-5
    lat = _LAT0 + sum(k * dx**p * dy**q for p, q, k in _LAT) / 3600
    lon = _LON0 + sum(k * dx**p * dy**q for p, q, k in _LON) / 3600
    return np.column_stack((lon, lat))
