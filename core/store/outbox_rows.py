"""The outbox: what is to leave, once each, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Receipt
from core.store.rows import Rows, insert_or_skip
from core.store.tables import groups, outbox

_MOST_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = timedelta(seconds=30)
_CLAIM_LASTS: Final = timedelta(minutes=5)
_LONGEST_ASKED: Final = timedelta(hours=1)
_MOST_ATTEMPTS_OUTSIDE: Final = 14
"""With at most six hours between two, a system outside has about a day to come back."""
_LONGEST_WAIT: Final = timedelta(hours=6)
_SEEN: Final = ("", "sent", "delivered", "read", "failed")
POSTED: Final = "posted"
"""What is seen of a text that a person copied to its group: they said so."""


class OutboxRows(Rows):
    """postvak uit. States: queued, leaving, to_copy, delivered, withdrawn, failed.

    "to_copy": its hold is over, and nothing but a person can bring it to its group.
    """

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

    def claim(self, limit: int = 50, *, outside: bool = False) -> list[Any]:
        """Takes the rows whose time has come, oldest first; from now on they are leaving.

        `outside`: those to a destination's account, which are brought by themselves.

        What is leaving cannot be taken back any more. A row that its taker neither delivered nor
        failed, because it died, is taken again some minutes later.
        """
        query = (
            sa.select(outbox)
            .where(outbox.c.state.in_(["queued", "leaving"]), outbox.c.due_at <= self.now)
            .where(outbox.c.account_id.is_not(None) if outside else outbox.c.account_id.is_(None))
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = list(self.connection.execute(query))
        self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(state="leaving", due_at=self.now + _CLAIM_LASTS)
        )
        return rows

    def get(self, row_id: int) -> Any | None:
        return self.connection.execute(sa.select(outbox).where(outbox.c.id == row_id)).first()

    def delivered(self, row_id: int, receipt: Receipt) -> None:
        self._update(
            row_id,
            "leaving",
            state="delivered",
            reference=receipt.reference,
            delivered_at=receipt.delivered_at,
            error=None,
            sealed_to=None,
        )

    def to_copy(self, row_id: int) -> None:
        """Leaves it to people: until one says to have posted it, nobody has read it."""
        self._update(row_id, "leaving", state="to_copy", error=None, sealed_to=None)

    def posted(self, row_id: int) -> bool:
        """Delivered from now, by whom says so; False when it did not wait for that."""
        values = {"state": "delivered", "delivered_at": self.now}
        return self._update(row_id, "to_copy", **values, seen_state=POSTED, seen_at=self.now)

    def not_posted(self, row_id: int) -> bool:
        """It was not posted after all, and waits for somebody again."""
        none: dict[str, Any] = dict.fromkeys(("delivered_at", "seen_state", "seen_at"))
        return self._update(row_id, "delivered", state="to_copy", **none)

    def failed(
        self,
        row_id: int,
        attempts: int,
        error: str,
        *,
        permanent: bool,
        after_s: float = 0.0,
        outside: bool = False,
    ) -> bool:
        """Tries again later, waiting twice as long each time, unless trying cannot help.

        Never sooner than the receiver asked for (`after_s`). Gives whether it was given up.
        """
        over = permanent or attempts + 1 >= (_MOST_ATTEMPTS_OUTSIDE if outside else _MOST_ATTEMPTS)
        asked = timedelta(seconds=min(max(after_s, 0.0), _LONGEST_ASKED.total_seconds()))
        self._update(
            row_id,
            "leaving",
            state="failed" if over else "queued",
            attempts=attempts + 1,
            error=error[:200],
            due_at=self.now + max(asked, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempts)),
        )
        return over

    def withdraw(self, row_id: int) -> bool:
        """Takes back what nobody can have read yet; False when it has gone already."""
        result = self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state.in_(["queued", "to_copy"]))
            .values(state="withdrawn", sealed_to=None)
        )
        return result.rowcount > 0

    def withhold(self, row_id: int, why: str) -> None:
        """Keeps back what was claimed and may not leave any more."""
        self._update(row_id, "leaving", state="withdrawn", error=why, sealed_to=None)

    def withdraw_hand_over(self, incident_id: int) -> None:
        """Takes an incident's newest hand-over back; a work list in the product lets go at once."""
        newest = (
            sa.select(sa.func.max(outbox.c.id))
            .where(outbox.c.incident_id == incident_id, outbox.c.kind == "hand_over")
            .where(outbox.c.state != "withdrawn")
            .scalar_subquery()
        )
        self.connection.execute(
            sa.update(outbox).where(outbox.c.id == newest).values(state="withdrawn")
        )

    def arrived(self, row_id: int, connection_id: int, reference: str, at: datetime) -> Any | None:
        """A network says that it took a text of which we did not know; gives the row as it was.

        None when that was known, or when it is no text of this connection.
        """
        query = sa.select(outbox).where(
            outbox.c.id == row_id,
            outbox.c.state.in_(["queued", "leaving", "failed"]),
            outbox.c.reference.is_(None),
            outbox.c.group_id.in_(
                sa.select(groups.c.id).where(groups.c.connection_id == connection_id)
            ),
        )
        row = self.connection.execute(query).first()
        if row is not None:
            values = {"state": "delivered", "reference": reference, "delivered_at": at}
            settled = sa.update(outbox).where(outbox.c.id == row_id)
            self.connection.execute(settled.values(**values, error=None, sealed_to=None))
        return row

    def seen(self, reference: str, state: str, at: datetime) -> None:
        """Notes what a network said of a text it took: "delivered", "read", "failed:131047".

        One that failed after all may be tried again by a person. States only go forward.
        """
        what, _, why = state.partition(":")
        rows = outbox.c.reference == reference
        row = self.connection.execute(sa.select(outbox).where(rows)).first()
        if (
            row is None
            or what not in _SEEN
            or _SEEN.index(row.seen_state or "") >= _SEEN.index(what)
        ):
            return
        values: dict[str, Any] = {"seen_state": what, "seen_at": at}
        if what == "failed":
            values |= {"state": "failed", "error": f"network_{why}"[:200]}
        self.connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(**values))

    def retry(self, row_id: int) -> None:
        """Lets a row that was given up try again."""
        self._update(
            row_id,
            "failed",
            state="queued",
            attempts=0,
            due_at=self.now,
            error=None,
            seen_state=None,
            seen_at=None,
        )

    def _update(self, row_id: int, was: str, **values: Any) -> bool:
        result = self.connection.execute(
            sa.update(outbox).where(outbox.c.id == row_id, outbox.c.state == was).values(**values)
        )
        return result.rowcount > 0
