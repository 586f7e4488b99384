"""Reads for what people teach: the messages in doubt, trainings, and the models that were made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Ground, Incident, Reason, Status
from core.store.incident_rows import incident_of
from core.store.research_queries import RunState
from core.store.rows import grounds_of, reasons_of
from core.store.tables import (
    assessments,
    audit_entries,
    groups,
    incidents,
    links,
    messages,
    models,
    trainings,
)

_OPEN: Final = [status.value for status in Status if status.is_open]
_AROUND: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """twijfel: a message that may report something; what was judged of it, and its incident."""

    message_id: int
    sent_at: datetime
    group_id: int
    group: str
    resident: str
    redacted: str
    reply_to: str | None
    topic: str
    confidence: float
    urgent: bool
    retracts: bool
    grounds: tuple[Ground, ...]
    model: str
    corrected_count: int
    strength: float
    reasons: tuple[Reason, ...]
    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """buurbericht: a stored message of the same talk, as it stands beside one in doubt."""

    message_id: int
    sent_at: datetime
    resident: str
    redacted: str
    topic: str
    urgent: bool
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """training: what an administrator lets the models learn."""

    id: int
    state: RunState
    stage: str
    progress: float
    version: str | None
    error: str | None
    by: str
    at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """model: one that was made here, with its figures beside those of the one it was to replace."""

    version: str
    in_use: bool
    made_at: datetime
    made_by: str
    replaces: str
    correction_count: int
    pair_count: int
    figures: dict[str, Any]
    read_keys: tuple[str, ...]


def latest_training(connection: sa.Connection) -> Training | None:
    row = connection.execute(sa.select(trainings).order_by(trainings.c.id.desc()).limit(1)).first()
    return None if row is None else training_of(row)


def made_models(connection: sa.Connection) -> list[Model]:
    """The models that were made here, newest first."""
    names = [name for name in Model.__dataclass_fields__ if name != "read_keys"]
    return [
        Model(**{name: row._mapping[name] for name in names}, read_keys=tuple(row.read_keys))
        for row in connection.execute(sa.select(models).order_by(models.c.id.desc()))
    ]


def model_in_use(connection: sa.Connection) -> str | None:
    """The version that a person chose; None for the one that came with the product."""
    return connection.execute(sa.select(models.c.version).where(models.c.in_use)).scalar()


def used_before(connection: sa.Connection) -> str | None:
    """The version that judged before the last switch; None for the built-in one, or none yet."""
    query = (
        sa.select(audit_entries.c.detail)
        .where(audit_entries.c.action == "model_switched")
        .order_by(audit_entries.c.id.desc())
        .limit(1)
    )
    detail = connection.execute(query).scalar()
    return str(detail["before"]) if detail else None


def training_of(row: Any) -> Training:
    values = {name: row._mapping[name] for name in Training.__dataclass_fields__}
    return Training(**{**values, "state": RunState(row.state)})


def doubts(
    connection: sa.Connection, area_ids: Collection[int] | None = None, limit: int = 50
) -> list[Doubt]:
    """What waits to be judged by a person, urgent first, then the newest; once a message.

    `area_ids`: only what was written or happened there.
    """
    columns = (
        messages.c.id.label("message_id"),
        *(messages.c[name] for name in ("sent_at", "group_id", "resident", "redacted", "reply_to")),
        groups.c.name.label("group"),
        *(assessments.c[name] for name in _JUDGED),
        links.c.strength,
        links.c.reasons,
        links.c.incident_id,
    )
    query = (
        _waiting(sa.select(*columns), area_ids)
        .order_by(assessments.c.urgent.desc(), messages.c.sent_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    known = _incidents(connection, {row.incident_id for row in rows})
    return [_doubt(row, known[row.incident_id]) for row in rows]


def doubt_count(connection: sa.Connection, area_ids: Collection[int] | None = None) -> int:
    query = _waiting(sa.select(sa.func.count(messages.c.id)), area_ids)
    return int(connection.execute(query).scalar_one())


def talk_around(connection: sa.Connection, doubt: Doubt, each_way: int = 4) -> list[Neighbour]:
    """What is stored of the talk around a message, oldest first, with what it answers."""
    before = _neighbours(connection, doubt, messages.c.sent_at <= doubt.sent_at, newest=True)
    after = _neighbours(connection, doubt, messages.c.sent_at > doubt.sent_at, newest=False)
    found = [*before[:each_way], *after[: each_way // 2]]
    if doubt.reply_to and not any(one.is_answered for one in found):
        answered = messages.c.message_key == doubt.reply_to
        found += _neighbours(connection, doubt, answered, newest=True, always=True)
    return sorted(found, key=lambda one: (one.sent_at, one.message_id))


def _waiting(query: sa.Select[Any], area_ids: Collection[int] | None) -> sa.Select[Any]:
    """Doubtful messages of incidents that nobody decided on since they came; the surest topic."""
    other = assessments.alias()
    surer = sa.select(other.c.id).where(
        other.c.message_id == messages.c.id,
        sa.or_(
            other.c.confidence > assessments.c.confidence,
            sa.and_(other.c.confidence == assessments.c.confidence, other.c.id < assessments.c.id),
        ),
    )
    found = (
        query.select_from(assessments)
        .join(messages, messages.c.id == assessments.c.message_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .join(links, links.c.assessment_id == assessments.c.id)
        .join(incidents, incidents.c.id == links.c.incident_id)
        .where(assessments.c.doubtful, messages.c.redacted != "", ~surer.exists())
        .where(incidents.c.status.in_(_OPEN))
        .where(
            sa.or_(incidents.c.changed_at.is_(None), incidents.c.changed_at < messages.c.stored_at)
        )
    )
    if area_ids is None:
        return found
    return found.where(sa.or_(groups.c.area_id.in_(area_ids), incidents.c.area_id.in_(area_ids)))


def _neighbours(
    connection: sa.Connection,
    doubt: Doubt,
    where: sa.ColumnElement[bool],
    *,
    newest: bool,
    always: bool = False,
) -> list[Neighbour]:
    at = messages.c.sent_at
    query = (
        sa.select(
            messages.c.id.label("message_id"),
            *(messages.c[name] for name in ("sent_at", "resident", "redacted", "message_key")),
            assessments.c.topic,
            assessments.c.urgent,
        )
        .join(assessments, assessments.c.message_id == messages.c.id)
        .where(messages.c.group_id == doubt.group_id, messages.c.id != doubt.message_id)
        .where(messages.c.redacted != "", messages.c.no_report_at.is_(None), where)
        .order_by(at.desc() if newest else at, assessments.c.confidence.desc())
        .limit(12)
    )
    if not always:
        query = query.where(at > doubt.sent_at - _AROUND, at < doubt.sent_at + _AROUND)
    found: dict[int, Neighbour] = {}
    for row in connection.execute(query):
        values = dict(row._mapping)
        is_answered = values.pop("message_key") == doubt.reply_to
        found.setdefault(row.message_id, Neighbour(**values, is_answered=is_answered))
    return list(found.values())


def _incidents(connection: sa.Connection, ids: Collection[int]) -> dict[int, Incident]:
    rows = connection.execute(sa.select(incidents).where(incidents.c.id.in_(ids)))
    return {row.id: incident_of(row) for row in rows}


def _doubt(row: Any, incident: Incident) -> Doubt:
    values = dict(row._mapping)
    del values["incident_id"]
    values["grounds"] = grounds_of(values["grounds"])
    values["reasons"] = reasons_of(values["reasons"])
    return Doubt(**values, incident=incident)


_JUDGED: Final = (
    "topic",
    "confidence",
    "urgent",
    "retracts",
    "grounds",
    "model",
    "corrected_count",
)
