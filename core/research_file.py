"""onderzoeksbestand: what of a run may leave the product, so that it can be repeated elsewhere.

Counts are rounded and small ones left out (core/privacy/disclosure.py). Points carry pseudonyms of
this file alone, with their cluster and their place in the plot; no text, place, moment, topic or
incident. docs/research.md says what this protects against, and against what not.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from core.domain import User
from core.errors import HNMError
from core.findings import OUTSIDE, Dot, Findings, Portrait
from core.permissions import Action, require
from core.privacy.disclosure import FEWEST_RESIDENTS, SMALLEST_COUNT, Rounding
from core.sheet import Cell, csv_text
from core.store.research_queries import Outcome, Run, Spot, recipe_json
from core.store.unit import Unit

FORMAT: Final = "hnm-research-1"
FEWEST_MESSAGES: Final = 20
FEWEST_WRITERS: Final = 10
"""Of fewer messages or residents nothing leaves: each point would be about somebody."""

CLUSTER_COLUMNS: Final = (
    "cluster",
    "terms",
    "messages",
    "residents",
    "incidents",
    "topics",
    "first_on",
    "last_on",
    "persistence",
)
POINT_COLUMNS: Final = ("point", "cluster", "x", "y", "umap_x", "umap_y")


class TooFew(HNMError):
    """A run is over too few messages or residents to leave the product (messages, residents)."""

    code = "error.too_few_to_leave"


def may_leave(spots: Sequence[Spot]) -> bool:
    """Whether there are enough messages of enough residents for a file."""
    return len(spots) >= FEWEST_MESSAGES and len({s.resident for s in spots}) >= FEWEST_WRITERS


def run_as_json(
    run: Run,
    outcome: Outcome,
    found: Findings,
    spots: Mapping[int, Spot],
    rounding: Rounding,
    encoder: str,
) -> str:
    """A run as one file. Raises TooFew when it is over too few messages or residents."""
    _check(found, spots)
    told = {
        "format": FORMAT,
        "run": {"number": run.id, "name": run.name, "note": run.note, "at": run.at.isoformat()},
        "recipe": recipe_json(run.recipe),
        "made_with": {
            "encoder": encoder,
            "versions": dict(outcome.versions),
            "digest_of_vectors": outcome.digest,
        },
        "disclosure": {
            "rounded_to": SMALLEST_COUNT,
            "fewest_residents_for_a_word": FEWEST_RESIDENTS,
        },
        "messages": found.message_count,
        "outside": found.outside_count,
        "agreement_with_incidents": found.agreement and _figures(found),
        "clusters": [
            dict(zip(CLUSTER_COLUMNS, row, strict=True)) for row in cluster_rows(found.portraits)
        ],
        "points": [
            dict(zip(POINT_COLUMNS, row, strict=True)) for row in points(run, found, rounding)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def clusters_as_csv(found: Findings, language: str) -> str:
    return csv_text(CLUSTER_COLUMNS, cluster_rows(found.portraits), language)


def points_as_csv(
    run: Run, found: Findings, spots: Mapping[int, Spot], rounding: Rounding, language: str
) -> str:
    """Raises TooFew when the run is over too few messages or residents."""
    _check(found, spots)
    return csv_text(POINT_COLUMNS, points(run, found, rounding), language)


def cluster_rows(portraits: Sequence[Portrait]) -> list[tuple[Cell, ...]]:
    """A row a cluster; of one with fewer than five messages nothing but that it is there."""
    return [_row(one) for one in portraits]


def points(run: Run, found: Findings, rounding: Rounding) -> list[tuple[Cell, ...]]:
    """A sample of the points; of each cluster a multiple of five, small ones with the outside."""
    told = {one.cluster for one in found.portraits if one.message_count}
    groups: dict[int, dict[int, Dot]] = defaultdict(dict)
    for dot in found.dots:
        groups[dot.cluster if dot.cluster in told else OUTSIDE][dot.message_id] = dot
    kind = f"run {run.id}"
    rows = [
        (
            rounding.pseudonym(kind, message_id),
            "" if cluster == OUTSIDE else cluster + 1,
            *_place(members[message_id]),
        )
        for cluster, members in groups.items()
        for message_id in rounding.sample(kind, list(members))
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def note_taken(run: Run, what: str, user: User, unit: Unit) -> None:
    """Writes down who took which file of a run out of the product. Raises NotAllowed."""
    require(user, Action.EXPORT)
    unit.audit.add(user.login, "exported", "run", f"{run.id} {what}")


def _check(found: Findings, spots: Mapping[int, Spot]) -> None:
    if not may_leave([spots[dot.message_id] for dot in found.dots]):
        raise TooFew(messages=FEWEST_MESSAGES, residents=FEWEST_WRITERS)


def _figures(found: Findings) -> dict[str, Any]:
    """The measures to two digits, without over how many messages exactly."""
    values = asdict(found.agreement) if found.agreement else {}
    del values["count"]
    return {name: None if value is None else round(value, 2) for name, value in values.items()}


def _row(one: Portrait) -> tuple[Cell, ...]:
    if not one.message_count:
        return (one.cluster + 1, "", _least(0), _least(0), None, "", "", "", None)
    return (
        one.cluster + 1,
        ", ".join(one.terms),
        one.message_count,
        _least(one.resident_count),
        _least(one.incident_count),
        ", ".join(f"{topic} {count}" for topic, count in one.topics if count),
        one.first_on.isoformat(),
        one.last_on.isoformat(),
        one.persistence,
    )


def _least(count: int) -> Cell:
    return count or f"< {SMALLEST_COUNT}"


def _place(dot: Dot) -> tuple[Cell, ...]:
    x, y = dot.computed or (None, None)
    return (
        round(dot.x, 2),
        round(dot.y, 2),
        None if x is None else round(x, 2),
        None if y is None else round(y, 2),
    )
