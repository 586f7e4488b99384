"""Outside destinations: their accounts, what was handed over to them, and what they said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows, insert_or_skip
from core.store.tables import destination_accounts, hand_overs, incidents, outbox, outside_news

OPEN: Final = ("sent", "received", "acknowledged", "in_progress", "question")
"""There it is, and it is not ended there."""
REACHABLE: Final = (*OPEN, "done", "rejected", "asked_back")
"""There it is: news of it may come."""
BEFORE_ACKNOWLEDGED: Final = ("queued", "failed", "sent", "received")
"""Nobody there has said yet that they have it."""
_ACCOUNT: Final = "account:"
_WAITS: Final = ("queued", "leaving")
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=10)


def owner_of(account_id: int) -> str:
    """How an incident's destination names an account."""
    return f"{_ACCOUNT}{account_id}"


def account_in(destination: str) -> int | None:
    """The account that "account:<id>" names; None for a work list."""
    number = destination.removeprefix(_ACCOUNT)
    named = destination.startswith(_ACCOUNT) and number.isdecimal() and len(number) < 15
    return int(number) if named else None


def is_unacknowledged(row: Any) -> bool:
    """Urgent, on its way or there, and no person there has said that they have it."""
    waits = row.state in BEFORE_ACKNOWLEDGED
    return bool(row.was_urgent) and waits and row.acknowledged_at is None


