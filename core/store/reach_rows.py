"""Who wrote about an incident and where, what they were told before, and a pilot's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import (
    answers,
    incidents,
    links,
    messages,
    outbox,
    questions,
    reciprocity,
)

_GONE: Final = ("withdrawn",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """schrijver: one message about an incident: by whom, where, and how it can be answered."""

    message_id: int
    group_id: int
    resident: str
    sent_at: datetime
    direct: bool
    sealed_from: bytes | None


class ReachRows(Rows):
    """bereik en spelregels."""

    def writers(self, incident_ids: Sequence[int]) -> list[Writer]:
        """Every message that belongs to incidents or answers a question about them, in order."""
        rows = self._messages(incident_ids, messages)
        return [
            Writer(
                message_id=row.id,
                group_id=row.group_id,
                resident=row.resident,
                sent_at=row.sent_at,
                direct=row.direct,
                sealed_from=row.sealed_from,
            )
            for row in rows
        ]

    def redacted(self, incident_ids: Sequence[int]) -> list[str]:
        """What was written about incidents, without personal details, in order."""
        return [row.redacted for row in self._messages(incident_ids, messages.c.redacted)]

    def recent(self, states: Sequence[str], since: datetime) -> list[int]:
        """The incidents in these states that residents or staff touched since a moment."""
        touched = sa.or_(incidents.c.last_message_at >= since, incidents.c.changed_at >= since)
        query = sa.select(incidents.c.id).where(incidents.c.status.in_(states), touched)
        return list(self.connection.execute(query.order_by(incidents.c.id)).scalars())

    def changed_by(self, incident_id: int) -> tuple[str | None, datetime | None]:
        """Who took the last step with an incident, and when; None when nobody did."""
        query = sa.select(incidents.c.changed_by, incidents.c.changed_at)
        row = self.connection.execute(query.where(incidents.c.id == incident_id)).one()
        return row.changed_by, row.changed_at

    def said_since(self, incident_id: int, since: datetime, by: str) -> bool:
        """True when anybody but `by` told or asked residents about an incident since."""
        query = sa.select(sa.func.count()).where(
            outbox.c.incident_id == incident_id,
            outbox.c.kind != "hand_over",
            outbox.c.by != by,
            outbox.c.at >= since,
            outbox.c.state.not_in(_GONE),
        )
        return bool(self.connection.execute(query).scalar_one())

    def _messages(self, incident_ids: Sequence[int], *columns: Any) -> list[Any]:
        """Columns of every message that belongs to incidents or answers about them, in order."""
        belongs = sa.select(links.c.message_id).where(links.c.incident_id.in_(incident_ids))
        answered = (
            sa.select(answers.c.message_id)
            .join(questions, questions.c.id == answers.c.question_id)
            .where(questions.c.incident_id.in_(incident_ids))
        )
        query = (
            sa.select(*columns)
            .where(messages.c.id.in_(sa.union(belongs, answered)))
            .order_by(messages.c.sent_at, messages.c.id)
        )
        return list(self.connection.execute(query))

    def told(self, incident_ids: Sequence[int], kind: str) -> list[Any]:
        """The texts of a kind about incidents that left or will (group_id, resident, at)."""
        query = sa.select(outbox.c.group_id, outbox.c.resident, outbox.c.at).where(
            outbox.c.incident_id.in_(incident_ids),
            outbox.c.kind == kind,
            outbox.c.state.not_in(_GONE),
        )
        return list(self.connection.execute(query))

    def withdrawn_count(self, prefix: str) -> int:
        """How many texts whose key begins so were taken back: the next has another key."""
        query = sa.select(sa.func.count()).where(
            outbox.c.idempotency_key.startswith(prefix, autoescape=True),
            outbox.c.state.in_(_GONE),
        )
        return int(self.connection.execute(query).scalar_one())

    def rules(self, pilot_id: int) -> dict[str, Any]:
        """A pilot's rules as they were set; empty when they never were."""
        query = sa.select(reciprocity.c.rules).where(reciprocity.c.pilot_id == pilot_id)
        return self.connection.execute(query).scalar() or {}

    def set_rules(self, pilot_id: int, rules: dict[str, Any]) -> None:
        upsert(self.connection, reciprocity, {"pilot_id": pilot_id}, rules=rules)
