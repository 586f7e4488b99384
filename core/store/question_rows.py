"""Questions to residents, what they answered, and the promises made to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import (
    Asking,
    Promise,
    PromiseState,
    Question,
    QuestionState,
    Understood,
)
from core.store.rows import Rows, insert_or_skip, location_json, location_of
from core.store.tables import answers, incidents, messages, outbox, promises, questions

_QUESTIONS: Final = sa.select(questions)
_OPEN: Final = questions.c.state == QuestionState.OPEN.value
_OPEN_NEWEST: Final = _QUESTIONS.where(_OPEN).order_by(questions.c.id.desc())
_IN_GROUP: Final = questions.c.group_id == sa.bindparam("group_id")
_WHERE_OPEN: Final = sa.select(questions.c.group_id, questions.c.resident).where(_OPEN)
_OPEN_IN: Final = _OPEN_NEWEST.where(_IN_GROUP)
_OPEN_FOR: Final = _OPEN_NEWEST.where(
    sa.or_(_IN_GROUP, questions.c.resident == sa.bindparam("resident"))
)


class QuestionRows(Rows):
    """vragen en antwoorden."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._open_in: tuple[set[int], set[str | None]] | None = None

    def ask(self, **values: Any) -> int | None:
        """Opens a question; None when one about the incident is open in the group already."""
        self._open_in = None
        result = self.connection.execute(
            insert_or_skip(self.connection, questions)
            .values(asked_at=self.now, state=QuestionState.OPEN.value, **values)
            .returning(questions.c.id)
        )
        return result.scalar()

    def get(self, question_id: int) -> Question | None:
        row = self.connection.execute(_QUESTIONS.where(questions.c.id == question_id)).first()
        return None if row is None else question_of(row)

    def of(self, incident_id: int) -> list[Question]:
        """Every question about an incident and what was merged into it, the oldest first."""
        query = _QUESTIONS.where(questions.c.incident_id.in_(self.family(incident_id)))
        return [question_of(row) for row in self.connection.execute(query.order_by(questions.c.id))]

    def open_in(self, group_id: int, resident: str | None = None) -> list[Question]:
        """The questions that are open in a group or put to one resident, the newest first."""
        if not self._is_open_in(group_id, resident):
            return []
        query = _OPEN_IN if resident is None else _OPEN_FOR
        rows = self.connection.execute(query, {"group_id": group_id, "resident": resident}).all()
        return [replace(question_of(row), references=self._references(row.id)) for row in rows]

    def _is_open_in(self, group_id: int, resident: str | None) -> bool:
        """Every message asks; what is open where is read once, until something here changes it."""
        if self._open_in is None:
            rows = self.connection.execute(_WHERE_OPEN).all()
            groups, residents = {row.group_id for row in rows}, {row.resident for row in rows}
            self._open_in = (groups, residents)
        groups, residents = self._open_in
        return group_id in groups or (resident is not None and resident in residents)

    def all_open(self) -> list[Question]:
        query = _QUESTIONS.where(_OPEN).order_by(questions.c.id)
        return [question_of(row) for row in self.connection.execute(query)]

    def asked_since(self, group_id: int, by: str, since: datetime) -> int:
        """How many questions somebody asked in a group, those taken back not counted."""
        query = sa.select(sa.func.count()).where(
            questions.c.group_id == group_id,
            questions.c.by == by,
            questions.c.asked_at >= since,
            questions.c.state != QuestionState.WITHDRAWN.value,
        )
        return int(self.connection.execute(query).scalar_one())

    def end(self, question_id: int, state: QuestionState, by: str) -> bool:
        """Ends an open question; False when it had ended already."""
        self._open_in = None
        result = self.connection.execute(
            sa.update(questions)
            .where(questions.c.id == question_id, _OPEN)
            .values(state=state.value, ended_at=self.now, ended_by=by)
        )
        return result.rowcount > 0

    def reopen(self, question_id: int) -> None:
        """Opens an ended question again, unless another was opened in its place."""
        ended = questions.alias()
        another = (
            sa.select(questions.c.id)
            .join(ended, ended.c.id == question_id)
            .where(questions.c.incident_id == ended.c.incident_id, _OPEN)
            .where(questions.c.group_id == ended.c.group_id)
        )
        if self.connection.execute(another).first() is None:
            self._update(question_id, state=QuestionState.OPEN.value, ended_at=None, ended_by=None)

    def move(self, question_id: int, incident_id: int) -> None:
        """A question goes along with the messages of an incident that was merged."""
        self._update(question_id, incident_id=incident_id)

    def answer(
        self, question_id: int, message_key: str, resident: str, value: Understood, at: datetime
    ) -> None:
        """Files what was understood of a stored message, once."""
        message_id = self.connection.execute(
            sa.select(messages.c.id).where(messages.c.message_key == message_key)
        ).scalar_one()
        self.connection.execute(
            insert_or_skip(self.connection, answers).values(
                question_id=question_id,
                message_id=message_id,
                resident=resident,
                value=value_json(value),
                at=at,
            )
        )

    def answers_to(self, question_id: int) -> dict[str, list[Understood]]:
        """What each different resident answered, the oldest first."""
        query = sa.select(answers).where(answers.c.question_id == question_id)
        found: dict[str, list[Understood]] = {}
        for row in self.connection.execute(query.order_by(answers.c.at, answers.c.id)):
            found.setdefault(row.resident, []).append(value_of(row.value))
        return found

    def place_given(self, incident_id: int, answer_id: int) -> Understood | None:
        """What an answer about an incident says, if it is one."""
        query = (
            sa.select(answers.c.value)
            .join(questions, questions.c.id == answers.c.question_id)
            .where(answers.c.id == answer_id)
            .where(questions.c.incident_id.in_(self.family(incident_id)))
        )
        value = self.connection.execute(query).scalar()
        return None if value is None else value_of(value)

    def is_answer(self, message_id: int, incident_id: int) -> bool:
        """True when a message answers a question about the incident."""
        query = (
            sa.select(sa.func.count())
            .select_from(answers)
            .join(questions, questions.c.id == answers.c.question_id)
            .where(answers.c.message_id == message_id)
            .where(questions.c.incident_id.in_(self.family(incident_id)))
        )
        return bool(self.connection.execute(query).scalar_one())

    def forget_answer(self, message_key: str) -> list[int]:
        """Takes away what a message answered; gives the incidents it was about."""
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        query = (
            sa.select(questions.c.incident_id)
            .join(answers, answers.c.question_id == questions.c.id)
            .where(answers.c.message_id.in_(ids))
        )
        found = list(self.connection.execute(query.distinct()).scalars())
        if found:
            self.connection.execute(sa.delete(answers).where(answers.c.message_id.in_(ids)))
        return found

    def family(self, incident_id: int) -> list[int]:
        """The incident with all that was merged into it, however long ago."""
        found = [incident_id]
        while True:
            query = sa.select(incidents.c.id).where(incidents.c.merged_into.in_(found))
            more = set(self.connection.execute(query).scalars()) - set(found)
            if not more:
                return sorted(found)
            found += sorted(more)

    def _references(self, question_id: int) -> frozenset[str]:
        """What the network called the texts that asked it."""
        query = sa.select(outbox.c.reference).where(
            outbox.c.idempotency_key.startswith(key_of(question_id), autoescape=True),
            outbox.c.reference.is_not(None),
        )
        return frozenset(self.connection.execute(query).scalars())

    def _update(self, question_id: int, **values: Any) -> None:
        self._open_in = None
        self.connection.execute(
            sa.update(questions).where(questions.c.id == question_id).values(**values)
        )


