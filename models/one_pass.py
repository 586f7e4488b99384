"""One pass over a stream of texts: each joins the cluster that most likely holds it, or opens one.

Nothing but the text is looked at: no place, no moment, no writer. It is how the product groups when
that is all there is, and what is measured against published stream clusterings (`python -m
tests.benchmarks.news`). A text is never looked at twice; what it costs follows the words it shares,
not the texts that went before.

The evidence for each cluster is weighed by a logistic regression (`learn`), learned from texts
whose clusters are known, while they arrive in their own order.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.words import stem, words

EVIDENCE: Final = ("cosine", "shared", "rarest", "words", "meaning", "size")
"""Cosine of weighed words; share of the text's weight that the cluster has; its weightiest word
there; how many words; cosine of the embeddings, the mean taken off; how much it holds (log)."""

CAUTION: Final = -3.5
"""Log odds from which the likeliest cluster is joined. Below zero, since a text that opens a
cluster in vain costs more than one that joins a neighbour's: the next ones follow it. Chosen on the
first half of the news stream, where -4 to -3 gave the same within 0.01."""

_LEAST_RARITY: Final = 0.1
_NEAREST: Final = 5
"""Clusters looked at for meaning alone, sharing no word."""
_MEMORY: Final = 5_000
"""Texts over which the mean of the embeddings is kept."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWeights:
    """gewichten van tekst: what each piece of EVIDENCE counts for, and the constant."""

    evidence: tuple[float, ...]
    constant: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """kandidaten: clusters that a text may join, with a row of EVIDENCE for each."""

    clusters: tuple[int, ...]
    evidence: Numbers
    stems: frozenset[str]
    direction: NDArray[np.float32]


class TextStream:
    """tekststroom: clusters as they grow, and where each word of them stands."""

    def __init__(self) -> None:
        self._texts_with: Counter[str] = Counter()
        self._count = 0
        self._mean = np.zeros(0)
        self._sizes: list[int] = []
        self._stems: list[Counter[str]] = []
        self._lengths: list[float] = []
        self._holding: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._sums = np.zeros((0, 0), dtype=np.float32)
        self._centres = np.zeros((0, 0), dtype=np.float32)

    def look(self, text: str, vector: NDArray[np.float32]) -> Candidates:
        """The clusters that a text may belong to; it counts as seen from here on."""
        stems = frozenset(map(stem, words(text)))
        self._count += 1
        self._texts_with.update(stems)
        direction = self._direction(vector)
        meaning = self._centres[: len(self._sizes)] @ direction if self._sizes else np.zeros(0)
        weights = {word: self._rarity(word) for word in stems}
        rows = self._rows(weights)
        for near in np.argsort(-meaning, kind="stable")[:_NEAREST]:
            rows.setdefault(int(near), [0.0, 0.0, 0.0, 0.0])
        return Candidates(
            clusters=tuple(rows),
            evidence=self._evidence(rows, weights, meaning),
            stems=stems,
            direction=direction,
        )

    def join(self, found: Candidates, cluster: int | None) -> int:
        """Puts the text into a cluster, or into one of its own; gives the cluster's number."""
        number = self._open(len(found.direction)) if cluster is None else cluster
        self._sizes[number] += 1
        for word in found.stems:
            self._stems[number][word] += 1
            self._holding[word][number] = self._stems[number][word]
        self._lengths[number] = math.sqrt(
            sum((count * self._rarity(w)) ** 2 for w, count in self._stems[number].items())
        )
        self._sums[number] += found.direction
        self._centres[number] = _unit(self._sums[number])
        return number

    def _direction(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vector without what all texts of the stream share, of length 1."""
        if not len(self._mean):
            self._mean = np.zeros(len(vector))
        self._mean += (vector - self._mean) / min(self._count, _MEMORY)
        return _unit((vector - self._mean).astype(np.float32))

    def _rows(self, weights: dict[str, float]) -> dict[int, list[float]]:
        """For each cluster that shares a word: dot product, shared weight, rarest, how many."""
        rows: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
        for word in sorted(weights):
            weight = weights[word]
            for cluster, count in self._holding[word].items():
                row = rows[cluster]
                row[0] += weight * weight * count
                row[1] += weight
                row[2] = max(row[2], weight * count / self._sizes[cluster])
                row[3] += 1.0
        return dict(rows)

    def _evidence(
        self, rows: dict[int, list[float]], weights: dict[str, float], meaning: NDArray[Any]
    ) -> Numbers:
        own = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        total = sum(weights.values()) or 1.0
        return np.array(
            [
                (
                    dot / (own * (self._lengths[cluster] or 1.0)),
                    shared / total,
                    rarest / 8.0,
                    min(count, 4.0) / 4.0,
                    meaning[cluster],
                    math.log1p(self._sizes[cluster]) / 8.0,
                )
                for cluster, (dot, shared, rarest, count) in rows.items()
            ]
        ).reshape(len(rows), len(EVIDENCE))

    def _rarity(self, word: str) -> float:
        return max(_LEAST_RARITY, math.log((self._count + 1) / (self._texts_with[word] + 0.5)))

    def _open(self, width: int) -> int:
        number = len(self._sizes)
        if number >= len(self._sums):
            room = np.zeros((max(256, number), width), dtype=np.float32)
            self._sums = np.vstack([self._sums.reshape(-1, width), room])
            self._centres = np.vstack([self._centres.reshape(-1, width), room])
        self._sizes.append(0)
        self._stems.append(Counter())
        self._lengths.append(0.0)
        return number


def one_pass(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    weights: TextWeights,
    caution: float = CAUTION,
) -> list[int]:
    """The cluster of each text, said when it arrived."""
    stream, counts = TextStream(), np.array(weights.evidence)
    found = []
    for text, vector in zip(texts, vectors, strict=True):
        candidates = stream.look(text, vector)
        odds = candidates.evidence @ counts + weights.constant
        joins = len(odds) and odds.max() >= caution
        best = candidates.clusters[int(odds.argmax())] if joins else None
        found.append(stream.join(candidates, best))
    return found


def learn(
    texts: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[Hashable]
) -> TextWeights:
    """The weights under which texts, in their order, belong where they are known to belong."""
    from sklearn.linear_model import LogisticRegression

    stream = TextStream()
    home: dict[Hashable, int] = {}
    rows, right = [], []
    for text, vector, label in zip(texts, vectors, labels, strict=True):
        candidates = stream.look(text, vector)
        rows.append(candidates.evidence)
        right += [cluster == home.get(label) for cluster in candidates.clusters]
        home[label] = stream.join(candidates, home.get(label))
    fitted = LogisticRegression(C=10.0, max_iter=2_000).fit(np.vstack(rows), right)
    return TextWeights(
        evidence=tuple(float(weight) for weight in fitted.coef_[0]),
        constant=float(fitted.intercept_[0]),
    )


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector
