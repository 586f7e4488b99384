"""Reads for what the product does to the work: who did what when, and how reports went on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Incident, Role
from core.store.incident_rows import incident_of
from core.store.tables import audit_entries, hand_overs, incidents, outbox, users
from core.work_form import Deed, Road

_ROLES: Final = tuple(role.value for role in Role)


def deeds(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime, steps: Sequence[str]
) -> list[Deed]:
    """The steps that people took with incidents in a period, by their moment; no names."""
    entries = audit_entries
    ours = sa.select(sa.cast(incidents.c.id, sa.String)).where(incidents.c.pilot_id == pilot_id)
    query = (
        sa.select(entries.c.id, entries.c.at, entries.c.subject_id, entries.c.action)
        .add_columns(users.c.id.label("person"), users.c.roles)
        .join(users, users.c.login == entries.c.actor)
        .where(entries.c.subject_kind == "incident", entries.c.subject_id.in_(ours))
        .where(entries.c.at >= since, entries.c.at < until, entries.c.action.in_(steps))
        .order_by(entries.c.at, entries.c.id)
    )
    undone = _undone(connection, since)
    return [_deed(row, undone) for row in connection.execute(query)]


def passed_on(
    connection: sa.Connection, pilot_id: int, since: datetime, until: datetime
) -> list[tuple[Incident, Road]]:
    """Each incident that was first handed over in a period, and the road that it went."""
    first = (
        sa.select(outbox.c.incident_id, sa.func.min(outbox.c.at).label("at"))
        .where(outbox.c.incident_id.is_not(None), outbox.c.state != "withdrawn")
        .where(outbox.c.kind.in_(("hand_over", "outside")))
        .group_by(outbox.c.incident_id)
        .subquery()
    )
    query = (
        sa.select(incidents)
        .join(first, first.c.incident_id == incidents.c.id)
        .where(incidents.c.pilot_id == pilot_id, incidents.c.merged_into.is_(None))
        .where(first.c.at >= since, first.c.at < until)
        .order_by(first.c.at, incidents.c.id)
    )
    connected, taken = _connected(connection), _taken_on(connection, since)
    return [
        (incident_of(row), _road(row.id, connected, taken)) for row in connection.execute(query)
    ]


def _deed(row: Any, undone: set[int]) -> Deed:
    return Deed(
        at=row.at,
        incident_id=int(row.subject_id),
        step=row.action,
        person=row.person,
        role=min(row.roles, key=_ROLES.index, default=""),
        undone=row.id in undone,
    )


def _undone(connection: sa.Connection, since: datetime) -> set[int]:
    """The entries that were taken back."""
    undid = audit_entries.c.detail["undid"].as_integer()
    query = sa.select(undid).where(
        audit_entries.c.action == "undo",
        audit_entries.c.subject_kind == "incident",
        audit_entries.c.at >= since,
        undid.is_not(None),
    )
    return set(connection.execute(query).scalars())


def _connected(connection: sa.Connection) -> set[int]:
    """Incidents that a system outside took, and did not give back."""
    query = sa.select(hand_overs.c.incident_id).where(
        hand_overs.c.sent_at.is_not(None), hand_overs.c.state != "withdrawn"
    )
    return set(connection.execute(query).scalars())


def _taken_on(connection: sa.Connection, since: datetime) -> set[int]:
    """Incidents whose work somebody began in this product."""
    query = sa.select(audit_entries.c.subject_id).where(
        audit_entries.c.subject_kind == "incident",
        audit_entries.c.action == "take_on",
        audit_entries.c.at >= since,
    )
    return {int(subject) for subject in connection.execute(query).scalars()}


def _road(incident_id: int, connected: set[int], taken: set[int]) -> Road:
    if incident_id in connected:
        return Road.CONNECTION
    return Road.HERE if incident_id in taken else Road.BY_HAND
