"""Reads about tips: what was sent and what became of it, what was set aside, what is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.domain import Status
from core.store.tables import (
    assessments,
    consents,
    incidents,
    messages,
    outbox,
    tip_answers,
    tips,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TipLine:
    """preventietip: one that a person sent, made public or set aside."""

    id: int
    pilot_id: int
    advice: str
    topic: str
    is_warning: bool
    title: str
    text: str
    mark: str
    group_ids: tuple[int, ...]
    area_id: int | None
    state: str
    by: str
    at: datetime
    due_at: datetime
    public_from: datetime | None
    public_until: datetime | None
    changed_at: datetime

    def is_public(self, now: datetime) -> bool:
        begun = self.public_from is not None and self.public_from <= now
        return begun and (self.public_until is None or now < self.public_until)

    @property
    def is_recalled(self) -> bool:
        """Somebody took it out of public sight before its own end."""
        return self.public_until is not None and self.public_until <= self.changed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """tellingen: what is counted in the groups of a tip, in a stretch before and after it."""

    stops_before: int
    stops_after: int
    reports_before: int
    reports_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """vertrek: how a tip fared on its way: how many groups it reached, waits for, failed to.

    What somebody has yet to copy to its group waits too.
    """

    delivered: int
    waiting: int
    failed: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """geopend: that an incident of a topic began in an area."""

    incident_id: int
    topic: str
    area_id: int | None
    opened_at: datetime


def tips_of(connection: sa.Connection, pilot_id: int, since: datetime) -> list[TipLine]:
    """The tips of a pilot, the latest first, in every state."""
    query = (
        sa.select(tips)
        .where(tips.c.pilot_id == pilot_id, tips.c.at >= since)
        .order_by(tips.c.at.desc(), tips.c.id.desc())
    )
    return [_tip(row) for row in connection.execute(query)]


def public_tips(connection: sa.Connection, since: datetime) -> list[TipLine]:
    """What anybody may read, and what was taken back since a moment; the latest first."""
    query = (
        sa.select(tips)
        .where(tips.c.public_from.is_not(None))
        .where(sa.or_(tips.c.public_until.is_(None), tips.c.public_until >= since))
        .order_by(tips.c.public_from.desc(), tips.c.id.desc())
    )
    return [_tip(row) for row in connection.execute(query)]


def departures_of(connection: sa.Connection, tip_id: int) -> Departure:
    keys = outbox.c.idempotency_key.startswith(f"tip:{tip_id}:", autoescape=True)
    query = sa.select(outbox.c.state, outbox.c.delivered_at).where(keys)
    rows = list(connection.execute(query))
    states = [row.state for row in rows]
    return Departure(
        delivered=states.count("delivered"),
        waiting=sum(states.count(name) for name in ("queued", "leaving", "to_copy")),
        failed=states.count("failed"),
        first_at=min((row.delivered_at for row in rows if row.delivered_at), default=None),
    )


def answers_of(connection: sa.Connection, tip_id: int) -> int:
    query = sa.select(sa.func.sum(tip_answers.c.count)).where(tip_answers.c.tip_id == tip_id)
    return int(connection.execute(query).scalar() or 0)


def counts_around(
    connection: sa.Connection, tip: TipLine, at: datetime, stop_window: timedelta, days: int
) -> Counts:
    """Stops and reports on its topic in its groups, so long before and after a moment."""
    span = timedelta(days=days)
    return Counts(
        stops_before=_stops(connection, tip.group_ids, at - stop_window, at),
        stops_after=_stops(connection, tip.group_ids, at, at + stop_window),
        reports_before=_reports(connection, tip, at - span, at),
        reports_after=_reports(connection, tip, at, at + span),
    )


def opened_in(connection: sa.Connection, pilot_id: int, since: datetime) -> list[Opened]:
    """Incidents of a pilot that began since a moment and stand, the latest first."""
    kept = ("id", "topic", "area_id", "opened_at")
    query = (
        sa.select(*(incidents.c[name] for name in kept))
        .where(incidents.c.pilot_id == pilot_id, incidents.c.opened_at >= since)
        .where(incidents.c.merged_into.is_(None), sa.not_(incidents.c.waits))
        .where(incidents.c.status != Status.REJECTED.value, incidents.c.message_count > 0)
        .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
    )
    return [
        Opened(incident_id=row.id, topic=row.topic, area_id=row.area_id, opened_at=row.opened_at)
        for row in connection.execute(query)
    ]


def _stops(
    connection: sa.Connection, group_ids: Sequence[int], since: datetime, until: datetime
) -> int:
    """How many different residents stopped in the groups within a stretch."""
    query = sa.select(sa.func.count(sa.distinct(consents.c.resident))).where(
        consents.c.group_id.in_(group_ids),
        consents.c.resident.is_not(None),
        consents.c.by == "stop",
        sa.not_(consents.c.given),
        consents.c.at >= since,
        consents.c.at < until,
    )
    return int(connection.execute(query).scalar_one())


def _reports(connection: sa.Connection, tip: TipLine, since: datetime, until: datetime) -> int:
    query = (
        sa.select(sa.func.count(sa.distinct(messages.c.id)))
        .join(assessments, assessments.c.message_id == messages.c.id)
        .where(messages.c.group_id.in_(tip.group_ids), assessments.c.topic == tip.topic)
        .where(messages.c.sent_at >= since, messages.c.sent_at < until)
        .where(messages.c.no_report_at.is_(None))
    )
    return int(connection.execute(query).scalar_one())


def _tip(row: Any) -> TipLine:
    values = {name: row._mapping[name] for name in TipLine.__slots__}
    return TipLine(**{**values, "group_ids": tuple(row.group_ids)})
