"""The board: the queue beside the map, filtered alike, renewed when something arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from core.domain import Area, Incident, Status, Urgency, User
from core.store import Store, Unit
from core.store.queries import revision
from core.store.room_queries import MOST_OPEN, colleagues, queue
from core.telling import owner_name, place_line, place_name, status_name
from pages._frame import counted, language, number, part, services, t, told, user
from pages.components.colours import topic_marks
from pages.components.incident_map import Spot, chosen_on_map, show_incident_map
from pages.components.maps import DARK, LIGHT, Label
from pages.components.queue import show_queue
from pages.room import state

UNDECIDED: Final = frozenset({Status.NEW, Status.REOPENED})
PASSED_ON: Final = frozenset({Status.HANDED_OVER, Status.IN_PROGRESS})
_MOST_ROWS: Final = 500
_QUEUE: Final = "room.queue"
_MAP: Final = "room.map"


def is_mine(incident: Incident, me: User) -> bool:
    return incident.assignee in (f"user:{me.login}", f"team:{me.team}")


VIEWS: Final[dict[str, Callable[[Incident, User], bool]]] = {
    "open": lambda incident, me: incident.status.is_open,
    "new": lambda incident, me: incident.status in UNDECIDED,
    "mine": lambda incident, me: incident.status.is_open and is_mine(incident, me),
    "passed": lambda incident, me: incident.status in PASSED_ON,
    "ended": lambda incident, me: not incident.status.is_open,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the map is drawn on: areas and names of streets."""

    areas: tuple[Area, ...]
    labels: tuple[Label, ...]


@part(state.BOARD)
def show_board() -> None:
    me = user()
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
    everything = incidents_at(given.store.url, newest, given.store)
    urgent = {i.id for i in everything if i.status in UNDECIDED and i.urgency is Urgency.URGENT}
    _call_out(everything, state.unseen(urgent))
    left, right = st.columns([1, 1.18], gap="small")
    with left:
        wanted = _chosen_by_filters(everything, me)
        _show_rows(wanted, newest, len(urgent))
    with right:
        _show_map(wanted)


@st.cache_resource(ttl=60, max_entries=4, show_spinner=False)
def incidents_at(url: str, at_revision: int, _store: Store) -> list[Incident]:
    """The queue as it is at a revision, read once for all screens; frozen, so safe to share."""
    with _store.read() as connection:
        return queue(connection)


@st.cache_resource(ttl=60, max_entries=4, show_spinner=False)
def ground_of(url: str, _store: Store) -> Ground:
    """Areas and street names of all pilots."""
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        ids = [pilot.id for pilot in pilots.all()]
        areas = tuple(area for pilot_id in ids for area in pilots.areas(pilot_id))
        places = [place for pilot_id in ids for place in pilots.places(pilot_id)]
    taken = {area.name for area in areas}
    labels = tuple(
        Label(name=place.name, lat=place.lat, lon=place.lon)
        for place in places
        if place.name not in taken
    )
    return Ground(areas=areas, labels=labels)


@st.cache_resource(ttl=30, max_entries=4, show_spinner=False)
def names_of(url: str, _store: Store) -> dict[str, str]:
    """The name behind each login."""
    with _store.read() as connection:
        return {colleague.login: colleague.name for colleague in colleagues(connection)}


def people() -> dict[str, str]:
    store = services().store
    return names_of(store.url, store)


def _chosen_by_filters(everything: Sequence[Incident], me: User) -> list[Incident]:
    view = st.segmented_control(
        t("room.view"),
        list(VIEWS),
        default="open",
        required=True,
        format_func=lambda name: t(f"room.view_{name}"),
        key="view",
        label_visibility="collapsed",
        bind="query-params",
    )
    with st.container(horizontal=True, gap="small", key="room-filters"):
        search = st.text_input(
            t("room.search"),
            key="q",
            placeholder=t("room.search_hint"),
            label_visibility="collapsed",
            live=True,
            bind="query-params",
        )
        topics, only_urgent = _filter_popover()
    fits = VIEWS[view or "open"]
    found = [
        incident
        for incident in everything
        if fits(incident, me)
        and (not topics or incident.topic in topics)
        and (not only_urgent or incident.urgency is Urgency.URGENT)
        and (not search or search.strip().casefold() in _searchable(incident))
    ]
    return _sorted(found)


def _filter_popover() -> tuple[list[str], bool]:
    topics = services().topics
    with st.popover(t("room.filter"), icon=":material/filter_alt:"):
        only_urgent = st.toggle(t("room.only_urgent"), key="urgent", bind="query-params")
        chosen = st.pills(
            t("room.topics"),
            list(topics),
            selection_mode="multi",
            format_func=lambda topic: topics[topic].name(language()),
            key="topics",
            bind="query-params",
        )
        st.toggle(t("room.oldest_first"), key="oldest", bind="query-params")
    return list(chosen or ()), only_urgent


def _sorted(incidents: Sequence[Incident]) -> list[Incident]:
    """Urgent first; then by age, the newest first unless somebody wants who waits longest."""
    oldest_first = bool(st.session_state.get("oldest"))
    by_age = sorted(incidents, key=lambda i: (i.opened_at, i.id), reverse=not oldest_first)
    return sorted(by_age, key=lambda incident: incident.urgency is not Urgency.URGENT)


