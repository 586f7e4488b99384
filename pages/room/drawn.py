"""Every incident as a row and as a mark on the map, made once for all screens of the process.

Only what changed is made anew: an incident is frozen, so it is the key of its own drawing. The
store's url is part of each key because a process may see more than one store, in tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from core.deadlines import Deadline, all_deadlines
from core.domain import Incident, Status, Urgency
from core.i18n import counted, text_of
from core.store import Store, Unit
from core.store.deadline_queries import HandedBack, handed_back
from core.store.hand_over_queries import account_names
from core.store.room_queries import colleagues, queue
from core.telling import owner_name, place_line, place_name, status_name
from core.topics import topics
from pages.components.colours import topic_marks
from pages.components.live_map import Ground, Spot, ground_of, row_of
from pages.components.map_words import credit_of
from pages.components.maps import Label, Look

ELSEWHERE: Final = frozenset({Status.HANDED_OVER, Status.IN_PROGRESS})
"""Somebody else has it now."""

_MOST_KEPT: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """getekend: the queue of one revision, in one language."""

    revision: int
    incidents: tuple[Incident, ...]
    urgent: frozenset[int]
    rows: Mapping[int, Mapping[str, Any]]
    due: Mapping[int, tuple[Deadline, ...]]
    back: Mapping[int, HandedBack]
    marks: Mapping[int, str]
    owners: Mapping[int, str]


@st.cache_resource(ttl=60, max_entries=8, show_spinner=False)
def draw(url: str, at_revision: int, code: str, _store: Store) -> Drawn:
    """The queue as it is at a revision; looked up again after a minute, for names that changed."""
    with _store.read() as connection:
        incidents = tuple(queue(connection))
        due = all_deadlines(incidents, Unit(connection, _store.clock()))
        back = handed_back(connection, [i.id for i in incidents if i.is_handed_back])
    names = names_of(_store)
    owners = {i.id: _owner(i, code, names) for i in incidents}
    marks = {i.id: mark for i in incidents if (mark := _mark(i, code, owners[i.id])) is not None}
    return Drawn(
        revision=at_revision,
        incidents=incidents,
        urgent=frozenset(i.id for i in incidents if waits_urgently(i)),
        rows={
            i.id: _row(i, code, owners[i.id], due.get(i.id, ()), back.get(i.id)) for i in incidents
        },
        due=due,
        back=back,
        marks=marks,
        owners=owners,
    )


@st.cache_resource(ttl=300, max_entries=8, show_spinner=False)
def ground_of_pilots(url: str, look: Look, code: str, _store: Store) -> Ground:
    """What lies under the incidents: all pilots' areas and street names."""
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        ids = [pilot.id for pilot in pilots.all()]
        areas = [area for pilot_id in ids for area in pilots.areas(pilot_id)]
        places = [place for pilot_id in ids for place in pilots.places(pilot_id)]
    taken = {area.name for area in areas}
    named = [place for place in places if place.name not in taken]
    labels = [Label(name=p.name, lat=p.lat, lon=p.lon) for p in named]
    return ground_of(areas, labels, topic_marks(topics(), code), look, credit_of(code))


def names_of(store: Store) -> dict[str, str]:
    """The name behind each login, and of each account outside."""
    return _names(store.url, store)


def waits_urgently(incident: Incident) -> bool:
    return incident.needs_decision and incident.urgency is Urgency.URGENT


@lru_cache(maxsize=_MOST_KEPT)
def searchable(incident: Incident, code: str) -> str:
    """What a search looks in: number, topic in every language, place."""
    topic = topics()[incident.topic]
    where = place_name(code, incident.location)
    called = incident.title or ""
    return f"{incident.number} {topic.name_nl} {topic.name_en} {where} {called}".casefold()


@lru_cache(maxsize=_MOST_KEPT)
def spot_of(incident: Incident, code: str, owner: str = "") -> Spot | None:
    """The incident as a spot on the map; None when nobody knows where it is."""
    place = incident.location
    if place.lat is None or place.lon is None or place.radius_m is None:
        return None
    return Spot(
        id=incident.id,
        lat=place.lat,
        lon=place.lon,
        radius_m=place.radius_m,
        kind=place.kind,
        topic=incident.topic,
        urgent=incident.urgency is Urgency.URGENT,
        ended=not incident.status.is_open,
        residents=incident.resident_count,
        label=_label(incident, code, owner),
        handed=incident.status in ELSEWHERE,
        at=incident.opened_at,
    )


@st.cache_resource(ttl=30, max_entries=4, show_spinner=False)
def _names(url: str, _store: Store) -> dict[str, str]:
    with _store.read() as connection:
        staff = {colleague.login: colleague.name for colleague in colleagues(connection)}
        return account_names(connection) | staff


@lru_cache(maxsize=_MOST_KEPT)
def _mark(incident: Incident, code: str, owner: str) -> str | None:
    spot = spot_of(incident, code, owner)
    return None if spot is None else row_of(spot)


@lru_cache(maxsize=_MOST_KEPT)
def _row(
    incident: Incident, code: str, owner: str, due: tuple[Deadline, ...], back: HandedBack | None
) -> dict[str, Any]:
    return {
        "id": incident.id,
        "number": incident.number,
        "topic": incident.topic,
        "title": incident.title or "",
        "urgent": incident.urgency is Urgency.URGENT,
        "ended": not incident.status.is_open,
        "where": place_name(code, incident.location),
        "state": _state(incident, code, back),
        "owner": owner,
        "residents": incident.resident_count,
        "opened_ms": int(incident.opened_at.timestamp() * 1000),
        "due": _clock_of(due[0]) if due else None,
    }


def _state(incident: Incident, code: str, back: HandedBack | None) -> str:
    if back is not None:
        return text_of(code, "room.handed_back", reason=back.reason)
    if incident.waits:
        return text_of(code, "room.waits")
    return status_name(code, incident.status)


def _clock_of(due: Deadline) -> dict[str, Any]:
    """What a row counts down to, in milliseconds; `until_ms`: it stands still until then."""
    moments = {"at_ms": due.due_at, "soon_ms": due.soon_at, "until_ms": due.paused_until}
    return {"duty": due.duty.value} | {
        name: None if at is None else int(at.timestamp() * 1000) for name, at in moments.items()
    }


def _owner(incident: Incident, code: str, names: Mapping[str, str]) -> str:
    owner = incident.assignee or incident.destination
    return owner_name(code, owner, names) if owner else ""


def _label(incident: Incident, code: str, owner: str) -> str:
    """Our own words and numbers only: this goes into the map."""
    said = [
        incident.number,
        topics()[incident.topic].name(code),
        place_line(code, incident.location),
        counted(code, "count.residents", incident.resident_count),
    ]
    if incident.urgency is Urgency.URGENT:
        said.insert(1, text_of(code, "urgency.urgent"))
    if incident.status in ELSEWHERE:
        said += [status_name(code, incident.status), owner]
    return " · ".join(said)
