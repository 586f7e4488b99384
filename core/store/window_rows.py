"""Until when a network lets us answer somebody; under a keyed id, and gone when it is over."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import reply_windows


class WindowRows(Rows):
    """antwoordvensters."""

    def open(self, key: str, until: datetime) -> None:
        """Later words open it longer; words that come late never make it shorter."""
        known = self.until(key)
        if until > self.now and (known is None or known < until):
            upsert(self.connection, reply_windows, {"key": key}, until=until)

    def until(self, key: str) -> datetime | None:
        query = sa.select(reply_windows.c.until).where(reply_windows.c.key == key)
        return self.connection.execute(query).scalar()

    def forget_over(self) -> int:
        """Removes those that are over; gives how many."""
        gone = sa.delete(reply_windows).where(reply_windows.c.until <= self.now)
        return self.connection.execute(gone).rowcount
