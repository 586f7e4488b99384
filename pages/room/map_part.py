"""The map beside the queue: its layers, the lines from the chosen incident, an area to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core.areas import metres
from core.domain import Area, Incident
from core.i18n import text_of
from core.store import Store, Unit
from core.store.map_queries import Density, density, officers_by_area
from core.telling import owner_name, status_name
from pages._frame import ago, counted, language, number, services, t, told
from pages.components.live_map import (
    LAYERS,
    Choice,
    Drawing,
    Heat,
    Layers,
    Nearby,
    area_on,
    chosen_on,
    layers_on,
    position,
    show_live_map,
)
from pages.components.map_words import words_of
from pages.components.maps import look_now
from pages.room import state
from pages.room.drawn import Drawn, ground_of_pilots, spot_of
from pages.room.earlier import earlier_here
from pages.room.within import Within, text_of_area, text_of_outline, within_of
from pages.server.basemap import layer

WITHIN: Final = "within"
LAYERS_ON: Final = "layers"
_KEY: Final = "room.map"
_AREA: Final = "room.area"
_PERIODS: Final = {"heat_day": 1, "heat_week": 7, "heat_month": 28}
_NOW_NEAR_M: Final = 300.0
_NOW_WITHIN: Final = timedelta(days=3)
_MOST_NEARBY: Final = 8
_PRECISE_M: Final = 150.0
_HERE_M: Final = 15.0
_MOST_NAMES: Final = 3


def show_map(wanted: Sequence[Incident], drawn: Drawn, within: Within | None) -> None:
    """The incidents of the queue, with the layers that are switched on."""
    given, code = services(), language()
    chosen_id, layers = state.chosen(), st.session_state[LAYERS_ON]
    chosen = next((i for i in drawn.incidents if i.id == chosen_id), None)
    basemap = layer()
    show_live_map(
        [drawn.marks[i.id] for i in wanted if i.id in drawn.marks and i is not chosen],
        ground=ground_of_pilots(given.store.url, look_now(), code, given.store),
        words=words_of(code),
        choice=Choice(
            spot=spot_of(chosen, code, drawn.owners[chosen.id]) if chosen is not None else None,
            nearby=_nearby(chosen, drawn.incidents) if "no_nearby" not in layers else (),
            go_to=state.go_to(),
            on_chosen=_on_chosen,
        ),
        layers=Layers(
            offered=[name for name in LAYERS if name != "no_basemap" or basemap],
            on=layers,
            on_layers=_on_layers,
        ),
        drawing=Drawing(
            outlines=within.outlines if within is not None else (),
            name=_name(within),
            on_area=_on_area,
        ),
        heat=next((_heat(name) for name in _PERIODS if name in layers), None),
        officers=_officers(given.store.url, code, given.store) if "officers" in layers else None,
        basemap=basemap,
        key=_KEY,
    )


def within_now() -> Within | None:
    """The area that the address or somebody's hand names."""
    given = services()
    return within_of(st.session_state[WITHIN], _areas(given.store.url, given.store))


def choose_area() -> None:
    """The same by keyboard: an area from a list."""
    given = services()
    named = {area.id: area.name for area in _areas(given.store.url, given.store)}
    within = within_now()
    st.session_state[_AREA] = within.area_id if within is not None else None
    st.selectbox(
        t("map.choose_area"),
        list(named),
        index=None,
        format_func=lambda area_id: named.get(area_id, ""),
        placeholder=_name(within) or t("map.anywhere"),
        key=_AREA,
        on_change=_on_named,
    )


def read_layers() -> None:
    """Of what an address names only what there is."""
    named = st.session_state[LAYERS_ON]
    st.session_state[LAYERS_ON] = [name for name in LAYERS if name in named]


def _name(within: Within | None) -> str:
    if within is None:
        return ""
    return within.area.name if within.area_id is not None else t("map.drawn_area")


