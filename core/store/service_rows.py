"""Within which time a pilot decides and tells, where it says otherwise than its topics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from core.domain import ServiceTimes
from core.store.rows import Rows
from core.store.tables import service_times

_MINUTE: Final = timedelta(minutes=1)


class ServiceRows(Rows):
    """servicetijden."""

    def times(self, pilot_id: int) -> dict[str, ServiceTimes]:
        """What a pilot set, by topic; a topic that is not there follows its file."""
        query = sa.select(service_times).where(service_times.c.pilot_id == pilot_id)
        return {
            row.topic: ServiceTimes(
                decision=row.decision_minutes * _MINUTE, feedback=row.feedback_minutes * _MINUTE
            )
            for row in self.connection.execute(query)
        }

    def set_times(self, pilot_id: int, times: Mapping[str, ServiceTimes]) -> None:
        """Puts these in place of what was set."""
        own = service_times.c.pilot_id == pilot_id
        self.connection.execute(sa.delete(service_times).where(own))
        for topic, chosen in times.items():
            self.insert(
                service_times,
                pilot_id=pilot_id,
                topic=topic,
                decision_minutes=chosen.decision // _MINUTE,
                feedback_minutes=chosen.feedback // _MINUTE,
            )
