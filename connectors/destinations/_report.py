"""A hand-over as JSON, as the webhook posts it and the e-mail attaches it."""

from __future__ import annotations

from typing import Any, Final

from core.domain import Urgency
from core.ports import HandOver

FIELDS: Final = (
    "number",
    "topic",
    "urgency",
    "location",
    "opened_at",
    "last_message_at",
    "message_count",
    "resident_count",
)
"""Of an incident nothing but these leaves."""


def known_as(hand_over: HandOver) -> dict[str, Any]:
    return {
        "hand_over": hand_over.id,
        "number": hand_over.number,
        "reference": hand_over.reference,
    }


def report(hand_over: HandOver) -> dict[str, Any]:
    """The fields of the card, and what staff typed."""
    incident, place = hand_over.incident, hand_over.incident.location
    return known_as(hand_over) | {
        "revision": hand_over.revision,
        "title": hand_over.title,
        "text": hand_over.text,
        "note": hand_over.note,
        "topic": incident.topic,
        "category": hand_over.category,
        "urgent": incident.urgency is Urgency.URGENT,
        "place": {
            "kind": place.kind.value,
            "name": place.name,
            "street": place.street,
            "house_number": place.house_number,
            "lat": place.lat,
            "lon": place.lon,
            "radius_m": place.radius_m,
        },
        "opened_at": incident.opened_at.isoformat(),
        "last_message_at": incident.last_message_at.isoformat(),
        "message_count": incident.message_count,
        "resident_count": incident.resident_count,
        "answer_url": hand_over.answer_url,
    }
