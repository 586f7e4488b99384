"""twijfel: a person says of one message what it is; that holds at once, and is an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.areas import within
from core.audit import AuditEntry, standing
from core.domain import NOT_RELEVANT, Area, Link, Role, Urgency, User
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NothingToUndo
from core.incidents import gather
from core.learning import RELEVANCE, TOPIC, URGENCY
from core.permissions import Action, require
from core.store.learning_rows import Judged
from core.store.unit import Unit
from core.topics import Topic

ANSWERED: Final = "doubt_answered"
TAKEN_BACK: Final = "doubt_taken_back"
UNDO_WITHIN: Final = timedelta(hours=1)
"""As long as what was said to be no report can be taken back, its original is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """antwoord: what a person says a message is; the topic "geen" is no report."""

    topic: str
    urgent: bool

    @property
    def is_report(self) -> bool:
        return self.topic != NOT_RELEVANT


def own_areas(user: User, areas: Sequence[Area]) -> frozenset[int] | None:
    """The areas whose doubts are this user's; None when all are."""
    if user.roles & {Role.DISPATCHER, Role.PROJECT_LEAD}:
        return None
    return within(user.area_ids, areas)


def answer(
    message_id: int,
    seen: int,
    said: Answer,
    user: User,
    unit: Unit,
    topics: Mapping[str, Topic],
) -> None:
    """Applies what a person says of a message as they saw it (`seen`: its corrections so far).

    A report keeps its incident, which follows it; no report leaves its incidents, its original is
    destroyed once it cannot be taken back any more, its words when they are no example any more.
    Raises NotAllowed, BadInput, NotFound (erased, or in no incident), ChangedMeanwhile.
    """
    require(user, Action.SETTLE_DOUBT)
    if said.is_report and said.topic not in topics:
        raise BadInput(field="topic", why=said.topic)
    judged = _as_seen(message_id, seen, unit)
    first, areas = judged[0], _areas(judged[0], unit)
    _require_own(judged, own_areas(user, areas), unit)
    before = [_as_codes(one, unit) for one in judged]
    if said.is_report:
        _confirm(judged, said, user, unit)
    else:
        _take_out(judged, user, unit)
    step_id = _label(first, said, user, unit)
    _tell_talk(first, said.topic, 1.0, said.is_report and said.urgent, topics, unit)
    _follow(judged, areas, unit)
    after = {"topic": said.topic, "urgent": said.urgent}
    detail = {"message": message_id, "step": step_id, "before": before, "after": after}
    unit.audit.add(user.login, ANSWERED, "message", first.message_key, detail)


def undo_answer(message_id: int, user: User, unit: Unit, topics: Mapping[str, Topic]) -> None:
    """Takes the user's own last word about a message back.

    Raises NotAllowed, NothingToUndo (not theirs, too long ago, edited or erased since),
    ChangedMeanwhile.
    """
    require(user, Action.SETTLE_DOUBT)
    judged = unit.learning.judged([message_id])
    entry = last_answer(_history(judged, unit), user.login)
    if entry is None or unit.now - entry.at > UNDO_WITHIN:
        raise NothingToUndo(number="")
    before = {one["assessment_id"]: one for one in entry.detail["before"]}
    if {one.assessment_id for one in judged} != set(before):
        raise NothingToUndo(number="")
    if any(one.corrected_count != before[one.assessment_id]["corrections"] for one in judged):
        raise ChangedMeanwhile(number="", who=None, at=None)
    for one in judged:
        _restore(one, before[one.assessment_id], user, unit)
    unit.learning.put_back(message_id)
    unit.learning.unlabel_step(entry.detail["step"])
    again = unit.learning.judged([message_id])
    first = again[0]
    _tell_talk(first, first.topic, first.confidence, first.urgent, topics, unit)
    _follow([*judged, *again], _areas(first, unit), unit)
    undid = {"undid": entry.id, "message": message_id}
    unit.audit.add(user.login, TAKEN_BACK, "message", first.message_key, undid)


def last_answer(entries: Sequence[AuditEntry], login: str) -> AuditEntry | None:
    """The newest answer about a message, if it is this user's own and still stands."""
    answers = [e for e in standing(entries, TAKEN_BACK) if e.action == ANSWERED]
    return answers[-1] if answers and answers[-1].actor == login else None


def forget_no_reports(before: datetime, unit: Unit) -> int:
    """Destroys originals that no undo needs any more, and words that are no example any more:
    of what was said to be no report before a moment; gives of how many messages.
    """
    unit.learning.forget_originals(unit.now - UNDO_WITHIN)
    keys = unit.learning.no_reports(before)
    for message_key in keys:
        unit.messages.forget_words(message_key)
        unit.messages.unlink(message_key)
    return len(keys)


def _as_seen(message_id: int, seen: int, unit: Unit) -> list[Judged]:
    judged = unit.learning.judged([message_id])
    if not judged:
        raise NotFound(what="message", id=message_id)
    if judged[0].corrected_count != seen or judged[0].incident_id is None:
        entry = next(reversed(_history(judged, unit)), None)
        who, at = (entry.actor, entry.at) if entry else (None, None)
        raise ChangedMeanwhile(number=_number(judged[0]), who=who, at=at)
    return judged


