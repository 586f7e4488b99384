"""How it was before, as people measured it elsewhere, and what they assume."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import work_assumptions, work_baselines
from core.work_form import Assumptions, Baseline, Measured


class WorkRows(Rows):
    """nulmetingen en aannames."""

    def add(
        self,
        pilot_id: int,
        by: str,
        *,
        measured: Measured,
        role: str,
        value: float,
        low: float | None,
        high: float | None,
        first: date,
        last: date,
        source: str,
    ) -> int:
        return self.insert(
            work_baselines,
            pilot_id=pilot_id,
            measured=measured.value,
            role=role,
            value=value,
            low=low,
            high=high,
            first=first,
            last=last,
            source=source,
            by=by,
            at=self.now,
            is_removed=False,
        )

    def of_pilot(self, pilot_id: int) -> list[Baseline]:
        """Those that stand, the newest first."""
        query = (
            sa.select(work_baselines)
            .where(work_baselines.c.pilot_id == pilot_id, sa.not_(work_baselines.c.is_removed))
            .order_by(work_baselines.c.id.desc())
        )
        return [_baseline_of(row) for row in self.connection.execute(query)]

    def set_removed(self, baseline_id: int, *, is_removed: bool) -> bool:
        """False when it was so already."""
        result = self.connection.execute(
            sa.update(work_baselines)
            .where(work_baselines.c.id == baseline_id)
            .where(work_baselines.c.is_removed.is_not(is_removed))
            .values(is_removed=is_removed)
        )
        return bool(result.rowcount)

    def assumptions(self, pilot_id: int) -> Assumptions:
        query = sa.select(work_assumptions.c.given).where(work_assumptions.c.pilot_id == pilot_id)
        found = self.connection.execute(query).scalar()
        return Assumptions(**found) if found else Assumptions()

    def assume(self, pilot_id: int, given: Assumptions, by: str) -> None:
        upsert(
            self.connection,
            work_assumptions,
            {"pilot_id": pilot_id},
            given=asdict(given),
            by=by,
            at=self.now,
        )


def _baseline_of(row: Any) -> Baseline:
    names = ("id", "role", "value", "low", "high", "first", "last", "source")
    values = {name: row._mapping[name] for name in names}
    return Baseline(measured=Measured(row.measured), **values)
