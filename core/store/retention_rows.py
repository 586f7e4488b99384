"""How long things are kept, what there is of them, and when they were last cleaned."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store.inbox_rows import GIVEN_UP_AFTER
from core.store.rows import Rows, upsert
from core.store.tables import (
    bulletins,
    exercises,
    geocodes,
    imports,
    inbox,
    messages,
    pictures,
    plate_marks,
    retention_terms,
    shift_note_reads,
    shift_notes,
    turns,
)

_RUNS: Final = ("queued", "running")
_Kept = tuple[sa.Table, sa.ColumnElement[Any], sa.ColumnElement[bool]]

KEPT: Final[dict[str, _Kept]] = {
    "turns": (turns, turns.c.sent_at, turns.c.topics.is_not(None)),
    "given_up": (inbox, inbox.c.received_at, inbox.c.attempts >= GIVEN_UP_AFTER),
    "no_reports": (messages, messages.c.no_report_at, messages.c.redacted != ""),
    "originals": (messages, messages.c.stored_at, messages.c.sealed_original.is_not(None)),
    "reports": (messages, messages.c.stored_at, sa.true()),
    "plates": (plate_marks, plate_marks.c.sent_at, sa.true()),
    "exercises": (exercises, exercises.c.ended_at, exercises.c.ended_at.is_not(None)),
    "bulletins": (bulletins, bulletins.c.at, sa.true()),
    "geocodes": (geocodes, geocodes.c.asked_at, sa.true()),
    "imports": (imports, imports.c.at, imports.c.state.not_in(_RUNS)),
    "shift_notes": (shift_notes, shift_notes.c.at, sa.true()),
}
"""Of each kind: where it stands, from when its time is counted, and what of the table it is."""


class RetentionRows(Rows):
    """bewaartermijnen."""

    def rows(self) -> dict[str, Any]:
        """What an administrator set and housekeeping noted, by kind."""
        found = self.connection.execute(sa.select(retention_terms))
        return {row.kind: row for row in found}

    def set(self, kind: str, amount: int | None, note: str, by: str) -> None:
        key = {"kind": kind}
        upsert(self.connection, retention_terms, key, amount=amount, note=note, by=by, at=self.now)

    def note_cleaning(self, kind: str, count: int) -> None:
        """Notes that a kind was cleaned, and how much of it went."""
        upsert(self.connection, retention_terms, {"kind": kind}, looked_at=self.now)
        if count:
            self.connection.execute(
                sa.update(retention_terms)
                .where(retention_terms.c.kind == kind)
                .values(
                    cleaned_at=self.now,
                    cleaned_count=count,
                    total_count=retention_terms.c.total_count + count,
                )
            )

    def count(self, kind: str, before: datetime | None = None) -> int:
        """How much there is of a kind; with `before` only what would go."""
        table, at, which = KEPT[kind]
        query = sa.select(sa.func.count()).select_from(table).where(at.is_not(None), which)
        if before is not None:
            query = query.where(at < before)
        return self.connection.execute(query).scalar_one()

    def oldest(self, kind: str) -> datetime | None:
        """The moment from which the time of the oldest is counted."""
        _, at, which = KEPT[kind]
        return self.connection.execute(sa.select(sa.func.min(at)).where(which)).scalar()

    def old_reports(self, before: datetime, limit: int) -> list[tuple[int, str]]:
        """(group_id, message_key) of reports kept since before a moment, the oldest first."""
        query = (
            sa.select(messages.c.group_id, messages.c.message_key)
            .where(messages.c.stored_at < before)
            .order_by(messages.c.stored_at, messages.c.id)
            .limit(limit)
        )
        return [(row.group_id, row.message_key) for row in self.connection.execute(query)]

    def forget_originals(self, before: datetime) -> int:
        """Destroys originals and pictures; what was read of them without names stays."""
        old = sa.select(messages.c.id).where(messages.c.stored_at < before)
        self.connection.execute(sa.delete(pictures).where(pictures.c.message_id.in_(old)))
        result = self.connection.execute(
            sa.update(messages)
            .where(messages.c.stored_at < before, messages.c.sealed_original.is_not(None))
            .values(sealed_original=None, sealed_from=None)
        )
        return result.rowcount

    def forget_geocodes(self, before: datetime) -> int:
        return self._delete(geocodes, geocodes.c.asked_at < before)

    def forget_imports(self, before: datetime) -> int:
        """Takes away that a file was read, with its name; that its lines are known stays."""
        return self._delete(imports, imports.c.at < before, imports.c.state.not_in(_RUNS))

    def forget_shift_notes(self, before: datetime) -> int:
        old = sa.select(shift_notes.c.id).where(shift_notes.c.at < before)
        self._delete(shift_note_reads, shift_note_reads.c.note_id.in_(old))
        return self._delete(shift_notes, shift_notes.c.at < before)

    def _delete(self, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
        return self.connection.execute(sa.delete(table).where(*which)).rowcount
