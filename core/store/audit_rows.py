"""The audit log: appended in the transaction of the change it tells of, each entry chained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from core.audit import AuditEntry
from core.store.rows import Rows
from core.store.tables import audit_entries

_START = "0" * 64


class AuditRows(Rows):
    """controleregels."""

    def add(
        self,
        actor: str,
        action: str,
        subject_kind: str,
        subject_id: str | int,
        detail: dict[str, Any] | None = None,
        reason: str | None = None,
    ) -> int:
        """Appends one entry; `detail` holds codes and ids only, never residents' words."""
        self._lock()
        values = {
            "at": self.now,
            "actor": actor,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id),
            "detail": detail or {},
            "reason": reason,
            "previous_hash": self._last_hash(),
        }
        return self.insert(audit_entries, **values, hash=_hash(values))

    def of(self, subject_kind: str, subject_id: str | int) -> list[AuditEntry]:
        """The entries about one subject, oldest first."""
        query = (
            sa.select(audit_entries)
            .where(audit_entries.c.subject_kind == subject_kind)
            .where(audit_entries.c.subject_id == str(subject_id))
            .order_by(audit_entries.c.id)
        )
        return [_entry(row) for row in self.connection.execute(query)]

    def broken(self) -> Iterator[int]:
        """Ids of entries whose chain does not hold: changed, or with a predecessor taken out."""
        previous = _START
        for row in self.connection.execute(sa.select(audit_entries).order_by(audit_entries.c.id)):
            values = {name: row._mapping[name] for name in _HASHED}
            if row.previous_hash != previous or row.hash != _hash(values):
                yield row.id
            previous = row.hash

    def _last_hash(self) -> str:
        query = sa.select(audit_entries.c.hash).order_by(audit_entries.c.id.desc()).limit(1)
        return self.connection.execute(query).scalar() or _START

    def _lock(self) -> None:
        # SQLite holds its write lock already; PostgreSQL must not let two chains fork.
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(sa.text("SELECT pg_advisory_xact_lock(481726)"))


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
        {**values, "at": values["at"].isoformat()}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(row: Any) -> AuditEntry:
    names = ("id", "at", "actor", "action", "subject_kind", "subject_id", "detail", "reason")
    return AuditEntry(**{name: row._mapping[name] for name in names})
