"""Consents of groups and residents, and the counts of what was dropped."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from core.store.rows import Rows, add_to_count
from core.store.tables import consents, daily_counts


class ConsentRows(Rows):
    """toestemmingen: appended; the newest row that speaks of a group or resident counts."""

    def record(
        self,
        group_id: int,
        *,
        given: bool,
        by: str,
        text_version: str,
        resident: str | None = None,
        evidence: str = "",
        at: datetime | None = None,
    ) -> int:
        return self.insert(
            consents,
            group_id=group_id,
            resident=resident,
            given=given,
            at=at or self.now,
            by=by,
            text_version=text_version,
            evidence=evidence,
        )

    def group_consents(self, group_id: int) -> bool:
        """True when the group's newest consent row gives consent; a group without rows does not."""
        return self._newest(group_id, None) is True

    def has_stopped(self, group_id: int, resident: str) -> bool:
        """True when this resident's newest word in the group was to stop."""
        return self._newest(group_id, resident) is False

    def _newest(self, group_id: int, resident: str | None) -> bool | None:
        query = (
            sa.select(consents.c.given)
            .where(consents.c.group_id == group_id)
            .where(consents.c.resident.is_not_distinct_from(resident))
            .order_by(consents.c.at.desc(), consents.c.id.desc())
            .limit(1)
        )
        return self.connection.execute(query).scalar()

    def count(self, group_id: int, day: date, what: str, by: int = 1) -> None:
        """Counts a message that was dropped (or kept) for the group and day."""
        key = {"group_id": group_id, "day": day, "what": what}
        add_to_count(self.connection, daily_counts, key, by)
