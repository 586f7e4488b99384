"""The board: the queue beside the map, filtered alike, renewed when something arrives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import Any, Final

import streamlit as st

from core.deadlines import Duty
from core.domain import Incident, Urgency, User
from core.i18n import text_of
from core.permissions import Action, may
from core.store import Unit
from core.store.queries import revision
from core.telling import actor_name, place_name
from pages._frame import language, number, part, services, t, told, user
from pages.alerts.short import call_out_new
from pages.components.queue import show_queue
from pages.components.words import escaped
from pages.room import state
from pages.room.drawn import ELSEWHERE, Drawn, draw, searchable
from pages.room.forms import BUTTONS
from pages.room.map_part import (
    LAYERS_ON,
    WITHIN,
    choose_area,
    read_layers,
    show_map,
    within_now,
)
from pages.room.names import people
from pages.room.noting import show_call_button
from pages.room.shift import show_shift_button, show_waiting
from pages.room.views import show_views
from pages.room.within import Within, narrowed

_MOST_ROWS: Final = 200
"""Nobody scrolls further; each row goes to every screen at every change."""

_QUEUE: Final = "room.queue"


def is_mine(incident: Incident, me: User) -> bool:
    return incident.assignee in (f"user:{me.login}", f"team:{me.team}")


VIEWS: Final[dict[str, Callable[[Incident, User], bool]]] = {
    "open": lambda incident, me: incident.status.is_open and not incident.waits,
    "new": lambda incident, me: incident.needs_decision,
    "mine": lambda incident, me: incident.status.is_open and is_mine(incident, me),
    "passed": lambda incident, me: incident.status in ELSEWHERE,
    "waiting": lambda incident, me: incident.status.is_open and incident.waits,
    "ended": lambda incident, me: not incident.status.is_open,
}


SORTS: Final = ("newest", "oldest", "due")

FILTERS: Final[dict[str, bool | str | list[str]]] = {
    "view": "open",
    "q": "",
    "urgent": False,
    "topics": [],
    "sort": "newest",
    WITHIN: "",
    LAYERS_ON: [],
}


@part(state.BOARD)
def show_board() -> None:
    me = user()
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
    drawn = draw(given.store.url, newest, language(), given.store)
    _call_out(drawn.incidents, state.unseen(set(drawn.urgent)))
    _call_out_returned(drawn, me)
    call_out_new()
    left, right = st.columns([1, 1.18], gap="small")
    with left:
        show_waiting(me)
        wanted, within = _chosen_by_filters(drawn, me)
        _show_rows(wanted, drawn)
    with right:
        show_map(wanted, drawn, within)


def _chosen_by_filters(drawn: Drawn, me: User) -> tuple[list[Incident], Within | None]:
    _read_filters()
    everything, waiting = drawn.incidents, drawn.waiting_count
    with st.container(horizontal=True, gap="xsmall", key="room-view"):
        view = st.segmented_control(
            t("room.view"),
            [name for name in VIEWS if name != "waiting" or waiting or _looks_at_waiting()],
            required=True,
            format_func=lambda name: t(f"room.view_{name}", count=number(waiting)),
            key="view",
            label_visibility="collapsed",
        )
        show_shift_button(me)
    with st.container(horizontal=True, gap="small", key="room-filters"):
        search = st.text_input(
            t("room.search"),
            key="q",
            placeholder=t("room.search_hint"),
            label_visibility="collapsed",
            live=True,
        )
        topics, only_urgent = _filter_popover()
        show_call_button(me)
    for name, default in FILTERS.items():
        state.to_address(name, default)
    fits, code, words = VIEWS[view or "open"], language(), search.strip().casefold()
    found = [
        incident
        for incident in everything
        if fits(incident, me)
        and (not topics or incident.topic in topics)
        and (not only_urgent or incident.urgency is Urgency.URGENT)
        and (not words or words in searchable(incident, code))
    ]
    within = within_now()
    return _sorted(narrowed(found, within), drawn), within


def _looks_at_waiting() -> bool:
    return st.session_state.get("view") == "waiting"


def _read_filters() -> None:
    for name, default in FILTERS.items():
        state.from_address(name, default)
    topics = services().topics
    st.session_state["topics"] = [name for name in st.session_state["topics"] if name in topics]
    if st.session_state["view"] not in VIEWS:
        st.session_state["view"] = "open"
    read_layers()
    if st.session_state["sort"] not in SORTS:
        st.session_state["sort"] = "newest"
    for name in ("urgent", "sort"):
        # Said again each time: the browser draws what is in a popover only when it is opened.
        st.session_state[name] = st.session_state[name]


def _filter_popover() -> tuple[list[str], bool]:
    topics = services().topics
    with st.popover(t("room.filter"), icon=":material/filter_alt:"):
        only_urgent = st.toggle(t("room.only_urgent"), key="urgent")
        chosen = st.pills(
            t("room.topics"),
            list(topics),
            selection_mode="multi",
            format_func=lambda topic: topics[topic].name(language()),
            key="topics",
        )
        st.segmented_control(
            t("room.sort"),
            list(SORTS),
            required=True,
            format_func=lambda name: t(f"room.sort_{name}"),
            key="sort",
        )
        choose_area()
        show_views(FILTERS)
    return list(chosen or ()), only_urgent


def _sorted(incidents: Sequence[Incident], drawn: Drawn) -> list[Incident]:
    """Urgent first, then by age; or what is due first, whatever it is."""
    sort = str(st.session_state.get("sort"))
    by_age = sorted(incidents, key=lambda i: (i.opened_at, i.id), reverse=sort == "newest")
    if sort == "due":
        return sorted(by_age, key=lambda incident: _due_at(incident, drawn))
    return sorted(by_age, key=lambda incident: incident.urgency is not Urgency.URGENT)


def _due_at(incident: Incident, drawn: Drawn) -> float:
    """What nothing is due of comes last."""
    due = drawn.due.get(incident.id)
    return due[0].due_at.timestamp() if due else inf


def _show_rows(wanted: Sequence[Incident], drawn: Drawn) -> None:
    words = dict(_words(language()))
    beyond = len(wanted) - _MOST_ROWS
    words["more"] = t("room.more", count=number(beyond)) if beyond > 0 else ""
    words["empty"] = t("room.empty_filtered" if _is_filtered() else "room.empty")
    show_queue(
        [drawn.rows[incident.id] for incident in wanted[:_MOST_ROWS]],
        revision=drawn.revision,
        selected=state.chosen(),
        urgent_waiting=len(drawn.urgent),
        topics=services().topics,
        language=language(),
        words=words,
        on_chosen=_on_chosen_in_queue,
        on_arrived=_on_arrived,
        key=_QUEUE,
    )


@lru_cache
def _words(code: str) -> Mapping[str, Any]:
    """What the queue says whatever stands in it."""
    texts = (
        "urgent urgent_waiting resident residents live not_live behind list keys "
        "help close sound_on sound_off sound_held sound_click looking paused"
    ).split()
    said: dict[str, Any] = {name: text_of(code, f"room.{name}") for name in texts}
    said["keyboard"] = _keyboard(code)
    said["due"] = {duty: _clock_words(code, duty) for duty in Duty}
    return said | {
        name: text_of(code, f"time.{name}", count="").strip() for name in ("d", "h", "min")
    }


def _clock_words(code: str, duty: Duty) -> dict[str, str]:
    """What a row says of it, while it runs and once it is late; … stands for the time."""
    return {name: text_of(code, f"due.{duty.value}_{name}") for name in ("left", "late")}


def _keyboard(code: str) -> list[tuple[str, str]]:
    """Every key and what it does, for the overlay."""
    own = {"J": "next", "K": "previous", "/": "search", "?": "help", "Esc": "escape", "Y": "call"}
    double = {"U": "urgency", "H": "claim"}
    said = {key: text_of(code, f"room.key_{name}") for key, name in own.items()}
    for button in BUTTONS:
        name = double.get(button.key)
        kind = f"key_{name}" if name else f"do_{button.step.value}"
        said[button.key] = text_of(code, f"room.{kind}")
    said["⌨"] = text_of(code, "room.key_switch")
    return list(said.items())


def _is_filtered() -> bool:
    return any(
        st.session_state[name] != default
        for name, default in FILTERS.items()
        if name != LAYERS_ON  # a layer hides no row
    )


def _call_out(everything: Sequence[Incident], arrived: set[int]) -> None:
    """Says that something urgent has come in, wherever the eye is."""
    for incident in everything:
        if incident.id in arrived:
            topic = services().topics[incident.topic].name(language())
            where = place_name(language(), incident.location)
            sentence = t("room.urgent_arrived", topic=topic, where=where)
            st.toast(sentence, icon="🚨", duration="long")


def _call_out_returned(drawn: Drawn, me: User) -> None:
    """Says to who must decide again that something was given back, by whom and why."""
    returned = state.unseen(set(drawn.back), "returned")
    if not may(me, Action.DECIDE):
        return
    for incident_id in sorted(returned):
        back = drawn.back[incident_id]
        who = actor_name(language(), back.by, people())
        sentence = t("room.returned", number=f"HNM-{incident_id}", who=escaped(who))
        said = f"{sentence} “{escaped(back.reason)}”"
        st.toast(said, icon=":material/undo:", duration="long")


@told
def _on_chosen_in_queue() -> None:
    found = st.session_state[_QUEUE]["chosen"]
    if isinstance(found, int) and found != state.chosen():
        state.choose(found, move_map=True)
    st.rerun([state.DETAIL, state.BOARD])


@told
def _on_arrived() -> None:
    """The board renews itself; so does the incident on screen if it is another than was drawn."""
    chosen = state.chosen()
    if chosen is not None and _as_stored(chosen) != state.shown():
        st.rerun([state.DETAIL, state.BOARD])


def _as_stored(incident_id: int) -> state.Shown:
    given = services()
    with given.store.read() as connection:
        return state.Shown.of(Unit(connection, given.clock()).incidents.get(incident_id))
