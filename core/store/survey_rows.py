"""Surveys, their waves, and answers that belong to nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, insert_or_skip
from core.store.tables import (
    outbox,
    survey_responses,
    survey_texts,
    survey_waves,
    surveys,
)
from core.survey_form import AGAIN, KIND, Invitation, Survey, Wave, question_of

_REDACTED_AT_ONCE = 50


class SurveyRows(Rows):
    """vragenlijsten."""

    def make(
        self, pilot_id: int, name: str, audience: str, questions: list[dict[str, Any]], by: str
    ) -> int:
        return self.insert(
            surveys,
            pilot_id=pilot_id,
            name=name,
            audience=audience,
            questions=questions,
            by=by,
            at=self.now,
        )

    def get(self, survey_id: int) -> Survey | None:
        query = sa.select(surveys).where(surveys.c.id == survey_id)
        row = self.connection.execute(query).first()
        return None if row is None else _survey_of(row)

    def of_pilot(self, pilot_id: int) -> list[Survey]:
        query = sa.select(surveys).where(surveys.c.pilot_id == pilot_id).order_by(surveys.c.id)
        return [_survey_of(row) for row in self.connection.execute(query)]

    def open_wave(
        self, survey_id: int, opens_at: datetime, closes_at: datetime, incident_id: int | None
    ) -> int:
        return self.insert(
            survey_waves,
            survey_id=survey_id,
            number=len(self.waves(survey_id)) + 1,
            opens_at=opens_at,
            closes_at=closes_at,
            incident_id=incident_id,
        )

    def waves(self, survey_id: int | None = None) -> list[Wave]:
        query = sa.select(survey_waves).order_by(survey_waves.c.id)
        if survey_id is not None:
            query = query.where(survey_waves.c.survey_id == survey_id)
        return [_wave_of(row) for row in self.connection.execute(query)]

    def wave(self, wave_id: int) -> Wave | None:
        query = sa.select(survey_waves).where(survey_waves.c.id == wave_id)
        row = self.connection.execute(query).first()
        return None if row is None else _wave_of(row)

    def close_wave(self, wave_id: int) -> None:
        self.connection.execute(
            sa.update(survey_waves).where(survey_waves.c.id == wave_id).values(closed_at=self.now)
        )

    def invitations(self, wave_id: int) -> list[Invitation]:
        """What was and will be sent about a wave, in the order of leaving."""
        query = (
            sa.select(outbox)
            .where(outbox.c.idempotency_key.like(f"{KIND}:{wave_id}:%"))
            .order_by(outbox.c.due_at, outbox.c.id)
        )
        return [
            Invitation(
                group_id=row.group_id,
                again=row.idempotency_key.endswith(f":{AGAIN}"),
                state=row.state,
                due_at=row.due_at,
                delivered_at=row.delivered_at,
            )
            for row in self.connection.execute(query)
        ]

    def counts(self, survey_id: int) -> dict[int, int]:
        """How many forms each wave has."""
        query = (
            sa.select(survey_responses.c.wave_id, sa.func.count())
            .join(survey_waves, survey_waves.c.id == survey_responses.c.wave_id)
            .where(survey_waves.c.survey_id == survey_id)
            .group_by(survey_responses.c.wave_id)
        )
        return {int(wave): int(count) for wave, count in self.connection.execute(query)}

    def withdraw_invitations(self, wave_id: int) -> None:
        self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.idempotency_key.like(f"{KIND}:{wave_id}:%"))
            .where(outbox.c.state.in_(["queued", "to_copy"]))
            .values(state="withdrawn")
        )

    def respond(
        self, wave_id: int, on: date, answers: dict[str, Any], once: str, language: str
    ) -> int | None:
        """Keeps a form; None when it was kept before (`once` is drawn with the form)."""
        result = self.connection.execute(
            insert_or_skip(self.connection, survey_responses)
            .values(wave_id=wave_id, on=on, answers=answers, once=once, language=language)
            .returning(survey_responses.c.id)
        )
        return result.scalar()

    def keep_text(self, response_id: int, place: int, sealed: bytes) -> None:
        self.insert(survey_texts, response_id=response_id, place=place, sealed=sealed)

    def sealed_texts(self) -> list[tuple[int, bytes]]:
        query = sa.select(survey_texts.c.id, survey_texts.c.sealed).where(
            survey_texts.c.sealed.is_not(None)
        )
        found = self.connection.execute(query.limit(_REDACTED_AT_ONCE))
        return [(row.id, row.sealed) for row in found]

    def keep_redacted(self, text_id: int, redacted: str) -> None:
        self.connection.execute(
            sa.update(survey_texts)
            .where(survey_texts.c.id == text_id)
            .values(sealed=None, redacted=redacted)
        )

    def forget_texts(self, pilot_id: int) -> None:
        """What was written in questionnaires of a pilot is gone; the chosen options stay."""
        responses = (
            sa.select(survey_responses.c.id)
            .join(survey_waves, survey_waves.c.id == survey_responses.c.wave_id)
            .join(surveys, surveys.c.id == survey_waves.c.survey_id)
            .where(surveys.c.pilot_id == pilot_id)
        )
        self.connection.execute(
            sa.delete(survey_texts).where(survey_texts.c.response_id.in_(responses))
        )

    def responses(self, wave_id: int) -> list[dict[str, Any]]:
        """The chosen options of each form, by place of question."""
        query = sa.select(survey_responses.c.answers).where(survey_responses.c.wave_id == wave_id)
        return [dict(one) for one in self.connection.execute(query).scalars()]

    def texts(self, wave_id: int) -> dict[int, list[str]]:
        """What was written to each open question, names taken out, in no order of time."""
        query = (
            sa.select(survey_texts.c.place, survey_texts.c.redacted)
            .join(survey_responses, survey_responses.c.id == survey_texts.c.response_id)
            .where(survey_responses.c.wave_id == wave_id, survey_texts.c.redacted.is_not(None))
            .order_by(survey_texts.c.redacted)
        )
        found: dict[int, list[str]] = {}
        for row in self.connection.execute(query):
            found.setdefault(row.place, []).append(row.redacted)
        return found


def _survey_of(row: Any) -> Survey:
    return Survey(
        id=row.id,
        pilot_id=row.pilot_id,
        name=row.name,
        audience=row.audience,
        questions=tuple(question_of(code) for code in row.questions),
    )


def _wave_of(row: Any) -> Wave:
    return Wave(
        id=row.id,
        survey_id=row.survey_id,
        number=row.number,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        incident_id=row.incident_id,
        closed_at=row.closed_at,
    )
