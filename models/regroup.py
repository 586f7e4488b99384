"""Clusters of messages by how strongly each two are tied: HDBSCAN over their distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 2
_JOINED_BELOW = 0.5
"""Two that rather belong together than not are never torn apart by density alone."""


class PairClusters:
    """The same distances give the same clusters."""

    def labels(self, apart: NDArray[np.float64]) -> list[int]:
        """A label a message from 0, -1 for none; `apart`: symmetric, 0 to 1."""
        if len(apart) < _SMALLEST + 1:
            return [-1] * len(apart)
        import hdbscan

        found = hdbscan.HDBSCAN(
            metric="precomputed",
            min_cluster_size=_SMALLEST,
            min_samples=1,
            cluster_selection_epsilon=_JOINED_BELOW,
            allow_single_cluster=True,
            core_dist_n_jobs=1,
        ).fit_predict(apart)
        return [int(label) for label in found]
