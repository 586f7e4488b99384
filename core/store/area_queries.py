"""Reads for the people who work in the street: their areas, their work, what repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.domain import Incident, Status
from core.store.incident_rows import incident_of
from core.store.tables import incidents, links, messages

_OPEN: Final = [status.value for status in Status if status.is_open]
_MOST: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """woorden: what one resident wrote about an incident, redacted."""

    sent_at: datetime
    resident: str
    redacted: str


def changed_since(
    connection: sa.Connection, area_ids: Collection[int], since: datetime
) -> list[Incident]:
    """Incidents in the areas, or with no known place, that are new or changed; the latest first."""
    latest = sa.case(
        (incidents.c.changed_at > incidents.c.last_message_at, incidents.c.changed_at),
        else_=incidents.c.last_message_at,
    )
    query = (
        sa.select(incidents)
        .where(_within(area_ids), incidents.c.merged_into.is_(None))
        .where(sa.not_(incidents.c.waits))  # too little evidence yet: the control room's to see
        .where(sa.or_(incidents.c.last_message_at > since, incidents.c.changed_at > since))
        .order_by(latest.desc(), incidents.c.id.desc())
        .limit(_MOST)
    )
    return [incident_of(row) for row in connection.execute(query)]


def opened_since(
    connection: sa.Connection, area_ids: Collection[int], since: datetime
) -> list[Incident]:
    """Incidents of a period in the areas that were not rejected, the oldest first."""
    query = (
        sa.select(incidents)
        .where(incidents.c.area_id.in_(area_ids), incidents.c.opened_at > since)
        .where(incidents.c.merged_into.is_(None), incidents.c.message_count > 0)
        .where(incidents.c.status != Status.REJECTED.value, sa.not_(incidents.c.waits))
        .order_by(incidents.c.opened_at, incidents.c.id)
    )
    return [incident_of(row) for row in connection.execute(query).all()]


def work_list(
    connection: sa.Connection, owners: Sequence[str], destinations: Sequence[str]
) -> list[Incident]:
    """Open work of these owners, and what was handed over to the destinations and nobody took.

    Urgent first, then what waits longest.
    """
    free = sa.and_(incidents.c.destination.in_(destinations), incidents.c.assignee.is_(None))
    query = (
        sa.select(incidents)
        .where(incidents.c.status.in_(_OPEN), incidents.c.merged_into.is_(None))
        .where(sa.or_(incidents.c.assignee.in_(owners), free))
        .order_by(incidents.c.urgent.desc(), incidents.c.opened_at, incidents.c.id)
        .limit(_MOST)
    )
    return [incident_of(row) for row in connection.execute(query)]


def words_of(connection: sa.Connection, incident_ids: Sequence[int]) -> dict[int, list[Words]]:
    """What residents wrote about each incident, redacted, the oldest first."""
    query = (
        sa.select(links.c.incident_id, messages.c.sent_at, messages.c.resident, messages.c.redacted)
        .join(messages, messages.c.id == links.c.message_id)
        .where(links.c.incident_id.in_(incident_ids))
        .distinct()
        .order_by(messages.c.sent_at)
    )
    found: dict[int, list[Words]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.incident_id].append(
            Words(sent_at=row.sent_at, resident=row.resident, redacted=row.redacted)
        )
    return found


def _within(area_ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.or_(incidents.c.area_id.in_(area_ids), incidents.c.area_id.is_(None))
