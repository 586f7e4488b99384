"""What waits for a geocoder, and what it answered before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain import Location
from core.store.rows import Rows, insert_or_skip, location_json, location_of, upsert
from core.store.tables import assessments, geocode_waits, geocodes, groups, links, messages


class GeocodeRows(Rows):
    """vragen aan een geocoder."""

    def wait(self, assessment_id: int) -> None:
        """Queues an assessment whose place may be found elsewhere; once."""
        row = {"assessment_id": assessment_id, "due_at": self.now, "attempts": 0}
        self.connection.execute(insert_or_skip(self.connection, geocode_waits), row)

    def due(self, limit: int) -> list[Any]:
        """What waits and whose time has come, with text, place, group and pilot; oldest first."""
        query = (
            sa.select(
                geocode_waits.c.id,
                geocode_waits.c.assessment_id,
                geocode_waits.c.attempts,
                assessments.c.location,
                messages.c.redacted,
                messages.c.group_id,
                groups.c.pilot_id,
            )
            .join(assessments, assessments.c.id == geocode_waits.c.assessment_id)
            .join(messages, messages.c.id == assessments.c.message_id)
            .join(groups, groups.c.id == messages.c.group_id)
            .where(geocode_waits.c.due_at <= self.now)
            .order_by(geocode_waits.c.id)
            .limit(limit)
        )
        return list(self.connection.execute(query))

    def forget_orphans(self) -> None:
        """Drops what waits for an assessment that was erased or made anew."""
        known = sa.select(assessments.c.id)
        self.connection.execute(
            sa.delete(geocode_waits).where(geocode_waits.c.assessment_id.not_in(known))
        )

    def done(self, wait_ids: Sequence[int]) -> None:
        self.connection.execute(sa.delete(geocode_waits).where(geocode_waits.c.id.in_(wait_ids)))

    def later(self, wait_id: int, due_at: datetime) -> None:
        self.connection.execute(
            sa.update(geocode_waits)
            .where(geocode_waits.c.id == wait_id)
            .values(due_at=due_at, attempts=geocode_waits.c.attempts + 1)
        )

    def answer(self, address_key: str, since: datetime) -> tuple[bool, Any]:
        """(asked before, what was answered); an answer from before `since` counts no more."""
        query = sa.select(geocodes).where(
            geocodes.c.address_key == address_key, geocodes.c.asked_at >= since
        )
        row = self.connection.execute(query).first()
        return (False, None) if row is None else (True, row.answer)

    def keep_answer(self, address_key: str, answer: dict[str, Any] | None) -> None:
        key = {"address_key": address_key}
        upsert(self.connection, geocodes, key, answer=answer, asked_at=self.now)

    def location(self, assessment_id: int) -> Location | None:
        """The place of an assessment as it is now; None once it is gone."""
        query = sa.select(assessments.c.location).where(assessments.c.id == assessment_id)
        values = self.connection.execute(query).scalar()
        return None if values is None else location_of(values)

    def relocate(self, assessment_id: int, location: Location) -> list[int]:
        """Gives an assessment its place; gives the incidents it belongs to."""
        self.connection.execute(
            sa.update(assessments)
            .where(assessments.c.id == assessment_id)
            .values(location=location_json(location))
        )
        query = sa.select(links.c.incident_id).where(links.c.assessment_id == assessment_id)
        return list(self.connection.execute(query.distinct()).scalars())
