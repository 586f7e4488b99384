"""The forms that correct: where a message belongs, what an incident is called and where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from core.domain import Incident, Location
from core.locate import Gazetteer
from core.overrule import LONGEST_TITLE, places_named, within_radius
from core.permissions import Action, may
from core.scenes import Scenes
from core.store import Unit
from core.store.room_queries import Dossier, MemberLine, likely_homes
from core.telling import place_line, place_name
from pages._frame import ago, language, services, t, told, user
from pages.room import actions, state

Made = Callable[[str, Incident], Any]
Finished = Callable[[Any, str, Callable[[], None]], None]

_RADII_M: Final = (0, 25, 50, 100, 250, 500, 1000)
"""0: as precisely as the place itself is known."""
_MOST_PLACES: Final = 5


def show_move(found: Dossier, made: Made, opened: Callable[[str], None]) -> None:
    """Which message, and where it goes: another incident, one of its own, or nowhere."""
    incident = found.incident
    lines = {m.message_id: m for m in found.members}
    asked = state.homeless()
    chosen = st.selectbox(
        t("room.move_which"),
        list(lines),
        index=list(lines).index(asked) if asked in lines else len(lines) - 1,
        format_func=lambda message_id: _line(lines[message_id]),
        key=f"room.moving.{incident.id}.{asked}",
    )
    homes = _homes(incident, lines[chosen])
    form = made("move", incident)
    form.selectbox(
        t("room.move_to"),
        list(homes),
        format_func=lambda other_id: _home(homes[other_id], lines[chosen]),
        placeholder=t("room.no_neighbours"),
        key=f"room.home.{incident.id}.{chosen}",
    )
    _show_move_buttons(found, chosen, form, opened)


def _show_move_buttons(
    found: Dossier, message_id: int, form: Any, opened: Callable[[str], None]
) -> None:
    incident = found.incident

    @told
    def submit() -> None:
        to_id = st.session_state.get(f"room.home.{incident.id}.{message_id}")
        if to_id is not None:
            actions.move(incident.id, incident.version, message_id, to_id)

    here = (incident.id, incident.version, message_id)
    with form.container(horizontal=True, gap="small"):
        st.form_submit_button(
            t("room.do_move"), on_click=submit, type="primary", key="room.submit.move"
        )
        if len(found.members) > 1:
            st.form_submit_button(
                t("room.own_incident"), on_click=actions.take_out, args=here, key="room.own"
            )
        if may(user(), Action.SETTLE_DOUBT):
            st.form_submit_button(
                t("room.no_report"), on_click=actions.no_report, args=here, key="room.no_report"
            )
        st.form_submit_button(t("room.cancel"), on_click=opened, args=("move",), key="room.cancel")


def _homes(incident: Incident, member: MemberLine) -> dict[int, Incident]:
    with services().store.read() as connection:
        return {other.id: other for other in likely_homes(connection, incident, member)}


def _line(member: MemberLine) -> str:
    return f"{ago(member.sent_at)} · {member.redacted[:70]}"


def _home(other: Incident, member: MemberLine) -> str:
    topic = other.title or services().topics[other.topic].name(language())
    where = place_name(language(), other.location)
    line = f"{other.number} · {topic} · {where} · {ago(other.last_message_at)}"
    return t("room.runner_up_named", line=line) if other.id == member.runner_up else line


def show_title(found: Dossier, made: Made, finished: Finished) -> None:
    incident = found.incident
    key = f"room.title.{incident.id}"
    form = made("set_title", incident)
    form.text_input(t("room.title"), value=incident.title or "", max_chars=LONGEST_TITLE, key=key)

    def submit() -> None:
        title = str(st.session_state.get(key) or "")
        actions.set_title(incident.id, incident.version, title)

    finished(form, "set_title", submit)


def show_place(found: Dossier, made: Made, finished: Finished) -> None:
    """A place typed and found in the pilot's own street table, and how precisely."""
    incident = found.incident
    typed = st.text_input(
        t("room.place_typed"),
        placeholder=t("room.place_hint"),
        key=f"room.place.{incident.id}",
        max_chars=120,
        live=True,
    )
    places = _places(incident, typed)
    form = made("set_place", incident)
    if not places:
        form.caption(t("room.place_none"))
    key = f"room.place_found.{incident.id}"
    form.radio(
        t("room.place_found"),
        list(range(len(places))),
        format_func=lambda n: place_line(language(), places[n]),
        key=key,
        index=0 if places else None,
        label_visibility="collapsed",
    )
    form.select_slider(
        t("room.radius"),
        _RADII_M,
        value=0,
        format_func=lambda m: f"± {m} m" if m else t("room.radius_known"),
        key=f"{key}.radius",
    )

    @told
    def submit() -> None:
        chosen = st.session_state.get(key)
        if chosen is not None:
            radius_m = st.session_state[f"{key}.radius"] or None
            place = within_radius(places[chosen], radius_m)
            actions.set_place(incident.id, incident.version, place)

    finished(form, "set_place", submit)


def _places(incident: Incident, typed: str) -> list[Location]:
    """What was typed may mean; with nothing typed, where it is now and what was in doubt."""
    if not typed.strip():
        return [incident.location] if incident.location.lat is not None else []
    given = services()
    finder = _gazetteer(given.store.url, incident.pilot_id)
    here = incident.location
    near = (here.lat, here.lon) if here.lat is not None and here.lon is not None else None
    return places_named(typed, finder, near)[:_MOST_PLACES]


@st.cache_resource(ttl=300, max_entries=8, show_spinner=False)
def _gazetteer(url: str, pilot_id: int) -> Gazetteer:
    given = services()
    with given.store.read() as connection:
        return Scenes().gazetteer_of(pilot_id, Unit(connection, given.clock()))


def show_follow(found: Dossier, made: Made, finished: Finished) -> None:
    incident = found.incident
    names = sorted(incident.overruled)
    key = f"room.follow.{incident.id}"
    form = made("follow", incident)
    form.pills(
        t("room.follow_what"),
        names,
        default=names,
        selection_mode="multi",
        format_func=lambda name: t(f"room.overruled_{name}"),
        key=key,
    )

    def submit() -> None:
        actions.follow(incident.id, incident.version, list(st.session_state.get(key) or ()))

    finished(form, "follow", submit)
