"""Reads for early warning: what happened, what is expected, which alerts there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Location, Status
from core.errors import NotFound
from core.store.rows import location_of
from core.store.tables import (
    alerts,
    expected_events,
    incidents,
    links,
    messages,
    plate_marks,
    watches,
)

_MOST_ALERTS: Final = 400


class AlertKind(StrEnum):
    """soort signalering: what was noticed."""

    RISE = "rise"
    NEAR_REPEAT = "near_repeat"
    SPREADING = "spreading"


class AlertState(StrEnum):
    """stand van een signalering: what a person made of it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    NOTED = "noted"
    DISMISSED = "dismissed"
    INCIDENT = "incident"


class NearRepeats(StrEnum):
    """herhaalwaarschuwing: when a burglary leads to a warning for its surroundings."""

    ALWAYS = "always"
    WHEN_SHOWN = "when_shown"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """voorval: an incident as early warning counts it, with who wrote about it and when."""

    incident_id: int
    topic: str
    area_id: int | None
    opened_at: datetime
    location: Location
    reports: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """signalering: what asks attention, since when, on what it rests, and what became of it."""

    id: int
    pilot_id: int
    kind: AlertKind
    topic: str
    area_id: int | None
    began_at: datetime
    raised_at: datetime
    last_at: datetime
    findings: Mapping[str, Any]
    state: AlertState
    version: int
    judged_by: str | None = None
    judged_at: datetime | None = None
    reason: str | None = None
    incident_id: int | None = None

    @property
    def incident_ids(self) -> tuple[int, ...]:
        """The incidents that it rests on."""
        return tuple(self.findings.get("incidents", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEvent:
    """verwachte gebeurtenis: when more is to be expected: about what, where, how many times more.

    No topics or areas named means all of them.
    """

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    topics: tuple[str, ...]
    area_ids: tuple[int, ...]
    factor: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """instelling van de vroegsignalering, per pilot."""

    false_alarms_per_week: float = 1.0
    near_repeats: NearRepeats = NearRepeats.ALWAYS
    near_m: int = 200
    near_days: int = 14
    spreading_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """bewaking: how a pilot is watched, and what the last look made of it."""

    settings: WatchSettings = field(default_factory=WatchSettings)
    outlook: Mapping[str, Any] | None = None
    watched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """verteld: what one resident wrote about an incident, redacted, and the marks of plates."""

    message_id: int
    incident_id: int
    topic: str
    area_id: int | None
    resident: str
    sent_at: datetime
    redacted: str
    plates: frozenset[str]


def occurrences(connection: sa.Connection, pilot_id: int, since: datetime) -> list[Occurrence]:
    """The incidents that began since a moment, oldest first: not merged, rejected, or made of an
    alert.
    """
    made = sa.select(alerts.c.incident_id).where(alerts.c.incident_id.is_not(None))
    query = (
        sa.select(incidents)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.opened_at >= since)
        .where(incidents.c.merged_into.is_(None), incidents.c.message_count > 0)
        .where(incidents.c.status != Status.REJECTED.value, incidents.c.id.not_in(made))
        .order_by(incidents.c.opened_at, incidents.c.id)
    )
    rows = connection.execute(query).all()
    reports = _reports(connection, pilot_id, since)
    return [
        Occurrence(
            incident_id=row.id,
            topic=row.topic,
            area_id=row.area_id,
            opened_at=row.opened_at,
            location=location_of(row.location),
            reports=tuple(reports[row.id]),
        )
        for row in rows
    ]


def places_of(connection: sa.Connection, incident_ids: Collection[int]) -> dict[int, Location]:
    """Where some incidents are, but for those that were merged or rejected since."""
    query = (
        sa.select(incidents.c.id, incidents.c.location)
        .where(incidents.c.id.in_(list(incident_ids)), incidents.c.merged_into.is_(None))
        .where(incidents.c.status != Status.REJECTED.value)
    )
    rows = connection.execute(query)
    return {row.id: location_of(row.location) for row in rows}


def told_since(connection: sa.Connection, pilot_id: int, since: datetime) -> list[Told]:
    """What was written since a moment about incidents that stand, oldest first."""
    query = (
        sa.select(messages, links.c.incident_id, incidents.c.topic, incidents.c.area_id)
        .select_from(messages)
        .join(links, links.c.message_id == messages.c.id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(incidents.c.pilot_id == pilot_id, messages.c.sent_at >= since)
        .where(incidents.c.merged_into.is_(None), incidents.c.status != Status.REJECTED.value)
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return _told(connection, query, since)


def told_of(connection: sa.Connection, incident_ids: Collection[int]) -> list[Told]:
    """What stands written about some incidents, oldest first."""
    query = (
        sa.select(messages, links.c.incident_id, incidents.c.topic, incidents.c.area_id)
        .select_from(messages)
        .join(links, links.c.message_id == messages.c.id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(links.c.incident_id.in_(list(incident_ids)))
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return _told(connection, query, None)


def open_alerts(connection: sa.Connection, pilot_ids: Sequence[int]) -> list[Alert]:
    """Alerts that nobody judged yet, the newest first."""
    query = (
        sa.select(alerts)
        .where(alerts.c.pilot_id.in_(list(pilot_ids)), alerts.c.state == AlertState.OPEN.value)
        .order_by(alerts.c.raised_at.desc(), alerts.c.id.desc())
        .limit(_MOST_ALERTS)
    )
    return [alert_of(row) for row in connection.execute(query)]


def all_alerts(connection: sa.Connection, pilot_id: int, since: datetime) -> list[Alert]:
    """The alerts raised since a moment, the newest first."""
    query = (
        sa.select(alerts)
        .where(alerts.c.pilot_id == pilot_id, alerts.c.raised_at >= since)
        .order_by(alerts.c.raised_at.desc(), alerts.c.id.desc())
        .limit(_MOST_ALERTS)
    )
    return [alert_of(row) for row in connection.execute(query)]


def alert_with_id(connection: sa.Connection, alert_id: int) -> Alert:
    """Raises NotFound."""
    row = connection.execute(sa.select(alerts).where(alerts.c.id == alert_id)).first()
    if row is None:
        raise NotFound(what="alert", id=alert_id)
    return alert_of(row)


def events_of(connection: sa.Connection, pilot_id: int) -> list[ExpectedEvent]:
    """The events that were announced and not withdrawn, the latest first."""
    query = (
        sa.select(expected_events)
        .where(expected_events.c.pilot_id == pilot_id, expected_events.c.withdrawn_at.is_(None))
        .order_by(expected_events.c.starts_at.desc(), expected_events.c.id.desc())
    )
    return [_event(row) for row in connection.execute(query)]


def watch_of(connection: sa.Connection, pilot_id: int) -> Watch:
    """How a pilot is watched; as it comes when nobody set anything."""
    row = connection.execute(sa.select(watches).where(watches.c.pilot_id == pilot_id)).first()
    if row is None:
        return Watch()
    return Watch(settings=_settings(row.settings), outlook=row.outlook, watched_at=row.watched_at)


def settings_json(settings: WatchSettings) -> dict[str, Any]:
    return {**asdict(settings), "near_repeats": settings.near_repeats.value}


def alert_of(row: Any) -> Alert:
    """A row of `alerts` as the frozen type."""
    return Alert(
        id=row.id,
        pilot_id=row.pilot_id,
        kind=AlertKind(row.kind),
        topic=row.topic,
        area_id=row.area_id,
        began_at=row.began_at,
        raised_at=row.raised_at,
        last_at=row.last_at,
        findings=row.findings,
        state=AlertState(row.state),
        version=row.version,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
        reason=row.reason,
        incident_id=row.incident_id,
    )


def _reports(
    connection: sa.Connection, pilot_id: int, since: datetime
) -> defaultdict[int, list[tuple[str, datetime]]]:
    """For each incident who wrote about it and when, oldest first."""
    query = (
        sa.select(links.c.incident_id, messages.c.resident, messages.c.sent_at)
        .join(messages, messages.c.id == links.c.message_id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.opened_at >= since)
        .order_by(messages.c.sent_at, messages.c.id)
    )
    found: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for incident_id, resident, sent_at in connection.execute(query):
        found[incident_id].append((resident, sent_at))
    return found


def _told(connection: sa.Connection, query: sa.Select[Any], since: datetime | None) -> list[Told]:
    rows = connection.execute(query).all()
    marks: defaultdict[int, set[str]] = defaultdict(set)
    marked = sa.select(plate_marks.c.message_id, plate_marks.c.mark)
    if since is not None:
        marked = marked.where(plate_marks.c.sent_at >= since)
    for message_id, mark in connection.execute(marked):
        marks[message_id].add(mark)
    return [
        Told(
            message_id=row.id,
            incident_id=row.incident_id,
            topic=row.topic,
            area_id=row.area_id,
            resident=row.resident,
            sent_at=row.sent_at,
            redacted=row.redacted,
            plates=frozenset(marks[row.id]),
        )
        for row in rows
    ]


def _event(row: Any) -> ExpectedEvent:
    return ExpectedEvent(
        id=row.id,
        name=row.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        topics=tuple(row.topics),
        area_ids=tuple(row.area_ids),
        factor=row.factor,
        by=row.by,
    )


def _settings(raw: dict[str, Any]) -> WatchSettings:
    """The settings as stored; what a newer version added stands as it comes."""
    known = {name: raw[name] for name in asdict(WatchSettings()) if name in raw}
    if "near_repeats" in known:
        known["near_repeats"] = NearRepeats(known["near_repeats"])
    return WatchSettings(**known)
