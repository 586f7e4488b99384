"""An incident on its way out, for the tests of destinations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.domain import Incident, Location, PlaceKind, Status, Urgency
from core.ports import Account, HandOver
from tests.timepiece import START

WASTE = Incident(
    id=7,
    pilot_id=1,
    topic="afval",
    urgency=Urgency.NOT_URGENT,
    status=Status.HANDED_OVER,
    version=3,
    location=Location(kind=PlaceKind.STREET, lat=52.03, lon=4.28, radius_m=120, street="Hudson"),
    area_id=1,
    opened_at=START,
    last_message_at=START + timedelta(minutes=5),
    message_count=2,
    resident_count=2,
    confidence=0.9,
)


def on_its_way(incident: Incident = WASTE, **changed: Any) -> HandOver:
    first = HandOver(
        id=12,
        incident=incident,
        title="Afval bij Hudson",
        text="HNM-7: afval, bij Hudson (2 bewoners).",
    )
    return replace(first, **changed)


def account(destination: str, secret: str, **settings: str) -> Account:
    return Account(
        id=1, pilot_id=1, destination=destination, name="Proef", settings=settings, secret=secret
    )
