"""Reads about reciprocity over a period: taking part, corrections, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.tables import (
    answers,
    consents,
    groups,
    incidents,
    labels,
    links,
    messages,
    outbox,
    questions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingPart:
    """deelname: of one group how many residents reported, answered and stopped, what it was told.

    `residents`: different ones whose message was relevant; `stopped`: who stopped in the period.
    """

    group: str
    residents: int
    messages: int
    answered: int
    told: int
    stopped: int


def taking_part(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[TakingPart]:
    """Every group of a pilot, in its order."""
    kept = _counts(connection, messages.c.group_id, messages.c.sent_at, since, until)
    people = _counts(
        connection,
        messages.c.group_id,
        messages.c.sent_at,
        since,
        until,
        what=sa.distinct(messages.c.resident),
    )
    told = _counts(connection, outbox.c.group_id, outbox.c.delivered_at, since, until)
    stopped = _counts(
        connection,
        consents.c.group_id,
        consents.c.at,
        since,
        until,
        where=sa.and_(
            consents.c.resident.is_not(None), ~consents.c.given, consents.c.by != "joined"
        ),
    )
    answered = _answered(connection, since, until)
    rows = connection.execute(
        sa.select(groups).where(groups.c.pilot_id == pilot_id).order_by(groups.c.id)
    )
    return [
        TakingPart(
            group=row.name,
            residents=people.get(row.id, 0),
            messages=kept.get(row.id, 0),
            answered=answered.get(row.id, 0),
            told=told.get(row.id, 0),
            stopped=stopped.get(row.id, 0),
        )
        for row in rows
    ]


def corrections(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """How often people corrected the machine, by what they corrected; a step counts once."""
    of_incidents = sa.select(incidents.c.id).where(incidents.c.pilot_id == pilot_id)
    of_messages = (
        sa.select(messages.c.id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(groups.c.pilot_id == pilot_id)
    )
    ours = labels.c.incident_id.in_(of_incidents) | labels.c.message_id.in_(of_messages)
    step = sa.func.coalesce(labels.c.step_id, labels.c.id)
    query = (
        sa.select(labels.c.what, sa.func.count(sa.distinct(step)))
        .where(ours, labels.c.at >= since, labels.c.at < until)
        .group_by(labels.c.what)
        .order_by(labels.c.what)
    )
    return {str(what): int(count) for what, count in connection.execute(query)}


def channels_per_incident(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[int, int]:
    """How many incidents came through one channel, two, and so on."""
    each = (
        sa.select(links.c.incident_id, sa.func.count(sa.distinct(groups.c.source)).label("n"))
        .join(messages, messages.c.id == links.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.merged_into.is_(None))
        .where(incidents.c.opened_at >= since, incidents.c.opened_at < until)
        .group_by(links.c.incident_id)
        .subquery()
    )
    query = sa.select(each.c.n, sa.func.count()).group_by(each.c.n).order_by(each.c.n)
    return {int(n): int(count) for n, count in connection.execute(query)}


def _answered(connection: sa.Connection, since: datetime, until: datetime) -> dict[int, int]:
    query = (
        sa.select(questions.c.group_id, sa.func.count(sa.distinct(answers.c.resident)))
        .join(questions, questions.c.id == answers.c.question_id)
        .where(answers.c.at >= since, answers.c.at < until)
        .group_by(questions.c.group_id)
    )
    return {int(group): int(count) for group, count in connection.execute(query)}


def _counts(
    connection: sa.Connection,
    group_id: sa.Column[Any],
    at: sa.Column[Any],
    since: datetime,
    until: datetime,
    *,
    what: Any = None,
    where: Any = None,
) -> dict[int, int]:
    """By group, of the rows whose moment lies in the period."""
    counted = sa.func.count() if what is None else sa.func.count(what)
    query = sa.select(group_id, counted).where(at >= since, at < until)
    if where is not None:
        query = query.where(where)
    found = connection.execute(query.group_by(group_id))
    return {int(group): int(count) for group, count in found if group is not None}
