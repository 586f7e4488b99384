"""The live map: areas, incidents, what lies near the chosen one, heat, and an area to draw.

Drawn by the browser on our own copy of Leaflet. A rerun sends plain rows; the browser compares them
by id, so what did not change stays and the view with it. How a page uses it:

    ground = ground_of(areas, labels, topic_marks(topics(), code), LIGHT)      # keep it: costs time
    show_live_map([row_of(spot) for spot in spots], ground=ground, words=words_of(code),
                  choice=Choice(on_chosen=chosen), key="room.map")
    chosen_on("room.map")                                                      # in the callback

Only `spots`, `ground`, `words` and `key` are asked; everything else may stay away. A map on which
nothing is offered has no controls but its zoom.

For scripts beside it (a slider over time, a background of tiles of one's own):
`window.hnmMaps` is a Map of live maps by key; a "hnm-map" event on `window` says that one has begun
(`event.detail` is the live map). A live map has `map` (Leaflet's), `L`, `section`, `rows` (each as
`row_of` made it), `between(from_ms, to_ms)` (shows only rows with an `at` in that time; null: all)
and `onRows(listener)` (called when rows arrive). A basemap that is no ordinary tiles is what
`window.hnmBasemap(map, basemap, L)` gives; its own files stand in `basemap["scripts"]`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.domain import Area, PlaceKind
from pages.components.maps import DARK, Label, Look

Outline = tuple[tuple[float, float], ...]
"""Corners (lat, lon) of an area somebody drew."""

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("live_map.js", "live_map_paint.js", "live_map_tools.js")
_HTML: Final = """
<section class="live-map">
  <div class="ground" role="region" tabindex="0"></div>
  <div class="tools">
    <details class="layers"><summary></summary><div class="panel">
      <div class="choices"></div><div class="legend"></div></div></details>
    <button type="button" class="draw"></button>
    <button type="button" class="within" hidden></button>
    <span class="hint" role="status" hidden></span>
  </div>
  <div class="credit"></div>
  <div class="tip" hidden></div>
  <div class="state" role="status"></div>
