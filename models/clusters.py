"""Clusters of alike messages in a period: HDBSCAN, or one pass over the stream; never live.

Clustering in all 512 directions of an embedding is slow and finds little: most are noise. On 1,500
messages of the training corpus the 10 that differ most gave 25 fine clusters, in which 34 % shared
their commonest topic (11 % by chance); with 50 directions it was 13 clusters at the same purity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.ports import Clustering, Method, Say
from models.branches import branches_of
from models.one_pass import one_pass
from models.planes import Space, neighbourly, principal, unit
from models.text_weights import text_weights

_THREADS: Final = 1
"""The worker shares the machine with the processes that must not wait."""

_LIBRARIES: Final = ("hdbscan", "umap-learn", "scikit-learn", "numpy")

Labels = NDArray[np.int64]


class PeriodClusters:
    """Finds clusters by either method; the same vectors and texts give the same clusters.

    `encoder`: with which what the stream needs to know is learned from the training corpus;
    `folder`: where that is kept once learned.
    """

    def __init__(self, encoder: str, folder: Path | None = None) -> None:
        self._encoder, self._folder = encoder, folder

    def find(
        self, texts: Sequence[str], vectors: NDArray[np.float32], method: Method, say: Say
    ) -> Clustering:
        """Labels from 0, the largest cluster first; too few vectors for one are all outside."""
        say("directions", 0.0)
        reduced, explained = principal(vectors)
        if method.kind == "stream":
            found = Grouped(labels=self._stream(texts, vectors, method, say))
        else:
            found = _by_density(reduced, method, say)
        order = _by_size(found.labels)
        computed = neighbourly(reduced, 2, method, "plane", say) if method.plane == "umap" else None
        return Clustering(
            labels=tuple(order.get(int(label), -1) for label in found.labels),
            points=_places(reduced),
            explained=explained,
            computed=() if computed is None else _places(computed),
            branches=branches_of(found.tree, found.labels, order),
            persistences=tuple(round(found.persistences[old], 4) for old in order)
            if found.persistences
            else (),
            versions=tuple((name, version(name)) for name in _LIBRARIES),
        )

    def _stream(
        self, texts: Sequence[str], vectors: NDArray[np.float32], method: Method, say: Say
    ) -> Labels:
        """One pass in the order given; what stays smaller than a cluster is outside."""
        if not texts:
            return np.full(0, -1)
        say("learning", 0.0)
        weights = text_weights(self._encoder, self._folder)
        say("clusters", 0.0)
        found = np.array(one_pass(texts, vectors, weights, caution=method.caution))
        return np.where(np.bincount(found)[found] >= method.min_cluster_size, found, -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouped:
    """gegroepeerd: labels as a method gave them; of density also its tree and how firm each is."""

    labels: Labels
    tree: Any = None
    persistences: tuple[float, ...] = ()


def _by_density(reduced: Space, method: Method, say: Say) -> Grouped:
    count = len(reduced)
    # With min_samples neighbours asked of fewer vectors the library raises.
    if count < max(2 * method.min_cluster_size, method.min_samples + 1):
        return Grouped(labels=np.full(count, -1))
    space = unit(reduced[:, : method.directions])
    if method.space == "umap":
        space = neighbourly(reduced, method.directions, method, "space", say, tight=True)
    say("clusters", 0.0)
    import hdbscan

    found = hdbscan.HDBSCAN(
        min_cluster_size=method.min_cluster_size,
        min_samples=method.min_samples,
        cluster_selection_method="leaf" if method.fine else "eom",
        cluster_selection_epsilon=method.join_below,
        core_dist_n_jobs=_THREADS,
    ).fit(space)
    return Grouped(
        labels=found.labels_,
        tree=found.condensed_tree_,
        persistences=tuple(float(value) for value in found.cluster_persistence_),
    )


def _places(space: Space) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in space[:, :2])


def _by_size(labels: Labels) -> dict[int, int]:
    """Numbers clusters anew, the largest first, so that a number means the same every time."""
    names, sizes = np.unique(labels[labels >= 0], return_counts=True)
    largest_first = names[np.argsort(-sizes, kind="stable")]
    return {int(name): rank for rank, name in enumerate(largest_first)}