def _history(judged: Sequence[Judged], unit: Unit) -> list[AuditEntry]:
    return unit.audit.of("message", judged[0].message_key) if judged else []


def _number(judged: Judged) -> str:
    return f"HNM-{judged.incident_id}" if judged.incident_id else ""


def _areas(judged: Judged, unit: Unit) -> list[Area]:
    group = unit.pilots.group(judged.group_id)
    return unit.pilots.areas(group.pilot_id) if group else []


def _require_own(judged: Sequence[Judged], own: frozenset[int] | None, unit: Unit) -> None:
    if own is None:
        return
    there = {unit.incidents.get(one.incident_id).area_id for one in judged if one.incident_id}
    group = unit.pilots.group(judged[0].group_id)
    if not (there | {group.area_id if group else None}) & own:
        raise NotAllowed(action=Action.SETTLE_DOUBT.value)


def _confirm(judged: Sequence[Judged], said: Answer, user: User, unit: Unit) -> None:
    """A person's word counts as certain; who says "urgent" also says that it is not over."""
    first, *others = judged
    unit.learning.correct(
        first.assessment_id,
        topic=said.topic,
        confidence=1.0,
        urgent=said.urgent,
        urgency_confidence=1.0,
        retracts=first.retracts and not said.urgent,
        doubtful=False,
        corrected_by=user.login,
    )
    for one in others:
        unit.learning.correct(one.assessment_id, doubtful=False, corrected_by=user.login)
    if first.incident_id is not None:
        detail = {"message": first.message_id}
        unit.audit.add(user.login, "message_judged", "incident", first.incident_id, detail)


def _take_out(judged: Sequence[Judged], user: User, unit: Unit) -> None:
    for one in judged:
        unit.learning.correct(one.assessment_id, doubtful=False, corrected_by=user.login)
        if one.incident_id is not None:
            detail = {"message": one.message_id}
            unit.audit.add(user.login, "no_report", "incident", one.incident_id, detail)
    unit.learning.take_out(judged[0].message_id)


def _label(first: Judged, said: Answer, user: User, unit: Unit) -> int:
    """Every answer is an example, the one that agrees too; gives the id of the step."""
    before = Urgency.of(first.urgent).value
    known: dict[str, Any] = {
        "incident_id": first.incident_id,
        "message_id": first.message_id,
        "model": first.model,
    }
    add, by = unit.incidents.label, user.login
    step_id = add(RELEVANCE, True, said.is_report, by, **known)
    if said.is_report:
        add(TOPIC, first.topic, said.topic, by, **known)
        add(URGENCY, before, Urgency.of(said.urgent).value, by, **known)
    return step_id


def _tell_talk(
    first: Judged,
    topic: str,
    confidence: float,
    urgent: bool,
    topics: Mapping[str, Topic],
    unit: Unit,
) -> None:
    """What is said next in the group is judged in the light of what a person said."""
    shares = dict.fromkeys((NOT_RELEVANT, *topics), 0.0)
    shares[NOT_RELEVANT] = round(1.0 - confidence, 4)
    shares[topic] = round(confidence, 4)
    incident_id = first.incident_id if topic != NOT_RELEVANT else None
    unit.learning.correct_turn(first.message_key, shares, float(urgent), incident_id)


def _follow(judged: Sequence[Judged], areas: Sequence[Area], unit: Unit) -> None:
    for incident_id in dict.fromkeys(one.incident_id for one in judged):
        if incident_id is not None:
            gather(incident_id, areas, unit)


def _as_codes(one: Judged, unit: Unit) -> dict[str, Any]:
    """What an undo needs: numbers, codes and ids, none of the words."""
    status = unit.learning.status_of(one.incident_id) if one.incident_id else None
    return {
        "assessment_id": one.assessment_id,
        "topic": one.topic,
        "confidence": one.confidence,
        "urgent": one.urgent,
        "urgency_confidence": one.urgency_confidence,
        "retracts": one.retracts,
        "doubtful": one.doubtful,
        "corrected_by": one.corrected_by,
        "incident_id": one.incident_id,
        "strength": one.strength,
        "runner_up": one.runner_up,
        "status": status,
        "corrections": one.corrected_count + 1,
    }


def _restore(one: Judged, before: Mapping[str, Any], user: User, unit: Unit) -> None:
    """An assessment as it was, on its link, in an incident that is open again if it was."""
    unit.learning.correct(one.assessment_id, **{name: before[name] for name in _RESTORED})
    incident_id = before["incident_id"]
    if incident_id is None or one.incident_id is not None:
        return
    link = Link(
        incident_id=incident_id,
        strength=before["strength"],
        reasons=(),
        runner_up=before["runner_up"],
    )
    unit.incidents.link(incident_id, one.message_id, one.assessment_id, link, user.login)
    incident = unit.incidents.get(incident_id)
    if incident.message_count == 0 and incident.merged_into is None:
        unit.incidents.restore(incident_id, {"status": before["status"]})
    unit.audit.add(
        user.login, "no_report_taken_back", "incident", incident_id, {"message": one.message_id}
    )


_RESTORED: Final = (
    "topic",
    "confidence",
    "urgent",
    "urgency_confidence",
    "retracts",
    "doubtful",
    "corrected_by",
)
