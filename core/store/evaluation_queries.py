"""Reads for evaluation: what people did with judgements, and how judgements run over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store.tables import (
    areas,
    assessments,
    audit_entries,
    daily_counts,
    evaluations,
    groups,
    incidents,
    labels,
    links,
    messages,
    turns,
)

_CORRECTIONS: Final = ("relevance", "topic", "urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """begin: the message an incident began with, and which model judged it."""

    incident_id: int
    message_id: int
    group: str
    model: str
    confidence: float
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """correctie: a person's word against (or for) a judgement, about an incident or a message."""

    incident_id: int | None
    message_id: int | None
    what: str
    before: Any
    after: Any
    at: datetime
    in_doubt: bool = False
    """A person was asked about this one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """bewaard oordeel: one stored judgement as it counts in the figures over time.

    Once corrected by a person, its confidence and its doubt are that person's.
    """

    sent_at: datetime
    group: str
    topic: str
    confidence: float
    doubtful: bool
    corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """spoedkans: how urgent a stored message of an incident looked, in the order of sending."""

    incident_id: int
    probability: float
    retracts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """aanmerking: an incident's urgency as it is, and whether a person said so."""

    incident_id: int
    topic: str
    urgent: bool
    overruled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """woorden: the redacted text an incident began with."""

    incident_id: int
    sent_at: datetime
    group: str
    text: str


