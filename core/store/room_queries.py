"""Reads for the control room: the queue, one incident in full, and what may be the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.areas import metres
from core.audit import AuditEntry
from core.domain import Ground, Incident, Reason, Status, Urgency
from core.errors import NotFound
from core.store.audit_rows import AuditRows
from core.store.incident_rows import incident_of
from core.store.outbox_rows import POSTED
from core.store.rows import grounds_of, reasons_of
from core.store.tables import assessments, groups, incidents, links, messages, outbox, users

_OPEN: Final = [status.value for status in Status if status.is_open]
MOST_OPEN: Final = 2000
MOST_ENDED: Final = 200
_MOST_NEIGHBOURS: Final = 12
_MOST_HOMES: Final = 200
_MOVES_WITHIN: Final = timedelta(days=14)
_NEAR_IN_TIME: Final = timedelta(days=3)
_SAME_PLACE_WEIGHS_M: Final = 500.0
_PRECISE_M: Final = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """regel: one message of an incident as the control room shows it, redacted, with its link."""

    message_id: int
    sent_at: datetime
    group_id: int
    group: str
    source: str
    resident: str
    redacted: str
    has_original: bool
    is_answer: bool
    topic: str
    confidence: float
    urgent: bool
    retracts: bool
    doubtful: bool
    corrected_by: str | None
    grounds: tuple[Ground, ...]
    strength: float
    reasons: tuple[Reason, ...]
    runner_up: int | None
    linked_by: str
    told: Mapping[str, str]
    """What its source said of it in codes: core.domain.TOLD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """verstuurd: one text to one group about an incident, and what became of it."""

    id: int
    at: datetime
    due_at: datetime
    kind: str
    group: str
    text: str
    by: str
    state: str
    posted_at: datetime | None = None
    """When a person said to have copied it to its group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """dossier: one incident with its messages (oldest first), its history and what was sent."""

    incident: Incident
    members: tuple[MemberLine, ...]
    history: tuple[AuditEntry, ...]
    sent: tuple[SentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """collega: a user that work can be given to."""

    login: str
    name: str
    team: str | None
    roles: tuple[str, ...]


def queue(connection: sa.Connection) -> list[Incident]:
    """Open incidents, urgent first, then the newest; after them those that ended last."""
    opened = (
        sa.select(incidents)
        .where(incidents.c.status.in_(_OPEN))
        .order_by(incidents.c.urgent.desc(), incidents.c.opened_at.desc(), incidents.c.id.desc())
        .limit(MOST_OPEN)
    )
    ended = (
        sa.select(incidents)
        .where(incidents.c.status.not_in(_OPEN), incidents.c.merged_into.is_(None))
        .order_by(incidents.c.last_message_at.desc(), incidents.c.id.desc())
        .limit(MOST_ENDED)
    )
    return [incident_of(row) for query in (opened, ended) for row in connection.execute(query)]


def queue_after(
    connection: sa.Connection, before: Iterable[Incident], changed: Collection[int]
) -> list[Incident]:
    """The queue as it became when these incidents changed; only they are read."""
    rows = connection.execute(sa.select(incidents).where(incidents.c.id.in_(list(changed))))
    found = [incident for incident in before if incident.id not in changed]
    found += [incident_of(row) for row in rows]
    opened = sorted((i for i in found if i.status.is_open), key=_by_urgency, reverse=True)
    ended = sorted((i for i in found if _has_ended(i)), key=_by_last_message, reverse=True)
    return opened[:MOST_OPEN] + ended[:MOST_ENDED]


def _by_urgency(incident: Incident) -> tuple[bool, datetime, int]:
    return incident.urgency is Urgency.URGENT, incident.opened_at, incident.id


def _by_last_message(incident: Incident) -> tuple[datetime, int]:
    return incident.last_message_at, incident.id


def _has_ended(incident: Incident) -> bool:
    return not incident.status.is_open and incident.merged_into is None


def dossier(connection: sa.Connection, incident_id: int, now: datetime) -> Dossier:
    """Raises NotFound."""
    row = connection.execute(sa.select(incidents).where(incidents.c.id == incident_id)).first()
    if row is None:
        raise NotFound(what="incident", id=incident_id)
    return Dossier(
        incident=incident_of(row),
        members=tuple(_members(connection, incident_id)),
        history=tuple(AuditRows(connection, now).of("incident", incident_id)),
        sent=tuple(_sent(connection, incident_id)),
    )


def neighbours(connection: sa.Connection, incident: Incident) -> list[Incident]:
    """Open incidents that may be the same: those of these days, the nearest first."""
    query = (
        sa.select(incidents)
        .where(incidents.c.pilot_id == incident.pilot_id, incidents.c.id != incident.id)
        .where(incidents.c.status.in_(_OPEN))
        .where(incidents.c.last_message_at >= incident.opened_at - _NEAR_IN_TIME)
        .where(incidents.c.opened_at <= incident.last_message_at + _NEAR_IN_TIME)
    )
    found = [incident_of(row) for row in connection.execute(query)]
    return sorted(found, key=lambda other: _distance(incident, other))[:_MOST_NEIGHBOURS]


def earlier_at(
    connection: sa.Connection, incident: Incident, within_m: float, since: datetime
) -> list[Incident]:
    """Earlier incidents at the same place, of any topic, the newest first."""
    place = incident.location
    if place.lat is None or place.lon is None:
        return []
    reach = within_m / 70_000  # degrees, wide enough both ways at our latitude
    query = (
        sa.select(incidents)
        .where(incidents.c.pilot_id == incident.pilot_id, incidents.c.id != incident.id)
        .where(incidents.c.merged_into.is_(None), incidents.c.status != Status.REJECTED.value)
        .where(incidents.c.opened_at >= since, incidents.c.opened_at < incident.opened_at)
        .where(incidents.c.lat.between(place.lat - reach, place.lat + reach))
        .where(incidents.c.lon.between(place.lon - reach, place.lon + reach))
        .order_by(incidents.c.opened_at.desc())
        .limit(_MOST_HOMES)
    )
    found = [incident_of(row) for row in connection.execute(query)]
    near = [one for one in found if _is_precise(one) and _distance(incident, one) <= within_m]
    return near[:_MOST_NEIGHBOURS]


def _is_precise(incident: Incident) -> bool:
    """Where it was is known by a street or better: a whole area is no place that repeats."""
    radius_m = incident.location.radius_m
    return radius_m is not None and radius_m <= _PRECISE_M


def likely_homes(
    connection: sa.Connection, incident: Incident, member: MemberLine
) -> list[Incident]:
    """Open incidents to which a message may belong, the likeliest first: its runner-up, then by
    topic, place and time.
    """
    query = (
        sa.select(incidents)
        .where(incidents.c.pilot_id == incident.pilot_id, incidents.c.id != incident.id)
        .where(incidents.c.status.in_(_OPEN))
        .where(
            sa.or_(
                incidents.c.id == member.runner_up,
                sa.and_(
                    incidents.c.last_message_at >= member.sent_at - _MOVES_WITHIN,
                    incidents.c.opened_at <= member.sent_at + _MOVES_WITHIN,
                ),
            )
        )
        .order_by(incidents.c.last_message_at.desc())
        .limit(_MOST_HOMES)
    )
    found = [incident_of(row) for row in connection.execute(query)]
    return sorted(found, key=lambda other: _unlikely(incident, member, other))


def colleagues(connection: sa.Connection) -> list[Colleague]:
    """Everybody who is active, by name."""
    query = sa.select(users).where(users.c.active).order_by(users.c.name)
    return [
        Colleague(login=row.login, name=row.name, team=row.team, roles=tuple(row.roles))
        for row in connection.execute(query)
    ]


def _members(connection: sa.Connection, incident_id: int) -> list[MemberLine]:
    query = (
        sa.select(
            messages.c.id.label("message_id"),
            messages.c.sent_at,
            messages.c.group_id,
            messages.c.resident,
            messages.c.redacted,
            messages.c.sealed_original.is_not(None).label("has_original"),
            messages.c.reply_to.is_not(None).label("is_answer"),
            messages.c.told,
            groups.c.name.label("group"),
            groups.c.source,
            assessments.c.topic,
            assessments.c.confidence,
            assessments.c.urgent,
            assessments.c.retracts,
            assessments.c.doubtful,
            assessments.c.corrected_by,
            assessments.c.grounds,
            links.c.strength,
            links.c.reasons,
            links.c.runner_up,
            links.c.by.label("linked_by"),
        )
        .select_from(links)
        .join(messages, messages.c.id == links.c.message_id)
        .join(assessments, assessments.c.id == links.c.assessment_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(links.c.incident_id == incident_id)
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return [_member_line(row) for row in connection.execute(query)]


def _member_line(row: Any) -> MemberLine:
    values = dict(row._mapping)
    values["grounds"] = grounds_of(values["grounds"])
    values["reasons"] = reasons_of(values["reasons"])
    values["told"] = values["told"] or {}
    return MemberLine(**values)


def _sent(connection: sa.Connection, incident_id: int) -> list[SentLine]:
    query = (
        sa.select(outbox, groups.c.name.label("group"))
        .join(groups, groups.c.id == outbox.c.group_id)
        .where(outbox.c.incident_id == incident_id, outbox.c.kind != "hand_over")
        .order_by(outbox.c.at, outbox.c.id)
    )
    names = ("id", "at", "due_at", "kind", "group", "text", "by", "state")
    return [
        SentLine(
            **{name: row._mapping[name] for name in names},
            posted_at=row.seen_at if row.seen_state == POSTED else None,
        )
        for row in connection.execute(query)
    ]


def _unlikely(incident: Incident, member: MemberLine, other: Incident) -> tuple[bool, float, int]:
    """Sorts what a message may belong to; another topic of the same hour comes after its own."""
    hours = abs((other.last_message_at - member.sent_at).total_seconds()) / 3600
    other_topic = 0.0 if other.topic == member.topic else 12.0
    apart = _distance(incident, other) if incident.location.lat else 0.0
    far = other.id != member.runner_up
    return (far, hours + other_topic + min(apart, 24.0) / 4, other.id)


def _distance(incident: Incident, other: Incident) -> float:
    """How unlike two incidents are in place and time: 500 m weighs as much as an hour."""
    here, there = _point(incident), _point(other)
    metres_apart = metres(here, there) if here and there else _SAME_PLACE_WEIGHS_M * 4
    seconds_apart = abs((incident.last_message_at - other.last_message_at).total_seconds())
    return metres_apart / _SAME_PLACE_WEIGHS_M + seconds_apart / 3600


def _point(incident: Incident) -> tuple[float, float] | None:
    lat, lon = incident.location.lat, incident.location.lon
    return None if lat is None or lon is None else (lat, lon)
