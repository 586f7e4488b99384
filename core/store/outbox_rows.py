"""The outbox: what is to leave, once each, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Receipt
from core.store.rows import Rows, insert_or_skip
from core.store.tables import outbox

_MOST_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = timedelta(seconds=30)


class OutboxRows(Rows):
    """postvak uit. States: queued, delivered, withdrawn, failed."""

    def put(self, *, idempotency_key: str, due_at: datetime, by: str, **values: Any) -> int | None:
        """Queues once per idempotency key; gives the id, or None when it was there already."""
        result = self.connection.execute(
            insert_or_skip(self.connection, outbox)
            .values(
                idempotency_key=idempotency_key,
                due_at=due_at,
                at=self.now,
                by=by,
                state="queued",
                attempts=0,
                **values,
            )
            .returning(outbox.c.id)
        )
        return result.scalar()

    def due(self, limit: int = 50) -> list[Any]:
        """Queued rows whose time has come, oldest first."""
        query = (
            sa.select(outbox)
            .where(outbox.c.state == "queued", outbox.c.due_at <= self.now)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self.connection.execute(query))

    def get(self, row_id: int) -> Any | None:
        return self.connection.execute(sa.select(outbox).where(outbox.c.id == row_id)).first()

    def delivered(self, row_id: int, receipt: Receipt) -> None:
        self._update(
            row_id,
            state="delivered",
            reference=receipt.reference,
            delivered_at=receipt.delivered_at,
            error=None,
        )

    def failed(self, row_id: int, attempts: int, error: str, *, permanent: bool) -> None:
        """Tries again later, waiting twice as long each time, unless trying cannot help."""
        over = permanent or attempts + 1 >= _MOST_ATTEMPTS
        self._update(
            row_id,
            state="failed" if over else "queued",
            attempts=attempts + 1,
            error=error[:200],
            due_at=self.now + _FIRST_WAIT * 2**attempts,
        )

    def withdraw(self, row_id: int) -> bool:
        """Takes a queued text back; False when it has gone already."""
        result = self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state == "queued")
            .values(state="withdrawn")
        )
        return result.rowcount > 0

    def withdraw_hand_over(self, incident_id: int) -> None:
        """Takes back an incident's hand-overs; a work list inside the product lets go at once."""
        self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.incident_id == incident_id, outbox.c.kind == "hand_over")
            .where(outbox.c.state.in_(["queued", "delivered"]))
            .values(state="withdrawn")
        )

    def retry(self, row_id: int) -> None:
        self._update(row_id, state="queued", attempts=0, due_at=self.now, error=None)

    def _update(self, row_id: int, **values: Any) -> None:
        self.connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(**values))
