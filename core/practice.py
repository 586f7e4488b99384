"""praktijk: what people did with the judgements in a pilot, and what that can and cannot say.

People see only what the model let through, so nothing here says how much it missed. What nobody
corrected is not thereby right: it was decided on without anybody changing it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from core.domain import Status, Urgency
from core.estimates import Estimate, share_of
from core.i18n import languages, text_of
from core.store.evaluation_queries import Beginning, Correction
from core.store.trend_queries import Course

_OTHER_REASONS: Final = (2, 3, 4)
"""Reasons that do not say the judgement was wrong: known already, too little said, not ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """behandeld incident: what the system said of it and what people made of that."""

    incident_id: int
    opened_at: datetime
    topic: str
    said_topic: str
    urgent: bool
    said_urgent: bool
    area_id: int | None
    group: str
    model: str
    confidence: float
    decided: bool
    rejected: bool
    no_report: bool

    @property
    def confirmed(self) -> bool:
        """Decided on and not turned down."""
        return self.decided and not self.rejected

    @property
    def judged(self) -> bool:
        """Somebody took it up, or said that it reports nothing."""
        return self.confirmed or self.no_report

    @property
    def corrected(self) -> bool:
        return self.no_report or self.topic != self.said_topic or self.urgent != self.said_urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """praktijk: the figures that people's decisions give, of all or of a part.

    `report`: of what was taken up or called no report, how much was a report. `topic`: of what was
    taken up, how much kept its topic. `urgent`: of what the system called urgent, how much stayed
    so. `seen_urgent`: of what people call urgent *among what they saw*, how much the system had.
    """

    name: str
    opened_count: int
    decided_count: int
    rejected_count: int
    report: Estimate
    topic: Estimate
    urgent: Estimate
    seen_urgent: Estimate


def handled(
    courses: Sequence[Course],
    beginnings: Mapping[int, Beginning],
    corrected: Sequence[Correction],
    reasons: Mapping[int, str],
) -> list[Handled]:
    """The incidents of a period with what the system said first and what people made of it."""
    about: dict[int, list[Correction]] = defaultdict(list)
    for one in corrected:
        if one.incident_id is not None:
            about[one.incident_id].append(one)
    return [
        _handled(
            course,
            beginnings.get(course.incident_id),
            about[course.incident_id],
            reasons.get(course.incident_id, ""),
        )
        for course in courses
    ]


def practice(name: str, found: Iterable[Handled]) -> Practice:
    """The figures of some incidents."""
    rows = list(found)
    judged = [one for one in rows if one.judged]
    taken = [one for one in rows if one.confirmed]
    said = [one for one in judged if one.said_urgent]
    meant = [one for one in taken if one.urgent]
    return Practice(
        name=name,
        opened_count=len(rows),
        decided_count=sum(one.decided for one in rows),
        rejected_count=sum(one.rejected for one in rows),
        report=share_of(len(taken), len(judged)),
        topic=share_of(sum(one.topic == one.said_topic for one in taken), len(taken)),
        urgent=share_of(sum(one.confirmed and one.urgent for one in said), len(said)),
        seen_urgent=share_of(sum(one.said_urgent for one in meant), len(meant)),
    )


def practices(
    found: Sequence[Handled], key: Callable[[Handled], str | None], names: Mapping[str, str]
) -> list[Practice]:
    """The figures of each part, the one with most incidents first; names where there is one."""
    parts = Counter(key(one) for one in found)
    return [
        practice(names.get(part or "", part or ""), [one for one in found if key(one) == part])
        for part, _ in sorted(parts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]


def topic_changes(found: Sequence[Handled]) -> list[tuple[str, str, int]]:
    """(said by the system, said by people, incidents) for topics that people changed."""
    counts = Counter((one.said_topic, one.topic) for one in found if one.topic != one.said_topic)
    return [(said, meant, count) for (said, meant), count in counts.most_common()]


def doubts(corrected: Sequence[Correction]) -> Estimate:
    """Of the single messages that people were asked about, how many they called a report."""
    last: dict[int, bool] = {}
    for one in corrected:
        if one.in_doubt and one.message_id is not None and one.what == "relevance":
            last[one.message_id] = bool(one.after)
    return share_of(sum(last.values()), len(last))


def most_mistaken(found: Sequence[Handled], most: int) -> list[Handled]:
    """The incidents that people corrected, those the system was surest of first."""
    wrong = [one for one in found if one.corrected]
    return sorted(wrong, key=lambda one: (-one.confidence, one.incident_id))[:most]


def _handled(
    course: Course, began: Beginning | None, about: Sequence[Correction], reason: str
) -> Handled:
    rejected = course.status == Status.REJECTED
    denied = any(one.what == "relevance" and one.after is False for one in about)
    emptied = began is None and denied
    topic, urgency = _first("topic", began, about), _first("urgency", began, about)
    return Handled(
        incident_id=course.incident_id,
        opened_at=course.opened_at,
        topic=course.topic,
        said_topic=str(topic.before) if topic and topic.before else course.topic,
        urgent=course.urgent,
        said_urgent=_was_urgent(urgency.before) if urgency else course.urgent,
        area_id=course.area_id,
        group=began.group if began else "",
        model=began.model if began else "",
        confidence=began.confidence if began else 0.0,
        decided=course.decided_at is not None or emptied,
        rejected=rejected or emptied,
        no_report=emptied or (rejected and denied and not reason.startswith(_other_reasons())),
    )


def _first(what: str, began: Beginning | None, about: Sequence[Correction]) -> Correction | None:
    """The first correction of the incident as a whole, or of the message it began with.

    Of a later message a person may say something else than of the incident it stands in.
    """
    own = [one for one in about if one.what == what]
    whole = [
        one
        for one in own
        if one.message_id is None
        or not one.in_doubt
        or (began is not None and one.message_id == began.message_id)
    ]
    return next(iter(whole), None)


def _was_urgent(before: object) -> bool:
    return before is True or before == Urgency.URGENT.value


@lru_cache
def _other_reasons() -> tuple[str, ...]:
    """How a reason begins that a button gave, in every language."""
    return tuple(
        text_of(language, f"room.reject_reason_{number}")
        for language in languages()
        for number in _OTHER_REASONS
    )