def _searchable(incident: Incident) -> str:
    topic = services().topics[incident.topic]
    where = place_name(language(), incident.location)
    return f"{incident.number} {topic.name_nl} {topic.name_en} {where}".casefold()


def _show_rows(wanted: Sequence[Incident], newest: int, urgent_waiting: int) -> None:
    texts = "urgent urgent_waiting resident residents live not_live behind list".split()
    words = {name: t(f"room.{name}") for name in texts}
    beyond = len(wanted) - _MOST_ROWS
    words["more"] = t("room.more", count=number(beyond)) if beyond > 0 else ""
    words["empty"] = t("room.empty_filtered" if wanted or _is_filtered() else "room.empty")
    show_queue(
        [_row(incident) for incident in wanted[:_MOST_ROWS]],
        revision=newest,
        selected=state.chosen(),
        urgent_waiting=urgent_waiting,
        topics=services().topics,
        language=language(),
        words=words,
        on_chosen=_on_chosen_in_queue,
        on_arrived=_on_arrived,
        key=_QUEUE,
    )


def _is_filtered() -> bool:
    chosen = st.session_state
    return bool(
        chosen.get("q")
        or chosen.get("topics")
        or chosen.get("urgent")
        or chosen.get("view") not in (None, "open")
    )


def _row(incident: Incident) -> dict[str, Any]:
    hours = services().topics[incident.topic].service_hours
    late = incident.opened_at + timedelta(hours=hours)
    owner = incident.assignee or incident.destination
    return {
        "id": incident.id,
        "number": incident.number,
        "topic": incident.topic,
        "urgent": incident.urgency is Urgency.URGENT,
        "ended": not incident.status.is_open,
        "where": place_name(language(), incident.location),
        "state": status_name(language(), incident.status),
        "owner": owner_name(language(), owner, people()) if owner else "",
        "residents": incident.resident_count,
        "opened_ms": int(incident.opened_at.timestamp() * 1000),
        "late_ms": int(late.timestamp() * 1000) if incident.status is Status.NEW else None,
    }


def _show_map(wanted: Sequence[Incident]) -> None:
    given = services()
    ground = ground_of(given.store.url, given.store)
    dark = st.context.theme.type == "dark"
    marks = topic_marks(given.topics, language())
    shown = wanted[:MOST_OPEN]
    show_incident_map(
        [spot for incident in shown if (spot := _spot(incident, marks, dark)) is not None],
        areas=ground.areas,
        labels=ground.labels,
        look=DARK if dark else LIGHT,
        chosen=state.chosen(),
        go_to=state.go_to(),
        on_chosen=_on_chosen_on_map,
        key=_MAP,
    )


def _spot(incident: Incident, marks: dict[str, dict[str, str]], dark: bool) -> Spot | None:
    place = incident.location
    if place.lat is None or place.lon is None or place.radius_m is None:
        return None
    mark, theme = marks[incident.topic], "dark" if dark else "light"
    urgent = incident.urgency is Urgency.URGENT
    said = [incident.number, mark["name"], place_line(language(), place)]
    if urgent:
        said.insert(1, t("room.urgent"))
    said.append(counted("count.residents", incident.resident_count))
    return Spot(
        id=incident.id,
        lat=place.lat,
        lon=place.lon,
        radius_m=place.radius_m,
        kind=place.kind,
        symbol=mark["symbol"],
        colour=mark[theme],
        ink=mark[f"on_{theme}"],
        urgent=urgent,
        ended=not incident.status.is_open,
        residents=incident.resident_count,
        label=" · ".join(said),
    )


def _call_out(everything: Sequence[Incident], arrived: set[int]) -> None:
    """Says that something urgent has come in, wherever the eye is."""
    for incident in everything:
        if incident.id in arrived:
            topic = services().topics[incident.topic].name(language())
            where = place_name(language(), incident.location)
            sentence = t("room.urgent_arrived", topic=topic, where=where)
            st.toast(sentence, icon="🚨", duration="long")


@told
def _on_chosen_in_queue() -> None:
    found = st.session_state[_QUEUE]["chosen"]
    if isinstance(found, int) and found != state.chosen():
        state.choose(found, move_map=True)
    st.rerun([state.BOARD, state.DETAIL])


@told
def _on_chosen_on_map() -> None:
    found = chosen_on_map(_MAP)
    if found is not None and found != state.chosen():
        state.choose(found, move_map=False)
        st.rerun([state.BOARD, state.DETAIL])


@told
def _on_arrived() -> None:
    """Renews the board; the incident on screen only if it is another than was drawn."""
    chosen = state.chosen()
    if chosen is not None and not state.is_shown_as(fingerprint(chosen)):
        st.rerun([state.BOARD, state.DETAIL])
    st.rerun(state.BOARD)


def fingerprint(incident_id: int) -> str:
    """Changes with everything that shows of an incident."""
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        incident = unit.incidents.get(incident_id)
    return f"{incident.id}:{incident.version}:{incident.message_count}:{incident.last_message_at}"
