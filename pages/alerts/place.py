"""The map of early warning: areas with an open alert, and circles of raised risk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.domain import Area
from core.settings import ROOT
from core.store import Store, Unit
from core.store.alert_queries import Alert, AlertKind, Occurrence
from pages._frame import services, t
from pages.components.folium_frame import BaseMap, rendered, show_frame
from pages.components.maps import DARK, LIGHT, Label, Look, base_map
from pages.components.plot import palette

_LAYER: Final = """
var layer = L.featureGroup(%s.map(function (one) {
  const look = { color: one.colour, weight: one.weight, fillColor: one.colour,
    fillOpacity: one.fill, interactive: false, dashArray: one.dash };
  return one.ring ? L.polygon(one.ring, look)
    : L.circle(one.at, Object.assign({ radius: one.radius_m }, look));
}));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A place and how far around it something holds, in metres."""

    lat: float
    lon: float
    radius_m: float


def show_map(
    pilot_id: int, areas: Sequence[Area], alerts: Sequence[Alert], circles: Sequence[Circle]
) -> None:
    """Areas with an open alert are filled; circles show where a burglary raised the risk."""
    given = services()
    look = DARK if st.context.theme.type == "dark" else LIGHT
    st.html(ROOT / "static" / "site" / "alerts.css")
    st.markdown(f"**{t('warnings.map_title')}**")
    st.caption(t("warnings.map_note"))
    with st.container(key="alerts-map"):
        base = _base(given.store.url, pilot_id, look, given.store)
        show_frame(base, layer_of(areas, alerts, circles), on_change=_nothing, key="alerts.map")


def layer_of(areas: Sequence[Area], alerts: Sequence[Alert], circles: Sequence[Circle]) -> str:
    """The script that draws what is to be seen; numbers and colours only."""
    rises = {alert.area_id for alert in alerts if alert.kind is not AlertKind.NEAR_REPEAT}
    colours = palette()
    shapes = [
        {
            "ring": [[round(lat, 6), round(lon, 6)] for lat, lon in area.outline],
            "colour": colours.second,
            "weight": 3,
            "fill": 0.28,
            "dash": None,
        }
        for area in areas
        if area.id in rises and area.outline
    ]
    rings = [
        {
            "at": [round(one.lat, 6), round(one.lon, 6)],
            "radius_m": round(one.radius_m),
            "colour": colours.third,
            "weight": 2,
            "fill": 0.16,
            "dash": "6 4",
        }
        for one in circles
    ]
    return _LAYER % json.dumps([*shapes, *rings])


def circles_of(alerts: Sequence[Alert], occurrences: Sequence[Occurrence]) -> list[Circle]:
    """Around each burglary of a zone the distance of the zone, its own radius added."""
    by_id = {one.incident_id: one.location for one in occurrences}
    return [
        Circle(lat=place.lat, lon=place.lon, radius_m=alert.findings["near_m"] + place.radius_m)
        for alert in alerts
        if alert.kind is AlertKind.NEAR_REPEAT
        for incident_id in alert.incident_ids
        if (place := by_id.get(incident_id)) is not None
        and place.lat is not None
        and place.lon is not None
        and place.radius_m is not None
    ]


@st.cache_resource(ttl=300, max_entries=4, show_spinner=False)
def _base(url: str, pilot_id: int, look: Look, _store: Store) -> BaseMap:
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        areas, places = pilots.areas(pilot_id), pilots.places(pilot_id)
    taken = {area.name for area in areas}
    labels = [Label(name=p.name, lat=p.lat, lon=p.lon) for p in places if p.name not in taken]
    return rendered(base_map(areas, labels, look))


def _nothing() -> None:
    """A click on this map chooses nothing."""
