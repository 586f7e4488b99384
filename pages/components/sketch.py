"""A small still map: outlines and dots, no names, no tiles, nothing asked of anybody."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

Point = tuple[float, float]

_WIDTH: Final = 560
_HEIGHT: Final = 340
_EDGE: Final = 8
_GREY: Final = "#75818c"
_BLUE: Final = "#2f7fc1"


def show_sketch(
    areas: Iterable[Sequence[Point]],
    said: str,
    *,
    fresh: Iterable[Sequence[Point]] = (),
    dots: Sequence[Point] = (),
) -> None:
    """Draws (lat, lon) rings in grey, `fresh` ones in blue, and dots; nothing of nothing.

    `said`: the drawing in words, for who does not see it.
    """
    old, new = [list(ring) for ring in areas], [list(ring) for ring in fresh]
    points = [point for ring in (*old, *new) for point in ring] + list(dots)
    if points:
        st.image(_svg(old, new, dots, _Scale(points)), width=_WIDTH, alt=said)


class _Scale:
    """From (lat, lon) to pixels, north up, the same scale both ways."""

    def __init__(self, points: Sequence[Point]) -> None:
        lats, lons = [p[0] for p in points], [p[1] for p in points]
        self._north, self._west = max(lats), min(lons)
        self._narrow = math.cos(math.radians((max(lats) + min(lats)) / 2))
        wide = max(1e-6, (max(lons) - self._west) * self._narrow)
        high = max(1e-6, self._north - min(lats))
        self._size = min((_WIDTH - 2 * _EDGE) / wide, (_HEIGHT - 2 * _EDGE) / high)

    def at(self, point: Point) -> tuple[float, float]:
        x = _EDGE + (point[1] - self._west) * self._narrow * self._size
        return round(x, 1), round(_EDGE + (self._north - point[0]) * self._size, 1)


def _svg(
    old: Sequence[Sequence[Point]],
    new: Sequence[Sequence[Point]],
    dots: Sequence[Point],
    scale: _Scale,
) -> str:
    rings = [(ring, _GREY, 0.12) for ring in old] + [(ring, _BLUE, 0.22) for ring in new]
    parts = [_polygon(ring, colour, shade, scale) for ring, colour, shade in rings]
    for dot in dots:
        x, y = scale.at(dot)
        parts.append(f'<circle cx="{x}" cy="{y}" r="1.8" fill="{_BLUE}"/>')
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(parts)}</svg>'


def _polygon(ring: Sequence[Point], colour: str, shade: float, scale: _Scale) -> str:
    corners = " ".join(f"{x},{y}" for x, y in map(scale.at, ring))
    return (
        f'<polygon points="{corners}" fill="{colour}" fill-opacity="{shade}" '
        f'stroke="{colour}" stroke-width="1.2"/>'
    )
