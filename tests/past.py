"""A past for early warning: incidents with their messages, written straight into the store."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from core.domain import (
    UNKNOWN_LOCATION,
    Area,
    Assessment,
    Group,
    Link,
    Location,
    Message,
    PlaceKind,
    Triage,
    Urgency,
)
from core.incidents import Summary
from core.store import Unit

_METRES_A_DEGREE = 111_195.0


def happen(
    unit: Unit,
    group: Group,
    topic: str,
    at: datetime,
    area: Area | None = None,
    *,
    text: str = "er is iets gebeurd",
    residents: tuple[str, ...] = (),
    plates: frozenset[str] = frozenset(),
    location: Location = UNKNOWN_LOCATION,
) -> int:
    """An incident on one message a resident (one unknown resident unless named); gives its id."""
    who = residents or (f"r{at.timestamp():.0f}{topic}",)
    summary = Summary(
        topic=topic,
        urgency=Urgency.NOT_URGENT,
        location=location,
        confidence=0.9,
        message_count=len(who),
        resident_count=len(set(who)),
        opened_at=at,
        last_message_at=at,
    )
    incident_id = unit.incidents.open(
        group.pilot_id, summary, area.id if area else None, Triage(destination="handhaving")
    )
    for number, resident in enumerate(who):
        _write(unit, group, topic, at, incident_id, text, resident, number, plates, location)
    return incident_id


def place(
    area: Area, east_m: float = 0.0, north_m: float = 0.0, radius_m: float = 20.0
) -> Location:
    """An address so many metres from the middle of an area."""
    across = _METRES_A_DEGREE * float(np.cos(np.radians(area.lat)))
    return Location(
        kind=PlaceKind.ADDRESS,
        lat=area.lat + north_m / _METRES_A_DEGREE,
        lon=area.lon + east_m / across,
        radius_m=radius_m,
    )


def quiet_weeks(
    unit: Unit, group: Group, areas: list[Area], until: datetime, days: int, a_day: float = 4.0
) -> int:
    """So many days in which nothing is the matter, the same for the same arguments."""
    draw = np.random.default_rng(days)
    topics = ("afval", "overlast", "inbraak", "fout_parkeren")
    buurten = [area for area in areas if area.kind == "neighbourhood"]
    count = 0
    for day in range(days, 0, -1):
        for _ in range(draw.poisson(a_day)):
            at = until - timedelta(days=day - draw.random() * 0.99)
            topic = topics[int(draw.integers(len(topics)))]
            area = buurten[int(draw.integers(len(buurten)))]
            happen(unit, group, topic, at, area, location=place(area, 0.0, 0.0, 400.0))
            count += 1
    return count


def _write(
    unit: Unit,
    group: Group,
    topic: str,
    at: datetime,
    incident_id: int,
    text: str,
    resident: str,
    number: int,
    plates: frozenset[str],
    location: Location,
) -> None:
    message = Message(
        key=f"k{incident_id}.{number}",
        group=group,
        resident=resident,
        sent_at=at,
        text=text,
        redacted=text,
        plates=plates,
    )
    assessment = Assessment(
        topic=topic,
        confidence=0.9,
        urgency=Urgency.NOT_URGENT,
        urgency_confidence=0.9,
        grounds=(),
        model="test",
    )
    message_id = unit.messages.save(message, b"")
    unit.alerts.mark_plates(message_id, plates, at)
    assessment_id = unit.messages.save_assessment(message_id, assessment, location)
    link = Link(incident_id=incident_id, strength=1.0, reasons=())
    unit.incidents.link(incident_id, message_id, assessment_id, link, "system")