def _nearby(chosen: Incident | None, everything: Sequence[Incident]) -> list[Nearby]:
    """What was here before, as the fold beside it lists it, and what goes on near it now."""
    if chosen is None or not _is_precise(chosen):
        return []
    before = earlier_here(chosen)
    known = {incident.id for incident in before}
    now = [i for i in everything if i.id not in known and _goes_on_near(chosen, i)]
    nearest = sorted(now, key=lambda i: _apart(chosen, i))[:_MOST_NEARBY]
    lines = [(i, True) for i in before] + [(i, False) for i in nearest]
    return [_line(chosen, incident, earlier) for incident, earlier in lines]


def _goes_on_near(chosen: Incident, other: Incident) -> bool:
    if other.id == chosen.id or not other.status.is_open or not _is_precise(other):
        return False
    at_the_time = abs(other.opened_at - chosen.opened_at) <= _NOW_WITHIN
    return at_the_time and _apart(chosen, other) <= _NOW_NEAR_M


def _is_precise(incident: Incident) -> bool:
    """A whole area is near everything in it."""
    radius_m = incident.location.radius_m
    return radius_m is not None and radius_m <= _PRECISE_M


def _apart(one: Incident, other: Incident) -> float:
    here, there = one.location, other.location
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return float("inf")
    return metres((here.lat, here.lon), (there.lat, there.lon))


def _line(chosen: Incident, other: Incident, earlier: bool) -> Nearby:
    spot = spot_of(other, language())
    assert spot is not None  # only what has a place is near
    away = _apart(chosen, other)
    said = [
        other.number,
        services().topics[other.topic].name(language()),
        t("map.here") if away < _HERE_M else t("map.away", metres=number(round(away, -1))),
        ago(other.opened_at),
        status_name(language(), other.status).lower(),
    ]
    lat, lon = position(spot)
    return Nearby(id=other.id, lat=lat, lon=lon, label=" · ".join(said), earlier=earlier)


def _heat(name: str) -> Heat:
    given = services()
    found = _density(given.store.url, _PERIODS[name], given.store)
    said = t(
        "map.heat_said",
        period=text_of(language(), f"map.layer_{name}"),
        count=counted("count.incidents", found.count),
    )
    points = [(lat, lon, 1.0) for lat, lon in found.points]
    return Heat(points=points, counts=found.by_area, said=said)


@st.cache_resource(ttl=60, max_entries=8, show_spinner=False)
def _density(url: str, days: int, _store: Store) -> Density:
    with _store.read() as connection:
        return density(connection, _store.clock() - timedelta(days=days))


@st.cache_resource(ttl=60, max_entries=8, show_spinner=False)
def _officers(url: str, code: str, _store: Store) -> dict[int, str]:
    """The names in each area, one a line."""
    with _store.read() as connection:
        found = officers_by_area(connection)
    lines: dict[int, list[str]] = {
        area_id: [_said(code, one.name, one.team) for one in officers]
        for area_id, officers in found.items()
    }
    return {area_id: _few(code, names) for area_id, names in lines.items()}


def _said(code: str, name: str, team: str | None) -> str:
    return f"{name} ({owner_name(code, f'team:{team}', {})})" if team else name


def _few(code: str, names: list[str]) -> str:
    beyond = len(names) - _MOST_NAMES
    more = [text_of(code, "map.more_names", count=str(beyond))] if beyond > 0 else []
    return "\n".join(names[:_MOST_NAMES] + more)


@st.cache_resource(ttl=60, max_entries=4, show_spinner=False)
def _areas(url: str, _store: Store) -> list[Area]:
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        return [area for pilot in pilots.all() for area in pilots.areas(pilot.id)]


@told
def _on_chosen() -> None:
    found = chosen_on(_KEY)
    if found is not None and found != state.chosen():
        state.choose(found, move_map=False)
        st.rerun([state.DETAIL, state.BOARD])


@told
def _on_layers() -> None:
    _keep(LAYERS_ON, layers_on(_KEY))


@told
def _on_area() -> None:
    _keep(WITHIN, text_of_outline(area_on(_KEY)))


@told
def _on_named() -> None:
    _keep(WITHIN, text_of_area(st.session_state[_AREA]))


def _keep(name: str, value: str | list[str]) -> None:
    st.session_state[name] = value
    st.rerun(state.BOARD)