class PromiseRows(Rows):
    """toezeggingen."""

    def make(self, incident_id: int, text: str, due_at: datetime, by: str) -> int:
        return self.insert(
            promises,
            incident_id=incident_id,
            text=text,
            due_at=due_at,
            by=by,
            at=self.now,
            state=PromiseState.OPEN.value,
        )

    def get(self, promise_id: int) -> Promise | None:
        row = self.connection.execute(
            sa.select(promises).where(promises.c.id == promise_id)
        ).first()
        return None if row is None else promise_of(row)

    def of(self, incident_ids: Sequence[int]) -> list[Promise]:
        """What was promised about incidents, what is due first in front."""
        query = sa.select(promises).where(
            promises.c.incident_id.in_(incident_ids),
            promises.c.state != PromiseState.WITHDRAWN.value,
        )
        ordered = query.order_by(promises.c.due_at, promises.c.id)
        return [promise_of(row) for row in self.connection.execute(ordered)]

    def settle(
        self, promise_id: int, state: PromiseState, by: str, reason: str | None = None
    ) -> bool:
        """Ends an open promise; False when somebody did before."""
        result = self.connection.execute(
            sa.update(promises)
            .where(promises.c.id == promise_id, promises.c.state == PromiseState.OPEN.value)
            .values(state=state.value, settled_at=self.now, settled_by=by, reason=reason)
        )
        return result.rowcount > 0

    def reopen(self, promise_id: int) -> None:
        self.connection.execute(
            sa.update(promises)
            .where(promises.c.id == promise_id)
            .values(state=PromiseState.OPEN.value, settled_at=None, settled_by=None, reason=None)
        )


def key_of(question_id: int) -> str:
    """How the keys of the texts begin that ask a question."""
    return f"ask:{question_id}:"


def question_of(row: Any) -> Question:
    return Question(
        id=row.id,
        incident_id=row.incident_id,
        group_id=row.group_id,
        resident=row.resident,
        kind=Asking(row.kind),
        text=row.text,
        by=row.by,
        asked_at=row.asked_at,
        deadline_at=row.deadline_at,
        enough_count=row.enough_count,
        thanks=row.thanks,
        state=QuestionState(row.state),
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def promise_of(row: Any) -> Promise:
    names = Promise.__slots__
    values = {name: row._mapping[name] for name in names}
    return Promise(**{**values, "state": PromiseState(values["state"])})


def value_json(value: Understood) -> dict[str, Any]:
    """What was understood as codes and the register's own names: none of the resident's words."""
    found: dict[str, Any] = {"what": value.what}
    if value.place is not None:
        found["place"] = location_json(value.place)
    if value.at is not None:
        found |= {"at": value.at.isoformat(), "within_min": value.within_min}
    return found


def value_of(values: dict[str, Any]) -> Understood:
    return Understood(
        what=values["what"],
        place=location_of(values["place"]) if "place" in values else None,
        at=datetime.fromisoformat(values["at"]) if "at" in values else None,
        within_min=values.get("within_min", 0),
    )
