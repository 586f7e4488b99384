"""Pictures that came with reports: still to be fetched, or kept sealed; gone with their message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows
from core.store.tables import groups, messages, pictures

_MOST_ATTEMPTS: Final = 6
_FIRST_WAIT: Final = timedelta(seconds=30)
WANTED: Final = "wanted"
KEPT: Final = "kept"
MISSING: Final = "missing"


class PictureRows(Rows):
    """foto's bij meldingen."""

    def want(self, message_key: str, sealed_where: bytes) -> None:
        """A picture is to be fetched, in place of one that the message had before."""
        known = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        message_id = self.connection.execute(known).scalar_one()
        self.forget([message_id])
        self.insert(
            pictures,
            message_id=message_id,
            state=WANTED,
            sealed_where=sealed_where,
            attempts=0,
            due_at=self.now,
        )

    def due(self, limit: int) -> list[Any]:
        """Those whose time to be fetched has come, with the connection they came through."""
        query = (
            sa.select(pictures, groups.c.connection_id, groups.c.source)
            .join(messages, messages.c.id == pictures.c.message_id)
            .join(groups, groups.c.id == messages.c.group_id)
            .where(pictures.c.state == WANTED, pictures.c.due_at <= self.now)
            .order_by(pictures.c.due_at, pictures.c.id)
            .limit(limit)
        )
        return list(self.connection.execute(query))

    def keep(self, picture_id: int, sealed: bytes) -> bool:
        """Keeps it; False when its message was erased while it was on its way."""
        return self._settle(picture_id, state=KEPT, sealed=sealed, sealed_where=None, error=None)

    def failed(
        self, picture_id: int, attempts: int, error: str, *, permanent: bool, after_s: float = 0.0
    ) -> None:
        """Tries again later, waiting twice as long each time, unless trying cannot help."""
        count = attempts + 1
        if permanent or count >= _MOST_ATTEMPTS:
            self._settle(picture_id, state=MISSING, sealed_where=None, error=error[:80])
            return
        wait = max(_FIRST_WAIT * 2**attempts, timedelta(seconds=after_s))
        self._settle(picture_id, attempts=count, error=error[:80], due_at=self.now + wait)

    def sealed(self, message_id: int) -> bytes | None:
        query = sa.select(pictures.c.sealed).where(
            pictures.c.message_id == message_id, pictures.c.state == KEPT
        )
        return self.connection.execute(query).scalar()

    def kept_of(self, message_ids: Sequence[int]) -> set[int]:
        """Which of these messages have a picture that can be seen."""
        query = sa.select(pictures.c.message_id).where(
            pictures.c.message_id.in_(message_ids), pictures.c.state == KEPT
        )
        return set(self.connection.execute(query).scalars())

    def forget(self, message_ids: Any) -> None:
        """Removes what is kept or awaited of these messages (ids, or a query of them)."""
        self.connection.execute(sa.delete(pictures).where(pictures.c.message_id.in_(message_ids)))

    def _settle(self, picture_id: int, **values: Any) -> bool:
        result = self.connection.execute(
            sa.update(pictures)
            .where(pictures.c.id == picture_id, pictures.c.state == WANTED)
            .values(**values)
        )
        return result.rowcount > 0
