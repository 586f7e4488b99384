"""Learns anew from the corpus and what people said, and measures what came out beside the old."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.domain import Judgement
from core.ports import Encoder
from core.teaching import Learned, Say, Teaching
from core.topics import topics
from models.beside import beside, verdicts_of
from models.corpus_reader import FOLDER, Example, read_part
from models.encoder import load_encoder, vectors
from models.evaluate import run
from models.fit_links import learn
from models.judge import LearnedJudge, load_judge
from models.lessons import follow
from models.links import corpus_streams, keep_unread, load_weights, read_unread, save_weights
from models.made import MADE, made_folder, write_card
from models.pairs import PairStreams, pairs_beside, streams_of
from models.quality import write_quality
from models.taught import examples_of, keep_told, told_before
from models.train import (
    MOST_FOLDS,
    ROUNDS,
    Trained,
    fingerprint,
    fit,
    save,
    training_examples,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """inspanning: how thoroughly is learned; less is quicker and worse."""

    rounds: int = ROUNDS
    most_folds: int = MOST_FOLDS
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """uitgangspunt: where models live, with which encoder, from which corpus they learn."""

    folder: Path
    encoder: str
    corpus: Path = FOLDER

    def of(self, version: str | None) -> Path:
        """Where a version lives; None is the one that came with the product."""
        return self.folder if version is None else made_folder(self.folder, version)


class ModelLearner:
    """leerling: core's Learner on the corpus of the product."""

    def __init__(self, base: Base, effort: Effort | None = None) -> None:
        self._base = base
        self._effort = effort or Effort()

    def version_of(self, teaching: Teaching) -> str:
        """What would come out: the same corrections and code give the same version."""
        return version_of(teaching, self._base)

    def learn(self, teaching: Teaching, old: str | None, say: Say) -> Learned:
        return retrain(teaching, old, self._base, say, self._effort)

    def forget(self, erased: frozenset[str]) -> None:
        """Takes what was judged of erased messages out of the files of all models."""
        for folder in (self._base.folder / MADE).glob("*"):
            keep_told(folder, {k: v for k, v in told_before(folder).items() if k not in erased})


def retrain(teaching: Teaching, old: str | None, base: Base, say: Say, effort: Effort) -> Learned:
    """A candidate in a folder of its own; `old` is the version it is measured against.

    Nothing is used until somebody says so. What `say` raises ends it.
    """
    version = version_of(teaching, base)
    folder = base.of(version)
    say("reading", 0.0)
    encoder = load_encoder(base.encoder)
    taught = examples_of(teaching.messages)
    corpus = training_examples(base.corpus)
    examples = [*corpus, *taught]
    embeddings = vectors(encoder, [example.text for example in examples])
    say("judge", 0.05)
    trained = fit(
        examples,
        embeddings,
        workers=effort.workers,
        rounds=effort.rounds,
        most_folds=effort.most_folds,
        say=lambda share: say("judge", 0.05 + 0.65 * share),
    )
    _save(folder, trained, version, base, examples[: len(corpus)])
    say("grouping", 0.72)
    streams = streams_of(teaching, encoder, [example.text for example in corpus])
    told_pairs = _learn_grouping(folder, version, base, encoder, streams, say)
    say("measuring", 0.85)
    judges = (load_judge(base.of(old), base.encoder), load_judge(folder, base.encoder))
    unread = dict(zip([e.id for e in taught], trained.unread[len(corpus) :], strict=True))
    figures = _figures(judges, taught, unread, told_before(base.of(old)), base)
    figures["pairs"] = pairs_beside(streams, _old_weights(base, old), told_pairs)
    say("measuring", 0.95)
    write_quality(folder, judges[1], base.corpus)
    _keep(folder, base, taught, unread)
    return Learned(version=version, replaces=judges[0].model, figures=figures)


