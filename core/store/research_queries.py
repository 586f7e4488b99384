"""Reads for research: the runs, and the messages that a run placed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.clock import midnight
from core.errors import NotFound
from core.ports import Branch, Method
from core.store.tables import assessments, groups, links, messages, runs


class RunState(StrEnum):
    """stand van een berekening."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in (RunState.QUEUED, RunState.RUNNING)


STORED: Final = "stored"
"""The embeddings that were made when the messages came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """recept: over which messages a run goes, and how. No topics or groups named means all."""

    first: date
    last: date
    topics: tuple[str, ...] = ()
    group_ids: tuple[int, ...] = ()
    encoder: str = STORED
    method: Method = field(default_factory=Method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """berekening: one clustering that somebody asked for; `from_run_id`: which it repeats or
    changes.
    """

    id: int
    pilot_id: int
    recipe: Recipe
    state: RunState
    step: str
    progress: float
    error: str | None
    by: str
    at: datetime
    finished_at: datetime | None
    name: str
    note: str
    from_run_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """uitkomst: for each message (by id) its cluster (-1 is none) and its place in the plot.

    `explained`: the share of all differences that the two axes show; `found_count`: how many
    messages the recipe named, of which these are all or an even sample; `computed`, `branches` and
    `persistences` as in Clustering; `digest`: of the vectors that went in.
    """

    message_ids: tuple[int, ...]
    clusters: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    explained: float
    found_count: int
    computed: tuple[tuple[float, float], ...] = ()
    branches: tuple[Branch, ...] = ()
    persistences: tuple[float, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: one message that a run placed, as it stands now; erased ones are no longer here."""

    message_id: int
    resident: str
    topic: str
    incident_id: int | None
    sent_at: datetime
    redacted: str
    lat: float | None = None
    lon: float | None = None
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """materiaal: what a run is computed from, in order of time; rows and texts go together.

    `found_count`: how many messages the recipe names, of which these are all or an even sample.
    """

    message_ids: tuple[int, ...]
    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    found_count: int


def latest_runs(connection: sa.Connection, pilot_id: int, limit: int = 20) -> list[Run]:
    """The latest runs, newest first."""
    query = (
        sa.select(*_but_outcome())
        .where(runs.c.pilot_id == pilot_id)
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    return [run_of(row) for row in connection.execute(query)]


def run_with_id(connection: sa.Connection, run_id: int) -> Run:
    """Raises NotFound."""
    row = connection.execute(sa.select(*_but_outcome()).where(runs.c.id == run_id)).first()
    if row is None:
        raise NotFound(what="run", id=run_id)
    return run_of(row)


def outcome_of(connection: sa.Connection, run_id: int) -> Outcome | None:
    """What came out of a run, or None while nothing has."""
    raw = connection.execute(sa.select(runs.c.outcome).where(runs.c.id == run_id)).scalar()
    if raw is None:
        return None
    return Outcome(
        message_ids=tuple(raw["message_ids"]),
        clusters=tuple(raw["clusters"]),
        points=_pairs(raw["points"]),
        explained=raw["explained"],
        found_count=raw["found_count"],
        computed=_pairs(raw.get("computed", ())),
        branches=tuple(Branch(**branch) for branch in raw.get("branches", ())),
        persistences=tuple(raw.get("persistences", ())),
        versions=_pairs(raw.get("versions", ())),
        digest=raw.get("digest", ""),
    )


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


def spots(connection: sa.Connection, run: Run) -> dict[int, Spot]:
    """The messages a run may have placed, by id; each with its surest topic and its incident."""
    columns = [messages.c[name] for name in ("id", "resident", "sent_at", "redacted")]
    places = [assessments.c.location[name].as_float() for name in ("lat", "lon", "radius_m")]
    query = (
        sa.select(*columns, assessments.c.topic, links.c.incident_id, *places)
        .select_from(messages)
        .join(assessments, assessments.c.message_id == messages.c.id)
        .join(links, links.c.assessment_id == assessments.c.id, isouter=True)
        .where(*in_scope(run))
        .order_by(assessments.c.confidence)
    )
    return {
        row[0]: Spot(
            message_id=row[0],
            resident=row[1],
            sent_at=row[2],
            redacted=row[3],
            topic=row[4],
            incident_id=row[5],
            lat=row[6],
            lon=row[7],
            radius_m=row[8] or 0.0,
        )
        for row in connection.execute(query)
    }


def in_scope(run: Run) -> list[sa.ColumnElement[bool]]:
    """What is true of the messages (with an embedding) that a run's recipe names."""
    recipe = run.recipe
    followed = sa.select(groups.c.id).where(groups.c.pilot_id == run.pilot_id)
    if recipe.group_ids:
        followed = followed.where(groups.c.id.in_(recipe.group_ids))
    found = [
        messages.c.embedding.is_not(None),
        messages.c.no_report_at.is_(None),
        messages.c.group_id.in_(followed),
        messages.c.sent_at >= midnight(recipe.first),
        messages.c.sent_at < midnight(recipe.last + timedelta(days=1)),
    ]
    if recipe.topics:
        about = sa.select(assessments.c.message_id).where(assessments.c.topic.in_(recipe.topics))
        found.append(messages.c.id.in_(about))
    return found


def run_of(row: Any) -> Run:
    """A row of `runs` as the frozen type."""
    return Run(
        id=row.id,
        pilot_id=row.pilot_id,
        recipe=recipe_of(row.recipe),
        state=RunState(row.state),
        step=row.step,
        progress=row.progress,
        error=row.error,
        by=row.by,
        at=row.at,
        finished_at=row.finished_at,
        name=row.name,
        note=row.note,
        from_run_id=row.from_run_id,
    )


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    values = asdict(recipe)
    return {**values, "first": recipe.first.isoformat(), "last": recipe.last.isoformat()}


def recipe_of(raw: dict[str, Any]) -> Recipe:
    """A recipe as `recipe_json` wrote it; an older one holds fewer choices, side by side."""
    known = {one.name for one in fields(Method)}
    chosen = raw.get("method", raw)
    return Recipe(
        first=date.fromisoformat(raw["first"]),
        last=date.fromisoformat(raw["last"]),
        topics=tuple(raw["topics"]),
        group_ids=tuple(raw["group_ids"]),
        encoder=raw.get("encoder", STORED),
        method=Method(**{name: value for name, value in chosen.items() if name in known}),
    )


def _pairs(raw: Any) -> tuple[tuple[Any, Any], ...]:
    return tuple((one, other) for one, other in raw)


def _but_outcome() -> list[sa.Column[Any]]:
    """All columns but the large one."""
    return [column for column in runs.columns if column.name != "outcome"]
