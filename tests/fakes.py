"""Fakes, named as such: a judge, a name finder and a clusterer that follow a few plain rules.

They stand in for the learned models wherever a test is about something else. The places and the
redaction of a test are the real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from core.areas import metres
from core.domain import (
    NOT_RELEVANT,
    Assessment,
    Context,
    Ground,
    Judgement,
    Link,
    Location,
    Message,
    OpenIncident,
    PlaceKind,
    Reading,
    Reason,
)

WORDS = {
    "ingebroken": "inbraak",
    "inbraak": "inbraak",
    "fiets": "inbraak",
    "beroofd": "straatroof",
    "brand": "noodgeval",
    "vechten": "geweld",
    "muziek": "overlast",
    "grofvuil": "afval",
    "vuilnis": "afval",
    "wrak": "wrak",
}
URGENT = ("nu", "help", "brand", "vechten")
ALL_CLEAR = "loos alarm"
FOLLOW_UP = ("hier ook", "weer weg")
POISON = "onverteerbaar"
"""A message with this word cannot be judged: the fake raises."""


class FakeJudge:
    """One topic a known word; a follow-up takes its conversation's topic; all else is off-topic."""

    model = "fake-judge"

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def read(self, texts: Sequence[str]) -> list[Reading]:
        if any(POISON in text for text in texts):
            raise RuntimeError("cannot be judged")
        self.read_texts += texts
        return [self._reading(text) for text in texts]

    def judge(self, reading: Reading, context: Context) -> Judgement:
        topics, urgent = reading.topics, reading.urgent
        if "context" in topics:
            turn = context.answered or (context.recent[-1] if context.recent else None)
            topics = dict(turn.topics) if turn else {NOT_RELEVANT: 1.0}
            urgent = turn.urgent if turn else 0.0
        retracts = 1.0 if any(g.what == ALL_CLEAR for g in reading.grounds) else 0.0
        return Judgement(
            topics=topics,
            urgent=urgent,
            retracts=retracts,
            grounds=reading.grounds,
            model=self.model,
        )

    def _reading(self, text: str) -> Reading:
        lowered = text.casefold()
        found = [word for word in WORDS if word in lowered]
        grounds = tuple(Ground(kind="word", what=word, weight=1.0) for word in found)
        if "Fatima" in text:
            grounds = (*grounds, Ground(kind="word", what="Fatima", weight=1.0))
        if ALL_CLEAR in lowered:
            grounds = (*grounds, Ground(kind="word", what=ALL_CLEAR, weight=1.0))
        return Reading(
            embedding=embedding_of(lowered),
            topics=self._topics(lowered, found),
            urgent=0.9 if any(word in lowered.split() for word in URGENT) else 0.1,
            grounds=grounds,
        )

    def _topics(self, text: str, found: list[str]) -> dict[str, float]:
        topics = sorted({WORDS[word] for word in found})
        if topics:
            return {NOT_RELEVANT: 0.1} | {topic: 0.9 / len(topics) for topic in topics}
        if ALL_CLEAR in text or any(words in text for words in FOLLOW_UP):
            return {"context": 1.0}
        return {NOT_RELEVANT: 0.95}


class FakeNames:
    """Knows a handful of first names, wherever they stand."""

    names = ("Anna", "Bram", "Fatima", "Joost")

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [
            (start, start + len(name)) for name in self.names if (start := text.find(name)) >= 0
        ]


class FakeClusterer:
    """Same topic within 300 m (or no place named) and two hours of the last is one incident."""

    def link(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        open_incidents: Sequence[OpenIncident],
    ) -> Link:
        for incident in open_incidents:
            late = (message.sent_at - incident.last_message_at).total_seconds() > 7200
            topics = {incident.topic, *(member.topic for member in incident.members)}
            if assessment.topic in topics and not late and near(location, incident):
                return Link(
                    incident_id=incident.id,
                    strength=0.8,
                    reasons=(Reason(kind="same_topic", what=incident.topic, weight=1.0),),
                )
        return Link(incident_id=None, strength=1.0, reasons=())


def near(location: Location, incident: OpenIncident) -> bool:
    if location.kind is PlaceKind.GROUP_AREA:
        return True
    here = point(location)
    places = [point(member.location) for member in incident.members]
    return any(here and there and metres(here, there) <= 300.0 for there in places)


def point(location: Location) -> tuple[float, float] | None:
    return None if location.lat is None or location.lon is None else (location.lat, location.lon)


def embedding_of(text: str) -> tuple[float, ...]:
    """Four numbers that depend on nothing but the text."""
    raw = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return tuple(byte / 255 for byte in raw[:4])
