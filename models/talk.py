"""What the conversation adds: numbers about the last turns, for each topic and in general."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain import NOT_RELEVANT, Context, Turn
from models.lexicon import lexicon
from models.words_alone import WordReading

Vector = NDArray[np.float64]

FORGETS_MIN: Final = 20.0
"""Minutes after which a turn weighs a third."""

FORGETS_TURNS: Final = 0.8
"""What remains of a turn's weight with each turn after it."""

LONG_AGO_MIN: Final = 60.0 * 48
_RELEVANT: Final = 0.5
_SURE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Talk:
    """gesprek: the last turns as arrays: a distribution, an urgency and an age for each."""

    shares: Vector
    urgent: Vector
    ages_min: Vector
    weights: Vector

    @classmethod
    def of(cls, turns: Sequence[Turn], now: datetime | None, topics: Sequence[str]) -> Talk:
        count = len(turns)
        shares = np.array([_share(turn, topics) for turn in turns]).reshape(count, len(topics))
        ages = np.array([age_min(turn, now) for turn in turns]).reshape(count)
        order = np.arange(count)[::-1]
        return cls(
            shares=shares,
            urgent=np.array([turn.urgent for turn in turns]).reshape(count),
            ages_min=ages,
            weights=np.exp(-ages / FORGETS_MIN) * FORGETS_TURNS**order + 1e-3 * (order == 0),
        )

    @property
    def relevant(self) -> Vector:
        return 1 - self.shares[:, 0]

    def last_relevant(self) -> int | None:
        found = np.flatnonzero(self.relevant > _RELEVANT)
        return int(found[-1]) if len(found) else None


def features(
    reading: WordReading, context: Context, topics: Sequence[str]
) -> tuple[Vector, Vector]:
    """(per topic, without "geen": topics x columns; in general: columns); topics[0] is "geen"."""
    talk = Talk.of(context.recent, context.sent_at, topics)
    mine, answered = _own_turn(context), context.answered
    words = np.array([reading.topics[topic] for topic in topics])
    if_relevant = words[1:] / (1 - words[0] + 1e-6)
    views = _views(talk, topics, mine, answered)
    open_now = np.array([float(topic in context.open_topics) for topic in topics])
    counted = np.array(reading.counted)
    own = [words[1:], _logit(words[1:]), _logit(if_relevant), if_relevant, _logit(counted[1:])]
    kinds = dict(zip(lexicon().kinds, reading.kinds, strict=True))
    clauses = np.max(reading.clauses, axis=0)[1:]
    own += [np.array([kinds.get(topic, 0.0) for topic in topics[1:]]), clauses, _logit(clauses)]
    own.append(_alarm(talk)[1:] if len(talk.weights) else np.zeros(len(topics) - 1))
    per_topic = np.column_stack([*own, open_now[1:], *(view[1:] for view in views)])
    weighed, last_relevant, replied = views[4], views[5], views[8]
    general = np.array(
        [
            float(_logit(words[:1])[0]),
            words[0],
            float(_logit(counted[:1])[0]),
            if_relevant.max(),
            *reading.heads,
            *reading.form,
            *reading.kinds,
            *_urgencies(talk, mine, answered),
            *_ages(talk, mine, context),
            *(_relevance(view) for view in views),
            weighed[1:].max(),
            if_relevant @ weighed[1:],
            if_relevant @ last_relevant[1:],
            if_relevant @ replied[1:],
            open_now.sum(),
            float(recent_is_mine(context)),
        ]
    )
    return per_topic, general


def _views(
    talk: Talk, topics: Sequence[str], mine: Turn | None, answered: Turn | None
) -> list[Vector]:
    """Nine ways to sum the turns up, each a distribution over topics, zeros where there is none."""
    nothing = np.zeros(len(topics))
    personal = [_share_of(turn, topics) for turn in (mine, answered)]
    if not len(talk.weights):
        return [*[nothing] * 7, *personal]
    by_relevance = talk.weights * talk.relevant
    recent = talk.last_relevant()
    return [
        talk.shares[-1],
        talk.shares[-4:].mean(axis=0),
        talk.weights @ talk.shares / talk.weights.sum(),
        talk.shares.max(axis=0),
        by_relevance @ talk.shares / (by_relevance.sum() + 0.05),
        nothing if recent is None else talk.shares[recent],
        talk.shares[-2] if len(talk.weights) > 1 else nothing,
        *personal,
    ]


def _urgencies(talk: Talk, mine: Turn | None, answered: Turn | None) -> list[float]:
    personal = [turn.urgent if turn else 0.0 for turn in (mine, answered)]
    if not len(talk.weights):
        return [0.0] * 5 + personal
    recent = talk.last_relevant()
    return [
        float(talk.urgent[-1]),
        float(talk.urgent[-4:].mean()),
        float(talk.urgent.max()),
        float(talk.weights @ talk.urgent / talk.weights.sum()),
        0.0 if recent is None else float(talk.urgent[recent]),
        *personal,
    ]


def _ages(talk: Talk, mine: Turn | None, context: Context) -> list[float]:
    recent = talk.last_relevant()
    last = talk.ages_min[-1] if len(talk.ages_min) else LONG_AGO_MIN
    relevant = LONG_AGO_MIN if recent is None else talk.ages_min[recent]
    own = age_min(mine, context.sent_at) if mine else LONG_AGO_MIN
    after = len(talk.ages_min) if recent is None else len(talk.ages_min) - 1 - recent
    return [
        *(math.log1p(age) for age in (last, relevant, own)),
        min(len(talk.ages_min), 4) / 4,
        float(talk.weights.sum()),
        float(after),
        float(mine is not None),
        float(context.answered is not None),
    ]


def _own_turn(context: Context) -> Turn | None:
    """The last turn of the resident who wrote the message."""
    own = [turn for turn in context.recent if turn.resident and turn.resident == context.resident]
    return own[-1] if own else None


def age_min(turn: Turn, now: datetime | None) -> float:
    """Minutes between a turn and the message judged; a turn of later counts as now."""
    if now is None:
        return 0.0
    return max(0.0, (now - turn.sent_at).total_seconds() / 60)


def _share(turn: Turn, topics: Sequence[str]) -> list[float]:
    return [turn.topics.get(topic, 0.0) for topic in topics]


def _share_of(turn: Turn | None, topics: Sequence[str]) -> Vector:
    return np.array(_share(turn, topics)) if turn else np.zeros(len(topics))


def _alarm(talk: Talk) -> Vector:
    """For each topic how urgently it was just talked about."""
    weights = talk.weights * talk.urgent
    return np.asarray(weights @ talk.shares / (talk.weights.sum() + 0.05))


def recent_is_mine(context: Context) -> bool:
    """Whether the last relevant turn is of the resident who writes."""
    for turn in reversed(context.recent):
        if turn.topics.get(NOT_RELEVANT, 0.0) < _RELEVANT:
            return turn.resident == context.resident
    return False


def _relevance(view: Vector) -> float:
    return float(view[1:].sum())


def _logit(share: Vector) -> Vector:
    bounded = np.clip(share, _SURE, 1 - _SURE)
    return np.log(bounded / (1 - bounded))
