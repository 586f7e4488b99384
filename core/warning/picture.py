"""What the page is given to draw: for each topic and area the last weeks beside what was usual."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from core.store.alert_queries import Occurrence
from core.warning.bounds import trailing
from core.warning.ledger import PARTS, Counts, count_up
from core.warning.tails import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.early_warning import Learned


def picture(
    learned: Learned, occurrences: Sequence[Occurrence], now: datetime, shown_days: int
) -> dict[str, Any]:
    """Days with, for each topic and area, what was counted, expected and the bound of a day.

    Numbers and ids only; an area that nothing happened in is left out.
    """
    axis, tree = learned.axis, learned.tree
    ledger = count_up(occurrences, axis, tree, learned.topics)
    today = axis.part_of(now) // PARTS
    first = max(-(-learned.offset // PARTS) + 1, today - shown_days + 1)
    days = list(range(first, today + 1))
    ends = np.array([day * PARTS + PARTS - 1 for day in days])
    place = learned.outlook.windows.index(PARTS)
    seen = {"incidents": ledger.incidents, "residents": ledger.reports}
    outlook = learned.outlook
    usual = {
        "incidents": (outlook.incident_mean, learned.incident_bound),
        "residents": (outlook.resident_mean, learned.resident_bound),
    }
    return {
        "days": [(axis.first + timedelta(days=day)).isoformat() for day in days],
        "levels": {
            "incidents": learned.levels.incidents,
            "residents": learned.levels.residents,
            "per_week": round(learned.levels.per_week, 3),
            "week_count": learned.levels.week_count,
        },
        "past_days": learned.past_days,
        "windows": list(outlook.windows),
        "tested_count": int(outlook.tested.sum()),
        "series": [
            _series(learned, topic, area, ends, place, seen, usual)
            for topic in range(len(learned.topics))
            for area in range(len(tree.areas))
            if _happened(ledger.incidents, tree.holds[area], topic)
        ],
    }


def _happened(incidents: Counts, holds: Any, topic: int) -> bool:
    return bool(incidents[topic][holds].any())


def _series(
    learned: Learned,
    topic: int,
    area: int,
    ends: Counts,
    place: int,
    seen: dict[str, Counts],
    usual: dict[str, tuple[Numbers, Counts]],
) -> dict[str, Any]:
    holds = learned.tree.holds[area]
    found: dict[str, Any] = {
        "topic": learned.topics[topic],
        "area": learned.tree.areas[area],
        "tested": bool(learned.outlook.tested[topic, area]),
    }
    for measure, counts in seen.items():
        mean, bound = usual[measure]
        days = trailing(counts[topic][holds].sum(axis=0), PARTS)[ends]
        at = ends - learned.offset
        found[measure] = {
            "seen": [int(count) for count in days],
            "expected": [round(float(value), 3) for value in mean[topic, area, at, place]],
            "bound": [int(value) for value in bound[topic, area, at, place]],
        }
    return found
