"""Maps that ask nobody but ourselves: every script and style of a folium tree is our own file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
from branca.element import Element
from folium.utilities import JsCode

from core.domain import Area
from core.errors import BadSetting
from core.settings import ROOT

OUR_FILES: Final = {
    "leaflet": "/assets/vendor/leaflet/leaflet.js",
    "leaflet_css": "/assets/vendor/leaflet/leaflet.css",
    "jquery": "/assets/vendor/jquery/jquery.min.js",
}
NOT_NEEDED: Final = frozenset(
    {
        "bootstrap",
        "bootstrap_css",
        "glyphicons_css",
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
    }
)
_CREDIT: Final = "Grenzen: Kadaster / CBS, 2016 (CC BY 3.0), via Who's On First"
_CSS: Final = (ROOT / "static" / "site" / "map.css").read_text(encoding="utf-8")
_LABEL: Final = """
function (feature, latlng) {
  const body = document.createElement("div");
  body.className = feature.properties.kind;
  body.textContent = feature.properties.name;
  return L.marker(latlng, { interactive: false, keyboard: false, pane: "shadowPane",
    icon: L.divIcon({ className: "", html: body, iconSize: null, iconAnchor: [0, 6] }) });
}
"""
_ZOOM_CLASS: Final = """
map_div.attributionControl.setPrefix(false);
function hnmZoom() {
  const close = map_div.getZoom() >= 15.5;
  map_div.getContainer().classList.toggle("zoom-close", close);
  map_div.getContainer().classList.toggle("zoom-wide", !close);
}
map_div.on("zoomend", hnmZoom);
hnmZoom();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of a map in one theme."""

    ground: str
    panel: str
    text: str
    label: str
    edge: str
    pick: str
    area: str


LIGHT: Final = Look(
    ground="#f3f5f7",
    panel="#ffffff",
    text="#14202b",
    label="#44525e",
    edge="#14202b",
    pick="#0b4f8a",
    area="#75818c",
)
DARK: Final = Look(
    ground="#10161c",
    panel="#1a242e",
    text="#e8edf2",
    label="#a9b6c2",
    edge="#e8edf2",
    pick="#8cc4ff",
    area="#5c6b78",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name on the map: a street or a landmark."""

    name: str
    lat: float
    lon: float


def base_map(areas: Sequence[Area], labels: Sequence[Label], look: Look) -> folium.Map:
    """A map of the areas with the names of streets; no tiles. Draw it with `keep_local`."""
    made = folium.Map(
        location=None if areas else (52.03, 4.29),
        zoom_start=14,
        tiles=None,
        prefer_canvas=True,
        zoom_control="topright",
        max_bounds=False,
        maxZoom=19,
        minZoom=10,
        zoomSnap=0.5,
        attributionControl=True,
    )
    _style(made, look)
    outlined = [area for area in areas if area.outline]
    made.add_child(_outlines(outlined, look))
    made.add_child(_names(outlined, labels))
    if areas:
        made.fit_bounds(_bounds(areas), padding=(4, 4))
    return made


def keep_local(element: Any) -> None:
    """Points every script and style of the tree at our own files.

    Raises BadSetting for one we have no copy of: nothing is asked of anybody else.
    """
    for part in _walk(element):
        for kind in ("default_js", "default_css"):
            links = getattr(part, kind, None)
            if links:
                # On the instance: the class's list is shared by all maps.
                setattr(part, kind, [pair for link in links if (pair := _our_own(link))])


def links_of(element: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of the scripts and of the styles in the tree, each once, in order."""
    parts = list(_walk(element))
    scripts = [address for part in parts for _, address in getattr(part, "default_js", [])]
    styles = [address for part in parts for _, address in getattr(part, "default_css", [])]
    return tuple(dict.fromkeys(scripts)), tuple(dict.fromkeys(styles))


def _our_own(link: tuple[str, str]) -> tuple[str, str] | None:
    name, address = link
    if name in NOT_NEEDED:
        return None
    if address in OUR_FILES.values():
        return link
    if name not in OUR_FILES:
        raise BadSetting(name=f"map asset {name}", why="no local copy")
    return name, OUR_FILES[name]


def _walk(element: Any) -> Iterator[Any]:
    yield element
    for child in getattr(element, "_children", {}).values():
        yield from _walk(child)


def _style(made: folium.Map, look: Look) -> None:
    names = ("ground", "panel", "text", "label", "edge", "pick")
    values = "".join(f"--{name}:{getattr(look, name)};" for name in names)
    sheet = f"<style>:root{{{values}}}{_CSS}</style>"
    root: Any = made.get_root()
    root.header.add_child(Element(sheet), name="hnm_style")


def _outlines(areas: Sequence[Area], look: Look) -> folium.GeoJson:
    features = [
        {
            "type": "Feature",
            "properties": {
                "style": {
                    "color": look.area,
                    "weight": 3 if area.kind == "district" else 1.5,
                    "fillColor": look.panel,
                    "fillOpacity": 0.0 if area.kind == "district" else 0.75,
                }
            },
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[lon, lat] for lat, lon in (*ring, ring[0])]] for ring in area.outlines
                ],
            },
        }
        for area in areas
    ]
    credit = _CREDIT if any(area.code for area in areas) else ""
    collection = {"type": "FeatureCollection", "features": features}
    return folium.GeoJson(collection, interactive=False, attribution=credit)


def _names(areas: Sequence[Area], labels: Sequence[Label]) -> folium.GeoJson:
    named = [("buurt", a.name, a.lat, a.lon) for a in areas if a.kind == "neighbourhood"]
    named += [("street", label.name, label.lat, label.lon) for label in labels]
    features = [
        {
            "type": "Feature",
            "properties": {"kind": kind, "name": name},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for kind, name, lat, lon in named
    ]
    collection = {"type": "FeatureCollection", "features": features}
    layer = folium.GeoJson(collection, point_to_layer=JsCode(_LABEL), style_function=None)
    layer.add_child(_Script(_ZOOM_CLASS))
    return layer


class _Script(folium.MacroElement):
    """A few lines of our own at the end of a layer's script."""

    def __init__(self, lines: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "HnmScript"
        self._template = folium.template.Template(
            "{% macro script(this, kwargs) %}" + lines + "{% endmacro %}"
        )


def _bounds(areas: Sequence[Area]) -> list[list[float]]:
    points = [point for area in areas for point in (area.outline or ((area.lat, area.lon),))]
    lats, lons = zip(*points, strict=True)
    return [[min(lats), min(lons)], [max(lats), max(lons)]]
