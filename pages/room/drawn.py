"""Every incident as a row and as a mark on the map, made once for all screens of the process.

Only what changed is read and made anew. The store's url is part of each key because a process may
see more than one store: those of exercises.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeVar

import streamlit as st

from core.deadlines import Deadline, all_deadlines
from core.domain import Incident, Status, Urgency
from core.i18n import counted, text_of
from core.store import Store, Unit
from core.store.deadline_queries import HandedBack, handed_back
from core.store.hand_over_queries import account_names
from core.store.queries import changes_after
from core.store.room_queries import colleagues, queue, queue_after
from core.telling import owner_name, place_line, place_name, status_name
from core.topics import topics
from pages.components.colours import topic_marks
from pages.components.live_map import Ground, Spot, ground_of, row_of
from pages.components.map_words import credit_of
from pages.components.maps import Label, Look

ELSEWHERE: Final = frozenset({Status.HANDED_OVER, Status.IN_PROGRESS})
"""Somebody else has it now."""

_MOST_KEPT: Final = 8192
_MOST_CHANGED: Final = 200
_WHOLE_AGAIN: Final = timedelta(minutes=1)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """getekend: the queue of one revision, in one language; rows and marks are JSON already."""

    revision: int = 0
    whole_at: datetime | None = None
    """When all of it was looked up; since then only what changed."""
    incidents: tuple[Incident, ...] = ()
    urgent: frozenset[int] = frozenset()
    waiting_count: int = 0
    rows: Mapping[int, str] = field(default_factory=dict)
    due: Mapping[int, tuple[Deadline, ...]] = field(default_factory=dict)
    back: Mapping[int, HandedBack] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)
    owners: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """opgezocht: what is to be drawn; of it `fresh` anew, and what was drawn of `gone` is past."""

    whole_at: datetime
    incidents: Sequence[Incident]
    fresh: Sequence[Incident]
    gone: Collection[int]
    due: Mapping[int, tuple[Deadline, ...]]
    back: Mapping[int, HandedBack]


@dataclass(slots=True)
class Last:
    """laatste: what was drawn last, from which the next is made."""

    drawn: Drawn = field(default_factory=Drawn)


@st.cache_resource(ttl=60, max_entries=8, show_spinner=False)
def draw(url: str, at_revision: int, code: str, _store: Store) -> Drawn:
    """The queue as it is at a revision, made of what was drawn last and of what changed since."""
    last = _last(url, code)
    before, names = last.drawn, names_of(_store)
    found = _look_up(before, _store)
    owners = {i.id: _owner(i, code, names) for i in found.fresh}
    rows = {i.id: _row(i, code, owners[i.id], found) for i in found.fresh}
    marks = {i.id: m for i in found.fresh if (m := _mark(i, code, owners[i.id])) is not None}
    last.drawn = Drawn(
        revision=at_revision,
        whole_at=found.whole_at,
        incidents=tuple(found.incidents),
        urgent=frozenset(i.id for i in found.incidents if waits_urgently(i)),
        waiting_count=sum(i.waits and i.status.is_open for i in found.incidents),
        rows=_renewed(before.rows, found.gone, rows),
        due=_renewed(before.due, found.gone, found.due),
        back=_renewed(before.back, found.gone, found.back),
        marks=_renewed(before.marks, found.gone, marks),
        owners=_renewed(before.owners, found.gone, owners),
    )
    return last.drawn


@st.cache_resource(max_entries=8, show_spinner=False)
def _last(url: str, code: str) -> Last:
    return Last()


def _look_up(before: Drawn, store: Store) -> Found:
    """Only what changed; once a minute all of it, for what changed without its incident."""
    now = store.clock()
    with store.read() as connection:
        news = changes_after(connection, before.revision, limit=_MOST_CHANGED)
        is_old = before.whole_at is None or now - before.whole_at >= _WHOLE_AGAIN
        if before.whole_at is None or is_old or len(news) == _MOST_CHANGED:
            gone, whole_at = frozenset(before.rows), now
            incidents = fresh = queue(connection)
        else:
            gone, whole_at = frozenset(change.incident_id for change in news), before.whole_at
            incidents = queue_after(connection, before.incidents, gone)
            fresh = [incident for incident in incidents if incident.id in gone]
        return Found(
            whole_at=whole_at,
            incidents=incidents,
            fresh=fresh,
            gone=gone,
            due=all_deadlines(fresh, Unit(connection, now)),
            back=handed_back(connection, [i.id for i in fresh if i.is_handed_back]),
        )


def _renewed(
    before: Mapping[int, Value], gone: Collection[int], fresh: Mapping[int, Value]
) -> dict[int, Value]:
    return {number: value for number, value in before.items() if number not in gone} | dict(fresh)


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


def _mark(incident: Incident, code: str, owner: str) -> str | None:
    spot = spot_of(incident, code, owner)
    return None if spot is None else row_of(spot)


def _row(incident: Incident, code: str, owner: str, found: Found) -> str:
    due, back = found.due.get(incident.id), found.back.get(incident.id)
    row = {
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
    return json.dumps(row, ensure_ascii=False)


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
