"""How much evidence a pilot asks of each topic, and the incidents that wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from core.domain import Status, WantedEvidence
from core.store.rows import Rows
from core.store.tables import incidents, wanted_evidence

_OPEN: Final = [status.value for status in Status if status.is_open]
_WANTED: Final = sa.select(wanted_evidence).where(
    wanted_evidence.c.pilot_id == sa.bindparam("pilot_id")
)


class EvidenceRows(Rows):
    """gewenst bewijs."""

    def wanted(self, pilot_id: int) -> dict[str, WantedEvidence]:
        """By topic; a topic that is not there asks nothing."""
        return {
            row.topic: WantedEvidence(residents=row.residents, confidence=row.confidence)
            for row in self.connection.execute(_WANTED, {"pilot_id": pilot_id})
        }

    def set_wanted(self, pilot_id: int, wanted: Mapping[str, WantedEvidence]) -> None:
        """Puts these in place of what was asked."""
        own = wanted_evidence.c.pilot_id == pilot_id
        self.connection.execute(sa.delete(wanted_evidence).where(own))
        for topic, asked in wanted.items():
            self.insert(
                wanted_evidence,
                pilot_id=pilot_id,
                topic=topic,
                residents=asked.residents,
                confidence=asked.confidence,
            )

    def waiting(self, pilot_id: int) -> list[int]:
        """The open incidents that wait for evidence, the oldest first."""
        query = (
            sa.select(incidents.c.id)
            .where(incidents.c.pilot_id == pilot_id, incidents.c.waits)
            .where(incidents.c.status.in_(_OPEN))
            .order_by(incidents.c.id)
        )
        return list(self.connection.execute(query).scalars())
