"""What was announced: more of it is no rise, and it does not count as usual afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.areas import within
from core.domain import Area
from core.store.alert_queries import ExpectedEvent
from core.warning.ledger import Axis, Tree
from core.warning.tails import Numbers


def factors(
    events: Sequence[ExpectedEvent],
    axis: Axis,
    tree: Tree,
    topics: Sequence[str],
    areas: Sequence[Area],
) -> Numbers:
    """By [topic, bin, part]: how many times more than usual is expected.

    Of events at once the largest factor counts: a market on match day is one crowd.
    """
    found = np.ones((len(topics), len(tree.bins), axis.part_count))
    for event in events:
        first = max(0, axis.part_of(event.starts_at))
        last = min(axis.part_count - 1, axis.part_of(event.ends_at))
        about = [not event.topics or topic in event.topics for topic in topics]
        where = _bins(event, tree, areas)
        if first <= last:
            parts = np.arange(first, last + 1)
            covered = np.ix_(np.flatnonzero(about), np.array(where, dtype=np.int64), parts)
            found[covered] = np.maximum(found[covered], event.factor)
    return found


def _bins(event: ExpectedEvent, tree: Tree, areas: Sequence[Area]) -> list[int]:
    """The bins of its areas; what happened nobody knows where may be of it too."""
    if not event.area_ids:
        return list(range(len(tree.bins)))
    inside = within(event.area_ids, areas)
    return [place for place, area_id in enumerate(tree.bins) if area_id in inside]
