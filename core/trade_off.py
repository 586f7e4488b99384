"""afruil: what a threshold finds, what it costs, and what another one would have done.

Three views of one choice: labelled messages that the model never read, this pilot's own messages
of the last days, and stated costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import numpy as np

from core.assess import EVEN_IF_UNSURE, Thresholds
from core.estimates import Rates, rates
from core.evaluation import decide
from core.quality_file import Flags, Judged, Numbers
from core.store.evaluation_queries import Marked, Urged

LOOK_BACK: Final = timedelta(days=30)
STEPS: Final = tuple(round(0.02 * step, 2) for step in range(1, 48))
"""Thresholds that the curve shows."""

_PER: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """vooruitzicht: what thresholds lead to, for 1,000 messages of a pilot.

    `missed` and `false`: urgent messages not called urgent, and others that are. `reports`:
    messages followed; `lost`: reports not followed; `noise`: no reports, yet followed; `doubtful`:
    followed, for a person to look at.
    """

    thresholds: Thresholds
    urgency: Rates
    missed: float
    false: float
    reports: float
    lost: float
    noise: float
    doubtful: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """wat als: what another threshold would have made of stored incidents, by id."""

    now_urgent: int
    then_urgent: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    overruled_count: int


def outlook(judged: Judged, thresholds: Thresholds, relevant_share: float | None) -> Outlook:
    """What these thresholds do on labelled messages, weighed as a pilot's messages are.

    `relevant_share`: which part of the pilot's messages is a report; None for the labelled ones'
    own. Reports and chat are weighed by it, since the labelled part holds more reports than life.
    """
    said = decide(judged, thresholds)
    weight = _weights(judged, relevant_share)

    def per_thousand(flags: Flags) -> float:
        return float(weight[flags].sum() / weight.sum() * _PER)

    return Outlook(
        thresholds=thresholds,
        urgency=rates(judged.gold_urgent, said.urgent, judged.conversation),
        missed=per_thousand(judged.gold_urgent & ~said.urgent),
        false=per_thousand(~judged.gold_urgent & said.urgent),
        reports=per_thousand(said.relevant),
        lost=per_thousand(judged.relevant & ~said.relevant),
        noise=per_thousand(~judged.relevant & said.relevant),
        doubtful=per_thousand(said.doubtful),
    )


def curve(judged: Judged, thresholds: Thresholds, relevant_share: float | None) -> list[Outlook]:
    """The outlook at every step of the urgency threshold; the other thresholds stay."""
    return [outlook(judged, replace(thresholds, urgent=step), relevant_share) for step in STEPS]


def suggested(points: Sequence[Outlook], missed_weighs: float) -> Outlook:
    """The cheapest point when one missed urgent message weighs as much as so many false ones."""
    return min(points, key=lambda point: missed_weighs * point.missed + point.false)


def what_if(members: Iterable[Urged], marked: Iterable[Marked], threshold: float) -> WhatIf:
    """How stored incidents would stand with another urgency threshold.

    What a person said about urgency stays. Messages that were never kept are not in it: a lower
    threshold would also have let some of those through.
    """
    by_incident: dict[int, bool] = defaultdict(bool)
    for one in members:
        urgent = one.probability >= threshold and not one.retracts
        by_incident[one.incident_id] = not one.retracts and (by_incident[one.incident_id] or urgent)
    now, then, overruled = set(), set(), 0
    for incident in marked:
        would = incident.urgent if incident.overruled else by_incident[incident.incident_id]
        overruled += incident.overruled
        if incident.urgent:
            now.add(incident.incident_id)
        if would:
            then.add(incident.incident_id)
    return WhatIf(
        now_urgent=len(now),
        then_urgent=len(then),
        gained=tuple(sorted(then - now)),
        lost=tuple(sorted(now - then)),
        overruled_count=overruled,
    )


def followed(chances: Sequence[tuple[float, float]], thresholds: Thresholds) -> tuple[int, int]:
    """(followed, of these doubtful) of messages given as (relevance, urgency)."""
    least = min(EVEN_IF_UNSURE, thresholds.relevant)
    kept = [
        relevance
        for relevance, urgency in chances
        if relevance >= (least if urgency >= thresholds.urgent else thresholds.relevant)
    ]
    return len(kept), sum(relevance < thresholds.sure for relevance in kept)


def _weights(judged: Judged, relevant_share: float | None) -> Numbers:
    own = float(judged.relevant.mean())
    if relevant_share is None or not 0 < relevant_share < 1 or not 0 < own < 1:
        return np.ones(len(judged))
    return np.where(judged.relevant, relevant_share / own, (1 - relevant_share) / (1 - own))
