"""GeoReport's words for ours: a request made of an incident, and what they say of it as news."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from connectors.destinations._open311_wire import Row
from connectors.destinations._refusals import CategoryMissing, PlaceMissing
from connectors.destinations._withdrawing import why
from core.errors import AnswerUnreadable
from core.ports import HandOver, News

LONGEST: Final = 4000
WITHDRAWN: Final = "Ingetrokken door Het Nieuwe Melden"
_STATES: Final = {
    "OPEN": "received",
    "FOR_TRIAGE": "acknowledged",
    "INTERNAL_REFERRAL": "acknowledged",
    "INVESTIGATING": "in_progress",
    "IN_PROGRESS": "in_progress",
    "ACTION_SCHEDULED": "in_progress",
    "REOPEN": "in_progress",
    "FIXED": "done",
    "CLOSED": "done",
    "DUPLICATE": "rejected",
    "NOT_COUNCILS_RESPONSIBILITY": "rejected",
    "NO_FURTHER_ACTION": "rejected",
    "CANCELLED": "rejected",
}
"""The states of FixMyStreet's extension; plain Open311 knows OPEN and CLOSED."""


def request(hand_over: HandOver, otherwise: str) -> Row:
    """The form that makes a request. Raises PlaceMissing, CategoryMissing."""
    service = hand_over.category or otherwise
    if not service:
        raise CategoryMissing(topic=hand_over.incident.topic)
    text = f"{hand_over.title}\n{hand_over.text}".strip()
    end = f"\n{_mark(hand_over)}"
    return {
        "service_code": service,
        **_place(hand_over),
        "description": text[: LONGEST - len(end)] + end,
    }


def ours(rows: Iterable[Row], hand_over: HandOver) -> Row | None:
    """The request that was made of this very hand-over."""
    mark = f"(overdracht {hand_over.id}, Het Nieuwe Melden "
    found = (row for row in rows if mark in row.get("description", ""))
    return next(found, None)


def known_as(hand_over: HandOver, reference: str) -> HandOver:
    return replace(hand_over, reference=reference)


def update(hand_over: HandOver) -> str:
    begin = f"Bijwerking {hand_over.revision} {_mark(hand_over)}"
    return f"{begin}\n{hand_over.text}"[:LONGEST]


def withdrawal(hand_over: HandOver, reason: str) -> str:
    return f"{WITHDRAWN} {_mark(hand_over)}. {why(reason)}"[:LONGEST]


def of_update(row: Row, ids: Mapping[str, str]) -> News | None:
    """News of one of ours; our own updates come back too, and are none but the withdrawal."""
    reference = ids.get(row.get("service_request_id", ""))
    state = _STATES.get(row.get("status", "").upper().replace(" ", "_"))
    text = row.get("description", "")
    if reference is None or state is None or text.startswith("Bijwerking "):
        return None
    if text.startswith(WITHDRAWN):
        return None  # they were asked; only they can say that it is gone
    return News(
        reference=reference,
        state=state,
        text=text[:LONGEST],
        at=moment(row.get("updated_datetime", "")),
        native_id=f"{reference}:{row.get('update_id', '')}"[:200],
    )


def of_request(row: Row, ids: Mapping[str, str], now: datetime) -> News | None:
    """A request as it is now; what is said of it once is the same news the next time."""
    reference = ids.get(row.get("service_request_id", ""))
    status, notes = row.get("status", "").lower(), row.get("status_notes", "")
    if reference is None or status not in ("open", "closed"):
        return None
    said = hashlib.sha256(f"{status}|{notes}".encode()).hexdigest()[:16]
    return News(
        reference=reference,
        state=_state(status, notes),
        text=notes[:LONGEST],
        at=moment(row["updated_datetime"]) if row.get("updated_datetime") else now,
        native_id=f"{reference}:{said}"[:200],
    )


def w3(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Raises AnswerUnreadable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise AnswerUnreadable(why="moment") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _state(status: str, notes: str) -> str:
    """That notes speak of a duplicate is the one convention there is."""
    if status == "closed":
        return "rejected" if "duplicate" in notes.lower() else "done"
    return "in_progress" if notes else "received"


def _mark(hand_over: HandOver) -> str:
    return f"(overdracht {hand_over.id}, Het Nieuwe Melden {hand_over.number})"


def _place(hand_over: HandOver) -> Row:
    """A point, or a street by name: GeoReport takes either."""
    place = hand_over.incident.location
    if place.lat is not None and place.lon is not None:
        return {"lat": f"{place.lat:.6f}", "long": f"{place.lon:.6f}"}
    if place.street:
        return {"address_string": f"{place.street} {place.house_number or ''}".strip()}
    raise PlaceMissing(number=hand_over.number)
