"""The work list of "Politieteam" inside the product; outside systems get files of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain import Incident, Receipt
from core.ports import DestinationCard

CARD: Final = DestinationCard(
    name_nl="Politieteam",
    name_en="Police team",
    roles=("dispatcher", "community_officer"),
    fields=("number", "topic", "urgency", "location", "message_count", "resident_count"),
    is_work_list=True,
)


def deliver(incident: Incident, now: datetime) -> Receipt:
    """The work list shows the incident from this moment; nothing leaves the product."""
    return Receipt(reference=incident.number, delivered_at=now)
