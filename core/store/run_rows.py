"""Runs: what researchers let compute, who computes it, and what came out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.store.held_rows import OPEN, HeldRows
from core.store.research_queries import (
    Material,
    Recipe,
    Run,
    RunState,
    in_scope,
    recipe_json,
    run_of,
)
from core.store.tables import messages, runs


class RunRows(HeldRows):
    """berekeningen."""

    table = runs

    def add(self, pilot_id: int, recipe: Recipe, by: str, from_run_id: int | None = None) -> int:
        """Queues a run; gives its id."""
        return self.insert(
            runs,
            pilot_id=pilot_id,
            recipe=recipe_json(recipe),
            state=RunState.QUEUED.value,
            by=by,
            at=self.now,
            from_run_id=from_run_id,
        )

    def take(self, holder: str, lease: timedelta) -> Run | None:
        """The oldest run that waits, or whose worker gave no sign for `lease`, now held.

        One that ended its worker too often is given up instead.
        """
        row = self._next(self.now - lease)
        if row is None:
            return None
        return run_of(row) if self._hold(row, holder, step="") else None

    def keep(self, run_id: int, holder: str, step: str, progress: float) -> bool:
        """Notes the step and the progress (0 to 1); False when the run is no longer its own."""
        return self._write(run_id, holder, step=step, progress=progress, alive_at=self.now)

    def release(self, run_id: int, holder: str) -> bool:
        """Puts a run back in the queue, as if this worker had never taken it."""
        return self._write(
            run_id,
            holder,
            state=RunState.QUEUED.value,
            attempts=sa.case((runs.c.attempts > 0, runs.c.attempts - 1), else_=0),
        )

    def finish(self, run_id: int, holder: str, outcome: dict[str, Any]) -> bool:
        return self._write(
            run_id,
            holder,
            state=RunState.DONE.value,
            outcome=outcome,
            progress=1.0,
            finished_at=self.now,
        )

    def describe(self, run_id: int, name: str, note: str) -> None:
        self._set(run_id, name=name, note=note)

    def remove(self, run_id: int) -> bool:
        """Deletes a run that has ended; False when it had not, or is gone."""
        result = self.connection.execute(
            sa.delete(runs).where(runs.c.id == run_id, runs.c.state.not_in(OPEN))
        )
        return result.rowcount == 1

    def open_count(self, by: str) -> int:
        """How many runs of this user wait or are being computed."""
        query = sa.select(sa.func.count()).where(runs.c.by == by, runs.c.state.in_(OPEN))
        return int(self.connection.execute(query).scalar_one())

    def material(self, run: Run, most: int) -> Material:
        """The messages a run is over, in order of time.

        Of more than `most`, every so many is taken. A message encoded by another encoder than the
        newest (another length) is left out: their distances mean nothing.
        """
        order = (messages.c.sent_at, messages.c.id)
        named = sa.select(messages.c.id).where(*in_scope(run)).order_by(*order)
        ids = list(self.connection.execute(named).scalars())
        wanted = set(ids[:: max(1, -(-len(ids) // most))])
        rows = self.connection.execute(named.add_columns(messages.c.embedding, messages.c.redacted))
        taken = [row for row in rows if row.id in wanted]
        newest = len(max(taken, key=lambda row: row.id).embedding) if taken else 0
        alike = [row for row in taken if len(row.embedding) == newest]
        raw = b"".join(row.embedding for row in alike)
        matrix = np.frombuffer(raw, dtype=np.float16).astype(np.float32)
        return Material(
            message_ids=tuple(row.id for row in alike),
            texts=tuple(row.redacted for row in alike),
            vectors=matrix.reshape(len(alike), -1 if alike else 0),
            found_count=len(ids),
        )

    def _next(self, lost_since: datetime) -> Any | None:
        lost = sa.and_(runs.c.state == RunState.RUNNING.value, runs.c.alive_at < lost_since)
        query = (
            sa.select(runs)
            .where(sa.or_(runs.c.state == RunState.QUEUED.value, lost))
            .order_by(runs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.connection.execute(query).first()
