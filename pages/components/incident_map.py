"""The map of incidents: topic by symbol and colour, urgency by shape, residents by size.

A circle shows the uncertainty. All stand in one layer: a rerun costs little and the view stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import folium
import streamlit as st
from folium.utilities import JsCode
from streamlit_folium import st_folium

from core.domain import Area, PlaceKind
from pages.components.maps import Label, Look, base_map, keep_local

_JS: Final = (Path(__file__).parent / "incident_map.js").read_text(encoding="utf-8")
_MOST_SYMBOLS: Final = 300
"""Beyond this many, points are dots on a canvas: symbols are elements, and a browser tires."""

_VAGUE: Final = frozenset({PlaceKind.AREA, PlaceKind.GROUP_AREA})
_SHOWN_WITHOUT_CHOICE_M: Final = 150.0
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_METRES_A_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: an incident on the map; `label` holds our own words and numbers only."""

    id: int
    lat: float
    lon: float
    radius_m: float
    kind: PlaceKind
    symbol: str
    colour: str
    ink: str
    urgent: bool
    ended: bool
    residents: int
    label: str


def show_incident_map(
    spots: Sequence[Spot],
    *,
    areas: Sequence[Area],
    labels: Sequence[Label],
    look: Look,
    chosen: int | None,
    go_to: str | None,
    on_chosen: Callable[[], None],
    key: str,
) -> None:
    """Shows the map; `chosen_on_map(key)` gives the incident clicked.

    `go_to` names a choice made elsewhere: the map moves there once if it is out of view.
    """
    made = base_map(areas, labels, look)
    layer = folium.FeatureGroup()
    layer.add_child(incident_layer(spots, look, chosen, go_to))
    keep_local(made)
    keep_local(layer)
    st_folium(
        made,
        key=key,
        height=600,
        use_container_width=True,
        feature_group_to_add=layer,
        returned_objects=["last_active_drawing", "last_object_clicked_count"],
        on_change=on_chosen,
    )


def chosen_on_map(key: str) -> int | None:
    """The id of the incident that was clicked last."""
    value = st.session_state.get(key) or {}
    drawing = value.get("last_active_drawing") or {}
    found = drawing.get("properties", {}).get("id")
    return found if isinstance(found, int) else None


def incident_layer(
    spots: Sequence[Spot], look: Look, chosen: int | None, go_to: str | None
) -> folium.GeoJson:
    """All incidents in one layer: circles of uncertainty below, then the incidents."""
    circles = [_circle(s, s.id == chosen) for s in spots if _has_circle(s, s.id == chosen)]
    points = [_point(s, look, s.id == chosen, go_to) for s in spots]
    draw = "drawIncident" if len(spots) <= _MOST_SYMBOLS else "drawDot"
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": circles + points},
        point_to_layer=JsCode(f"(() => {{ {_JS}; return {draw}; }})()"),
        on_each_feature=JsCode(f"(() => {{ {_JS}; return describeIncident; }})()"),
        style_function=None,
    )


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


def _has_circle(spot: Spot, chosen: bool) -> bool:
    return chosen or (spot.kind not in _VAGUE and spot.radius_m <= _SHOWN_WITHOUT_CHOICE_M)


def _circle(spot: Spot, chosen: bool) -> dict[str, Any]:
    properties = {"radius_m": spot.radius_m, "colour": spot.colour, "chosen": chosen}
    return _feature(spot.lat, spot.lon, properties)


def _point(spot: Spot, look: Look, chosen: bool, go_to: str | None) -> dict[str, Any]:
    lat, lon = position(spot)
    properties: dict[str, Any] = {
        "id": spot.id,
        "symbol": spot.symbol,
        "colour": spot.colour,
        "ink": spot.ink,
        "ring": look.edge,
        "size": size_px(spot.residents),
        "urgent": spot.urgent,
        "ended": spot.ended,
        "vague": spot.kind in _VAGUE,
        "label": spot.label,
    }
    if chosen:
        properties |= {"chosen": True, "goto": go_to, "at": [lat, lon]}
    return _feature(lat, lon, properties)


def _feature(lat: float, lon: float, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }
