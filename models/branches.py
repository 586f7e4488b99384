"""HDBSCAN's condensed tree, cut to its largest branches so that a person can look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.ports import Branch

MOST: Final = 120
"""Branches that are kept: more cannot be told apart on a screen."""


def branches_of(
    tree: Any, labels: NDArray[np.int64], order: Mapping[int, int]
) -> tuple[Branch, ...]:
    """The largest branches, a parent before its children; none when there is no tree.

    `order`: for each label of the library its cluster's number.
    """
    rows = None if tree is None else tree.to_numpy()
    if rows is None or not len(rows):
        return ()
    densest = _densest(rows)
    groups = rows[rows["child_size"] > 1]
    root = int(rows["parent"].min())
    parents = {int(row["child"]): int(row["parent"]) for row in groups}
    births = {root: 0.0} | {int(r["child"]): min(float(r["lambda_val"]), densest) for r in groups}
    sizes = {root: len(labels)} | {int(row["child"]): int(row["child_size"]) for row in groups}
    chosen = {_meeting(label, rows, labels, parents): number for label, number in order.items()}
    kept = sorted(sizes, key=lambda branch: (-sizes[branch], branch))[:MOST]
    return tuple(
        Branch(
            id=branch - root,
            parent=parents[branch] - root if branch in parents else None,
            size=sizes[branch],
            birth=round(births[branch], 4),
            death=round(_death(rows, branch, densest), 4),
            stability=round(_stability(rows, branch, births[branch], densest), 3),
            cluster=chosen.get(branch),
        )
        for branch in kept
    )


def _densest(rows: Any) -> float:
    """The highest density that is a number: texts that are the same lie infinitely close."""
    finite = rows["lambda_val"][np.isfinite(rows["lambda_val"])]
    return float(finite.max()) * 1.1 if len(finite) else 1.0


def _death(rows: Any, branch: int, densest: float) -> float:
    return float(np.minimum(rows["lambda_val"][rows["parent"] == branch], densest).max())


def _stability(rows: Any, branch: int, birth: float, densest: float) -> float:
    inside = rows[rows["parent"] == branch]
    stays = np.minimum(inside["lambda_val"], densest) - birth
    return float((stays * inside["child_size"]).sum())


def _meeting(label: int, rows: Any, labels: NDArray[np.int64], parents: Mapping[int, int]) -> int:
    """The smallest branch that holds every message of a cluster."""
    members = np.flatnonzero(labels == label)
    leaves = {int(branch) for branch in rows["parent"][np.isin(rows["child"], members)]}
    shared: list[int] = []
    for place, leaf in enumerate(sorted(leaves)):
        path = _path(leaf, parents)
        shared = path if place == 0 else [branch for branch in shared if branch in set(path)]
    return shared[0]


def _path(branch: int, parents: Mapping[int, int]) -> list[int]:
    """A branch and all that hold it, the nearest first."""
    found = [branch]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found
