"""Trains the first step: linear heads over word features and the embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # no stubs exist

from models.corpus_reader import Example
from models.lessons import head_targets, topic_names
from models.word_features import WordFeatures, normal, tokens
from models.words_alone import EXTRA_HEADS, Matrix, WordsAlone, kind_counts

STRENGTH: Final = 5.0
"""How freely the heads may learn (C of the logistic regression), chosen on other writers' texts."""

RARE_STRENGTH: Final = 20.0
"""The same for retractions, of which there are few."""

EMBEDDING_SHARE: Final = 0.7
"""The length of the embedding beside the two halves of the word features, each of length 1."""

KIND_SHARE: Final = 0.3
"""What a word of the lexicon weighs beside them."""

SMOOTHING: Final = 0.3
ROUNDS: Final = 150
NEVER: Final = -12.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of many texts: words as a sparse matrix, embedding and word kinds as a dense."""

    sparse: sparse.csr_matrix
    dense: Matrix

    def only(self, chosen: NDArray[np.bool_]) -> Rows:
        return Rows(self.sparse[chosen], self.dense[chosen])

    @property
    def width(self) -> int:
        return int(self.sparse.shape[1] + self.dense.shape[1])

    def scores(self, columns: Array) -> Array:
        """The rows times a matrix of weights."""
        count = self.sparse.shape[1]
        narrow = columns.astype(np.float32)
        found = self.sparse @ narrow[:count] + self.dense @ narrow[count:]
        return np.asarray(found, dtype=np.float64)

    def back(self, errors: Array) -> Array:
        """The transposed rows times a matrix with a row a text."""
        narrow = errors.astype(np.float32)
        return np.vstack([self.sparse.T @ narrow, self.dense.T @ narrow]).astype(np.float64)


def fit_words(examples: Sequence[Example], embeddings: Matrix) -> WordsAlone:
    """The heads trained on all examples; embeddings has a row an example."""
    learned = [i for i, example in enumerate(examples) if example.origin != "context"]
    examples, embeddings = [examples[i] for i in learned], embeddings[learned]
    features = WordFeatures.learn([example.text for example in examples], residents(examples))
    kinds = kind_counts([tokens(example.text) for example in examples])
    dense = np.hstack([embeddings * EMBEDDING_SHARE, kinds * KIND_SHARE]).astype(np.float32)
    rows = Rows(word_rows(features, examples), dense)
    columns, biases = _fit_heads(rows, examples)
    weights = np.hstack([columns[: features.size], _counted(features, rows.sparse, examples)])
    return WordsAlone(
        topics=topic_names(),
        features=features,
        weights=weights.astype(np.float32),
        embedding_weights=_wider(columns[features.size : -kinds.shape[1]] * EMBEDDING_SHARE),
        kind_weights=_wider(columns[-kinds.shape[1] :] * KIND_SHARE),
        bias=_wider(biases[None, :])[0],
        names=_names(examples),
    )


def residents(examples: Sequence[Example]) -> list[str | None]:
    """Who wrote each example, where it is a resident's own message and not the corpus."""
    return [None if example.origin == "corpus" else example.author for example in examples]


def _names(examples: Sequence[Example]) -> frozenset[str]:
    spans = [span for example in examples for span in example.personal]
    return frozenset(normal(word) for span in spans for word in tokens(span.words))


def word_rows(features: WordFeatures, examples: Sequence[Example]) -> sparse.csr_matrix:
    found = [features.of(tokens(example.text)) for example in examples]
    ends = np.cumsum([0, *(len(ids) for ids, _ in found)])
    return sparse.csr_matrix(
        (
            np.concatenate([weights for _, weights in found]),
            np.concatenate([ids for ids, _ in found]),
            ends,
        ),
        shape=(len(examples), features.size),
    )


def _fit_heads(rows: Rows, examples: Sequence[Example]) -> tuple[Array, Array]:
    names = topic_names()
    answers = np.array([names.index(example.topic) for example in examples])
    with threadpool_limits(limits=1):
        columns, biases = _fit_topics(rows, answers, len(names))
        targets = head_targets(examples)
        for head in EXTRA_HEADS:
            answer, learns = targets[head]
            column, bias = _fit_head(rows.only(learns), answer[learns], head)
            columns, biases = np.column_stack([columns, column]), np.append(biases, bias)
    return columns, biases


def _counted(features: WordFeatures, rows: sparse.csr_matrix, examples: Sequence[Example]) -> Array:
    """Complement naive Bayes over words and pairs: bold where the regression is timid."""
    names = topic_names()
    answers = np.array([names.index(example.topic) for example in examples])
    seen = np.stack([np.asarray(rows[answers == i].sum(axis=0))[0] for i in range(len(names))])
    phrases = seen[:, len(features.piece_ids) : features.size]
    others = phrases.sum(axis=0) - phrases + SMOOTHING
    found = np.zeros((features.size, len(names)))
    found[len(features.piece_ids) :] = -np.log(others / others.sum(axis=1, keepdims=True)).T
    return found


def _wider(columns: NDArray[np.float64]) -> Matrix:
    """With zero columns for the counted heads, which look at words only."""
    none = np.zeros((len(columns), len(topic_names())))
    return np.hstack([columns, none]).astype(np.float32)


def _fit_topics(rows: Rows, answers: NDArray[np.int64], count: int) -> tuple[Array, Array]:
    """The weights of every topic; one without an example is as good as impossible."""
    seen = np.unique(answers)
    columns, biases = np.zeros((rows.width, count)), np.full(count, NEVER)
    right = (answers[:, None] == seen).astype(np.float64)
    columns[:, seen], biases[seen] = _regression(rows, right, STRENGTH)
    return columns, biases


def _fit_head(rows: Rows, answer: NDArray[np.bool_], head: str) -> tuple[Array, float]:
    if answer.all() or not answer.any():  # a tiny corpus may have no example of it
        share = (answer.sum() + 0.5) / (len(answer) + 1)
        return np.zeros(rows.width), float(np.log(share / (1 - share)))
    strength = RARE_STRENGTH if head == "retracts" else STRENGTH
    columns, biases = _regression(rows, answer[:, None].astype(np.float64), strength)
    return columns[:, 0], float(biases[0])


def _regression(rows: Rows, right: Array, strength: float) -> tuple[Array, Array]:
    """Logistic regression: (weights, biases); one column of answers is yes or no, more exclude."""
    count = right.shape[1]

    def surprise(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(rows.width + 1, count)
        scores = rows.scores(weights[:-1]) + weights[-1]
        said, loss = _answers(scores, right)
        slope = np.vstack([rows.back(said - right), (said - right).sum(axis=0)])
        slope[:-1] += weights[:-1] / strength
        loss += 0.5 / strength * float((weights[:-1] ** 2).sum())
        return loss / len(right), slope.ravel() / len(right)

    start = np.zeros((rows.width + 1) * count)
    found = minimize(surprise, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    weights = found.reshape(rows.width + 1, count)
    return weights[:-1], weights[-1]


def _answers(scores: Array, right: Array) -> tuple[Array, float]:
    """(probabilities, surprise at the right answers)."""
    if right.shape[1] == 1:
        return 1 / (1 + np.exp(-scores)), float((np.logaddexp(0, scores) - right * scores).sum())
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    return powers / sums, float((np.log(sums) - (right * shifted).sum(axis=1, keepdims=True)).sum())
