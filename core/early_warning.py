"""vroegsignalering: is there more than usual, of what and where; in five steps, from past to rise.

Counts are compared with what the past of the same pilot leads to expect at that hour on that day;
how rare a count must be follows from how many false alarms were asked for. docs/early-warning.md
says why, and shows what a simulation makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from core.clock import local
from core.domain import Area
from core.ports import History, Surveillance
from core.store.alert_queries import ExpectedEvent, Occurrence
from core.warning.bounds import (
    FEWEST_INCIDENTS,
    FEWEST_RESIDENTS,
    Outlook,
    bounds,
    known_parts,
    outlook_of,
    tested_of,
    windows_for,
)
from core.warning.expected import factors
from core.warning.false_alarms import Levels, calibrate, draw_weeks
from core.warning.ledger import PARTS, Axis, Counts, Ledger, Tree, count_up, tree_of
from core.warning.sizes import blended, sizes_of
from core.warning.tails import Numbers

FEWEST_DAYS: Final = 10
"""With a shorter past nothing is called a rise."""

SHORT_DAYS: Final = 56
"""With less than eight weeks a baseline leans on that of other areas and topics; it is said."""

LONGEST: Final = timedelta(days=400)
"""Older counts are not learned from."""

SHOWN_DAYS: Final = 28

DRAWS: Final = 200
DRAWN_WEEKS: Final = 600
_MOST_DRAWN: Final = 20_000_000
_FEWEST_DRAWS: Final = 40
"""Numbers held at once: a large pilot is drawn less often rather than not at all."""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """geleerd: what is usual for a pilot from a day on, and how rare a rise must be.

    `offset` is the place on the axis of the outlook's first part.
    """

    axis: Axis
    tree: Tree
    topics: tuple[str, ...]
    past_days: int
    offset: int
    outlook: Outlook
    levels: Levels
    incident_bound: Counts
    resident_bound: Counts


def past_days(occurrences: Sequence[Occurrence], now: datetime) -> int:
    """How many whole days lie between the first incident and today."""
    if not occurrences:
        return 0
    return max(0, (local(now).date() - _first_day(occurrences)).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """wat bewaakt wordt: a pilot's areas and topics, what was announced, what was asked."""

    areas: tuple[Area, ...]
    topics: tuple[str, ...]
    events: tuple[ExpectedEvent, ...]
    asked_per_week: float


def learn(
    occurrences: Sequence[Occurrence],
    watched: Watched,
    now: datetime,
    surveillance: Surveillance,
    seed: int,
) -> Learned | None:
    """What is usual until tomorrow ends; None while the past is too short to say.

    The same past and seed give the same answer.
    """
    days = past_days(occurrences, now)
    if days < FEWEST_DAYS:
        return None
    axis, tree = Axis(first=_first_day(occurrences), day_count=days + 2), tree_of(watched.areas)
    ledger = count_up(occurrences, axis, tree, watched.topics)
    expected = factors(watched.events, axis, tree, watched.topics, watched.areas)
    history = _history(ledger, expected, known_parts(days))
    last = min(axis.part_count, (SHOWN_DAYS + 2) * PARTS)
    numbers = len(watched.topics) * len(tree.bins) * last
    baseline = surveillance.baseline(
        history, last=last, draw_count=_as_many(DRAWS, numbers), seed=seed
    )
    sizes, tested = blended(sizes_of(occurrences, watched.topics)), tested_of(history.counts, tree)
    usual = outlook_of(baseline, tree, sizes, tested, windows_for(days))
    weeks = draw_weeks(baseline, usual, sizes, _as_many(DRAWN_WEEKS, numbers), seed)
    levels = calibrate(weeks, watched.asked_per_week)
    quieted = replace(baseline, draws=baseline.draws * expected[..., -last:])
    outlook = outlook_of(quieted, tree, sizes, tested, windows_for(days))
    return Learned(
        axis=axis,
        tree=tree,
        topics=watched.topics,
        past_days=days,
        offset=axis.part_count - last,
        outlook=outlook,
        levels=levels,
        incident_bound=bounds(
            outlook.incident_mean, outlook.incident_variance, levels.incidents, FEWEST_INCIDENTS
        ),
        resident_bound=bounds(
            outlook.resident_mean, outlook.resident_variance, levels.residents, FEWEST_RESIDENTS
        ),
    )


def _history(ledger: Ledger, expected: Numbers, known: int) -> History:
    """What was announced does not count as usual."""
    axis = ledger.axis
    return History(
        counts=ledger.incidents[..., :known],
        weights=np.where(expected == 1.0, 1.0, 0.0)[..., :known],
        weekdays=axis.weekdays(),
        parts=np.arange(axis.part_count) % PARTS,
        known=known,
    )


def _as_many(wanted: int, numbers: int) -> int:
    return int(np.clip(_MOST_DRAWN // numbers, _FEWEST_DRAWS, wanted))


def _first_day(occurrences: Sequence[Occurrence]) -> date:
    return min(local(one.opened_at).date() for one in occurrences)
