"""What a stream of texts weighs with, learned from the labelled incidents of the training corpus.

Learning takes half a minute, so the answer is kept beside the models under a digest of all it came
from: the corpus, the code, the encoder's name.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from models import one_pass
from models.corpus_reader import FOLDER, read_part, streams
from models.encoder import load_encoder, vectors
from models.one_pass import TextWeights, learn

_PART = "train"


def text_weights(encoder: str, folder: Path | None = None) -> TextWeights:
    """The weights, from `folder` when they were learned before and nothing has changed since."""
    if folder is None:
        return learned(encoder)
    path = folder / f"text_weights-{_digest(encoder)}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(learned(encoder))), encoding="utf-8")
        draft.replace(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    return TextWeights(evidence=tuple(raw["evidence"]), constant=raw["constant"])


def learned(encoder: str) -> TextWeights:
    relevant = [
        example
        for talk in streams(read_part(_PART))
        for example in talk
        if example.label.topics and example.label.incident
    ]
    texts = [example.text for example in relevant]
    encoded = vectors(load_encoder(encoder), texts)
    return learn(texts, encoded, [example.label.incident for example in relevant])


def _digest(encoder: str) -> str:
    found = hashlib.sha256(encoder.encode())
    for path in [Path(one_pass.__file__), *sorted((FOLDER / _PART).glob("*.txt"))]:
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
