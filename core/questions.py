"""vragen: one question at a time about an incident in a group, ended by its stop rule.

It ends when enough different residents answered, at its deadline, or with the incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.audit import SYSTEM
from core.domain import Asking, Incident, Question, QuestionState, Understood, User
from core.errors import BadInput, NotFound, QuestionOpen
from core.i18n import DEFAULT
from core.reach import Means, Way, reach_of, way_to
from core.reciprocity import LONGEST_OPEN_MIN, MOST_ENOUGH, Rules, rules_of, words_for
from core.sending import send
from core.status import Step
from core.store.question_rows import key_of
from core.store.unit import Unit
from core.triage import begin

_SAYS_NOTHING: Final = "unknown"
"""An answer that does not count: "weet ik niet"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """wens: what is asked, and what ends it: so many answers, or so many minutes.

    `language`: in which the 112 rule is added.
    """

    kind: Asking
    text: str
    enough: int
    open_min: int
    thanks: bool = True
    language: str = DEFAULT

    @classmethod
    def by_rules(cls, kind: Asking, text: str, rules: Rules) -> Wish:
        return cls(
            kind=kind,
            text=text,
            enough=rules.enough,
            open_min=rules.open_min,
            thanks=rules.thanks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """gesteld: the questions that were opened, and their texts in the outbox."""

    question_ids: tuple[int, ...]
    outbox_ids: tuple[int, ...]


def put(
    incident: Incident,
    ways: Sequence[Way],
    wish: Wish,
    by: str,
    unit: Unit,
    means: Means | None,
    *,
    due_at: datetime,
    resident: str | None = None,
) -> Asked:
    """Opens the question in each group of the ways and sends it. Raises QuestionOpen, BadInput."""
    if not 1 <= wish.enough <= MOST_ENOUGH or not 1 <= wish.open_min <= LONGEST_OPEN_MIN:
        raise BadInput(field="question", why=f"{wish.enough}, {wish.open_min}")
    question_ids: list[int] = []
    outbox_ids: list[int] = []
    for group_id in dict.fromkeys(way.group.id for way in ways):
        question_id = _open(incident, group_id, wish, by, unit, resident)
        outbox_ids += send(
            [way for way in ways if way.group.id == group_id],
            wish.text,
            unit,
            means,
            kind="question",
            key=key_of(question_id).rstrip(":"),
            by=by,
            due_at=due_at,
            incident_id=incident.id,
            language=wish.language,
        )
        question_ids.append(question_id)
    return Asked(question_ids=tuple(question_ids), outbox_ids=tuple(outbox_ids))


def _open(
    incident: Incident, group_id: int, wish: Wish, by: str, unit: Unit, resident: str | None
) -> int:
    asked = unit.questions.of(incident.id)
    if any(q.group_id == group_id and q.state is QuestionState.OPEN for q in asked):
        raise QuestionOpen(number=incident.number)
    question_id = unit.questions.ask(
        incident_id=incident.id,
        group_id=group_id,
        resident=resident,
        kind=wish.kind.value,
        text=wish.text.strip(),
        by=by,
        deadline_at=unit.now + timedelta(minutes=wish.open_min),
        enough_count=1 if resident else wish.enough,
        thanks=wish.thanks,
    )
    if question_id is None:  # a colleague, or the assistant, was first
        raise QuestionOpen(number=incident.number)
    return question_id


def end_question(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    question_id: int,
    *,
    hold: timedelta,
    means: Means | None = None,
) -> Incident:
    """A person ends a question before its time. Raises NotFound, and what `begin` raises."""
    incident = begin(Step.END_QUESTION, incident_id, version, user, unit)
    asked = {question.id: question for question in unit.questions.of(incident_id)}
    question = asked.get(question_id)
    if question is None or question.state is not QuestionState.OPEN:
        raise NotFound(what="question", id=question_id)
    sent = finish(question, QuestionState.CLOSED, user.login, unit, means, unit.now + hold)
    changed = unit.incidents.change(incident, user.login)
    detail = {"questions": [question_id], "outbox": sent}
    unit.audit.add(user.login, Step.END_QUESTION.value, "incident", incident_id, detail)
    return changed


def finish(
    question: Question,
    state: QuestionState,
    by: str,
    unit: Unit,
    means: Means | None,
    due_at: datetime | None = None,
    *,
    thank: bool = True,
) -> list[int]:
    """Ends a question once, with one line of thanks when somebody answered; gives what is sent."""
    if not unit.questions.end(question.id, state, by):
        return []
    unit.incidents.tell(question.incident_id, "question_ended")
    if not (thank and question.thanks and unit.questions.answers_to(question.id)):
        return []
    incident = unit.incidents.get(question.incident_id)
    text = words_for("thanks", rules_of(incident.pilot_id, unit), incident)
    ways = _back_along(question, unit, means)
    return send(
        ways,
        text,
        unit,
        means,
        kind="thanks",
        key=f"thanks:{question.id}:{unit.reach.withdrawn_count(f'thanks:{question.id}:')}",
        by=by,
        due_at=due_at or unit.now,
        incident_id=incident.id,
    )


def _back_along(question: Question, unit: Unit, means: Means | None) -> list[Way]:
    """The ways by which a question was asked, as they are now."""
    if question.resident is not None:
        way = way_to(question.resident, question.incident_id, unit, means)
        return [way] if way is not None else []
    reach = reach_of(question.incident_id, unit, means)
    return [way for way in reach.ways if way.group.id == question.group_id]


def end_if_enough(question: Question, unit: Unit, means: Means | None) -> None:
    """Ends a question once as many different residents answered as were asked for."""
    if answered_count(unit.questions.answers_to(question.id)) >= question.enough_count:
        finish(question, QuestionState.ANSWERED, SYSTEM, unit, means)
        unit.audit.add(
            SYSTEM, "question_answered", "incident", question.incident_id, {"question": question.id}
        )


def answered_count(answers: dict[str, list[Understood]]) -> int:
    """How many different residents said something that counts."""
    return sum(any(a.what != _SAYS_NOTHING for a in said) for said in answers.values())


def end_what_is_over(unit: Unit, means: Means | None) -> int:
    """Ends questions whose deadline passed or whose incident ended; gives how many."""
    ended = 0
    for question in unit.questions.all_open():
        incident = _living(question, unit)
        if incident is None:
            continue
        if not incident.status.is_open:
            finish(question, QuestionState.CLOSED, SYSTEM, unit, means)
        elif unit.now >= question.deadline_at:
            finish(question, QuestionState.EXPIRED, SYSTEM, unit, means)
        else:
            continue
        detail = {"question": question.id}
        unit.audit.add(SYSTEM, "question_over", "incident", incident.id, detail)
        ended += 1
    return ended


def _living(question: Question, unit: Unit) -> Incident | None:
    """The incident a question is about now; one that was merged takes its question along.

    When one is open there already, the one that came along ends, without a word.
    """
    incident = unit.incidents.get(question.incident_id)
    while incident.merged_into is not None:
        incident = unit.incidents.get(incident.merged_into)
    if incident.id == question.incident_id:
        return incident
    others = [
        other
        for other in unit.questions.of(incident.id)
        if other.id != question.id
        and other.group_id == question.group_id
        and other.state is QuestionState.OPEN
    ]
    if others:
        unit.questions.end(question.id, QuestionState.CLOSED, SYSTEM)
        return None
    unit.questions.move(question.id, incident.id)
    return incident


def say_takeover(
    incident: Incident,
    group_ids: Iterable[int],
    by: str,
    unit: Unit,
    means: Means | None,
    due_at: datetime,
) -> list[int]:
    """Says once, in each group where the assistant asked, that a person reads along from here."""
    asked = {
        q.group_id
        for q in unit.questions.of(incident.id)
        if q.by == SYSTEM and q.state is not QuestionState.WITHDRAWN
    }
    wanted = asked & set(group_ids)
    ways = [way for way in reach_of(incident.id, unit, means).ways if way.group.id in wanted]
    text = words_for("takeover", rules_of(incident.pilot_id, unit), incident)
    return send(
        ways,
        text,
        unit,
        means,
        kind="takeover",
        key=f"takeover:{incident.id}:{unit.reach.withdrawn_count(f'takeover:{incident.id}:')}",
        by=by,
        due_at=due_at,
        incident_id=incident.id,
    )


def end_the_assistants(
    incident: Incident, group_ids: Iterable[int], user: User, unit: Unit, means: Means | None
) -> list[int]:
    """Ends what the assistant asked in these groups, because a person asks now; gives which."""
    here = set(group_ids)
    mine = [
        q
        for q in unit.questions.of(incident.id)
        if q.by == SYSTEM and q.group_id in here and q.state is QuestionState.OPEN
    ]
    for question in mine:
        finish(question, QuestionState.CLOSED, user.login, unit, means, thank=False)
    return [question.id for question in mine]
