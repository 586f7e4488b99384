"""Feeds of others, how far each was read, and the bulletins that they brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Bulletin
from core.store.rows import Rows, insert_or_skip, location_json, location_of
from core.store.tables import bulletins, feeds

EVERY: Final = {"p2000": timedelta(seconds=60), "rss": timedelta(minutes=5)}
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)


class FeedRows(Rows):
    """nieuwsbronnen."""

    def add(self, pilot_id: int, **values: Any) -> int:
        started = {"enabled": False, "failure_count": 0, "counts": {}, "at": self.now}
        return self.insert(feeds, pilot_id=pilot_id, **started, **values)

    def change(self, feed_id: int, **values: Any) -> None:
        self.connection.execute(sa.update(feeds).where(feeds.c.id == feed_id).values(**values))

    def remove(self, feed_id: int) -> None:
        self.connection.execute(sa.delete(bulletins).where(bulletins.c.feed_id == feed_id))
        self.connection.execute(sa.delete(feeds).where(feeds.c.id == feed_id))

    def get(self, feed_id: int) -> Any | None:
        return self.connection.execute(sa.select(feeds).where(feeds.c.id == feed_id)).first()

    def all(self, pilot_id: int | None = None) -> list[Any]:
        query = sa.select(feeds).order_by(feeds.c.id)
        if pilot_id is not None:
            query = query.where(feeds.c.pilot_id == pilot_id)
        return list(self.connection.execute(query))

    def due(self) -> list[Any]:
        """The feeds that are on and whose time has come."""
        waited = sa.or_(feeds.c.retry_at.is_(None), feeds.c.retry_at <= self.now)
        query = sa.select(feeds).where(feeds.c.enabled, waited).order_by(feeds.c.id)
        return list(self.connection.execute(query))

    def read(self, feed: Any, etag: str | None, modified: str | None) -> None:
        """Notes that a feed was read, and when it is next."""
        self.change(
            feed.id,
            etag=etag,
            modified=modified,
            read_at=self.now,
            retry_at=self.now + EVERY[feed.kind],
            error=None,
            failure_count=0,
        )

    def failed(self, feed: Any, error: str, after_s: float | None = None) -> None:
        """Notes trouble; the next try comes later each time, or when it was asked for."""
        count = feed.failure_count + 1
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(count - 1, 8))
        if after_s is not None:
            wait = min(max(wait, timedelta(seconds=after_s)), _LONGEST_WAIT)
        self.change(feed.id, error=error[:80], failure_count=count, retry_at=self.now + wait)

    def count(self, feed_id: int, passed: Mapping[str, int]) -> None:
        """How many entries of the last reading were passed over, by reason."""
        self.change(feed_id, counts=dict(Counter(passed)))

    def keep(self, feed_id: int, bulletin: Bulletin) -> int:
        """Keeps a bulletin once; 1 when it is new."""
        row = {
            "feed_id": feed_id,
            "mark": bulletin.mark,
            "at": bulletin.at,
            "service": bulletin.service,
            "priority": bulletin.priority,
            "title": bulletin.title,
            "location": location_json(bulletin.location),
        }
        return int(
            self.connection.execute(insert_or_skip(self.connection, bulletins), row).rowcount
        )

    def between(self, pilot_id: int, since: datetime, until: datetime) -> list[Bulletin]:
        """What the feeds of a pilot that are on brought of a period, the newest first."""
        query = (
            sa.select(bulletins, feeds.c.name.label("feed"))
            .join(feeds, feeds.c.id == bulletins.c.feed_id)
            .where(feeds.c.pilot_id == pilot_id, feeds.c.enabled)
            .where(bulletins.c.at.between(since, until))
            .order_by(bulletins.c.at.desc(), bulletins.c.id.desc())
        )
        return [_bulletin(row) for row in self.connection.execute(query)]

    def forget(self, before: datetime) -> int:
        return self.connection.execute(sa.delete(bulletins).where(bulletins.c.at < before)).rowcount


def _bulletin(row: Any) -> Bulletin:
    return Bulletin(
        mark=row.mark,
        at=row.at,
        service=row.service,
        priority=row.priority,
        title=row.title,
        location=location_of(row.location),
        feed=row.feed,
    )
