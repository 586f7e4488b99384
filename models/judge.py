"""The learned judgement: words first, then the conversation; see docs/models.md for its figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from core.domain import NOT_RELEVANT, Context, Ground, Judgement, Reading
from core.ports import Encoder
from models.encoder import load_encoder, vectors
from models.network import Network
from models.second_topic import further
from models.stored import read_judge
from models.talk import features
from models.words_alone import WordReading, WordsAlone

MOST_WORDS: Final = 5
LEAST_WEIGHT: Final = 0.1
"""A word that speaks less for the topic than this (in log odds) is no ground."""

CARRIED: Final = 0.2
"""The conversation is a ground when it raised the probability of the topic by this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """ijking: turns the network's scores into probabilities that mean what they say.

    Fitted on training messages by writers the network had not learned from.
    """

    sharpness: float = 1.0
    chat_shift: float = 0.0
    urgent: tuple[float, float] = (1.0, 0.0)
    retracts: tuple[float, float] = (1.0, 0.0)
    also: tuple[float, ...] = ()
    """Weights of models/second_topic.py; none: what the network says."""


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The judgement of a reading in its conversation; the encoder is not needed any more."""

    words: WordsAlone
    network: Network
    calibration: Calibration
    model: str = ""

    def judge(self, reading: WordReading, context: Context) -> Judgement:
        bare = self.without_grounds(reading, context)
        return replace(bare, grounds=self.grounds(reading, context, bare.topics))

    def without_grounds(self, reading: WordReading, context: Context) -> Judgement:
        """The mean of the nets, calibrated."""
        scores, states, also = self.network.scores(*features(reading, context, self.words.topics))
        tuned = scores * self.calibration.sharpness
        tuned[:, 0] += self.calibration.chat_shift
        powers = np.exp(tuned - tuned.max(axis=1, keepdims=True))
        shares = (powers / powers.sum(axis=1, keepdims=True)).mean(axis=0)
        state = states.mean(axis=0)
        names = self.words.topics
        bare = Judgement(
            topics=dict(zip(names, (shares / shares.sum()).tolist(), strict=True)),
            urgent=_probability(float(state[0]), self.calibration.urgent),
            retracts=_probability(float(state[1]), self.calibration.retracts),
            grounds=(),
            model=self.model,
            also={
                name: _probability(score, (1.0, 0.0))
                for name, score in zip(names[1:], also.mean(axis=0).tolist(), strict=True)
            },
        )
        weights = self.calibration.also
        return replace(bare, also=further(reading, bare, weights)) if weights else bare

    def grounds(
        self, reading: WordReading, context: Context, topics: dict[str, float]
    ) -> tuple[Ground, ...]:
        """The words and the context that speak for the likeliest topic; empty for chat."""
        topic = max((t for t in topics if t != NOT_RELEVANT), key=lambda t: topics[t])
        if topics[topic] < CARRIED / 2:
            return ()
        return (*self._word_grounds(reading, topic), *_context_ground(reading, context, topics))

    def _word_grounds(self, reading: WordReading, topic: str) -> list[Ground]:
        head = self.words.topics.index(topic)
        weights = self.words.word_weights(reading.words, head, against=0)
        strongest = sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]
        return [
            Ground(kind="word", what=word, weight=round(weights[word], 3))
            for word in strongest
            if weights[word] >= LEAST_WEIGHT
        ]


class LearnedJudge:
    """oordelaar: core's Judge; `read` batches of texts, then `judge` each in its conversation."""

    def __init__(self, encoder: Encoder, step: SecondStep) -> None:
        self.model = step.model
        self._encoder = encoder
        self._step = step

    def read(self, texts: Sequence[str]) -> list[Reading]:
        if not texts:
            return []
        # half a pair of surrogates is no text: the encoder's tokenizer would stop at it
        cleaned = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [*self._step.words.read(cleaned, vectors(self._encoder, cleaned))]

    def judge(self, reading: Reading, context: Context) -> Judgement:
        if not isinstance(reading, WordReading):
            raise TypeError("a reading comes from this judge's own read()")
        return self._step.judge(reading, context)


def load_judge(folder: Path, encoder: str) -> LearnedJudge:
    """The trained judge of the folder; raises ModelMissing when `make models` has to be run."""
    stored = read_judge(folder, encoder)
    step = SecondStep(
        words=stored.words,
        network=stored.network,
        calibration=Calibration(**stored.calibration),
        model=stored.version,
    )
    return LearnedJudge(load_encoder(encoder), step)


def _context_ground(
    reading: WordReading, context: Context, topics: dict[str, float]
) -> list[Ground]:
    topic = max((t for t in topics if t != NOT_RELEVANT), key=lambda t: topics[t])
    gain = topics[topic] - reading.topics[topic]
    if gain < CARRIED:
        return []
    if context.answered and context.answered.topics.get(topic, 0.0) >= CARRIED:
        return [Ground(kind="reply", what=topic, weight=round(gain, 3))]
    if any(turn.topics.get(topic, 0.0) >= CARRIED for turn in context.recent):
        return [Ground(kind="context", what=topic, weight=round(gain, 3))]
    if topic in context.open_topics:
        return [Ground(kind="open_incident", what=topic, weight=round(gain, 3))]
    return []


def _probability(score: float, line: tuple[float, float]) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, line[0] * score + line[1]))))