def version_of(teaching: Teaching, base: Base) -> str:
    """The name of what these corrections make: of code, corpus and every correction."""
    digest = hashlib.sha256(fingerprint(base.corpus, base.encoder).encode())
    for message in teaching.messages:
        said = (message.key, message.topic, message.urgent, message.is_example, message.text)
        digest.update(repr(said).encode())
    for member in teaching.members:
        digest.update(repr((member.key, member.incident_id)).encode())
    for pair in teaching.pairs:
        digest.update(repr((pair.key, pair.other_key, pair.same)).encode())
    return f"judge-{digest.hexdigest()[:12]}+{teaching.example_count}"


def _save(
    folder: Path, trained: Trained, version: str, base: Base, corpus: Sequence[Example]
) -> None:
    save(folder, trained.step, version, base.encoder)
    keep_unread(folder, corpus, trained.unread[: len(corpus)])


def _learn_grouping(
    folder: Path, version: str, base: Base, encoder: Encoder, streams: PairStreams, say: Say
) -> dict[str, dict[str, int]]:
    """Learns what belongs together, with each hand of corrections left out once to be judged."""
    corpus = corpus_streams(read_part("train", base.corpus), read_unread(folder), encoder)
    told: dict[str, dict[str, int]] = {}
    for done, hand in enumerate(sorted(streams.by_hand)):
        say("grouping", 0.72 + 0.13 * done / (len(streams.by_hand) + 1))
        others = [s for name, s in streams.shareable.items() if name != hand]
        told[hand] = streams.followed(hand, learn([*corpus, *others], topics()))
    weights = learn([*corpus, *streams.shareable.values()], topics())
    card = {"version": version, "messages": sum(map(len, corpus)), "writers": len(corpus)}
    save_weights(weights, card, folder)
    return told


def _figures(
    judges: tuple[LearnedJudge, LearnedJudge],
    taught: Sequence[Example],
    unread: dict[str, Judgement],
    told: dict[str, list[Any]],
    base: Base,
) -> dict[str, Any]:
    """Old beside new on the validation part, and on corrections that neither had read."""
    validation = read_part("validation", base.corpus)
    old, new = (run(validation, judge).judged for judge in judges)
    found = {"validation": beside(*verdicts_of(validation, old, new))}
    if any(example.origin == "taught" for example in taught):
        before = _said_before(judges[0], taught, told)
        after = [unread[example.id] for example in taught]
        kept = [i for i, example in enumerate(taught) if example.origin == "taught"]
        found["corrections"] = beside(
            *verdicts_of(
                [taught[i] for i in kept], [before[i] for i in kept], [after[i] for i in kept]
            )
        )
    return found


def _said_before(
    judge: LearnedJudge, taught: Sequence[Example], told: dict[str, list[Any]]
) -> list[Judgement]:
    """What the old one says of corrections; of those it had read, what it said before it did."""
    readings = judge.read([example.text for example in taught])
    judged = follow(taught, lambda i, context: judge.judge(readings[i], context))
    names = tuple(judged[0].topics)
    return [
        _remembered(told[example.id], names, one) if example.id in told else one
        for example, one in zip(taught, judged, strict=True)
    ]


def _remembered(row: list[Any], names: Sequence[str], like: Judgement) -> Judgement:
    shares, urgent, retracts = row
    if set(shares) != set(names):
        return like
    return replace(
        like, topics={n: shares[n] for n in names}, urgent=urgent, retracts=retracts, grounds=()
    )


def _old_weights(base: Base, old: str | None) -> Any:
    return load_weights(base.of(old))


def _keep(
    folder: Path, base: Base, taught: Sequence[Example], unread: dict[str, Judgement]
) -> None:
    """Keeps what was said of corrections unread, and last the card: now the folder is complete."""
    keep_told(
        folder,
        {
            e.id: [unread[e.id].topics, unread[e.id].urgent, unread[e.id].retracts]
            for e in taught
            if e.origin == "taught"
        },
    )
    write_card(folder, base.encoder)
