"""Where a count reaches its bound: what, where, how unusual, and which incidents it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.store.alert_queries import Occurrence
from core.warning.bounds import trailing
from core.warning.false_alarms import over, smallest
from core.warning.ledger import Counts, Ledger, count_up, first_reports
from core.warning.tails import tail

if TYPE_CHECKING:
    from core.early_warning import Learned

INCIDENTS: Final = "incidents"
RESIDENTS: Final = "residents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """toename: one count that reached its bound, in the smallest area where it did.

    `probability`: how often chance alone would come this far in this one window; `rolled_up`: the
    smaller areas inside that had too little past to stand on their own.
    """

    topic: str
    area_id: int | None
    area: int
    part: int
    began_at: datetime
    window: int
    measure: str
    seen: int
    expected: float
    bound: int
    probability: float
    incident_ids: tuple[int, ...]
    rolled_up: tuple[int, ...]


def rises(
    learned: Learned, occurrences: Sequence[Occurrence], since: datetime, now: datetime
) -> list[Rise]:
    """What reached its bound since a moment, oldest first; one a topic, area and part of a day."""
    ledger = count_up(occurrences, learned.axis, learned.tree, learned.topics)
    first = max(learned.offset, learned.axis.part_of(since))
    last = min(learned.axis.part_of(now), learned.axis.part_count - 1)
    if first > last:
        return []
    scored = slice(first - learned.offset, last - learned.offset + 1)
    shown = slice(first, last + 1)
    reached = _reached(learned, ledger, scored, shown)
    together = smallest(reached[INCIDENTS] | reached[RESIDENTS], learned.tree)
    found = [
        rise
        for part, topic, area in _places(together)
        if (rise := _most_unusual(learned, ledger, int(topic), int(area), first + int(part)))
    ]
    return sorted(found, key=lambda rise: (rise.part, rise.probability))


def _reached(
    learned: Learned, ledger: Ledger, scored: slice, shown: slice
) -> dict[str, NDArray[np.bool_]]:
    found = {}
    for measure, counts, bound in (
        (INCIDENTS, ledger.incidents, learned.incident_bound),
        (RESIDENTS, ledger.reports, learned.resident_bound),
    ):
        sums = _windows(learned, counts)[:, :, shown]
        found[measure] = over(sums, bound[:, :, scored], learned.outlook.tested)
    return found


def _windows(learned: Learned, counts: Counts) -> Counts:
    """[topic, area, part, window]: what happened in the window that ends with each part."""
    holds = learned.tree.holds.astype(np.int64)
    held = np.einsum("tbp,ab->tap", counts, holds, optimize=True)
    return np.stack([trailing(held, window) for window in learned.outlook.windows], axis=-1)


def _places(reached: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """(part, topic, area) of each that is true."""
    for topic, area, part in np.argwhere(reached):
        yield part, topic, area


def _most_unusual(
    learned: Learned, ledger: Ledger, topic: int, area: int, part: int
) -> Rise | None:
    """Of the windows and measures at a part the one that chance explains least."""
    found = [
        rise
        for place, window in enumerate(learned.outlook.windows)
        for measure in (INCIDENTS, RESIDENTS)
        if (rise := _rise(learned, ledger, topic, area, part, place, window, measure))
    ]
    return min(found, key=lambda rise: rise.probability, default=None)


def _rise(
    learned: Learned,
    ledger: Ledger,
    topic: int,
    area: int,
    part: int,
    place: int,
    window: int,
    measure: str,
) -> Rise | None:
    outlook = learned.outlook
    at = (topic, area, part - learned.offset, place)
    is_incidents = measure == INCIDENTS
    bound = int((learned.incident_bound if is_incidents else learned.resident_bound)[at])
    mean = float((outlook.incident_mean if is_incidents else outlook.resident_mean)[at])
    spread = outlook.incident_variance if is_incidents else outlook.resident_variance
    within = _within(learned, ledger, topic, area, part, window, measure)
    seen = len(within) if is_incidents else len(_residents(within, learned, part, window))
    if seen < bound:
        return None
    return Rise(
        topic=learned.topics[topic],
        area_id=learned.tree.areas[area],
        area=area,
        part=part,
        began_at=learned.axis.starts_at(part - window + 1),
        window=window,
        measure=measure,
        seen=seen,
        expected=mean,
        bound=bound,
        probability=float(tail(mean, float(spread[at]), seen)),
        incident_ids=tuple(one.incident_id for one in within),
        rolled_up=_rolled_up(learned, topic, area),
    )


def _within(
    learned: Learned, ledger: Ledger, topic: int, area: int, part: int, window: int, measure: str
) -> list[Occurrence]:
    """The incidents of a topic in an area that began, or were written about, in a window."""
    tree, axis = learned.tree, learned.axis
    held = {tree.bins[place] for place in np.flatnonzero(tree.holds[area])}
    parts = range(part - window + 1, part + 1)
    return [
        one
        for one in ledger.occurrences
        if one.topic == learned.topics[topic]
        and (one.area_id if one.area_id in tree.bins else None) in held
        and (
            axis.part_of(one.opened_at) in parts
            or (
                measure == RESIDENTS
                and any(axis.part_of(at) in parts for at in first_reports(one).values())
            )
        )
    ]


def _residents(
    occurrences: Sequence[Occurrence], learned: Learned, part: int, window: int
) -> set[str]:
    """Different residents: who writes about three incidents is still one."""
    parts = range(part - window + 1, part + 1)
    return {
        resident
        for one in occurrences
        for resident, at in first_reports(one).items()
        if learned.axis.part_of(at) in parts
    }


def _rolled_up(learned: Learned, topic: int, area: int) -> tuple[int, ...]:
    """The ids of the areas inside that were too small to be tested themselves."""
    untested = learned.tree.inside[area] & ~learned.outlook.tested[topic]
    ids = [learned.tree.areas[place] for place in np.flatnonzero(untested)]
    return tuple(area_id for area_id in ids if area_id is not None)
