"""streamlit-folium's frame with a base map made once: a rerun sends strings, it renders no tree.

st_folium renders the whole folium tree two or three times on every rerun, which is most of a
rerun's time. Its frame needs only the strings that come of it. This uses parts of the pinned
streamlit-folium that it does not promise to keep; tests/pages/test_maps.py guards them. A map that
somebody clicks on, or that is renewed all the time, is a live map (live_map.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import folium
import streamlit_folium

from pages.components.maps import keep_local, links_of

_HEIGHT_PX: Final = 600
"""What the frame is told; the page's style sheet decides how high it really is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMap:
    """ondergrond: a folium map as the strings its frame wants."""

    script: str
    header: str
    html: str
    js_links: tuple[str, ...]
    css_links: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Another base map is another frame; the same one is kept, with its view."""
        return hashlib.sha256((self.script + self.header).encode()).hexdigest()[:12]


def rendered(made: folium.Map) -> BaseMap:
    """The strings of a folium map, its assets our own.

    Raises BadSetting for an asset we have no copy of.
    """
    keep_local(made)
    root: Any = made.get_root()
    root.render()
    js_links, css_links = links_of(made)
    return BaseMap(
        html=streamlit_folium._get_html(made),
        header=streamlit_folium._get_header(made),
        script=streamlit_folium._get_map_string(made),
        js_links=js_links,
        css_links=css_links,
    )


def show_frame(base: BaseMap, layer: str, *, on_change: Callable[[], None], key: str) -> None:
    """Shows the base map with one layer on it: script that makes a Leaflet layer named `layer`."""
    name = f"{key}.{base.mark}"
    streamlit_folium._component_func(
        script=base.script,
        header=base.header,
        html=base.html,
        id="map_div",
        key=name,
        height=_HEIGHT_PX,
        width=None,
        returned_objects=[],
        default={},
        zoom=None,
        center=None,
        feature_group=_added(layer),
        return_on_hover=False,
        layer_control=None,
        pixelated=False,
        css_links=list(base.css_links),
        js_links=list(base.js_links),
        on_change=on_change,
        wrap_longitude=False,
    )


def _added(layer: str) -> str:
    """The layer in the frame's own book-keeping, by which it takes the one before away."""
    return (
        f"{layer}\n"
        "var hnm_group = L.featureGroup([layer]);\n"
        "map_div.addLayer(hnm_group);\n"
        "window.feature_group = [hnm_group];\n"
    )
