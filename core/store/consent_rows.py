"""Consents of groups and residents, and the counts of what was dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from core.store.rows import Rows, add_to_count
from core.store.tables import consents, daily_counts

_NEWEST: Final = (
    sa.select(consents.c.given)
    .where(consents.c.group_id == sa.bindparam("group_id"))
    .order_by(consents.c.at.desc(), consents.c.id.desc())
    .limit(1)
)
_NEWEST_OF_GROUP: Final = _NEWEST.where(consents.c.resident.is_(None))
_NEWEST_OF_RESIDENT: Final = _NEWEST.where(consents.c.resident == sa.bindparam("resident"))

_OF_RESIDENTS: Final = (
    sa.select(consents.c.resident, consents.c.given)
    .where(consents.c.group_id == sa.bindparam("group_id"))
    .where(consents.c.resident.in_(sa.bindparam("residents", expanding=True)))
    .order_by(consents.c.at, consents.c.id)
)


class ConsentRows(Rows):
    """toestemmingen: appended; the newest row that speaks of a group or resident counts."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._known: dict[tuple[int, str | None], bool | None] = {}
        self._counted: Counter[tuple[int, date, str]] = Counter()

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
        self._known.clear()
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

    def given_since(self, group_id: int) -> datetime | None:
        """When the group gave the consent that counts now; None when it does not consent."""
        query = _NEWEST_OF_GROUP.with_only_columns(consents.c.given, consents.c.at)
        row = self.connection.execute(query, {"group_id": group_id}).first()
        return row.at if row is not None and row.given else None

    def has_ended(self, group_id: int) -> bool:
        """True when the group consented once, and does no more."""
        return self._newest(group_id, None) is False

    def has_stopped(self, group_id: int, resident: str) -> bool:
        """True when this resident's newest word in the group was to stop."""
        return self._newest(group_id, resident) is False

    def newest_by(self, group_id: int, resident: str) -> str | None:
        """By what a resident's newest word came: "stop", "joined", a login; None without one."""
        query = (
            sa.select(consents.c.by)
            .where(consents.c.group_id == group_id, consents.c.resident == resident)
            .order_by(consents.c.at.desc(), consents.c.id.desc())
            .limit(1)
        )
        return self.connection.execute(query).scalar()

    def foresee(self, group_id: int, residents: Collection[str]) -> None:
        """Reads at once what these residents of a group last said."""
        said = self.connection.execute(
            _OF_RESIDENTS, {"group_id": group_id, "residents": list(residents)}
        )
        self._known |= {(group_id, resident): None for resident in residents}
        self._known |= {(group_id, row.resident): row.given for row in said}

    def _newest(self, group_id: int, resident: str | None) -> bool | None:
        # One unit of work asks for the same group again and again; nobody else writes meanwhile
        # that this transaction could see.
        key = (group_id, resident)
        if key not in self._known:
            query = _NEWEST_OF_GROUP if resident is None else _NEWEST_OF_RESIDENT
            values = {"group_id": group_id, "resident": resident}
            self._known[key] = self.connection.execute(query, values).scalar()
        return self._known[key]

    def count(self, group_id: int, day: date, what: str, by: int = 1) -> None:
        """Counts a message that was dropped (or kept) for the group and day."""
        self._counted[group_id, day, what] += by

    def write_counts(self) -> None:
        """Writes what was counted; the unit does so at its end, in one order for every worker."""
        for (group_id, day, what), by in sorted(self._counted.items()):
            key = {"group_id": group_id, "day": day, "what": what}
            add_to_count(self.connection, daily_counts, key, by)
        self._counted.clear()

    def forget_counts(self) -> None:
        """What was counted in a trial is taken back with it."""
        self._counted.clear()
