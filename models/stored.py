"""The trained judge on disk: one file of plain arrays (no pickle) and a card with its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelMissing, ModelOutdated
from models.network import WEIGHTS, Network, Scales
from models.word_features import WordFeatures
from models.words_alone import WordsAlone

ARRAYS: Final = "judge.npz"
CARD: Final = "judge.json"
_SEPARATOR: Final = "\n"
_READS: Final = (
    "lexicon.py",
    "lexicon.toml",
    "network.py",
    "second_topic.py",
    "stored.py",
    "talk.py",
    "word_features.py",
    "words_alone.py",
)
"""What turns a message into numbers: these have to be the same as in training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJudge:
    """What the files hold: both steps, the calibration, and which corpus, code and encoder."""

    words: WordsAlone
    network: Network
    calibration: Mapping[str, Any]
    version: str


def write_judge(folder: Path, words: WordsAlone, network: Network, card: Mapping[str, Any]) -> None:
    """Writes both files; the card last, since a card says that the arrays are complete."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"unfinished-{ARRAYS}"
    np.savez(unfinished, allow_pickle=False, **_arrays(words, network))
    unfinished.replace(folder / ARRAYS)
    text = json.dumps({**card, "reads": reading_code()}, indent=1, ensure_ascii=False)
    (folder / CARD).write_text(f"{text}\n", encoding="utf-8")


def read_card(folder: Path) -> dict[str, Any]:
    """The card of the trained judge; empty when there is none."""
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return card if (folder / ARRAYS).is_file() else {}


def read_judge(folder: Path, encoder: str) -> StoredJudge:
    """The trained judge; raises ModelMissing when there is none for this encoder and this code."""
    card = read_card(folder)
    if card.get("encoder") != encoder:
        raise ModelMissing()
    if card.get("reads") != reading_code():
        raise ModelOutdated()
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            return StoredJudge(
                words=_words(arrays, tuple(card["topics"])),
                network=_network(arrays),
                calibration=_calibration(card["calibration"]),
                version=card["version"],
            )
    except (OSError, KeyError, ValueError) as error:
        raise ModelMissing() from error


@cache
def reading_code() -> str:
    """A print of the code and the lists that read a message."""
    digest = hashlib.sha256()
    for name in _READS:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def _arrays(words: WordsAlone, network: Network) -> dict[str, NDArray[Any]]:
    return {
        "pieces": _text(words.features.piece_ids),
        "phrases": _text(words.features.phrase_ids),
        "names": _text(sorted(words.names)),
        "rarity": words.features.rarity,
        "weights": words.weights,
        "embedding_weights": words.embedding_weights,
        "kind_weights": words.kind_weights,
        "bias": words.bias,
        **{f"scale_{name}": array for name, array in asdict(network.scales).items()},
        **{f"net_{name}": array for name, array in network.weights.items()},
    }


def _words(arrays: Mapping[str, NDArray[Any]], topics: tuple[str, ...]) -> WordsAlone:
    pieces, phrases = _lines(arrays["pieces"]), _lines(arrays["phrases"])
    return WordsAlone(
        topics=topics,
        features=WordFeatures(
            piece_ids={piece: i for i, piece in enumerate(pieces)},
            phrase_ids={phrase: len(pieces) + i for i, phrase in enumerate(phrases)},
            rarity=arrays["rarity"],
        ),
        weights=arrays["weights"],
        embedding_weights=arrays["embedding_weights"],
        kind_weights=arrays["kind_weights"],
        bias=arrays["bias"],
        names=frozenset(_lines(arrays["names"])),
    )


def _network(arrays: Mapping[str, NDArray[Any]]) -> Network:
    names = ("topic_mean", "topic_spread", "general_mean", "general_spread")
    return Network(
        Scales(**{name: arrays[f"scale_{name}"] for name in names}),
        {name: arrays[f"net_{name}"] for name in WEIGHTS},
    )


def _calibration(card: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in card.items()}


def _text(ids: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(_SEPARATOR.join(ids).encode("utf-8"), dtype=np.uint8)


def _lines(stored: NDArray[np.uint8]) -> list[str]:
    text = stored.tobytes().decode("utf-8")
    return text.split(_SEPARATOR) if text else []
