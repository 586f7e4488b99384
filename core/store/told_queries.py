"""What residents were told or asked, and that they answered, for partners that want to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.tables import answers, groups, outbox, questions


def told_residents(
    connection: sa.Connection, pilot_id: int, theirs: Mapping[int, str], since: datetime
) -> list[dict[str, Any]]:
    """Tips of a pilot, and questions and answers about some incidents, since a moment.

    `theirs`: what the partner calls each incident it has. Each with type, id, count, text (by
    staff), incident_id and that reference; what one resident alone was told is not among them.
    """
    return [*_texts(connection, pilot_id, theirs, since), *_answers(connection, theirs, since)]


def _texts(
    connection: sa.Connection, pilot_id: int, theirs: Mapping[int, str], since: datetime
) -> list[dict[str, Any]]:
    about_theirs = sa.and_(outbox.c.kind == "question", outbox.c.incident_id.in_(theirs))
    query = (
        sa.select(outbox.c.id, outbox.c.kind, outbox.c.text, outbox.c.incident_id)
        .join(groups, groups.c.id == outbox.c.group_id)
        .where(groups.c.pilot_id == pilot_id, outbox.c.delivered_at >= since)
        .where(outbox.c.state == "delivered", outbox.c.resident.is_(None))
        .where(sa.or_(outbox.c.kind == "tip", about_theirs))
        .order_by(outbox.c.id)
    )
    return [
        {
            "type": "tip.verstuurd" if row.kind == "tip" else "vraag.gesteld",
            "id": row.id,
            "count": 0,
            "text": row.text,
            "incident_id": row.incident_id,
            "reference": theirs.get(row.incident_id, ""),
        }
        for row in connection.execute(query)
    ]


def _answers(
    connection: sa.Connection, theirs: Mapping[int, str], since: datetime
) -> list[dict[str, Any]]:
    query = (
        sa.select(questions.c.id, questions.c.incident_id, sa.func.count().label("n"))
        .join(answers, answers.c.question_id == questions.c.id)
        .where(questions.c.incident_id.in_(theirs))
        .group_by(questions.c.id, questions.c.incident_id)
        .having(sa.func.max(answers.c.at) >= since)
    )
    return [
        {
            "type": "vraag.beantwoord",
            "id": row.id,
            "count": row.n,
            "text": "",
            "incident_id": row.incident_id,
            "reference": theirs[row.incident_id],
        }
        for row in connection.execute(query)
    ]
