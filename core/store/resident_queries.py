"""Reads of all that is held of one resident, over all groups of their source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain import Incident
from core.store.incident_rows import incident_of
from core.store.tables import (
    answers,
    assessments,
    consents,
    corrections,
    groups,
    incidents,
    links,
    messages,
    questions,
    turns,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """bewaard bericht: a message as it is kept, its original still sealed."""

    id: int
    key: str
    group_id: int
    group: str
    sent_at: datetime
    redacted: str
    sealed_original: bytes | None
    topics: tuple[str, ...]
    incidents: tuple[Incident, ...]
    answered: tuple[str, ...]
    """The questions of ours that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWord:
    """woord over meedoen: when somebody stopped, started or was informed, in which group."""

    group: str
    at: datetime
    given: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """correctieverzoek: what a resident says is wrong, and what staff answered."""

    id: int
    resident: str
    group_id: int
    message_key: str
    state: str
    at: datetime
    answer: str
    answered_at: datetime | None
    has_words: bool


def messages_of(connection: sa.Connection, resident: str) -> list[StoredMessage]:
    """What a resident wrote and is kept, the latest first."""
    query = (
        sa.select(messages, groups.c.name.label("group"))
        .join(groups, groups.c.id == messages.c.group_id)
        .where(messages.c.resident == resident)
        .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
    )
    rows = list(connection.execute(query))
    ids = [row.id for row in rows]
    topics, where = _topics(connection, ids), _incidents(connection, ids)
    answered = _answered(connection, ids)
    return [
        StoredMessage(
            id=row.id,
            key=row.message_key,
            group_id=row.group_id,
            group=row.group,
            sent_at=row.sent_at,
            redacted=row.redacted,
            sealed_original=row.sealed_original,
            topics=tuple(topics[row.id]),
            incidents=tuple(where[row.id]),
            answered=tuple(answered[row.id]),
        )
        for row in rows
    ]


def consent_words(connection: sa.Connection, resident: str) -> list[ConsentWord]:
    """Every word about taking part, the latest first."""
    query = (
        sa.select(consents, groups.c.name.label("group"))
        .join(groups, groups.c.id == consents.c.group_id)
        .where(consents.c.resident == resident)
        .order_by(consents.c.at.desc(), consents.c.id.desc())
    )
    return [
        ConsentWord(group=row.group, at=row.at, given=row.given, by=row.by)
        for row in connection.execute(query)
    ]


def judged_count(connection: sa.Connection, resident: str) -> int:
    """Of how many messages only judged numbers are kept, for two days."""
    kept = sa.select(messages.c.message_key)
    query = sa.select(sa.func.count()).where(
        turns.c.resident == resident,
        turns.c.topics.is_not(None),
        turns.c.message_key.not_in(kept),
    )
    return int(connection.execute(query).scalar_one())


def corrections_of(
    connection: sa.Connection, *, resident: str | None = None, state: str | None = None
) -> list[Correction]:
    """What was asked to be corrected, the latest first."""
    query = sa.select(corrections).order_by(corrections.c.at.desc(), corrections.c.id.desc())
    if resident is not None:
        query = query.where(corrections.c.resident == resident)
    if state is not None:
        query = query.where(corrections.c.state == state)
    return [_correction(row) for row in connection.execute(query)]


def redacted_of(connection: sa.Connection, message_key: str) -> str:
    """A message as staff read it; empty when it is not kept."""
    query = sa.select(messages.c.redacted).where(messages.c.message_key == message_key)
    return connection.execute(query).scalar() or ""


def incident_ids_of(connection: sa.Connection, message_key: str) -> list[int]:
    query = (
        sa.select(links.c.incident_id)
        .join(messages, messages.c.id == links.c.message_id)
        .where(messages.c.message_key == message_key)
        .distinct()
    )
    return sorted(connection.execute(query).scalars())


def _topics(connection: sa.Connection, ids: Collection[int]) -> dict[int, list[str]]:
    query = sa.select(assessments.c.message_id, assessments.c.topic).where(
        assessments.c.message_id.in_(ids)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query.order_by(assessments.c.id)):
        found[row.message_id].append(row.topic)
    return found


def _incidents(connection: sa.Connection, ids: Collection[int]) -> dict[int, list[Incident]]:
    query = (
        sa.select(incidents, links.c.message_id)
        .join(links, links.c.incident_id == incidents.c.id)
        .where(links.c.message_id.in_(ids))
        .order_by(incidents.c.id)
    )
    found: dict[int, list[Incident]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.message_id].append(incident_of(row))
    return found


def _answered(connection: sa.Connection, ids: Collection[int]) -> dict[int, list[str]]:
    query = (
        sa.select(answers.c.message_id, questions.c.text)
        .join(questions, questions.c.id == answers.c.question_id)
        .where(answers.c.message_id.in_(ids))
        .order_by(answers.c.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.message_id].append(row.text)
    return found


def _correction(row: Any) -> Correction:
    return Correction(
        id=row.id,
        resident=row.resident,
        group_id=row.group_id,
        message_key=row.message_key,
        state=row.state,
        at=row.at,
        answer=row.answer,
        answered_at=row.answered_at,
        has_words=row.sealed_words is not None,
    )
