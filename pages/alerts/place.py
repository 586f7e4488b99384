"""The map of early warning: areas with an open alert, and circles of raised risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.domain import Area, Location
from core.store import Store, Unit
from core.store.alert_queries import Alert, AlertKind
from pages._frame import language, services, t
from pages.components.live_map import Ground, Shape, ground_of, show_live_map
from pages.components.map_words import credit_of, words_of
from pages.components.maps import Label, Look, look_now
from pages.components.plot import palette
from pages.server.basemap import layer

_HEIGHT: Final = "26rem"


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
    given, code = services(), language()
    st.markdown(f"**{t('warnings.map_title')}**")
    st.caption(t("warnings.map_note"))
    show_live_map(
        [],
        ground=_ground(given.store.url, pilot_id, look_now(), code, given.store),
        words=words_of(code) | {"map": t("warnings.map_title")},
        shapes=shapes_of(areas, alerts, circles),
        basemap=layer(),
        height=_HEIGHT,
        key="alerts.map",
    )


def shapes_of(
    areas: Sequence[Area], alerts: Sequence[Alert], circles: Sequence[Circle]
) -> list[Shape]:
    rises = {alert.area_id for alert in alerts if alert.kind is not AlertKind.NEAR_REPEAT}
    colours = palette()
    raised = [area for area in areas if area.id in rises and area.outline]
    return [
        *(Shape(outlines=area.outlines, colour=colours.second, fill=0.28) for area in raised),
        *(
            Shape(
                at=(round(one.lat, 6), round(one.lon, 6)),
                radius_m=one.radius_m,
                colour=colours.third,
                fill=0.16,
                dashed=True,
            )
            for one in circles
        ),
    ]


def circles_of(zones: Sequence[Alert], places: Mapping[int, Location]) -> list[Circle]:
    """Around each burglary of a zone the distance of the zone, its own radius added."""
    return [
        Circle(lat=place.lat, lon=place.lon, radius_m=alert.findings["near_m"] + place.radius_m)
        for alert in zones
        for incident_id in alert.incident_ids
        if (place := places.get(incident_id)) is not None
        and place.lat is not None
        and place.lon is not None
        and place.radius_m is not None
    ]


@st.cache_resource(ttl=300, max_entries=8, show_spinner=False)
def _ground(url: str, pilot_id: int, look: Look, code: str, _store: Store) -> Ground:
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        areas, places = pilots.areas(pilot_id), pilots.places(pilot_id)
    taken = {area.name for area in areas}
    labels = [Label(name=p.name, lat=p.lat, lon=p.lon) for p in places if p.name not in taken]
    return ground_of(areas, labels, {}, look, credit_of(code))
