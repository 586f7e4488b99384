"""opgenomen avond: a period of the own pilot to exercise on; what was decided then is the key.

Nothing is copied when an evening is made: its messages are read from the pilot's own store when
somebody begins. So what is erased, or whose retention is over, is in no evening any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import core.store.exercise_queries as queries
from core.audit import AuditEntry
from core.domain import Incident, Status, Urgency
from core.errors import NotFound
from core.exercises import Evening, Expected, Line, Verdict
from core.i18n import languages, text_of
from core.learning import says_no_report
from core.store.exercise_queries import Kept, by_incident
from core.store.hand_over_rows import account_in
from core.store.unit import Unit
from core.topics import topics

_DECISIONS: Final = ("accept", "reject", "hand_over", "close")
_SOONEST: Final = timedelta(minutes=2)
_LATEST: Final = timedelta(minutes=60)
_SLACK: Final = timedelta(minutes=30)
"""After the last message there is time to decide."""


def recorded_evening_of(evening_id: str, connection: Any) -> Evening:
    """A recorded evening with the messages that are still there. Raises NotFound."""
    number = int(evening_id) if evening_id.isdecimal() else 0
    found = queries.recorded_evening(connection, number)
    if found is None:
        raise NotFound(what="evening", id=evening_id)
    kept = queries.kept_between(connection, found.pilot_id, found.starts_at, found.ends_at)
    ids = sorted({one.incident_id for one in kept if one.incident_id is not None})
    incidents = queries.incidents_with(connection, ids)
    entries = by_incident(queries.entries_about(connection, ids))
    decided = {i.id: _expected(i, entries.get(i.id, [])) for i in incidents}
    keys = {incident_id: one for incident_id, one in decided.items() if one is not None}
    return Evening(
        id=f"recorded:{found.id}",
        name=dict.fromkeys(languages(), found.name),
        about={code: text_of(code, "exercise.recorded_about") for code in languages()},
        starts_at=found.starts_at,
        ends_at=found.ends_at + _SLACK,
        lines=tuple(_line(one, keys) for one in kept),
        expected=tuple(keys.values()),
        mark="recorded",
        pilot_id=found.pilot_id,
    )


def copy_pilot(pilot_id: int, period: tuple[date, date], own: Unit, unit: Unit) -> int:
    """Copies a pilot's areas, places, groups and thresholds into another store; gives its id."""
    pilot = own.pilots.pilot(pilot_id)
    new_id = unit.pilots.add(pilot.name, *period, pilot.topics)
    unit.pilots.set_thresholds(new_id, own.pilots.thresholds(pilot_id))
    area_ids: dict[int | None, int | None] = {None: None}
    for area in own.pilots.areas(pilot_id):
        area_ids[area.id] = unit.pilots.add_area(
            new_id,
            name=area.name,
            kind=area.kind,
            code=area.code,
            lat=area.lat,
            lon=area.lon,
            radius_m=round(area.radius_m),
            outline=[list(corner) for corner in area.outline],
            further=[[list(corner) for corner in part] for part in area.further],
        )
    for place in own.pilots.places(pilot_id):
        values = {n: v for n, v in place._mapping.items() if n not in ("id", "pilot_id")}
        unit.pilots.add_place(new_id, **values | {"area_id": area_ids.get(place.area_id)})
    for group in own.pilots.groups(pilot_id):
        unit.pilots.add_group(
            new_id,
            source=group.source,
            native_id=group.native_id,
            name=group.name,
            area_id=area_ids.get(group.area_id),
            is_open_source=group.is_open_source,
        )
    return new_id


def _line(one: Kept, keys: dict[int, Expected]) -> Line:
    key = keys.get(one.incident_id or 0)
    return Line(
        id=one.message_key,
        at=one.sent_at,
        group=one.group,
        author=one.resident,
        text=one.redacted,
        about=key.id if key else None,
        answers=one.reply_to,
    )


def _expected(incident: Incident, entries: Sequence[AuditEntry]) -> Expected | None:
    """What was decided then, as the key; nothing for what nobody decided on."""
    steps = [entry for entry in entries if entry.action in _DECISIONS]
    if not steps or incident.status in (Status.NEW, Status.REOPENED):
        return None
    rejected = incident.status is Status.REJECTED
    reason = next((e.reason or "" for e in reversed(steps) if e.action == "reject"), "")
    destinations = () if rejected else _destinations(incident)
    return Expected(
        id=f"i{incident.id}",
        topics=(incident.topic,),
        urgent=incident.urgency is Urgency.URGENT,
        verdict=Verdict.REJECT if rejected else Verdict.ACCEPT,
        destinations=destinations,
        within=_aim(incident, steps[0].at),
        is_resolved=False,
        is_hoax=rejected and says_no_report(reason),
        why=_why(incident, steps[0].at),
    )


def _destinations(incident: Incident) -> tuple[str, ...]:
    """Where it went, or was proposed to go; a system outside has no place in an exercise."""
    named = (incident.destination, incident.proposed_destination)
    inside = [one for one in named if one is not None and account_in(one) is None]
    return tuple(dict.fromkeys(inside))


def _aim(incident: Incident, decided_at: datetime) -> timedelta:
    """The topic's service time; sooner when it was decided sooner then, within reason."""
    service = timedelta(hours=topics()[incident.topic].decision_hours)
    took = max(decided_at - incident.opened_at, _SOONEST)
    return min(service, _LATEST, took * 2)


def _why(incident: Incident, decided_at: datetime) -> dict[str, str]:
    minutes = max(1, round((decided_at - incident.opened_at).total_seconds() / 60))
    return {
        code: text_of(code, "exercise.recorded_why", number=incident.number, count=minutes)
        for code in languages()
    }
