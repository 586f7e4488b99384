"""The first step of the judgement: what a text says by itself, as probabilities of several heads.

Beside the topic and urgency there are heads that are only of use to the second step: how the words
read *if* the talk is about an incident (`talk_relevant`, `talk_urgent`, `same_topic`), or if it is
not (`lone_relevant`, `lone_urgent`); whether they follow up, react, or take back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain import Reading
from models.lexicon import lexicon
from models.word_features import WordFeatures, normal, tokens

EXTRA_HEADS: Final = (
    "urgent",
    "retracts",
    "follows",
    "reacts",
    "talk_relevant",
    "talk_urgent",
    "same_topic",
    "lone_relevant",
    "lone_urgent",
)
_AGREES: Final = re.compile(
    r"(ja|jaa+|idd|inderdaad|klopt|hier ook|zelfde|same|ook|yes|yep|tak|evet|bei uns)\b"
)
_DENIES: Final = re.compile(r"(nee|niet|geen|no|nope|nein|nie|yok|hayır)\b")
_POINTS: Final = re.compile(r"\b(hij|zij|ze|die|dat|hun|hullie|daar|er|it|they|he|she)\b")
_NOW: Final = re.compile(r"\b(nu|nou|net|zojuist|now|jetzt|gerade|teraz|şimdi|zonet)\b")
_PICTOGRAM: Final = 0x2600

BETWEEN: Final = frozenset(
    {*".,;!?\n+&-", "en", "and", "und", "et", "ve", "y", "i", "maar", "but", "aber", "plus", "ook"}
    | {"ook", "auch", "aussi", "also", "daarnaast", "verder", "oz", "и", "و", "ku", "terwijl"}
)
"""Words and signs between which a message may turn to something else."""

LEAST_CLAUSE: Final = 3
MOST_CLAUSES: Final = 8

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordReading(Reading):
    """What the words say, with what the second step wants to know of them besides."""

    heads: tuple[float, ...]
    counted: tuple[float, ...]
    form: tuple[float, ...]
    words: tuple[str, ...]
    kinds: tuple[float, ...]
    clauses: tuple[tuple[float, ...], ...]
    """What each clause says of the topics by its words."""


@dataclass(frozen=True, slots=True)
class WordsAlone:
    """Linear heads over word features and the embedding.

    Columns: the topics, the extra heads, the topics once more as counted by naive Bayes.
    """

    topics: tuple[str, ...]
    features: WordFeatures
    weights: Matrix
    embedding_weights: Matrix
    kind_weights: Matrix
    bias: NDArray[np.float32]
    names: frozenset[str] = frozenset()
    """Words that stand for people in the corpus: they may weigh, but are never shown."""

    def read(self, texts: Sequence[str], embeddings: Matrix) -> list[WordReading]:
        """A reading of each text; embeddings has a row a text."""
        words = [tokens(text) for text in texts]
        scores = np.stack([self._score(each) for each in words]) if words else np.zeros((0, 1))
        kinds = kind_counts(words)
        scores = (
            scores + embeddings @ self.embedding_weights + kinds @ self.kind_weights + self.bias
        )
        return [
            self._reading(text, each, row, vector, counted)
            for text, each, row, vector, counted in zip(
                texts, words, scores, embeddings, kinds, strict=True
            )
        ]

    def word_weights(self, words: Sequence[str], head: int, against: int) -> dict[str, float]:
        """How much each known whole word speaks for one head against another."""
        ids, weights = self.features.of(words)
        column = self.weights[ids, head] - self.weights[ids, against]
        share = dict(zip(ids.tolist(), (weights * column).tolist(), strict=True))
        return {word: self._speaks(word, share) for word in words if self._known(word)}

    def _known(self, word: str) -> bool:
        is_word = len(word) > 1 and word.isalpha() and normal(word) not in self.names
        return is_word and self.features.whole_word(word) is not None

    def _speaks(self, word: str, share: dict[int, float]) -> float:
        ids = [*self.features.of_word(word).tolist(), self.features.whole_word(word)]
        return sum(share.get(i, 0.0) for i in ids)

    def _score(self, words: Sequence[str]) -> NDArray[np.float32]:
        ids, weights = self.features.of(words)
        return weights @ self.weights[ids]

    def _clause(self, words: Sequence[str]) -> NDArray[np.float32]:
        """What a part of a text says of each topic, without the embedding."""
        count = len(self.topics)
        scores = self._score(words)[:count] + lexicon().counts(words) @ self.kind_weights[:, :count]
        return _shares(scores + self.bias[:count])

    def _reading(
        self,
        text: str,
        words: list[str],
        scores: NDArray[np.float32],
        embedding: Matrix,
        kinds: Matrix,
    ) -> WordReading:
        count = len(self.topics)
        shares = _shares(scores[:count])
        parts = clauses(words)
        spoken = [self._clause(part) for part in parts] if len(parts) > 1 else [shares]
        return WordReading(
            embedding=tuple(embedding.tolist()),
            topics=dict(zip(self.topics, shares.tolist(), strict=True)),
            urgent=1 / (1 + math.exp(-float(scores[count]))),
            heads=tuple(scores[count:-count].tolist()),
            counted=tuple(_shares(scores[-count:]).tolist()),
            form=form(text),
            words=tuple(words),
            kinds=tuple(kinds.tolist()),
            clauses=tuple(tuple(clause.tolist()) for clause in spoken),
        )


def clauses(words: Sequence[str]) -> list[Sequence[str]]:
    """A text cut at its commas, stops and "en"; a cut that leaves a word or two is none."""
    found: list[Sequence[str]] = []
    start = 0
    for at, word in enumerate(words):
        long_enough = min(at - start, len(words) - at - 1) >= LEAST_CLAUSE
        if long_enough and word.lower() in BETWEEN:
            found.append(words[start:at])
            start = at + 1
    return [*found, words[start:]][-MOST_CLAUSES:]


def _shares(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def kind_counts(texts: Sequence[Sequence[str]]) -> Matrix:
    """A row a text: how many of its words are of each kind in the lexicon."""
    counts = [lexicon().counts(words) for words in texts]
    return np.array(counts, dtype=np.float32).reshape(len(texts), len(lexicon().kinds))


def form(text: str) -> tuple[float, ...]:
    """The outside of a text: length, signs, digits, how it begins."""
    length = max(1, len(text))
    start = text.lstrip().lower()[:400]
    return (
        math.log1p(len(text[:2000].split())),
        math.log1p(length),
        "?" in text,
        text.rstrip().endswith("?"),
        "!" in text,
        sum(letter.isdigit() for letter in text[:400]) / min(length, 400),
        sum(letter.isupper() for letter in text[:400]) / min(length, 400),
        _AGREES.match(start) is not None,
        _DENIES.match(start) is not None,
        _POINTS.search(start) is not None,
        _NOW.search(start) is not None,
        any(ord(letter) >= _PICTOGRAM for letter in text[:400]),
    )
