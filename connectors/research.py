"""The research role: computes, one at a time, the clusterings that researchers ask for."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import timedelta
from typing import Final

from connectors.run_child import Child, Told, Tools
from core.research import MOST_MESSAGES, progress_of
from core.store.research_queries import Run, outcome_json
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=1)
"""Much longer than between two signs of life, also while the database is busy."""

LONGEST: Final = timedelta(minutes=30)
"""A run that takes longer is ended: somebody else's waits behind it."""

TOO_LONG: Final = "too_long"
_LISTEN_S: Final = 0.5


class Researcher:
    """rekenaar: takes the oldest run that waits, watches over its computation, writes what came."""

    def __init__(self, services: Services, tools: Tools | None = None, holder: str = "") -> None:
        self._services, self._tools = services, tools or Tools()
        self._holder = holder or f"{os.getpid()}-{secrets.token_hex(6)}"
        self._run: Run | None = None
        self._child: Child | None = None

    def step(self) -> int:
        """Takes a run, or listens to the one that is computed; 0 when there was nothing to do."""
        if self._run is None or self._child is None:
            return self._begin()
        told = self._child.listen(_LISTEN_S)
        if told.has_ended:
            self._write(self._run, told)
        elif not self._note(self._run, told):
            self._put_down()
        return 1

    def close(self) -> None:
        """Ends what is being computed; the run goes back in the queue for whoever comes next."""
        if self._run is not None:
            with self._services.store.unit() as unit:
                unit.runs.release(self._run.id, self._holder)
        self._put_down()

    def _begin(self) -> int:
        with self._services.store.unit() as unit:
            run = unit.runs.take(self._holder, LEASE)
        if run is None:
            return 0
        with self._services.store.read() as connection:
            reading = Unit(connection, self._services.clock())
            material = reading.runs.material(run, MOST_MESSAGES)
        self._run, self._child = run, Child(material, run.recipe, self._tools)
        self._began = self._services.clock()
        return 1

    def _note(self, run: Run, told: Told) -> bool:
        """Notes how far a run is; False when somebody stopped it, or it went to another worker."""
        if self._services.clock() - self._began > LONGEST:
            self._fail(run, TOO_LONG)
            return False
        progress = progress_of(run.recipe, told.step, told.share)
        with self._services.store.unit() as unit:
            return unit.runs.keep(run.id, self._holder, told.step, progress)

    def _write(self, run: Run, told: Told) -> None:
        if told.outcome is None:
            self._fail(run, told.error or "")
        else:
            with self._services.store.unit() as unit:
                unit.runs.finish(run.id, self._holder, outcome_json(told.outcome))
            log.info("run done run=%s messages=%s", run.id, len(told.outcome.message_ids))
        self._put_down()

    def _fail(self, run: Run, error: str) -> None:
        log.warning("run failed run=%s error=%s", run.id, error)
        with self._services.store.unit() as unit:
            unit.runs.fail(run.id, self._holder, error)

    def _put_down(self) -> None:
        if self._child is not None:
            self._child.end()
        self._run = self._child = None
