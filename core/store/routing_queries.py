"""Reads for trying routing rules: what happened, in which words, and where people sent it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.domain import Incident
from core.store.incident_rows import incident_of
from core.store.tables import incidents, links, messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """voorval: an incident of the past with its readable words, and where a person sent it."""

    incident: Incident
    texts: tuple[str, ...]
    sent_to: str | None


def happened_since(
    connection: sa.Connection, pilot_id: int, since: datetime, most: int = 5000
) -> list[Happened]:
    """The incidents opened since then, the newest first; those merged away are left out."""
    chosen = (
        sa.select(incidents)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.opened_at >= since)
        .where(incidents.c.merged_into.is_(None))
        .order_by(incidents.c.opened_at.desc())
        .limit(most)
    )
    rows = connection.execute(chosen).all()
    texts = _texts(connection, chosen)
    return [
        Happened(incident=incident_of(row), texts=tuple(texts[row.id]), sent_to=row.destination)
        for row in rows
    ]


def _texts(connection: sa.Connection, chosen: sa.Select[tuple[object]]) -> dict[int, list[str]]:
    wanted = chosen.with_only_columns(incidents.c.id).subquery()
    query = (
        sa.select(links.c.incident_id, messages.c.redacted)
        .join(messages, messages.c.id == links.c.message_id)
        .join(wanted, wanted.c.id == links.c.incident_id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.incident_id].append(row.redacted)
    return found
