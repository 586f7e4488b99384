"""Linked views: a plane, a map and a timeline of the same messages; what is chosen in one shows in
all. Everything is drawn and filtered by the browser, so that thousands of points stay fluent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.domain import Area
from pages.components.words import dates_in

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="linked">
  <div class="bar"><span class="count" role="status"></span>
    <span class="period"><label><span class="from"></span><input type="date" class="first"></label>
      <label><span class="to"></span><input type="date" class="last"></label></span>
    <button type="button" class="clear"></button></div>
  <div class="views">
    <figure><figcaption class="plane-name"></figcaption><canvas class="plane"></canvas></figure>
    <figure><figcaption class="map-name"></figcaption><canvas class="map"></canvas></figure>
  </div>
  <figure class="times"><figcaption class="time-name"></figcaption><canvas class="time"></canvas>
  </figure>
  <div class="legend" role="group"></div>
  <div class="tip" hidden></div>
</section>
"""

_linked = st.components.v2.component(
    "hnm_linked",
    html=_HTML,
    css=(_HERE / "linked.css").read_text(encoding="utf-8"),
    js=(_HERE / "linked.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """gekozen: what somebody picked out; a message must fit all of it. Boxes are as drawn:
    (left, top, right, bottom) in the plane's own units, (west, north, east, south) on the map.
    """

    clusters: frozenset[int] = frozenset()
    first: date | None = None
    last: date | None = None
    plane: tuple[float, float, float, float] | None = None
    map: tuple[float, float, float, float] | None = None

    @property
    def is_all(self) -> bool:
        return self == Chosen()


def show_linked(
    points: Mapping[str, Sequence[Any]],
    *,
    mark: str,
    clusters: Sequence[Mapping[str, Any]],
    topics: Sequence[str],
    areas: Sequence[Area],
    first: date,
    dark: bool,
    language: str,
    words: Mapping[str, str],
    on_chosen: Callable[[], None],
    key: str,
) -> None:
    """Shows points by column: x, y, cluster, topic (its place in `topics`), day (since `first`),
    lat and lon (None where unknown). `mark` changes with the points; `clusters` are in drawing
    order: number, name, colour, shape. What is chosen is read with `chosen_in`.
    """
    outlines = [
        {"name": area.name, "at": [area.lat, area.lon], "parts": area.outlines}
        for area in areas
        if area.outline and area.kind != "district"
    ]
    given = {
        "points": dict(points),
        "mark": mark,
        "clusters": list(clusters),
        "topics": list(topics),
        "outlines": outlines,
        "first": first.isoformat(),
        "dark": dark,
        "language": dates_in(language),
        "words": dict(words),
    }
    _linked(data=given, key=key, on_chosen_change=on_chosen)


def chosen_in(key: str) -> Chosen:
    """What is chosen; all when that is nothing, or something that a browser made up."""
    found = st.session_state.get(key)
    return read_chosen(found["chosen"] if found and "chosen" in found else None)


def read_chosen(raw: Any) -> Chosen:
    try:
        return Chosen(
            clusters=frozenset(int(number) for number in raw["clusters"]),
            first=date.fromisoformat(raw["first"]) if raw["first"] else None,
            last=date.fromisoformat(raw["last"]) if raw["last"] else None,
            plane=_box(raw["plane"]),
            map=_box(raw["map"]),
        )
    except (TypeError, ValueError, KeyError):
        return Chosen()


def _box(raw: Any) -> tuple[float, float, float, float] | None:
    if raw is None:
        return None
    left, top, right, bottom = (float(value) for value in raw)
    return left, top, right, bottom
