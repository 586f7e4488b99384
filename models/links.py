"""The learned grouping on disk: trained once on what the judge says of writers it had not read."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from core import cluster as grouping
from core import evidence, profiles, words
from core.assess import assess
from core.clock import from_local
from core.cluster import LearnedClusterer, Weights
from core.domain import Judgement, Message
from core.errors import ModelMissing
from core.locate import locate
from core.pipeline import Scene
from core.ports import Encoder
from core.replay_file import scenes_of
from core.topics import Topic, topics
from models import fit_links
from models.corpus_reader import Example, read_part
from models.encoder import load_encoder, vectors
from models.fit_links import Step, learn

FILE: Final = "links.json"
UNREAD: Final = "unread.json"
_TAGS: Final = {"email": "e-mail", "handle": "account"}
"""Where core/privacy/redact.py says it otherwise than the marks of the corpus."""
_CODE: Final = (evidence, profiles, words, grouping, fit_links)


def load_clusterer(folder: Path, topics: Mapping[str, Topic]) -> LearnedClusterer:
    """The clusterer as it was trained. Raises ModelMissing."""
    return LearnedClusterer(load_weights(folder), topics)


def load_weights(folder: Path) -> Weights:
    """Raises ModelMissing."""
    try:
        return Weights(**_read(folder / FILE)["weights"])
    except (KeyError, TypeError) as error:
        raise ModelMissing(what=FILE) from error


def keep_unread(folder: Path, examples: Sequence[Example], judged: Sequence[Judgement]) -> None:
    """Keeps what the judge said of each training message before it had read its writer.

    The grouping learns from these: at run time it meets judgements with their mistakes.
    """
    rows = {
        example.id: [_rounded(one.topics), round(one.urgent, 4), round(one.retracts, 4)]
        for example, one in zip(examples, judged, strict=True)
    }
    _write(folder / UNREAD, rows)


def train(folder: Path, encoder_name: str, *, force: bool = False) -> bool:
    """Builds the grouping from the corpus and the judge's `unread`; False when up to date.

    Raises ModelMissing when the judge was not trained yet.
    """
    unread = read_unread(folder)
    version = fingerprint(folder)
    if not force and _version_there(folder) == version:
        return False
    streams = corpus_streams(read_part("train"), unread, load_encoder(encoder_name))
    card = {"version": version, "messages": sum(map(len, streams)), "writers": len(streams)}
    save_weights(learn(streams, topics()), card, folder)
    return True


def corpus_streams(
    corpus: Sequence[Example], unread: Mapping[str, Any], encoder: Encoder
) -> list[list[Step]]:
    """What is followed of each writer's stream, by the judge's `unread`."""
    examples = [example for example in corpus if example.id in unread]
    embeddings = vectors(encoder, [example.text for example in examples])
    judged = {example.id: _judgement(unread[example.id]) for example in examples}
    rows = {e.id: tuple(map(float, row)) for e, row in zip(examples, embeddings, strict=True)}
    return list(steps(examples, judged, rows).values())


def steps(
    examples: Sequence[Example],
    judged: Mapping[str, Judgement],
    embeddings: Mapping[str, tuple[float, ...]],
) -> dict[str, list[Step]]:
    """What is followed of each writer's stream, in time order, as the pipeline would see it."""
    found: dict[str, list[Step]] = defaultdict(list)
    ordered = sorted(examples, key=lambda example: example.sent_at)
    with scenes_of({example.group for example in examples}) as scenes:
        for example in ordered:
            scene = scenes[example.group]
            told = assess(judged[example.id], scene.thresholds, scene.pilot.topics)
            if told:
                message = message_of(example, scene, embeddings[example.id])
                found[example.writer].append(
                    Step(
                        message=message,
                        assessments=tuple(told),
                        location=locate(message, scene.places, scene.area, scene.areas),
                        truth=example.label.incident,
                    )
                )
    return dict(found)


def message_of(example: Example, scene: Scene, embedding: tuple[float, ...]) -> Message:
    """An example as a message, redacted by its marks."""
    return Message(
        key=example.id,
        group=scene.group,
        resident=example.author,
        sent_at=from_local(example.sent_at),
        text=example.text,
        redacted=redacted(example),
        reply_to=example.reply_to,
        embedding=embedding,
    )


def redacted(example: Example) -> str:
    text = example.text
    for span in sorted(example.personal, key=lambda span: -span.start):
        text = f"{text[: span.start]}[{_TAGS.get(span.kind, span.kind)}]{text[span.end :]}"
    return text


def read_unread(folder: Path) -> dict[str, Any]:
    """What the judge of a folder said of messages it had not read. Raises ModelMissing."""
    return _read(folder / UNREAD)


def save_weights(weights: Weights, card: Mapping[str, Any], folder: Path) -> None:
    _write(folder / FILE, {"card": dict(card), "weights": asdict(weights)})


def fingerprint(folder: Path) -> str:
    """What a trained grouping is made of: the judge's answers and the code that weighs."""
    digest = hashlib.sha256((folder / UNREAD).read_bytes())
    for module in _CODE:
        digest.update(Path(str(module.__file__)).read_bytes())
    return f"links-{digest.hexdigest()[:12]}"


def _version_there(folder: Path) -> str | None:
    try:
        return str(_read(folder / FILE)["card"]["version"])
    except (ModelMissing, KeyError):
        return None


def _judgement(row: Sequence[Any]) -> Judgement:
    shares, urgent, retracts = row
    return Judgement(topics=shares, urgent=urgent, retracts=retracts, grounds=(), model="unread")


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {topic: round(share, 4) for topic, share in shares.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelMissing(what=path.name) from error


def _write(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)