class HandOverRows(Rows):
    """overdrachten. States: queued, sent, received, acknowledged, in_progress, question, done,
    rejected, failed, asked_back, withdrawn.
    """

    def add_account(
        self, pilot_id: int, destination: str, name: str, by: str, **values: Any
    ) -> int:
        return self.insert(
            destination_accounts,
            pilot_id=pilot_id,
            destination=destination,
            name=name,
            by=by,
            at=self.now,
            **values,
        )

    def change_account(self, account_id: int, **values: Any) -> None:
        table = destination_accounts
        self.connection.execute(sa.update(table).where(table.c.id == account_id).values(**values))

    def account(self, account_id: int) -> Any | None:
        table = destination_accounts
        return self.connection.execute(sa.select(table).where(table.c.id == account_id)).first()

    def accounts(self, pilot_id: int | None = None) -> list[Any]:
        query = sa.select(destination_accounts).order_by(destination_accounts.c.id)
        if pilot_id is not None:
            query = query.where(destination_accounts.c.pilot_id == pilot_id)
        return list(self.connection.execute(query))

    def due_accounts(self) -> list[Any]:
        """The accounts that are on, and whose time to be asked for news has come."""
        table = destination_accounts
        waited = sa.or_(table.c.retry_at.is_(None), table.c.retry_at <= self.now)
        query = sa.select(table).where(table.c.enabled, waited).order_by(table.c.id)
        return list(self.connection.execute(query))

    def asked(self, account_id: int, cursor: str | None, again_at: datetime, heard: bool) -> None:
        """Notes how far an account's news was read, in the transaction that stores the news."""
        values: dict[str, Any] = {"cursor": cursor, "error": None, "failure_count": 0}
        if heard:
            values["heard_at"] = self.now
        self.change_account(account_id, retry_at=again_at, **values)

    def failed(self, account_id: int, error: str, after_s: float | None = None) -> None:
        """Notes trouble; the next question comes later each time, or when they asked for it."""
        row = self.account(account_id)
        count = (row.failure_count if row else 0) + 1
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(count - 1, 12))
        if after_s is not None:
            wait = timedelta(seconds=min(max(after_s, 0.0), _LONGEST_WAIT.total_seconds()))
        self.change_account(
            account_id, error=error[:80], failure_count=count, retry_at=self.now + wait
        )

    def add(self, incident_id: int, account_id: int, by: str, **values: Any) -> int:
        return self.insert(
            hand_overs,
            incident_id=incident_id,
            account_id=account_id,
            state="queued",
            by=by,
            at=self.now,
            **values,
        )

    def get(self, hand_over_id: int) -> Any | None:
        query = sa.select(hand_overs).where(hand_overs.c.id == hand_over_id)
        return self.connection.execute(query).first()

    def change(self, hand_over_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(hand_overs).where(hand_overs.c.id == hand_over_id).values(**values)
        )

    def of(self, incident_id: int) -> list[Any]:
        """The hand-overs of an incident and of those merged into it, the oldest first."""
        merged = sa.select(incidents.c.id).where(incidents.c.merged_into == incident_id)
        query = sa.select(hand_overs).where(
            sa.or_(hand_overs.c.incident_id == incident_id, hand_overs.c.incident_id.in_(merged))
        )
        return list(self.connection.execute(query.order_by(hand_overs.c.id)))

    def known_there(self, account_id: int, states: Sequence[str] = REACHABLE) -> list[Any]:
        """The hand-overs that an account has, in one of these states."""
        query = sa.select(hand_overs).where(
            hand_overs.c.account_id == account_id,
            hand_overs.c.state.in_(states),
            hand_overs.c.reference.is_not(None),
        )
        return list(self.connection.execute(query.order_by(hand_overs.c.id)))

    def still_open(self) -> list[Any]:
        """What is there and not ended there: an update may have to follow."""
        query = sa.select(hand_overs).where(hand_overs.c.state.in_(OPEN))
        return list(self.connection.execute(query.order_by(hand_overs.c.id)))

    def waits_to_leave(self, hand_over_id: int, kinds: Sequence[str]) -> bool:
        """True when a row of one of these kinds has not left yet."""
        query = sa.select(outbox.c.id).where(
            outbox.c.hand_over_id == hand_over_id,
            outbox.c.kind.in_(kinds),
            outbox.c.state.in_(_WAITS),
        )
        return self.connection.execute(query.limit(1)).first() is not None

    def hold_back(self, hand_over_id: int) -> bool:
        """Takes what has not left yet out of the outbox; True when nothing ever left.

        A first sending that failed may have arrived all the same: that does not count.
        """
        mine = (outbox.c.hand_over_id == hand_over_id, outbox.c.state.in_(["queued", "failed"]))
        held = sa.update(outbox).where(*mine).values(state="withdrawn")
        rows = self.connection.execute(held.returning(outbox.c.kind, outbox.c.attempts))
        return any(row.kind == "outside" and row.attempts == 0 for row in rows)

    def hear(self, hand_over_id: int, native_id: str, **values: Any) -> bool:
        """Keeps a piece of news; False when it was known."""
        result = self.connection.execute(
            insert_or_skip(self.connection, outside_news)
            .values(hand_over_id=hand_over_id, native_id=native_id[:200], at=self.now, **values)
            .returning(outside_news.c.id)
        )
        return result.scalar() is not None

    def news(self, hand_over_ids: Sequence[int]) -> list[Any]:
        """What was said of these hand-overs, the oldest first."""
        query = sa.select(outside_news).where(outside_news.c.hand_over_id.in_(hand_over_ids))
        return list(self.connection.execute(query.order_by(outside_news.c.id)))

    def one_news(self, news_id: int) -> Any | None:
        query = sa.select(outside_news).where(outside_news.c.id == news_id)
        return self.connection.execute(query).first()

    def settle(self, news_id: int, by: str) -> None:
        """Notes that somebody did what a piece of news asked, or said that it is not needed."""
        self.connection.execute(
            sa.update(outside_news).where(outside_news.c.id == news_id).values(settled_by=by)
        )

    def forget_words(self, hand_over_id: int) -> None:
        """Empties what people here and there wrote about a hand-over."""
        self.change(hand_over_id, note="")
        self.connection.execute(
            sa.update(outside_news)
            .where(outside_news.c.hand_over_id == hand_over_id)
            .values(text="")
        )

    def replay(self, account_id: int, since: datetime) -> list[int]:
        """Queues all that was, or should have been, sent since a moment again; gives the ids."""
        again = (
            sa.update(outbox)
            .where(outbox.c.account_id == account_id, outbox.c.at >= since)
            .where(outbox.c.state.in_(["delivered", "failed"]))
            .values(state="queued", attempts=0, due_at=self.now, error=None)
            .returning(outbox.c.id)
        )
        return list(self.connection.execute(again).scalars())
