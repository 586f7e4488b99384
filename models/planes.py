"""Planes and spaces to see vectors in: principal components at once, UMAP as a computation.

UMAP (McInnes, Healy & Melville, 2018) keeps neighbours together and says nothing of how far apart
clusters are. With a seed it runs in one thread and gives the same answer each time on one machine
and one set of versions.
"""

from __future__ import annotations

import re
import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.ports import Method, Say

WIDEST: Final = 50
"""Principal components that UMAP starts from: the rest is noise that only costs time."""

_FEWEST: Final = 5
"""With fewer vectors there are no neighbourhoods to keep."""

Space = NDArray[np.float64]


def principal(vectors: NDArray[np.float32]) -> tuple[Space, float]:
    """The vectors along the directions in which they differ most, and the first two's share."""
    from sklearn.decomposition import PCA

    size = min(WIDEST, *vectors.shape)
    if size < 2 or not np.ptp(vectors, axis=0).any():
        return np.zeros((len(vectors), 2)), 0.0
    found = PCA(n_components=size, svd_solver="covariance_eigh").fit(vectors.astype(np.float64))
    reduced: Space = found.transform(vectors.astype(np.float64))
    return reduced, float(found.explained_variance_ratio_[:2].sum())


def neighbourly(
    reduced: Space, dimensions: int, method: Method, step: str, say: Say, *, tight: bool = False
) -> Space:
    """Places in so many dimensions in which near neighbours stay near.

    `tight`: packed as closely as can be, which suits a search for dense places.
    """
    say(step, 0.0)
    count = len(reduced)
    if count < max(_FEWEST, dimensions + 2) or not np.ptp(reduced, axis=0).any():
        return _padded(reduced, dimensions)
    import numba
    import umap

    numba.set_num_threads(1)
    found = umap.UMAP(
        n_components=dimensions,
        n_neighbors=min(method.neighbours, count - 1),
        min_dist=0.0 if tight else method.min_distance,
        metric="cosine",
        init="pca",
        random_state=method.seed,
        n_jobs=1,
        tqdm_kwds=_told(step, say),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        places: Space = found.fit_transform(reduced).astype(np.float64)
    return places


def unit(reduced: Space) -> Space:
    """Vectors of length 1: what a message is about counts, not how much."""
    lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
    found: Space = reduced / np.where(lengths > 0, lengths, 1.0)
    return found


def _padded(reduced: Space, dimensions: int) -> Space:
    found = np.zeros((len(reduced), dimensions))
    width = min(dimensions, reduced.shape[1])
    found[:, :width] = reduced[:, :width]
    return found


class _Teller:
    """What UMAP's progress bar writes to: it passes on how many rounds are done."""

    def __init__(self, step: str, say: Say) -> None:
        self._step, self._say = step, say

    def write(self, text: str) -> int:
        found = re.search(r"(\d+)/(\d+)", text)
        if found and int(found[2]):
            self._say(self._step, int(found[1]) / int(found[2]))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def _told(step: str, say: Say) -> dict[str, Any]:
    return {"disable": False, "file": _Teller(step, say), "bar_format": "{n_fmt}/{total_fmt}"}