def beginnings(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[int, Beginning]:
    """How each incident of a period began, by its id; one that was erased has no beginning."""
    wanted = _opened(pilot_id, since, until)
    first = sa.func.row_number().over(
        partition_by=links.c.incident_id,
        order_by=(messages.c.sent_at, messages.c.id, assessments.c.id.desc()),
    )
    ranked = (
        sa.select(
            links.c.incident_id,
            messages.c.id.label("message_id"),
            groups.c.name.label("group"),
            assessments.c.model,
            assessments.c.confidence,
            assessments.c.doubtful,
            first.label("place"),
        )
        .join(assessments, assessments.c.id == links.c.assessment_id)
        .join(messages, messages.c.id == links.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(links.c.incident_id.in_(wanted))
        .subquery()
    )
    columns = [column for column in ranked.c if column.name != "place"]
    query = sa.select(*columns).where(ranked.c.place == 1)
    return {
        row.incident_id: Beginning(
            incident_id=row.incident_id,
            message_id=row.message_id,
            group=row.group,
            model=row.model,
            confidence=row.confidence,
            doubtful=row.doubtful,
        )
        for row in connection.execute(query).all()
    }


def corrections(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Correction]:
    """What people corrected or confirmed of the incidents and messages of a period, in order."""
    wanted = _opened(pilot_id, since, until)
    written = (
        sa.select(messages.c.id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(groups.c.pilot_id == pilot_id)
        .where(messages.c.sent_at >= since, messages.c.sent_at < until)
    )
    columns = ("incident_id", "message_id", "what", "before", "after", "at")
    query = (
        sa.select(*(labels.c[name] for name in columns), _in_doubt().label("in_doubt"))
        .where(labels.c.what.in_(_CORRECTIONS))
        .where(labels.c.incident_id.in_(wanted) | labels.c.message_id.in_(written))
        .order_by(labels.c.id)
    )
    return [Correction(**row._mapping) for row in connection.execute(query)]


def reject_reasons(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[int, str]:
    """The reason with which each rejected incident of a period was rejected last."""
    wanted = _opened(pilot_id, since, until).where(incidents.c.status == "rejected")
    ids = sa.select(sa.cast(wanted.selected_columns[0], sa.String))
    query = (
        sa.select(audit_entries.c.subject_id, audit_entries.c.reason)
        .where(audit_entries.c.subject_kind == "incident", audit_entries.c.action == "reject")
        .where(audit_entries.c.subject_id.in_(ids))
        .order_by(audit_entries.c.id)
    )
    return {int(subject): reason or "" for subject, reason in connection.execute(query)}


def area_names(connection: sa.Connection, pilot_id: int) -> dict[int, str]:
    query = sa.select(areas.c.id, areas.c.name).where(areas.c.pilot_id == pilot_id)
    return {row.id: row.name for row in connection.execute(query)}


def judgements(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> Iterator[Kept]:
    """The stored judgements of a period; numbers and codes only."""
    query = (
        sa.select(
            messages.c.sent_at,
            groups.c.name.label("group"),
            assessments.c.topic,
            assessments.c.confidence,
            assessments.c.doubtful,
            assessments.c.corrected_by.is_not(None).label("corrected"),
        )
        .join(messages, messages.c.id == assessments.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(groups.c.pilot_id == pilot_id)
        .where(messages.c.sent_at >= since, messages.c.sent_at < until)
    )
    for row in connection.execute(query).all():
        yield Kept(
            sent_at=row.sent_at,
            group=row.group,
            topic=row.topic,
            confidence=row.confidence,
            doubtful=row.doubtful,
            corrected=row.corrected,
        )


def models_in(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """How many judgements of a period each model made, the one that judged last first."""
    query = (
        sa.select(assessments.c.model, sa.func.count().label("n"))
        .join(messages, messages.c.id == assessments.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(groups.c.pilot_id == pilot_id)
        .where(messages.c.sent_at >= since, messages.c.sent_at < until)
        .group_by(assessments.c.model)
        .order_by(sa.func.max(assessments.c.id).desc())
    )
    return {row.model: row.n for row in connection.execute(query)}


def read_and_kept(
    connection: sa.Connection, pilot_id: int, first: date, last: date
) -> tuple[int, int]:
    """(messages read by the model, messages kept) on these days, both included."""
    query = (
        sa.select(daily_counts.c.what, sa.func.sum(daily_counts.c["count"]).label("n"))
        .join(groups, groups.c.id == daily_counts.c.group_id)
        .where(groups.c.pilot_id == pilot_id, daily_counts.c.day.between(first, last))
        .where(daily_counts.c.what.in_(("kept", "discarded")))
        .group_by(daily_counts.c.what)
    )
    counts = {row.what: int(row.n) for row in connection.execute(query)}
    kept = counts.get("kept", 0)
    return kept + counts.get("discarded", 0), kept


def urgency_of_members(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Urged]:
    """How urgent the members of each incident of a period looked, the oldest first."""
    query = (
        sa.select(
            links.c.incident_id,
            assessments.c.urgent,
            assessments.c.urgency_confidence,
            assessments.c.retracts,
        )
        .join(assessments, assessments.c.id == links.c.assessment_id)
        .join(messages, messages.c.id == links.c.message_id)
        .where(links.c.incident_id.in_(_opened(pilot_id, since, until)))
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return [
        Urged(
            incident_id=row.incident_id,
            probability=row.urgency_confidence if row.urgent else 1.0 - row.urgency_confidence,
            retracts=row.retracts,
        )
        for row in connection.execute(query)
    ]


def standings(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Marked]:
    """The incidents of a period with their urgency, and whether a person overruled it."""
    query = (
        sa.select(incidents.c.id, incidents.c.topic, incidents.c.urgent, incidents.c.overruled)
        .where(incidents.c.id.in_(_opened(pilot_id, since, until)))
        .order_by(incidents.c.id)
    )
    return [
        Marked(
            incident_id=row.id,
            topic=row.topic,
            urgent=row.urgent,
            overruled="urgency" in row.overruled,
        )
        for row in connection.execute(query)
    ]


def recent_chances(connection: sa.Connection, pilot_id: int) -> list[tuple[float, float]]:
    """(relevance, urgency) of every message, kept or not, whose numbers are still remembered."""
    query = (
        sa.select(turns.c.topics, turns.c.urgent)
        .join(groups, groups.c.id == turns.c.group_id)
        .where(groups.c.pilot_id == pilot_id, turns.c.topics.is_not(None))
    )
    return [
        (1.0 - float(row.topics.get("geen", 0.0)), float(row.urgent or 0.0))
        for row in connection.execute(query)
    ]


def first_words(connection: sa.Connection, incident_ids: list[int]) -> list[Words]:
    """The redacted text with which each of these incidents began."""
    query = (
        sa.select(
            links.c.incident_id,
            messages.c.sent_at,
            groups.c.name.label("group"),
            messages.c.redacted.label("text"),
        )
        .join(messages, messages.c.id == links.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(links.c.incident_id.in_(incident_ids))
        .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
    )
    found = {row.incident_id: Words(**row._mapping) for row in connection.execute(query)}
    return [found[incident_id] for incident_id in incident_ids if incident_id in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """onthouden: a model's kept figures, and since when it is known here."""

    model: str
    figures: dict[str, Any]
    at: datetime


def model_before(connection: sa.Connection, model: str) -> Remembered | None:
    """The figures of the model that was measured last before this one; None without any."""
    here = sa.select(evaluations.c.at).where(evaluations.c.model == model).scalar_subquery()
    query = (
        sa.select(evaluations.c.model, evaluations.c.figures, evaluations.c.at)
        .where(evaluations.c.model != model)
        .where((evaluations.c.at <= here) | here.is_(None))
        .order_by(evaluations.c.at.desc(), evaluations.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else Remembered(**row._mapping)


def _in_doubt() -> sa.ColumnElement[bool]:
    """Whether somebody said of the message itself what it is, not of its incident."""
    denied = (
        sa.select(messages.c.id)
        .where(messages.c.id == labels.c.message_id, messages.c.no_report_at.is_not(None))
        .exists()
    )
    corrected = (
        sa.select(assessments.c.id)
        .where(assessments.c.message_id == labels.c.message_id)
        .where(assessments.c.corrected_by.is_not(None))
        .exists()
    )
    return denied | corrected


def _opened(pilot_id: int, since: datetime, until: datetime) -> sa.Select[Any]:
    return sa.select(incidents.c.id).where(
        incidents.c.pilot_id == pilot_id,
        incidents.c.merged_into.is_(None),
        incidents.c.opened_at >= since,
        incidents.c.opened_at < until,
    )
