"""duiden: from a model's probabilities to assessments a person can work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from core.domain import NOT_RELEVANT, Assessment, Ground, Judgement, Urgency

EVEN_IF_UNSURE: Final = 0.2
"""From this relevance a message that looks urgent is followed: a missed burglary in progress is
worse than a false alarm."""


RETRACTS_FROM: Final = 0.25
"""From here a message takes back or says that it is over; what was wrong at this threshold on
unread writers were other good endings ("it is out", "he has left"), hardly ever anything urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """drempels: probabilities from which a judgement counts; an administrator may move them.

    `relevant`: from here a message is followed. `sure`: from here without doubt; between the two a
    person looks at it. `urgent`: from here it is urgent. `second_topic`: from here a message is
    about a further topic too. The usual values were chosen on training messages by writers that the
    judge had not read (docs/models.md).
    """

    relevant: float = 0.4
    sure: float = 0.7
    urgent: float = 0.2
    second_topic: float = 0.35

    def __post_init__(self) -> None:
        for name in ("relevant", "sure", "urgent", "second_topic"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} lies between 0 and 1")


NOTED: Final = 0.95
"""How sure a topic is that somebody noted who spoke with the caller: sure, not beyond doubt."""


def assess(
    judgement: Judgement,
    thresholds: Thresholds,
    topics: tuple[str, ...],
    told: Mapping[str, str] = MappingProxyType({}),
) -> list[Assessment]:
    """The assessments of one message, the surest topic first; empty when it is not relevant.

    Only topics that the pilot follows count: a message about another is as good as off-topic.
    A topic that is `told` (by who took a call) stands in place of what the words say.
    """
    if told.get("topic") in topics:
        return [_noted(judgement, told["topic"], told.get("urgency"))]
    relevance = 1.0 - judgement.topics.get(NOT_RELEVANT, 0.0)
    if relevance < _least_relevance(judgement, thresholds):
        return []
    ranked = sorted(
        (topic for topic in judgement.topics if topic != NOT_RELEVANT),
        key=lambda topic: judgement.topics[topic],
        reverse=True,
    )
    chosen = _further(judgement, ranked[1:], thresholds)
    return [
        _assessment(topic, judgement, thresholds, relevance)
        for topic in [*ranked[:1], *chosen]
        if topic in topics
    ]


def _noted(judgement: Judgement, topic: str, urgency: str | None) -> Assessment:
    """A professional's own topic and urgency; nothing said of urgency, then the words decide."""
    judged = _assessment(topic, judgement, Thresholds(), 1.0)
    if urgency in tuple(Urgency):
        judged = replace(judged, urgency=Urgency(urgency), urgency_confidence=NOTED)
    return replace(
        judged,
        confidence=NOTED,
        grounds=(Ground(kind="noted", what=topic, weight=1.0), *judged.grounds),
        shares={**dict.fromkeys(judgement.topics, 0.0), topic: 1.0},
    )


def _further(judgement: Judgement, ranked: list[str], thresholds: Thresholds) -> list[str]:
    """At most two topics that the message is about too; a judge that does not say gives shares."""
    sure = {topic: judgement.also.get(topic, judgement.topics[topic]) for topic in ranked}
    likely = sorted(ranked, key=lambda topic: sure[topic], reverse=True)[:2]
    return [topic for topic in likely if sure[topic] >= thresholds.second_topic]


def _least_relevance(judgement: Judgement, thresholds: Thresholds) -> float:
    if judgement.urgent < thresholds.urgent:
        return thresholds.relevant
    return min(EVEN_IF_UNSURE, thresholds.relevant)


def _assessment(
    topic: str, judgement: Judgement, thresholds: Thresholds, relevance: float
) -> Assessment:
    retracts = judgement.retracts >= RETRACTS_FROM
    urgent = judgement.urgent >= thresholds.urgent and not retracts
    return Assessment(
        topic=topic,
        confidence=judgement.topics.get(topic, 0.0),
        urgency=Urgency.of(urgent),
        urgency_confidence=judgement.urgent if urgent else 1.0 - judgement.urgent,
        grounds=judgement.grounds,
        model=judgement.model,
        doubtful=relevance < thresholds.sure,
        retracts=retracts,
        shares=judgement.topics,
    )
