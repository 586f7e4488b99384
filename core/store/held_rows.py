"""Long work that one process at a time holds: runs of researchers, trainings of models."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import sqlalchemy as sa

from core.store.research_queries import RunState
from core.store.rows import Rows

OPEN: Final = (RunState.QUEUED.value, RunState.RUNNING.value)
GAVE_UP: Final = "gave_up"
_MOST_ATTEMPTS: Final = 3


class HeldRows(Rows):
    """vastgehouden werk: waits, is held with signs of life, and ends; `table` says of what."""

    table: ClassVar[sa.Table]

    def fail(self, row_id: int, holder: str, error: str) -> bool:
        """Ends it with the kind of error; False when it is no longer this holder's own."""
        return self._write(
            row_id, holder, state=RunState.FAILED.value, error=error[:80], finished_at=self.now
        )

    def cancel(self, row_id: int) -> bool:
        """Stops what has not ended; False when it had."""
        result = self.connection.execute(
            sa.update(self.table)
            .where(self.table.c.id == row_id, self.table.c.state.in_(OPEN))
            .values(state=RunState.CANCELLED.value, finished_at=self.now)
        )
        return result.rowcount == 1

    def _hold(self, row: Any, holder: str, **fresh: Any) -> bool:
        """Holds a row; one that ended its process too often is given up instead: False."""
        if row.attempts >= _MOST_ATTEMPTS:
            self._set(row.id, state=RunState.FAILED.value, error=GAVE_UP, finished_at=self.now)
            return False
        self._set(
            row.id,
            state=RunState.RUNNING.value,
            holder=holder,
            alive_at=self.now,
            attempts=row.attempts + 1,
            progress=0.0,
            **fresh,
        )
        return True

    def _write(self, row_id: int, holder: str, **values: Any) -> bool:
        """Writes while the holder still holds it; False when it does not."""
        result = self.connection.execute(
            sa.update(self.table)
            .where(self.table.c.id == row_id, self.table.c.holder == holder)
            .where(self.table.c.state == RunState.RUNNING.value)
            .values(**values)
        )
        return result.rowcount == 1

    def _set(self, row_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(self.table).where(self.table.c.id == row_id).values(**values)
        )
