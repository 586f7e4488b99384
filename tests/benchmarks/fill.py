"""Fills a store with many messages and incidents at once, as months of use would."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.store import Unit, tables
from core.wiring import Services

MESSAGES_PER_INCIDENT = 3
_SPREAD = timedelta(days=60)
_CHUNK = 5_000


def fill(services: Services, message_count: int, *, open_share: float = 0.2) -> None:
    """Adds `message_count` relevant messages over the past 60 days, three an incident.

    Invented rows with random embeddings, the same every time; after what an earlier call added.
    Of the incidents that are no longer open, somebody decided, and their residents were told.
    """
    with services.store.unit() as unit:
        begun = _begun(unit.connection)
        groups = [group.id for group in unit.pilots.groups() if not group.is_open_source]
        pilot_id = unit.pilots.all()[0].id
        areas = [area.id for area in unit.pilots.areas(pilot_id)]
        streets = sorted({place.name for place in unit.pilots.places(pilot_id)})
    draw = random.Random(7 + begun)
    for first in range(begun, begun + message_count, _CHUNK):
        numbers = range(first, min(first + _CHUNK, begun + message_count))
        with services.store.unit() as unit:
            vectors = np.random.default_rng(first).normal(0, 0.04, (len(numbers), 512))
            rows = [
                _rows(n, unit.now - _SPREAD * draw.random(), pilot_id, groups, areas, draw)
                | {"embedding": vector.tobytes(), "street": draw.choice(streets)}
                for n, vector in zip(numbers, vectors.astype(np.float16), strict=True)
            ]
            _insert(unit, rows, open_share, draw)


def _begun(connection: sa.Connection) -> int:
    """Up to which number rows are there; whole incidents."""
    newest = [sa.select(sa.func.max(t.c.id)) for t in (tables.messages, tables.incidents)]
    messages, incidents = (connection.execute(query).scalar() or 0 for query in newest)
    return MESSAGES_PER_INCIDENT * max(incidents, -(-messages // MESSAGES_PER_INCIDENT))


def _rows(
    n: int, sent_at: Any, pilot_id: int, groups: list[int], areas: list[int], draw: random.Random
) -> dict[str, Any]:
    return {
        "n": n + 1,
        "incident": n // MESSAGES_PER_INCIDENT + 1,
        "sent_at": sent_at,
        "pilot_id": pilot_id,
        "group_id": draw.choice(groups),
        "area_id": draw.choice(areas),
        "lat": 52.0148 + draw.random() * 0.03,
        "lon": 4.2727 + draw.random() * 0.035,
        "topic": draw.choice(["afval", "overlast", "fout_parkeren", "wrak", "inbraak"]),
    }


def _insert(unit: Unit, rows: list[dict[str, Any]], open_share: float, draw: random.Random) -> None:
    firsts = [row for row in rows if (row["n"] - 1) % MESSAGES_PER_INCIDENT == 0]
    made = [_incident(row, open_share, draw) for row in firsts]
    connection = unit.connection
    if made:
        connection.execute(sa.insert(tables.incidents), made)
    connection.execute(sa.insert(tables.messages), [_message(row) for row in rows])
    connection.execute(sa.insert(tables.assessments), [_assessment(row) for row in rows])
    connection.execute(sa.insert(tables.links), [_link(row) for row in rows])
    ended = [(row, one) for row, one in zip(firsts, made, strict=True) if one["status"] == "closed"]
    if ended:
        connection.execute(sa.insert(tables.outbox), [_told(row, one["id"]) for row, one in ended])
    for one in made:
        unit.audit.add("system", "opened", "incident", one["id"])
    for _, one in ended:
        for step in ("accept", "close"):
            unit.audit.add("centralist", step, "incident", one["id"])


def _location(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "street",
        "lat": row["lat"],
        "lon": row["lon"],
        "radius_m": 120.0,
        "street": row["street"],
        "house_number": None,
        "name": row["street"],
        "candidates": [],
    }


def _incident(row: dict[str, Any], open_share: float, draw: random.Random) -> dict[str, Any]:
    return {
        "id": row["incident"],
        "pilot_id": row["pilot_id"],
        "topic": row["topic"],
        "urgent": draw.random() < 0.1,
        "status": "new" if draw.random() < open_share else "closed",
        "version": 1,
        "location": _location(row),
        "lat": row["lat"],
        "lon": row["lon"],
        "area_id": row["area_id"],
        "opened_at": row["sent_at"],
        "last_message_at": row["sent_at"],
        "message_count": MESSAGES_PER_INCIDENT,
        "resident_count": MESSAGES_PER_INCIDENT,
        "confidence": 0.9,
        "overruled": [],
        "proposed_destination": "handhaving",
    }


def _message(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["n"],
        "group_id": row["group_id"],
        "message_key": f"filled-{row['n']}",
        "revision": 0,
        "resident": f"r{row['n'] % 500}",
        "sent_at": row["sent_at"],
        "stored_at": row["sent_at"],
        "redacted": f"invented message {row['n']} for the benchmark",
        "embedding": row["embedding"],
    }


def _assessment(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["n"],
        "message_id": row["n"],
        "topic": row["topic"],
        "confidence": 0.9,
        "urgent": False,
        "urgency_confidence": 0.9,
        "doubtful": False,
        "retracts": False,
        "grounds": [],
        "location": _location(row),
        "model": "filled",
        "at": row["sent_at"],
    }


def _link(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "incident_id": row["incident"],
        "message_id": row["n"],
        "assessment_id": row["n"],
        "strength": 0.9,
        "reasons": [],
        "by": "filled",
        "at": row["sent_at"],
    }


def _told(row: dict[str, Any], incident_id: int) -> dict[str, Any]:
    return {
        "idempotency_key": f"filled-{incident_id}",
        "kind": "outcome",
        "incident_id": incident_id,
        "group_id": row["group_id"],
        "text": f"invented answer {incident_id} for the benchmark",
        "by": "centralist",
        "at": row["sent_at"],
        "due_at": row["sent_at"],
        "state": "delivered",
        "delivered_at": row["sent_at"],
    }
