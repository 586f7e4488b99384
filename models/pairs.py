"""What people said belongs together: streams to learn from, and pairs to be judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from core.cluster import Weights
from core.domain import Assessment, Group, Message, Urgency
from core.ports import Encoder
from core.teaching import Pair, Taught, Teaching
from core.topics import topics
from core.words import rare_words, words
from models.beside import drawn, interval
from models.encoder import vectors
from models.fit_links import Step, follow
from models.taught import HANDS, words_of
from models.word_features import LEAST_RESIDENTS

_SOURCE: Final = "taught"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairStreams:
    """paarstromen: the members of corrected incidents by hand, in time order, and their pairs.

    `shareable`: the same with only words that enough residents used, for a model to hold.
    """

    by_hand: dict[str, list[Step]]
    shareable: dict[str, list[Step]]
    pairs: dict[str, list[Pair]]

    def followed(self, hand: str, weights: Weights) -> dict[str, int]:
        """The incident that each message of a hand would have come to."""
        return follow(self.by_hand[hand], weights, topics())[0]


def streams_of(teaching: Teaching, encoder: Encoder, corpus: Sequence[str]) -> PairStreams:
    """Incidents that a pair ties together are dealt to one hand: none is judged half read.

    `corpus`: texts whose words a model may hold whoever else used them.
    """
    members = [member for member in teaching.members if member.topic]
    hands = _hands(members, teaching.pairs)
    embeddings = vectors(encoder, [words_of(member) for member in members])
    known = _shareable_words(members) | {word for text in corpus for word in words(text)}
    by_hand: dict[str, list[Step]] = defaultdict(list)
    shareable: dict[str, list[Step]] = defaultdict(list)
    for member, row in zip(members, embeddings, strict=True):
        step = _step(member, tuple(map(float, row)))
        by_hand[hands[member.key]].append(step)
        shareable[hands[member.key]].append(_with_words(step, known))
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for pair in teaching.pairs:
        if pair.key in hands and pair.other_key in hands:
            pairs[hands[pair.key]].append(pair)
    return PairStreams(by_hand=dict(by_hand), shareable=dict(shareable), pairs=dict(pairs))


def pairs_beside(
    streams: PairStreams, old: Weights, told: Mapping[str, Mapping[str, int]]
) -> dict[str, Any] | None:
    """Which share of the pairs the old and the new grouping get right, by hands not yet read."""
    rows: list[tuple[int, bool, bool]] = []
    for place, (hand, pairs) in enumerate(sorted(streams.pairs.items())):
        before, after = streams.followed(hand, old), told[hand]
        for number, pair in enumerate(pairs):
            row = (place * 10_000 + number, _right(pair, before), _right(pair, after))
            rows.append(row)
    if not rows:
        return None
    found = np.array(rows, dtype=np.int64)
    chosen = [found[drawn_rows] for drawn_rows in drawn(found[:, 0])]
    old_right, new_right = found[:, 1].mean(), found[:, 2].mean()
    before_range = interval([float(one[:, 1].mean()) for one in chosen])
    after_range = interval([float(one[:, 2].mean()) for one in chosen])
    low, high = interval([float((one[:, 2] - one[:, 1]).mean()) for one in chosen])
    return {
        "count": len(rows),
        "old": round(float(old_right), 4),
        "old_low": before_range[0],
        "old_high": before_range[1],
        "new": round(float(new_right), 4),
        "new_low": after_range[0],
        "new_high": after_range[1],
        "low": low,
        "high": high,
    }


def _right(pair: Pair, incidents: Mapping[str, int]) -> bool:
    return (incidents.get(pair.key) == incidents.get(pair.other_key)) is pair.same


def _hands(members: Sequence[Taught], pairs: Sequence[Pair]) -> dict[str, str]:
    """The hand of each message: incidents that pairs connect share one."""
    root: dict[str, str] = {member.key: f"i{member.incident_id}" for member in members}
    parent = {name: name for name in root.values()}

    def top(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for pair in pairs:
        if pair.key in root and pair.other_key in root:
            parent[top(root[pair.key])] = top(root[pair.other_key])
    tops = sorted({top(name) for name in parent}, key=lambda name: int(name[1:]))
    hand = {name: HANDS[place % len(HANDS)] for place, name in enumerate(tops)}
    return {key: hand[top(name)] for key, name in root.items()}


def _shareable_words(members: Sequence[Taught]) -> frozenset[str]:
    users: dict[str, set[str]] = defaultdict(set)
    for member in members:
        text = words_of(member)
        for word in {*rare_words(text), *words(text)}:
            users[word].add(member.resident)
    return frozenset(word for word, who in users.items() if len(who) >= LEAST_RESIDENTS)


def _with_words(step: Step, known: frozenset[str]) -> Step:
    kept = [word for word in words(step.message.redacted) if word in known]
    return replace(step, message=replace(step.message, redacted=" ".join(kept), text=""))


def _step(member: Taught, embedding: tuple[float, ...]) -> Step:
    name = f"{_SOURCE}-{member.group_id}"
    group = Group(
        id=member.group_id, pilot_id=1, source=_SOURCE, native_id=name, name=name, area_id=None
    )
    text = words_of(member)
    message = Message(
        key=member.key,
        group=group,
        resident=member.resident,
        sent_at=member.sent_at,
        text=text,
        redacted=text,
        reply_to=member.reply_to,
        embedding=embedding,
    )
    assessment = Assessment(
        topic=member.topic or "",
        confidence=member.confidence,
        urgency=Urgency.of(member.urgent),
        urgency_confidence=1.0,
        grounds=(),
        model="",
        retracts=member.retracts,
        shares={member.topic or "": member.confidence},
    )
    return Step(
        message=message,
        assessments=(assessment,),
        location=member.location,
        truth=f"taught-{member.incident_id}",
    )
