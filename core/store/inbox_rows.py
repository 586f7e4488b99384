"""The inbox: sealed payloads that wait to be judged; a crash loses nothing and repeats nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows, insert_or_skip
from core.store.tables import inbox, turns

_CLAIM_LASTS: Final = timedelta(minutes=5)
GIVEN_UP_AFTER: Final = 5
_DONE: Final = sa.delete(inbox).where(inbox.c.id == sa.bindparam("waiting_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An event as it waits: its keyed id in the open, all the rest sealed under `key_id`."""

    group_id: int
    message_key: str
    revision: int
    kind: str
    sent_at: datetime
    key_id: str
    sealed: bytes
    id: int = 0
    attempts: int = 0


class InboxRows(Rows):
    """postvak in."""

    def put(self, events: Sequence[Sealed]) -> int:
        """Adds what is not known yet; gives how many were new."""
        judged = self._judged([one.message_key for one in events])
        rows = [
            {
                "group_id": one.group_id,
                "message_key": one.message_key,
                "revision": one.revision,
                "kind": one.kind,
                "sent_at": one.sent_at,
                "received_at": self.now,
                "key_id": one.key_id,
                "sealed": one.sealed,
                "attempts": 0,
            }
            for one in events
            if not _is_known(one, judged.get(one.message_key))
        ]
        if not rows:
            return 0
        put = insert_or_skip(self.connection, inbox).returning(inbox.c.id)
        return len(self.connection.execute(put, rows).all())

    def _judged(self, message_keys: Sequence[str]) -> dict[str, Any]:
        """The turns of those messages that were seen before; asked at once, for a file has many."""
        query = sa.select(turns.c.message_key, turns.c.revision, turns.c.erased)
        rows = self.connection.execute(query.where(turns.c.message_key.in_(message_keys)))
        return {row.message_key: row for row in rows}

    def claim(self, limit: int) -> list[Sealed]:
        """Takes up to `limit` waiting events, oldest first; they return if not done in time."""
        free = sa.or_(inbox.c.claimed_at.is_(None), inbox.c.claimed_at < self.now - _CLAIM_LASTS)
        query = (
            sa.select(inbox)
            .where(free, inbox.c.attempts < GIVEN_UP_AFTER)
            .order_by(inbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self.connection.execute(query).all()
        if rows:
            self.connection.execute(
                sa.update(inbox)
                .where(inbox.c.id.in_([row.id for row in rows]))
                .values(claimed_at=self.now, attempts=inbox.c.attempts + 1)
            )
        names = (
            "id",
            "group_id",
            "message_key",
            "revision",
            "kind",
            "sent_at",
            "key_id",
            "sealed",
            "attempts",
        )
        return [Sealed(**{name: row._mapping[name] for name in names}) for row in rows]

    def done(self, waiting_id: int) -> bool:
        """Takes an event out; False when it was gone already: done by another worker, or erased.

        Asked first in the transaction that follows the event: the second of two waits here.
        """
        return self.connection.execute(_DONE, {"waiting_id": waiting_id}).rowcount > 0

    def failed(self, waiting_id: int, error: str) -> None:
        """Leaves the event to be tried again; `error` is the name of an error, never a text."""
        self.connection.execute(
            sa.update(inbox)
            .where(inbox.c.id == waiting_id)
            .values(claimed_at=None, error=error[:200])
        )

    def waiting_count(self) -> int:
        return self.connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one()

    def oldest_at(self) -> datetime | None:
        return self.connection.execute(sa.select(sa.func.min(inbox.c.received_at))).scalar()

    def dead(self) -> list[tuple[int, int, str]]:
        """(id, group_id, error) of events given up after repeated failures."""
        query = sa.select(inbox.c.id, inbox.c.group_id, inbox.c.error).where(
            inbox.c.attempts >= GIVEN_UP_AFTER
        )
        return [(row.id, row.group_id, row.error or "") for row in self.connection.execute(query)]

    def retry_dead(self) -> None:
        self.connection.execute(
            sa.update(inbox).where(inbox.c.attempts >= GIVEN_UP_AFTER).values(attempts=0)
        )

    def forget_dead(self, before: datetime) -> list[tuple[int, datetime]]:
        """Removes what was given up and received before a moment; gives (group_id, sent_at) each.

        As long as it waits for somebody to look at it, its key has to stay.
        """
        result = self.connection.execute(
            sa.delete(inbox)
            .where(inbox.c.attempts >= GIVEN_UP_AFTER, inbox.c.received_at < before)
            .returning(inbox.c.group_id, inbox.c.sent_at)
        )
        return [(row.group_id, row.sent_at) for row in result]

    def key_ids(self) -> set[str]:
        """The keys that waiting payloads still need."""
        return set(self.connection.execute(sa.select(inbox.c.key_id).distinct()).scalars())


def _is_known(event: Sealed, turn: Any | None) -> bool:
    """Judged before in this or a later revision; or erased for good."""
    if turn is None:
        return False
    return bool(turn.erased or (event.kind != "delete" and turn.revision >= event.revision))
