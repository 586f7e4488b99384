"""How many residents write about one incident, by topic; a rare topic borrows from the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.store.alert_queries import Occurrence
from core.warning.ledger import Counts, first_reports

_ENOUGH: Final = 30


def sizes_of(occurrences: Sequence[Occurrence], topics: Sequence[str]) -> list[Counts]:
    """For each topic how many different residents wrote about each of its incidents."""
    return [
        np.array([len(first_reports(o)) for o in occurrences if o.topic == topic], dtype=np.int64)
        for topic in topics
    ]


def blended(sizes: Sequence[Counts]) -> list[Counts]:
    """Each topic's own sizes; with fewer than 30 filled up with as many, evenly taken, of all."""
    everything = np.sort(np.concatenate(sizes)) if sizes else np.array([], dtype=np.int64)
    if not len(everything):
        return [np.ones(1, dtype=np.int64) for _ in sizes]
    return [np.concatenate([own, _evenly(everything, _ENOUGH - len(own))]) for own in sizes]


def _evenly(ordered: Counts, count: int) -> Counts:
    places = np.linspace(0, len(ordered) - 1, max(0, count)).round().astype(int)
    found: Counts = ordered[places]
    return found
