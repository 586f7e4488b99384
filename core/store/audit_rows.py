"""The audit log: appended in the transaction of the change it tells of, each entry chained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core.audit import AuditEntry
from core.store.rows import Rows, queue_up
from core.store.tables import audit_entries

_START = "0" * 64


class AuditRows(Rows):
    """controleregels: gathered during the unit, chained and written at its end."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._pending: list[dict[str, Any]] = []

    def add(
        self,
        actor: str,
        action: str,
        subject_kind: str,
        subject_id: str | int,
        detail: dict[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Appends one entry; `detail` holds codes and ids only, never residents' words."""
        self._pending.append(
            {
                "at": self.now,
                "actor": actor,
                "action": action,
                "subject_kind": subject_kind,
                "subject_id": str(subject_id),
                "detail": detail or {},
                "reason": reason,
            }
        )

    def write(self) -> None:
        """Chains and writes what was gathered; the unit does so at its end.

        The lock that keeps the chain from forking is the last one taken: a transaction that held
        it while it waited for an incident could wait for one that waits for it.
        """
        if not self._pending:
            return
        queue_up(self.connection)
        previous, rows = self._last_hash(), []
        for entry in self._pending:
            values = {**entry, "previous_hash": previous}
            previous = _hash(values)
            rows.append({**values, "hash": previous})
        self._pending = []
        self.connection.execute(sa.insert(audit_entries), rows)

    def of(self, subject_kind: str, subject_id: str | int) -> list[AuditEntry]:
        """The entries about one subject, oldest first."""
        self.write()
        query = (
            sa.select(audit_entries)
            .where(audit_entries.c.subject_kind == subject_kind)
            .where(audit_entries.c.subject_id == str(subject_id))
            .order_by(audit_entries.c.id)
        )
        return [entry_of(row) for row in self.connection.execute(query)]

    def broken(self) -> Iterator[int]:
        """Ids of entries whose chain does not hold: changed, or with a predecessor taken out."""
        self.write()
        previous = _START
        for row in self.connection.execute(sa.select(audit_entries).order_by(audit_entries.c.id)):
            values = {name: row._mapping[name] for name in _HASHED}
            if row.previous_hash != previous or row.hash != _hash(values):
                yield row.id
            previous = row.hash

    def _last_hash(self) -> str:
        query = sa.select(audit_entries.c.hash).order_by(audit_entries.c.id.desc()).limit(1)
        return self.connection.execute(query).scalar() or _START


_HASHED = (
    "at",
    "actor",
    "action",
    "subject_kind",
    "subject_id",
    "detail",
    "reason",
    "previous_hash",
)


def _hash(values: dict[str, Any]) -> str:
    text = json.dumps(
        {**values, "at": values["at"].astimezone(UTC).isoformat()},
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def entry_of(row: Any) -> AuditEntry:
    names = ("id", "at", "actor", "action", "subject_kind", "subject_id", "detail", "reason")
    return AuditEntry(**{name: row._mapping[name] for name in names})
