"""Counting what happened: by topic, by area, by part of the day on the pilot's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.areas import within
from core.clock import from_local, local
from core.domain import Area
from core.store.alert_queries import Occurrence

PARTS: Final = 4
"""Parts of a day: night, morning, afternoon, evening, six hours each on the pilot's clock."""

PART_HOURS: Final = 24 // PARTS
WEEK: Final = 7 * PARTS

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """tijdas: days in whole parts; part 0 begins at midnight of the first day."""

    first: date
    day_count: int

    @property
    def part_count(self) -> int:
        return self.day_count * PARTS

    def part_of(self, moment: datetime) -> int:
        """The part a moment falls in; below 0 or beyond the last for one outside the axis."""
        wall = local(moment)
        return (wall.date() - self.first).days * PARTS + wall.hour // PART_HOURS

    def starts_at(self, part: int) -> datetime:
        day, within_day = divmod(part, PARTS)
        clock = time(within_day * PART_HOURS)
        return from_local(datetime.combine(self.first + timedelta(days=day), clock))

    def weekdays(self) -> NDArray[np.int64]:
        """For each part its weekday, 0 is Monday."""
        return (np.arange(self.part_count) // PARTS + self.first.weekday()) % 7


@dataclass(frozen=True, kw_only=True)
class Tree:
    """gebiedsboom: bins that are counted, and areas that are tested, each a sum of bins.

    A bin is what an incident carries: the smallest area around it, or None. An area that is tested
    is the pilot as a whole (None) or one of its areas, with all that lies inside.
    """

    bins: tuple[int | None, ...]
    areas: tuple[int | None, ...]
    holds: NDArray[np.bool_]
    """[area, bin]: whether what falls in a bin counts for an area."""

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """[area, area]: whether the second lies inside the first (and is not the same)."""
        sizes = self.holds.sum(axis=1)
        shared = self.holds.astype(int) @ self.holds.astype(int).T
        found: NDArray[np.bool_] = (shared == sizes) & (sizes[:, None] > sizes)
        return found

    @cached_property
    def related(self) -> NDArray[np.bool_]:
        """[area, area]: the same, one inside the other, or the other way about."""
        return self.inside | self.inside.T | np.eye(len(self.areas), dtype=bool)

    def parent(self, area: int) -> int:
        """The place in `areas` of the smallest area around the one at a place; 0 is the pilot."""
        around = np.flatnonzero(self.inside[:, area])
        return int(min(around, key=lambda a: self.holds[a].sum(), default=0))


def tree_of(areas: Sequence[Area]) -> Tree:
    """The pilot first, then its areas, the largest first; areas that hold the same count once."""
    largest_first = sorted(areas, key=lambda area: (-area.radius_m, area.id))
    bins = (None, *(area.id for area in largest_first))
    rows: dict[tuple[bool, ...], int | None] = {(True,) * len(bins): None}
    for area in largest_first:
        held = within([area.id], areas)
        rows.setdefault(tuple(found in held for found in bins), area.id)
    return Tree(bins=bins, areas=tuple(rows.values()), holds=np.array(list(rows), dtype=bool))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """telling: what happened, by [topic, bin, part].

    `incidents` counts incidents in the part in which they began; `reports` counts residents, one
    for each incident that a resident wrote about, in the part of the first message.
    """

    axis: Axis
    tree: Tree
    topics: tuple[str, ...]
    occurrences: tuple[Occurrence, ...]
    incidents: Counts
    reports: Counts


def count_up(
    occurrences: Sequence[Occurrence], axis: Axis, tree: Tree, topics: Sequence[str]
) -> Ledger:
    """Counts what falls within the axis and is about one of the topics."""
    shape = (len(topics), len(tree.bins), axis.part_count)
    incidents, reports = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    topic_at = {topic: place for place, topic in enumerate(topics)}
    bin_at = {area: place for place, area in enumerate(tree.bins)}
    for one in occurrences:
        if one.topic not in topic_at:
            continue
        row = incidents[topic_at[one.topic], bin_at.get(one.area_id, 0)]
        _add(row, axis.part_of(one.opened_at))
        row = reports[topic_at[one.topic], bin_at.get(one.area_id, 0)]
        for moment in first_reports(one).values():
            _add(row, axis.part_of(moment))
    return Ledger(
        axis=axis,
        tree=tree,
        topics=tuple(topics),
        occurrences=tuple(occurrences),
        incidents=incidents,
        reports=reports,
    )


def first_reports(one: Occurrence) -> Mapping[str, datetime]:
    """When each resident first wrote about an incident."""
    found: dict[str, datetime] = {}
    for resident, moment in one.reports:
        found[resident] = min(moment, found.get(resident, moment))
    return found


def _add(row: Counts, part: int) -> None:
    if 0 <= part < len(row):
        row[part] += 1
