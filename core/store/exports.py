"""Reads that leave the product as files."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.domain import Incident
from core.store.incident_rows import incident_of
from core.store.tables import incidents


def incidents_for_export(connection: sa.Connection) -> Iterator[Incident]:
    """Every incident that still stands for itself, oldest first."""
    query = (
        sa.select(incidents)
        .where(incidents.c.merged_into.is_(None))
        .order_by(incidents.c.opened_at, incidents.c.id)
    )
    for row in connection.execute(query):
        yield incident_of(row)
