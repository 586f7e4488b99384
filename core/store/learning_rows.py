"""What people said about single messages: written, taken back, and forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows
from core.store.tables import assessments, incidents, labels, links, messages, pictures, turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """beoordeeld: one assessment of a stored message, and the link it stands on (if any)."""

    message_id: int
    message_key: str
    group_id: int
    sent_at: datetime
    no_report_at: datetime | None
    assessment_id: int
    topic: str
    confidence: float
    urgent: bool
    urgency_confidence: float
    doubtful: bool
    retracts: bool
    model: str
    corrected_by: str | None
    corrected_count: int
    incident_id: int | None
    strength: float | None
    runner_up: int | None


class LearningRows(Rows):
    """voorbeelden: assessments as people corrected them."""

    def judged(self, message_ids: Sequence[int]) -> list[Judged]:
        """The assessments of messages, the surest of each message first."""
        query = (
            sa.select(
                messages.c.id.label("message_id"),
                messages.c.message_key,
                messages.c.group_id,
                messages.c.sent_at,
                messages.c.no_report_at,
                assessments.c.id.label("assessment_id"),
                *(assessments.c[name] for name in _OF_ASSESSMENT),
                links.c.incident_id,
                links.c.strength,
                links.c.runner_up,
            )
            .select_from(messages)
            .join(assessments, assessments.c.message_id == messages.c.id)
            .join(links, links.c.assessment_id == assessments.c.id, isouter=True)
            .where(messages.c.id.in_(message_ids))
            .order_by(messages.c.id, assessments.c.confidence.desc(), assessments.c.id)
        )
        return [Judged(**row._mapping) for row in self.connection.execute(query)]

    def correct(self, assessment_id: int, **values: Any) -> None:
        """Changes an assessment; its count tells who keeps it in memory that it is another."""
        self.connection.execute(
            sa.update(assessments)
            .where(assessments.c.id == assessment_id)
            .values(**values, corrected_count=assessments.c.corrected_count + 1)
        )

    def take_out(self, message_id: int) -> None:
        """A person said that it reports nothing: it belongs to no incident any more."""
        self.connection.execute(sa.delete(links).where(links.c.message_id == message_id))
        self._set_no_report(message_id, self.now)

    def put_back(self, message_id: int) -> None:
        self._set_no_report(message_id, None)

    def correct_turn(
        self, message_key: str, topics: dict[str, float], urgent: float, incident_id: int | None
    ) -> None:
        """Lets the conversation remember what a person said; what is forgotten stays so."""
        self.connection.execute(
            sa.update(turns)
            .where(turns.c.message_key == message_key, turns.c.topics.is_not(None))
            .values(topics=topics, urgent=urgent, incident_id=incident_id)
        )

    def turn_topics(self, message_key: str) -> dict[str, float] | None:
        query = sa.select(turns.c.topics).where(turns.c.message_key == message_key)
        return self.connection.execute(query).scalar()

    def unlabel_step(self, step_id: int) -> None:
        self.connection.execute(sa.delete(labels).where(labels.c.step_id == step_id))

    def status_of(self, incident_id: int) -> str | None:
        query = sa.select(incidents.c.status).where(incidents.c.id == incident_id)
        return self.connection.execute(query).scalar()

    def forget_originals(self, said_before: datetime) -> int:
        """Destroys the originals of what was said to be no report before a moment, and pictures."""
        said = sa.select(messages.c.id).where(messages.c.no_report_at < said_before)
        self.connection.execute(sa.delete(pictures).where(pictures.c.message_id.in_(said)))
        result = self.connection.execute(
            sa.update(messages)
            .where(messages.c.no_report_at < said_before)
            .where(messages.c.sealed_original.is_not(None))
            .values(sealed_original=None, sealed_from=None)
        )
        return result.rowcount

    def no_reports(self, said_before: datetime) -> list[str]:
        """The keys of what was said to be no report before a moment and still has words."""
        query = (
            sa.select(messages.c.message_key)
            .where(messages.c.no_report_at < said_before, messages.c.redacted != "")
            .order_by(messages.c.id)
        )
        return list(self.connection.execute(query).scalars())

    def _set_no_report(self, message_id: int, at: datetime | None) -> None:
        self.connection.execute(
            sa.update(messages).where(messages.c.id == message_id).values(no_report_at=at)
        )


_OF_ASSESSMENT = (
    "topic",
    "confidence",
    "urgent",
    "urgency_confidence",
    "doubtful",
    "retracts",
    "model",
    "corrected_by",
    "corrected_count",
)
