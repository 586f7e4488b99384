"""Reads of the audit log: searching it, and checking that its chain holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.audit import AuditEntry
from core.store.audit_rows import AuditRows
from core.store.tables import audit_entries

MOST_ENTRIES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """zoekvraag: which entries of the audit log; an empty field asks nothing."""

    actor: str = ""
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit_actions(connection: sa.Connection) -> list[str]:
    """Every kind of action that stands in the log."""
    query = sa.select(audit_entries.c.action).distinct().order_by(audit_entries.c.action)
    return list(connection.execute(query).scalars())


def audit_found(
    connection: sa.Connection, search: AuditSearch, limit: int = MOST_ENTRIES
) -> list[AuditEntry]:
    """The entries that fit, the newest first."""
    query = sa.select(audit_entries).order_by(audit_entries.c.id.desc()).limit(limit)
    for name in ("actor", "action", "subject_kind", "subject_id"):
        wanted = getattr(search, name)
        if wanted:
            query = query.where(audit_entries.c[name] == wanted)
    if search.since is not None:
        query = query.where(audit_entries.c.at >= search.since)
    if search.until is not None:
        query = query.where(audit_entries.c.at < search.until)
    names = AuditEntry.__slots__
    return [
        AuditEntry(**{name: row._mapping[name] for name in names})
        for row in connection.execute(query)
    ]


def broken_entries(connection: sa.Connection, now: datetime) -> list[int]:
    """Ids of entries of the audit log whose chain does not hold; reads the whole log."""
    return list(AuditRows(connection, now).broken())
