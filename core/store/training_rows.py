"""Trainings that administrators ask for, and the models that came out of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core.store.held_rows import OPEN, HeldRows
from core.store.learning_queries import Training, training_of
from core.store.research_queries import RunState
from core.store.tables import models, trainings


class TrainingRows(HeldRows):
    """trainingen en modellen."""

    table = trainings

    def add(self, by: str) -> int:
        """Queues a training; gives its id."""
        return self.insert(trainings, state=RunState.QUEUED.value, by=by, at=self.now)

    def open_count(self) -> int:
        query = sa.select(sa.func.count()).where(trainings.c.state.in_(OPEN))
        return int(self.connection.execute(query).scalar_one())

    def take(self, holder: str, lease: timedelta) -> Training | None:
        """The oldest training that waits or was left alone, now held; None while one is held.

        One that ended its process too often is given up instead.
        """
        row = self.connection.execute(self._open().limit(1)).first()
        if row is None:
            return None
        if row.state == RunState.RUNNING.value and row.alive_at >= self.now - lease:
            return None
        return training_of(row) if self._hold(row, holder, stage="") else None

    def keep(self, training_id: int, holder: str, stage: str, progress: float) -> bool:
        """Notes a sign of life; False when the training is no longer its own."""
        return self._write(training_id, holder, stage=stage, progress=progress, alive_at=self.now)

    def finish(self, training_id: int, holder: str, version: str | None) -> bool:
        done = RunState.DONE.value
        values = {"version": version, "progress": 1.0, "finished_at": self.now}
        return self._write(training_id, holder, state=done, **values)

    def add_model(
        self,
        version: str,
        replaces: str,
        made_by: str,
        figures: dict[str, Any],
        read_keys: Sequence[str],
        *,
        correction_count: int,
        pair_count: int,
    ) -> None:
        """Notes a model that was made; not in use until a person says so."""
        self.insert(
            models,
            version=version,
            replaces=replaces,
            in_use=False,
            made_at=self.now,
            made_by=made_by,
            correction_count=correction_count,
            pair_count=pair_count,
            figures=figures,
            read_keys=list(read_keys),
        )

    def has_model(self, version: str) -> bool:
        query = sa.select(models.c.id).where(models.c.version == version)
        return self.connection.execute(query).first() is not None

    def in_use(self) -> str | None:
        """The version that a person chose; None for the one that came with the product."""
        query = sa.select(models.c.version).where(models.c.in_use)
        return self.connection.execute(query).scalar()

    def use(self, version: str | None) -> None:
        self.connection.execute(
            sa.update(models).values(in_use=models.c.version == (version or ""))
        )

    def _open(self) -> sa.Select[Any]:
        return (
            sa.select(trainings)
            .where(trainings.c.state.in_(OPEN))
            .order_by(trainings.c.state.desc(), trainings.c.id)  # running before queued
            .with_for_update(skip_locked=True)
        )
