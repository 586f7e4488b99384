"""What was picked as a map in one file, which opens in any browser and asks nobody for anything.

folium writes it, because that is what folium is for; scripts and styles go into the file itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import folium
from branca.element import Element
from folium.utilities import JsCode

from core.domain import Area
from core.settings import ROOT
from core.topics import topics
from pages.components.live_map import Spot
from pages.components.maps import LIGHT

_LEAFLET: Final = ROOT / "static" / "vendor" / "leaflet"
_URGENT: Final = "#d32f2f"
_DOT: Final = """
function (feature, at) {
  const p = feature.properties;
  return L.circleMarker(at, { radius: p.radius, color: p.edge, weight: p.weight,
    fillColor: p.fill, fillOpacity: 0.9 });
}
"""


def map_file(spots: Sequence[Spot], areas: Sequence[Area], code: str, heading: str) -> bytes:
    """An HTML page: areas, and a layer a topic that can be switched off; labels are our own words.

    Raises FileNotFoundError before the browser's assets were fetched.
    """
    made = folium.Map(location=(52.07, 4.3), zoom_start=13, tiles=None, prefer_canvas=True)
    made.default_js, made.default_css = [], []
    made.add_child(_outlines(areas))
    for topic, of_topic in sorted(_by_topic(spots).items()):
        made.add_child(_layer(topic, of_topic, code))
    made.add_child(folium.LayerControl(collapsed=False))
    bounds = _bounds(spots, areas)
    if bounds:
        made.fit_bounds(bounds)
    _complete(made, heading)
    text: str = made.get_root().render()
    return text.encode()


def _by_topic(spots: Sequence[Spot]) -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        found[spot.topic].append(spot)
    return found


def _layer(topic: str, spots: Sequence[Spot], code: str) -> folium.GeoJson:
    colour = topics()[topic].colour_light
    features = [
        {
            "type": "Feature",
            "properties": {
                "radius": 5 + min(9, 2 * spot.residents**0.5),
                "edge": _URGENT if spot.urgent else LIGHT.edge,
                "weight": 4 if spot.urgent else 1,
                "fill": colour,
                "label": escape(spot.label),
            },
            "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
        }
        for spot in spots
    ]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=f'<b style="color:{colour}">●</b> {escape(topics()[topic].name(code))} ({len(spots)})',
        point_to_layer=JsCode(_DOT),
        style_function=None,
        tooltip=folium.GeoJsonTooltip(fields=["label"], labels=False),
    )


def _outlines(areas: Sequence[Area]) -> folium.GeoJson:
    features = [
        {
            "type": "Feature",
            "properties": {"name": escape(area.name)},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[lon, lat] for lat, lon in (*ring, ring[0])]] for ring in area.outlines
                ],
            },
        }
        for area in areas
        if area.outline
    ]
    look = {"color": LIGHT.area, "weight": 2, "fillColor": LIGHT.panel, "fillOpacity": 0.7}
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        control=False,
        style_function=lambda _: look,
        tooltip=folium.GeoJsonTooltip(fields=["name"], labels=False) if features else None,
    )


def _bounds(spots: Sequence[Spot], areas: Sequence[Area]) -> list[list[float]]:
    points = [point for area in areas for ring in area.outlines for point in ring]
    points += [(spot.lat, spot.lon) for spot in spots]
    if not points:
        return []
    lats, lons = zip(*points, strict=True)
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _complete(made: folium.Map, heading: str) -> None:
    """Leaflet itself, and a heading that says what this is."""
    root: Any = made.get_root()
    style = (_LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    script = (_LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    own = (
        f".leaflet-container {{ background: {LIGHT.ground}; }} h1 {{ font: 600 16px sans-serif; }}"
    )
    title = escape(heading)
    root.header.add_child(
        Element(f"<title>{title}</title><style>{style}{own}</style>"), name="look"
    )
    root.header.add_child(Element(f"<script>{script}</script>"), name="leaflet")
    root.html.add_child(Element(f"<h1>{title}</h1>"), name="heading")
