"""The research role: computes, one at a time, the clusterings that researchers ask for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from core.ports import Clusters
from core.research import MOST_MESSAGES, cluster
from core.store.research_queries import Run, outcome_json
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=10)
"""Longer than any run takes: a worker that is computing gives no sign of life."""

_TAKEN: Final = 0.1
_READ: Final = 0.3


def work_one_run(services: Services, clusters: Callable[[], Clusters], holder: str) -> int:
    """Computes the oldest run that waits; gives 1, or 0 when none did.

    A run that fails is marked so, with the kind of error; the log gets no more either.
    """
    with services.store.unit() as unit:
        run = unit.runs.take(holder, LEASE)
    if run is None:
        return 0
    try:
        _compute(run, services, clusters(), holder)
    except Exception as error:
        log.warning("run failed run=%s error=%s", run.id, type(error).__name__)
        with services.store.unit() as unit:
            unit.runs.fail(run.id, holder, type(error).__name__)
    return 1


def _compute(run: Run, services: Services, clusters: Clusters, holder: str) -> None:
    if not _note(run, services, holder, _TAKEN):
        return
    with services.store.read() as connection:
        reading = Unit(connection, services.clock())
        ids, embeddings, found_count = reading.runs.material(run, MOST_MESSAGES)
    if not _note(run, services, holder, _READ):
        return
    outcome = cluster(ids, embeddings, found_count, run.recipe, clusters)
    with services.store.unit() as unit:
        unit.runs.finish(run.id, holder, outcome_json(outcome))
    log.info("run done run=%s messages=%s", run.id, len(ids))


def _note(run: Run, services: Services, holder: str, progress: float) -> bool:
    """Notes how far a run is; False when somebody stopped it."""
    with services.store.unit() as unit:
        return unit.runs.keep(run.id, holder, progress)
