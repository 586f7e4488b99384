"""Reads for research: the runs, and the messages that a run placed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.clock import midnight
from core.errors import NotFound
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """recept: over which messages a run goes, and how. No topics or groups named means all.

    `min_cluster_size`: fewest messages that are a cluster; `min_samples`: how many alike a message
    must have near it (higher leaves more messages outside); `fine`: many small clusters that are
    about one thing, in place of few that are broad.
    """

    first: date
    last: date
    topics: tuple[str, ...] = ()
    group_ids: tuple[int, ...] = ()
    min_cluster_size: int = 5
    min_samples: int = 3
    fine: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """berekening: one clustering that somebody asked for."""

    id: int
    pilot_id: int
    recipe: Recipe
    state: RunState
    progress: float
    error: str | None
    by: str
    at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """uitkomst: for each message (by id) its cluster (-1 is none) and its place in the plot.

    `explained`: the share of all differences that the two axes show; `found_count`: how many
    messages the recipe named, of which these are all or an even sample.
    """

    message_ids: tuple[int, ...]
    clusters: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    explained: float
    found_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: one message that a run placed, as it stands now; erased ones are no longer here."""

    message_id: int
    resident: str
    topic: str
    incident_id: int | None
    sent_at: datetime
    redacted: str


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
        points=tuple((x, y) for x, y in raw["points"]),
        explained=raw["explained"],
        found_count=raw["found_count"],
    )


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "message_ids": list(outcome.message_ids),
        "clusters": list(outcome.clusters),
        "points": [list(point) for point in outcome.points],
        "explained": outcome.explained,
        "found_count": outcome.found_count,
    }


def spots(connection: sa.Connection, run: Run) -> dict[int, Spot]:
    """The messages a run may have placed, by id; each with its surest topic and its incident."""
    columns = [messages.c[name] for name in ("id", "resident", "sent_at", "redacted")]
    query = (
        sa.select(*columns, assessments.c.topic, links.c.incident_id)
        .select_from(messages)
        .join(assessments, assessments.c.message_id == messages.c.id)
        .join(links, links.c.assessment_id == assessments.c.id, isouter=True)
        .where(*in_scope(run))
        .order_by(assessments.c.confidence)
    )
    return {
        row.id: Spot(
            message_id=row.id,
            resident=row.resident,
            topic=row.topic,
            incident_id=row.incident_id,
            sent_at=row.sent_at,
            redacted=row.redacted,
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
        recipe=_recipe(row.recipe),
        state=RunState(row.state),
        progress=row.progress,
        error=row.error,
        by=row.by,
        at=row.at,
        finished_at=row.finished_at,
    )


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    values = asdict(recipe)
    return {**values, "first": recipe.first.isoformat(), "last": recipe.last.isoformat()}


def _recipe(raw: dict[str, Any]) -> Recipe:
    return Recipe(
        first=date.fromisoformat(raw["first"]),
        last=date.fromisoformat(raw["last"]),
        topics=tuple(raw["topics"]),
        group_ids=tuple(raw["group_ids"]),
        min_cluster_size=raw["min_cluster_size"],
        min_samples=raw["min_samples"],
        fine=raw["fine"],
    )


def _but_outcome() -> list[sa.Column[Any]]:
    """All columns but the large one."""
    return [column for column in runs.columns if column.name != "outcome"]
