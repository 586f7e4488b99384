"""Drawing an area by hand: clicks for corners on a map of what is there; gives the corners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.domain import Area

Corners = tuple[tuple[float, float], ...]

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="drawing">
  <div class="bar"><button type="button" class="back"></button>
    <button type="button" class="close"></button>
    <button type="button" class="anew"></button>
    <span class="said" role="status"></span></div>
  <div class="ground" role="region" tabindex="0"></div>
  <p class="hint"></p>
</section>
"""
_MOST_CORNERS: Final = 1_000

_drawing = st.components.v2.component(
    "hnm_area_drawing",
    html=_HTML,
    css=(_HERE / "area_drawing.css").read_text(encoding="utf-8"),
    js=(_HERE / "area_drawing.js").read_text(encoding="utf-8"),
)


def show_area_drawing(
    corners: Corners,
    *,
    mark: str,
    areas: Sequence[Area],
    words: Mapping[str, str],
    on_drawn: Callable[[], None],
    key: str,
) -> None:
    """Shows the areas and, over them, `corners` to draw or drag; what is drawn is read with
    `drawn_in`. Another `mark` begins anew with the corners that are given.
    """
    given = {
        "corners": [list(corner) for corner in corners],
        "mark": mark,
        "areas": [
            {"name": area.name, "at": [area.lat, area.lon], "parts": area.outlines}
            for area in areas
            if area.outline
        ],
        "words": dict(words),
    }
    _drawing(data=given, key=key, on_drawn_change=on_drawn)


def drawn_in(key: str, mark: str) -> Corners | None:
    """The corners as they were last drawn for this mark; None when nothing was."""
    found = st.session_state.get(key)
    return read_drawn(found["drawn"] if found and "drawn" in found else None, mark)


def read_drawn(raw: Any, mark: str) -> Corners | None:
    """None for what belongs to something else, or what a browser made up."""
    try:
        if raw["mark"] != mark or len(raw["corners"]) > _MOST_CORNERS:
            return None
        corners = tuple((float(lat), float(lon)) for lat, lon in raw["corners"])
    except (TypeError, ValueError, KeyError):
        return None
    sound = all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in corners)
    return corners if sound else None
