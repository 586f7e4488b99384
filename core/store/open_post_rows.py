"""Open posts that are kept: what their network calls them, sealed, and when they were looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from core.store.rows import Rows, insert_or_skip
from core.store.tables import inbox, messages, open_posts

_FRESH: Final = timedelta(days=7)
_SELDOM: Final = timedelta(days=1)


class OpenPostRows(Rows):
    """openbare berichten."""

    def remember(self, connection_id: int, sealed_ids: Mapping[str, bytes]) -> None:
        """Notes posts by their keyed id, until it is known which of them are kept."""
        rows = [
            {
                "connection_id": connection_id,
                "message_key": key,
                "sealed_id": sealed_id,
                "looked_at": self.now,
            }
            for key, sealed_id in sealed_ids.items()
        ]
        if rows:
            self.connection.execute(insert_or_skip(self.connection, open_posts), rows)

    def due(self, connection_id: int, every: timedelta, limit: int) -> list[tuple[int, bytes]]:
        """(id, sealed id in the network) of kept posts to be looked up again, longest ago first.

        What is older than a week is looked up once a day, or as seldom as `every` says.
        """
        fresh = sa.and_(
            messages.c.sent_at > self.now - _FRESH, open_posts.c.looked_at <= self.now - every
        )
        old = open_posts.c.looked_at <= self.now - max(every, _SELDOM)
        query = (
            sa.select(open_posts.c.id, open_posts.c.sealed_id)
            .join(messages, messages.c.message_key == open_posts.c.message_key)
            .where(open_posts.c.connection_id == connection_id, sa.or_(fresh, old))
            .order_by(open_posts.c.looked_at, open_posts.c.id)
            .limit(limit)
        )
        return [(row.id, row.sealed_id) for row in self.connection.execute(query)]

    def looked(self, ids: Iterable[int]) -> None:
        self.connection.execute(
            sa.update(open_posts).where(open_posts.c.id.in_(ids)).values(looked_at=self.now)
        )

    def unkept(self, connection_id: int) -> list[int]:
        """The rows of posts that report nothing, or are erased: neither kept nor waiting."""
        known = [
            sa.select(table.c.id).where(table.c.message_key == open_posts.c.message_key).exists()
            for table in (messages, inbox)
        ]
        query = sa.select(open_posts.c.id).where(
            open_posts.c.connection_id == connection_id, ~sa.or_(*known)
        )
        return [row.id for row in self.connection.execute(query)]

    def forget(self, ids: Sequence[int]) -> None:
        self.connection.execute(sa.delete(open_posts).where(open_posts.c.id.in_(ids)))
