"""Reads of questions with what was answered, and of promises, for the pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.domain import Incident, Promise, PromiseState, Question, QuestionState, Understood
from core.store.incident_rows import incident_of
from core.store.question_rows import QuestionRows, promise_of, question_of, value_of
from core.store.tables import answers, groups, incidents, messages, promises, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """antwoord: a message that answers, redacted, with what was understood of it."""

    id: int
    message_id: int
    at: datetime
    resident: str
    redacted: str
    has_original: bool
    value: Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """vraag: a question with its group's name and its answers, the oldest first."""

    question: Question
    group: str
    answers: tuple[AnswerLine, ...]


def questions_about(
    connection: sa.Connection, incident_id: int, now: datetime
) -> list[QuestionLine]:
    """The questions about an incident and what was merged into it, the newest first."""
    family = QuestionRows(connection, now).family(incident_id)
    return _lines(connection, questions.c.incident_id.in_(family))


def open_questions(connection: sa.Connection, group_id: int) -> list[QuestionLine]:
    """The questions that are open in a group, the newest first."""
    is_open = questions.c.state == QuestionState.OPEN.value
    return _lines(connection, sa.and_(questions.c.group_id == group_id, is_open))


def promises_made(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[Promise]:
    """What was promised in a period, with what became of it."""
    query = (
        sa.select(promises)
        .join(incidents, incidents.c.id == promises.c.incident_id)
        .where(incidents.c.pilot_id == pilot_id)
        .where(promises.c.at >= since, promises.c.at < until)
        .where(promises.c.state != PromiseState.WITHDRAWN.value)
        .order_by(promises.c.at)
    )
    return [promise_of(row) for row in connection.execute(query)]


def open_promises(
    connection: sa.Connection, area_ids: Collection[int] | None = None
) -> list[tuple[Promise, Incident]]:
    """What is still to be kept, what is due first in front; only in these areas when given."""
    query = sa.select(promises).where(promises.c.state == PromiseState.OPEN.value)
    found = [promise_of(row) for row in connection.execute(query.order_by(promises.c.due_at))]
    ids = {promise.incident_id for promise in found}
    rows = connection.execute(sa.select(incidents).where(incidents.c.id.in_(ids)))
    about = {row.id: incident_of(row) for row in rows}
    pairs = [(promise, about[promise.incident_id]) for promise in found]
    return [pair for pair in pairs if area_ids is None or pair[1].area_id in area_ids]


def _lines(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[QuestionLine]:
    query = (
        sa.select(questions, groups.c.name.label("group_name"))
        .join(groups, groups.c.id == questions.c.group_id)
        .where(which, questions.c.state != QuestionState.WITHDRAWN.value)
        .order_by(questions.c.id.desc())
    )
    rows = list(connection.execute(query))
    given = _answers(connection, [row.id for row in rows])
    return [
        QuestionLine(
            question=question_of(row), group=row.group_name, answers=tuple(given.get(row.id, ()))
        )
        for row in rows
    ]


def _answers(connection: sa.Connection, question_ids: Sequence[int]) -> dict[int, list[AnswerLine]]:
    query = (
        sa.select(
            answers,
            messages.c.redacted,
            messages.c.sealed_original.is_not(None).label("has_original"),
        )
        .join(messages, messages.c.id == answers.c.message_id)
        .where(answers.c.question_id.in_(question_ids))
        .order_by(answers.c.at, answers.c.id)
    )
    found: dict[int, list[AnswerLine]] = {}
    for row in connection.execute(query):
        line = AnswerLine(
            id=row.id,
            message_id=row.message_id,
            at=row.at,
            resident=row.resident,
            redacted=row.redacted,
            has_original=row.has_original,
            value=value_of(row.value),
        )
        found.setdefault(row.question_id, []).append(line)
    return found
