"""Trains the first step: linear heads over word features and the embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # no stubs exist

from models.corpus_reader import Example
from models.lessons import head_targets, topic_names
from models.word_features import WordFeatures, normal, tokens
from models.words_alone import EXTRA_HEADS, Matrix, WordsAlone

STRENGTH: Final = 5.0
"""How freely the heads may learn (C of the logistic regression), chosen on other writers' texts."""

RARE_STRENGTH: Final = 20.0
"""The same for retractions, of which there are few."""

EMBEDDING_SHARE: Final = 0.7
"""The length of the embedding beside the two halves of the word features, each of length 1."""

SMOOTHING: Final = 0.3
ROUNDS: Final = 100


def fit_words(examples: Sequence[Example], embeddings: Matrix) -> WordsAlone:
    """The heads trained on all examples; embeddings has a row an example."""
    learned = [i for i, example in enumerate(examples) if example.origin != "context"]
    examples, embeddings = [examples[i] for i in learned], embeddings[learned]
    features = WordFeatures.learn([example.text for example in examples], residents(examples))
    rows = sparse.hstack(
        [word_rows(features, examples), sparse.csr_matrix(embeddings * EMBEDDING_SHARE)]
    ).tocsr()
    columns, biases = _fit_heads(rows, examples)
    weights = np.hstack([columns[: features.size], _counted(features, rows, examples)])
    return WordsAlone(
        topics=topic_names(),
        features=features,
        weights=weights.astype(np.float32),
        embedding_weights=_wider(columns[features.size :] * EMBEDDING_SHARE),
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


def _fit_heads(
    rows: sparse.csr_matrix, examples: Sequence[Example]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    names = topic_names()
    answers = np.array([names.index(example.topic) for example in examples])
    with threadpool_limits(limits=1):
        topics = _regression(STRENGTH).fit(rows, answers)
        columns, biases = _all_topics(topics, len(names))
        targets = head_targets(examples)
        for head in EXTRA_HEADS:
            answer, learns = targets[head]
            column, bias = _fit_head(rows[learns], answer[learns], head)
            columns, biases = np.column_stack([columns, column]), np.append(biases, bias)
    return columns, biases


def _counted(
    features: WordFeatures, rows: sparse.csr_matrix, examples: Sequence[Example]
) -> NDArray[np.float64]:
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


def _all_topics(
    fitted: LogisticRegression, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weights of every topic; one without an example is as good as impossible."""
    columns = np.zeros((fitted.coef_.shape[1], count))
    biases = np.full(count, -12.0)
    if len(fitted.classes_) == 2:
        columns[:, fitted.classes_[1]] = fitted.coef_[0]
        biases[fitted.classes_] = [0.0, fitted.intercept_[0]]
    else:
        columns[:, fitted.classes_] = fitted.coef_.T
        biases[fitted.classes_] = fitted.intercept_
    return columns, biases


def _fit_head(
    rows: sparse.csr_matrix, answer: NDArray[np.bool_], head: str
) -> tuple[NDArray[np.float64], float]:
    if answer.all() or not answer.any():  # a tiny corpus may have no example of it
        share = (answer.sum() + 0.5) / (len(answer) + 1)
        return np.zeros(rows.shape[1]), float(np.log(share / (1 - share)))
    fitted = _regression(RARE_STRENGTH if head == "retracts" else STRENGTH).fit(rows, answer)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=ROUNDS)
