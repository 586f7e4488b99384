"""Eerder op deze plek: what happened near the incident on screen in the past year."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import streamlit as st

from core.domain import Incident
from core.store.room_queries import earlier_at
from core.telling import place_name, status_name
from pages._frame import ago, counted, language, services, t, told
from pages.room import state

_WITHIN_M: Final = 100.0
_PAST: Final = timedelta(days=365)


def show_earlier(incident: Incident) -> None:
    """Folded away, with how many there are; each opens at a click."""
    found = earlier_here(incident)
    if not found:
        return
    same = sum(one.topic == incident.topic for one in found)
    title = t("earlier.title", count=counted("count.incidents", len(found)))
    if same:
        title = f"{title}, {t('earlier.same', count=str(same))}"
    with st.expander(title, icon=":material/history_toggle_off:"):
        for one in found:
            st.button(
                _line(one),
                key=f"room.earlier.{one.id}",
                type="tertiary",
                on_click=_open,
                args=(one.id,),
            )


def earlier_here(incident: Incident) -> list[Incident]:
    """What happened at the same place in the past year; nothing when the place is not precise."""
    radius_m = incident.location.radius_m
    if radius_m is None or radius_m > 150:
        return []
    given = services()
    with given.store.read() as connection:
        return earlier_at(connection, incident, _WITHIN_M, given.clock() - _PAST)


def _line(incident: Incident) -> str:
    topic = services().topics[incident.topic].name(language())
    where = place_name(language(), incident.location)
    stands = status_name(language(), incident.status).lower()
    return f"{incident.number} · {topic} · {where} · {ago(incident.opened_at)} · {stands}"


@told
def _open(incident_id: int) -> None:
    state.choose(incident_id, move_map=True)
    st.rerun([state.DETAIL, state.BOARD])
