"""Vectors from the words alone: TF-IDF, then latent semantic analysis (Deerwester et al., 1990).

An encoder that every installation has, learned from the texts themselves each time: two messages
are alike when they share words, or words that other messages use together. It knows no meaning that
is not in these texts, which makes it an honest opposite to a learned sentence encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.ports import WORDS
from core.words import rare_words, stem

_SIZE: Final = 100
_SEED: Final = 7


class TermVectors:
    """Encodes all texts it is given at once, as one collection; rows are unit vectors or nought."""

    name = WORDS
    needs_all = True

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        if not any(map(terms, texts)):
            return [(0.0, 0.0)] * len(texts)
        weighed = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit_transform(texts)
        size = min(_SIZE, min(weighed.shape) - 1)
        if size < 1:
            return [(1.0, 0.0)] * len(texts)
        found = TruncatedSVD(n_components=size, random_state=_SEED).fit_transform(weighed)
        rows = normalize(found).astype(np.float32)
        return [tuple(row) for row in rows.tolist()]


def terms(text: str) -> list[str]:
    """The stems of the words of a text that may tell something, in a fixed order."""
    return sorted(map(stem, rare_words(text)))
