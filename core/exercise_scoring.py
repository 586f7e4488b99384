"""nabespreking: what a trainee did beside what should have been done, incident by incident.

There is no mark and no total to compare people by: it says what went well and what to look at
again. What the product never showed, or what came too shortly before the end, is not held against
anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from core.audit import AuditEntry, standing
from core.domain import Incident, Status, Urgency
from core.exercises import Evening, Expected, Verdict
from core.status import Step
from core.store.exercise_queries import Happened, Kept, by_incident

_DECIDING: Final = frozenset(
    step.value
    for step in (Step.ACCEPT, Step.REJECT, Step.HAND_OVER, Step.TAKE_ON, Step.CLOSE, Step.NO_REPORT)
) | {"no_report"}
_UNDECIDED: Final = frozenset({Status.NEW, Status.REOPENED})
_PASSED_ON: Final = frozenset({Status.HANDED_OVER, Status.IN_PROGRESS, Status.CLOSED})


class Outcome(StrEnum):
    """afloop (oefening): how it went with one expected incident; the gravest that holds."""

    MISSED = "missed"
    WRONG = "wrong"
    LATE = "late"
    AGAIN = "again"
    GOOD = "good"
    NOT_SHOWN = "not_shown"
    TOO_SHORT = "too_short"


JUDGED: Final = (Outcome.MISSED, Outcome.WRONG, Outcome.LATE, Outcome.AGAIN, Outcome.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """uitkomst van een incident: what should have been done with it, and what was.

    `*_s`: seconds after it came on the screen, None when it never happened. `in_parts`: over how
    many incidents its messages stand at the end; `mixed_with`: what else stands in the same one.
    A part that does not apply (the destination of what is rejected) is None.
    """

    id: str
    outcome: Outcome
    urgent: bool
    verdict: str
    is_hoax: bool
    aim_s: int
    incident_id: int | None
    shown_s: int | None
    """Seconds after the evening's start."""
    seen_s: int | None
    decided_s: int | None
    decision: str | None
    decision_right: bool | None
    topic: str | None
    topic_right: bool | None
    said_urgent: bool | None
    urgency_right: bool | None
    destination: str | None
    destination_right: bool | None
    best_topic: str
    best_destination: str | None
    also_right: tuple[str, ...]
    in_parts: int
    mixed_with: tuple[str, ...]
    lines: tuple[str, ...]
    """The ids of its lines that came on the screen."""
    missing: tuple[str, ...]
    """Those that the product did not let through."""
    runner_up: Mapping[str, int]
    """By line the other incident of the exercise that the product thought of."""

    @property
    def is_judged(self) -> bool:
        return self.outcome in JUDGED

    @property
    def was_missed_urgent(self) -> bool:
        return self.urgent and self.outcome is Outcome.MISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    """vals alarm: an incident that holds talk alone, and what the trainee made of it."""

    incident_id: int
    topic: str
    urgent: bool
    accepted: bool
    decided: bool
    shown_s: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debriefing:
    """nabespreking: an exercise as it went, what was missed first."""

    evening: str
    mark: str
    ended_s: int
    """How far the evening came, in seconds after its start."""
    is_whole: bool
    scored: tuple[Scored, ...]
    false_alarms: tuple[FalseAlarm, ...]

    @property
    def judged(self) -> tuple[Scored, ...]:
        return tuple(one for one in self.scored if one.is_judged)

    @property
    def good(self) -> tuple[Scored, ...]:
        return tuple(one for one in self.scored if one.outcome is Outcome.GOOD)

    @property
    def again(self) -> tuple[Scored, ...]:
        """What to look at again, what was missed first."""
        return tuple(one for one in self.judged if one.outcome is not Outcome.GOOD)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What is known of one incident of the exercise at its end."""

    incident: Incident
    seen_at: datetime | None
    decided_at: datetime | None
    decision: Verdict | None


def debriefing_of(raw: Mapping[str, Any]) -> Debriefing:
    """A debriefing as it was kept."""
    scored = tuple(
        Scored(
            **{
                **one,
                "outcome": Outcome(one["outcome"]),
                **{name: tuple(one[name]) for name in _TUPLES},
            }
        )
        for one in raw["scored"]
    )
    alarms = tuple(FalseAlarm(**{**a, "lines": tuple(a["lines"])}) for a in raw["false_alarms"])
    return Debriefing(**{**raw, "scored": scored, "false_alarms": alarms})


_TUPLES: Final = ("also_right", "mixed_with", "lines", "missing")


def debrief(
    evening: Evening,
    found: Happened,
    line_of: Mapping[str, str],
    looks: Mapping[int, datetime],
    trainee: str,
    until: datetime,
) -> Debriefing:
    """Compares what happened with the evening's key.

    `line_of`: the line's id behind each message key; `until`: how far the exercise's clock came.
    """
    entries = by_incident(found.entries)
    courses = {
        incident.id: _course(incident, entries.get(incident.id, []), looks, trainee)
        for incident in found.incidents
    }
    kept = {line_of[one.message_key]: one for one in found.messages if one.message_key in line_of}
    ever = _homes(found, line_of)
    told = [line for line in evening.lines if line.at <= until]
    about = {line.id: line.about for line in told if line.about}
    begun = [one for one in evening.expected if one.id in set(about.values())]
    scored = [_score(one, evening, about, kept, ever, courses, until) for one in begun]
    return Debriefing(
        evening=evening.id,
        mark=evening.mark,
        ended_s=_seconds(until - evening.starts_at),
        is_whole=until >= evening.ends_at,
        scored=tuple(sorted(scored, key=_gravest_first)),
        false_alarms=tuple(_false_alarms(evening, about, ever, courses)),
    )


def _gravest_first(one: Scored) -> tuple[int, int, int]:
    order = list(Outcome)
    return (not one.was_missed_urgent, order.index(one.outcome), one.shown_s or 0)


def _course(
    incident: Incident, entries: Sequence[AuditEntry], looks: Mapping[int, datetime], trainee: str
) -> _Course:
    steps = [
        entry
        for entry in standing(entries, Step.UNDO.value)
        if entry.actor == trainee and entry.action in _DECIDING
    ]
    decision = _decision(incident, steps)
    return _Course(
        incident=incident,
        seen_at=looks.get(incident.id),
        decided_at=steps[0].at if steps and decision else None,
        decision=decision,
    )


def _decision(incident: Incident, steps: Sequence[AuditEntry]) -> Verdict | None:
    """What was decided in the end; messages that were called no report are rejected too."""
    if not steps or incident.status in _UNDECIDED:
        return None
    emptied = incident.message_count == 0 and incident.merged_into is None
    if incident.status is Status.REJECTED or (emptied and steps[-1].action == "no_report"):
        return Verdict.REJECT
    return Verdict.ACCEPT


def _homes(found: Happened, line_of: Mapping[str, str]) -> dict[str, list[int]]:
    """By line the incidents it stands in now; of one that was taken out, where it stood."""
    key_of = {one.id: one.message_key for one in found.messages}
    homes: dict[str, list[int]] = {}
    for one in found.messages:
        if one.message_key in line_of and one.incident_id is not None:
            homes.setdefault(line_of[one.message_key], []).append(one.incident_id)
    for entry in found.entries:
        key = key_of.get(entry.detail.get("message", 0), "")
        if entry.action in ("opened", "joined") and key in line_of and line_of[key] not in homes:
            homes[line_of[key]] = [int(entry.subject_id)]
    return homes


def _score(
    one: Expected,
    evening: Evening,
    about: Mapping[str, str],
    kept: Mapping[str, Kept],
    homes: Mapping[str, Sequence[int]],
    courses: Mapping[int, _Course],
    until: datetime,
) -> Scored:
    own = [line_id for line_id, about_id in about.items() if about_id == one.id]
    shown = [line_id for line_id in own if line_id in homes]
    counts = Counter(home for line_id in shown for home in homes[line_id])
    main = courses[counts.most_common(1)[0][0]] if counts else None
    shown_at = min((kept[line_id].stored_at for line_id in shown), default=None)
    course = _together(main, [courses[home] for home in counts])
    mixed = _mixed(one, about, homes, counts)
    right = _rights(one, course, is_alone=not mixed)
    outcome = _outcome(one, course, right, shown_at, len(counts) > 1 or bool(mixed), until)
    return Scored(
        id=one.id,
        outcome=outcome,
        urgent=one.urgent,
        verdict=one.verdict.value,
        is_hoax=one.is_hoax,
        aim_s=_seconds(one.within),
        incident_id=course.incident.id if course else None,
        shown_s=_seconds(shown_at - evening.starts_at) if shown_at else None,
        seen_s=_after(shown_at, course.seen_at if course else None),
        decided_s=_after(shown_at, course.decided_at if course else None),
        decision=course.decision.value if course and course.decision else None,
        topic=course.incident.topic if course else None,
        said_urgent=course.incident.urgency is Urgency.URGENT if course else None,
        destination=course.incident.destination if course else None,
        **right,
        best_topic=one.topics[0],
        best_destination=next(iter(one.destinations), None),
        also_right=(*one.topics[1:], *one.destinations[1:]),
        in_parts=len(counts),
        mixed_with=mixed,
        lines=tuple(shown),
        missing=tuple(line_id for line_id in own if line_id not in homes),
        runner_up={
            line_id: kept[line_id].runner_up or 0 for line_id in shown if kept[line_id].runner_up
        },
    )


def _together(main: _Course | None, parts: Iterable[_Course]) -> _Course | None:
    """The incident that has most of the messages; whoever saw or decided on a part did so."""
    if main is None:
        return None
    own = [part for part in parts if part.decision is main.decision]
    return _Course(
        incident=main.incident,
        seen_at=min((one.seen_at for one in own if one.seen_at), default=main.seen_at),
        decided_at=min((one.decided_at for one in own if one.decided_at), default=None),
        decision=main.decision,
    )


def _rights(one: Expected, course: _Course | None, *, is_alone: bool) -> dict[str, bool | None]:
    """Which parts of the decision are right; None where nothing was decided or it does not matter.

    What is rejected rightly needs no topic, urgency or destination. Where several things stand in
    one incident, no decision fits all of them: splitting is what there is to say of it.
    """
    if course is None or course.decision is None or not is_alone:
        return dict.fromkeys(_PARTS)
    right: dict[str, bool | None] = dict.fromkeys(_PARTS)
    right["decision_right"] = course.decision is one.verdict
    if course.decision is one.verdict is Verdict.ACCEPT:
        incident = course.incident
        right["topic_right"] = incident.topic in one.topics
        if not one.is_resolved:
            right["urgency_right"] = (incident.urgency is Urgency.URGENT) is one.urgent
        right["destination_right"] = (
            incident.status in _PASSED_ON and incident.destination in one.destinations
        )
    return right


_PARTS: Final = ("decision_right", "topic_right", "urgency_right", "destination_right")


def _outcome(
    one: Expected,
    course: _Course | None,
    right: Mapping[str, bool | None],
    shown_at: datetime | None,
    apart: bool,
    until: datetime,
) -> Outcome:
    if course is None or shown_at is None:
        return Outcome.NOT_SHOWN
    if course.decision is None or course.decided_at is None:
        too_short = until - shown_at < one.within
        return Outcome.TOO_SHORT if too_short else Outcome.MISSED
    if right["decision_right"] is False:
        return Outcome.WRONG
    if course.decided_at - shown_at > one.within:
        return Outcome.LATE
    return Outcome.AGAIN if apart or False in right.values() else Outcome.GOOD


def _mixed(
    one: Expected,
    about: Mapping[str, str],
    homes: Mapping[str, Sequence[int]],
    counts: Mapping[int, int],
) -> tuple[str, ...]:
    """The other expected incidents that stand in the same one."""
    others = {
        about_id
        for line_id, about_id in about.items()
        if about_id != one.id and set(homes.get(line_id, ())) & set(counts)
    }
    return tuple(sorted(others))


def _false_alarms(
    evening: Evening,
    about: Mapping[str, str],
    homes: Mapping[str, Sequence[int]],
    courses: Mapping[int, _Course],
) -> list[FalseAlarm]:
    """The incidents in which no line of an expected one stands, those taken up first."""
    lines: dict[int, list[str]] = {}
    for line_id, ids in homes.items():
        for incident_id in ids:
            lines.setdefault(incident_id, []).append(line_id)
    found = [
        FalseAlarm(
            incident_id=incident_id,
            topic=courses[incident_id].incident.topic,
            urgent=courses[incident_id].incident.urgency is Urgency.URGENT,
            accepted=courses[incident_id].decision is Verdict.ACCEPT,
            decided=courses[incident_id].decision is not None,
            shown_s=_seconds(courses[incident_id].incident.opened_at - evening.starts_at),
            lines=tuple(own),
        )
        for incident_id, own in lines.items()
        if incident_id in courses and not any(line_id in about for line_id in own)
    ]
    return sorted(found, key=lambda one: (not one.accepted, one.shown_s))


def _after(start: datetime | None, moment: datetime | None) -> int | None:
    if start is None or moment is None:
        return None
    return max(0, _seconds(moment - start))


def _seconds(passed: timedelta) -> int:
    return round(passed.total_seconds())
