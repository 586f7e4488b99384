"""Reads for the demo's past."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from core.domain import Status
from core.store.tables import consents, incidents


def set_up_at(connection: sa.Connection) -> datetime | None:
    """When the demo was set up: its groups consented at that moment."""
    query = sa.select(sa.func.min(consents.c.at)).where(consents.c.by == "demo")
    return connection.execute(query).scalar()


def undecided_before(connection: sa.Connection, moment: datetime, limit: int) -> list[int]:
    """New incidents whose last message came before a moment, oldest first."""
    query = (
        sa.select(incidents.c.id)
        .where(incidents.c.status == Status.NEW.value, incidents.c.last_message_at < moment)
        .order_by(incidents.c.opened_at)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())