</section>
"""
_VAGUE: Final = frozenset({PlaceKind.AREA, PlaceKind.GROUP_AREA})
_SHOWN_WITHOUT_CHOICE_M: Final = 150.0
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_METRES_A_DEGREE: Final = 111_195.0
_MOST_CORNERS: Final = 60
_SMALL_PX: Final = 13

LAYERS: Final = ("officers", "heat_day", "heat_week", "heat_month", "no_nearby", "no_basemap")
"""What can be switched; of the heats one at a time. Lines and basemap are drawn as long as nobody
switches them off: a map as it always is has no layer named."""

_map = st.components.v2.component(
    "hnm_live_map",
    html=_HTML,
    css=(_HERE / "live_map.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: an incident on the map; `label` holds our own words and numbers only."""

    id: int
    lat: float
    lon: float
    radius_m: float
    kind: PlaceKind
    topic: str
    urgent: bool
    ended: bool
    residents: int
    label: str
    handed: bool = False
    """It is with somebody else now; the label says with whom."""
    at: datetime | None = None
    """When it began, for a map that plays back; aware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """ondergrond: areas, names and colours under the incidents, as the browser wants them."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """in de buurt: an incident near the chosen one, to which a line is drawn."""

    id: int
    lat: float
    lon: float
    label: str
    earlier: bool
    """It was here before; otherwise it goes on at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """warmte: where much happened in a period; points are (lat, lon, weight)."""

    points: Sequence[tuple[float, float, float]] = ()
    counts: Mapping[int, int] = field(default_factory=dict)
    """How many in each area, by its id: written beside its name."""
    said: str = ""
    """What it is of and how many, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """vlak: an area or a circle that says something; what it says stands beside the map too."""

    outlines: Sequence[Outline] = ()
    at: tuple[float, float] | None = None
    """The middle of a circle of `radius_m`, instead of outlines."""
    radius_m: float = 0.0
    colour: str
    fill: float
    """How far it is filled, 0 to 1."""
    dashed: bool = False


def _nothing() -> None:
    """This page offers no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """keuze: the incident that is worked on, what lies near it, and what choosing another does."""

    spot: Spot | None = None
    nearby: Sequence[Nearby] = ()
    go_to: str | None = None
    """Names a choice made elsewhere: a new name moves the map there once if it is out of view."""
    on_chosen: Callable[[], None] = _nothing
    """Then `chosen_on(key)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """lagen: which may be switched (`LAYERS`), which of them are on, and what a switch does."""

    offered: Sequence[str] = ()
    on: Sequence[str] = ()
    on_layers: Callable[[], None] = _nothing
    """Then `layers_on(key)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """tekening: the area chosen by place; it may be drawn, and a button with its name clears it."""

    outlines: Sequence[Outline] = ()
    name: str = ""
    on_area: Callable[[], None] = _nothing
    """Then `area_on(key)`."""


def show_live_map(
    spots: Sequence[str],
    *,
    ground: Ground,
    words: Mapping[str, str],
    key: str,
    choice: Choice | None = None,
    layers: Layers | None = None,
    drawing: Drawing | None = None,
    shapes: Sequence[Shape] = (),
    heat: Heat | None = None,
    officers: Mapping[int, str] | None = None,
    basemap: Mapping[str, Any] | None = None,
    height: str = "",
) -> None:
    """Shows the rows that `row_of` made. Nothing here is HTML: every text is put in as text.

    words: see `pages/components/map_words.py`, which makes them all.
    drawing: without one nobody can draw. heat, officers (names by area id): drawn when given.
    basemap: as `core.basemap.Basemap.layer` gives it: address (a template with {z}, {x}, {y}),
    credit, min_zoom, max_zoom, bounds (south, west, north, east); scripts: own files to load first.
    height: a CSS length; without one the map is as high as the screen leaves it.
    """
    choice, layers, area = choice or Choice(), layers or Layers(), drawing or Drawing()
    given = {
        "name": key,
        "ground_mark": ground.mark,
        "words": dict(words),
        "chosen": json.loads(row_of(choice.spot, circle=True)) if choice.spot else None,
        "go_to": choice.go_to,
        "nearby": [[n.id, n.lat, n.lon, n.label, n.earlier] for n in choice.nearby],
        "shapes": [_shape(shape) for shape in shapes],
        "heat": _warmth(heat) if heat else None,
        "officers": {str(number): name for number, name in (officers or {}).items()},
        "offered": list(layers.offered),
        "layers": list(layers.on),
        "may_draw": drawing is not None,
        "area": list(area.outlines),
        "area_name": area.name,
        "basemap": dict(basemap) if basemap else None,
        "height": height,
    }
    _map(
        data=_packed(given, spots, ground if _is_new(ground, key) else None),
        key=key,
        on_chosen_change=choice.on_chosen,
        on_layers_change=layers.on_layers,
        on_area_change=area.on_area,
        on_missing_change=lambda: _send_again(key),
    )


def ground_of(
    areas: Sequence[Area],
    labels: Sequence[Label],
    topics: Mapping[str, Mapping[str, str]],
    look: Look,
    credit: str = "",
) -> Ground:
    """What incidents are drawn on; `topics` as `topic_marks` makes them, `credit` for outlines."""
    theme = "dark" if look is DARK else "light"
    drawn = {
        "areas": [_area(area) for area in areas],
        "labels": [[label.name, label.lat, label.lon] for label in labels],
        "topics": {
            name: {
                "name": mark["name"],
                "symbol": mark["symbol"],
                "colour": mark[theme],
                "ink": mark[f"on_{theme}"],
            }
            for name, mark in topics.items()
        },
        "look": {name: getattr(look, name) for name in Look.__slots__},
        "dark": look is DARK,
        "credit": credit if any(area.code for area in areas) else "",
    }
    text = json.dumps(drawn, ensure_ascii=False)
    return Ground(mark=hashlib.sha256(text.encode()).hexdigest()[:12], text=text)


def row_of(spot: Spot, *, circle: bool | None = None, small: bool = False) -> str:
    """An incident as the browser wants it; keep it, it is the same as long as the incident is.

    [id, lat, lon, topic, size in px, flags, label, circle or 0, at in ms or 0]; the flags are 1
    urgent, 2 ended, 4 vague, 8 handed over; the circle is [lat, lon, radius in m], shown when it is
    not too wide (`circle` says otherwise). `small`: as small as can be, where thousands stand.
    """
    vague = spot.kind in _VAGUE
    if circle is None:
        circle = not vague and spot.radius_m <= _SHOWN_WITHOUT_CHOICE_M
    flags = spot.urgent * 1 + spot.ended * 2 + vague * 4 + spot.handed * 8
    row = [
        spot.id,
        *position(spot),
        spot.topic,
        _SMALL_PX if small else size_px(spot.residents),
        flags,
        spot.label,
        [round(spot.lat, 6), round(spot.lon, 6), round(spot.radius_m)] if circle else 0,
        int(spot.at.timestamp() * 1000) if spot.at else 0,
    ]
    return json.dumps(row, ensure_ascii=False)


def chosen_on(key: str) -> int | None:
    """The id of the incident that was clicked; in the callback."""
    found = _told(key, "chosen")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def layers_on(key: str, offered: Sequence[str] = LAYERS) -> list[str]:
    """The layers named after a switch; in the callback."""
    found = _told(key, "layers")
    return [name for name in offered if name in found] if isinstance(found, list) else []


def area_on(key: str) -> Outline | None:
    """The area that was drawn, None when it was taken away; in the callback."""
    return read_outline(_told(key, "area"))


def read_outline(raw: Any) -> Outline | None:
    """Corners from outside as an outline; None for what is none."""
    try:
        corners = tuple((round(float(lat), 5), round(float(lon), 5)) for lat, lon in raw)
    except (TypeError, ValueError, OverflowError):
        return None
    on_earth = all(abs(lat) <= 85 and abs(lon) <= 180 for lat, lon in corners)
    return corners if on_earth and 3 <= len(corners) <= _MOST_CORNERS else None


def position(spot: Spot) -> tuple[float, float]:
    """Where the mark stands (lat, lon): moved a little, within its uncertainty, the same each time.

    Incidents known by street or area only share a point, and would hide each other.
    """
    reach_m = spot.radius_m * 0.5 if spot.kind in _VAGUE else min(spot.radius_m * 0.25, 20.0)
    away_m = reach_m * math.sqrt((spot.id * 0.618034) % 1)
    angle = spot.id * _GOLDEN
    lat = spot.lat + away_m * math.sin(angle) / _METRES_A_DEGREE
    across = _METRES_A_DEGREE * math.cos(math.radians(spot.lat))
    return round(lat, 6), round(spot.lon + away_m * math.cos(angle) / across, 6)


def size_px(residents: int) -> int:
    """Wider for more different residents, by area, within what fits a screen."""
    return int(min(52, round(22 * max(1, residents) ** 0.4)))


def _packed(given: Mapping[str, Any], spots: Sequence[str], ground: Ground | None) -> bytes:
    """Rows and ground are text already: thousands of them need not be made again."""
    rest = json.dumps(given, ensure_ascii=False)
    parts = f'{{"given":{rest},"rows":[{",".join(spots)}],"ground":{ground.text if ground else 0}}}'
    return parts.encode()


def _is_new(ground: Ground, key: str) -> bool:
    """Whether this screen has not had the ground yet; the browser asks when it lost it."""
    before = st.session_state.get(f"{key}.ground")
    st.session_state[f"{key}.ground"] = ground.mark
    return before != ground.mark


def _send_again(key: str) -> None:
    st.session_state.pop(f"{key}.ground", None)


def _told(key: str, name: str) -> Any:
    found = st.session_state.get(key)
    return found[name] if found and name in found else None


def _warmth(heat: Heat) -> dict[str, Any]:
    counts = {str(number): count for number, count in heat.counts.items()}
    return {"points": list(heat.points), "counts": counts, "said": heat.said}


def _shape(shape: Shape) -> dict[str, Any]:
    return {
        "parts": list(shape.outlines),
        "at": shape.at,
        "radius_m": round(shape.radius_m),
        "colour": shape.colour,
        "fill": shape.fill,
        "dashed": shape.dashed,
    }


def _area(area: Area) -> dict[str, Any]:
    return {
        "id": area.id,
        "name": area.name,
        "kind": area.kind,
        "at": [area.lat, area.lon],
        "parts": area.outlines,
        "radius_m": area.radius_m,
    }
