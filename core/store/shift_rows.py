"""Notes from one shift to the next, and who read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain import ShiftNote
from core.store.rows import Rows, insert_or_skip
from core.store.tables import shift_note_reads, shift_notes


class ShiftRows(Rows):
    """dienstoverdrachten."""

    def add(self, text: str, since: datetime, by: str) -> int:
        return self.insert(shift_notes, text=text, since=since, by=by, at=self.now)

    def get(self, note_id: int) -> ShiftNote | None:
        return next(iter(self._notes(shift_notes.c.id == note_id, most=1)), None)

    def newest(self, most: int) -> list[ShiftNote]:
        """The newest first."""
        return self._notes(sa.true(), most=most)

    def since(self, moment: datetime, most: int) -> list[ShiftNote]:
        """Those written since a moment, the newest first."""
        return self._notes(shift_notes.c.at >= moment, most=most)

    def mark_read(self, note_ids: Collection[int], by: str) -> None:
        """Notes who read them; the first time counts."""
        statement = insert_or_skip(self.connection, shift_note_reads)
        for note_id in note_ids:
            self.connection.execute(statement, {"note_id": note_id, "by": by, "at": self.now})

    def remove(self, note_id: int) -> None:
        for table, key in (
            (shift_note_reads, shift_note_reads.c.note_id),
            (shift_notes, shift_notes.c.id),
        ):
            self.connection.execute(sa.delete(table).where(key == note_id))

    def forget_incident(self, incident_id: int, instead: str) -> int:
        """Empties every line that names an incident; gives how many notes had one.

        `instead` stands where the line stood.
        """
        number = f"HNM-{incident_id}"
        query = sa.select(shift_notes.c.id, shift_notes.c.text)
        rows = self.connection.execute(query.where(shift_notes.c.text.contains(number))).all()
        named = re.compile(rf"{number}(?!\d)")
        found = [(row.id, row.text) for row in rows if named.search(row.text)]
        for note_id, text in found:
            lines = [instead if named.search(line) else line for line in text.splitlines()]
            update = sa.update(shift_notes).where(shift_notes.c.id == note_id)
            self.connection.execute(update.values(text="\n".join(lines)))
        return len(found)

    def _notes(self, which: sa.ColumnElement[bool], most: int) -> list[ShiftNote]:
        newest = (shift_notes.c.at.desc(), shift_notes.c.id.desc())
        query = sa.select(shift_notes).where(which).order_by(*newest).limit(most)
        rows = self.connection.execute(query).all()
        reads = self._reads([row.id for row in rows])
        return [_note(row, reads.get(row.id, {})) for row in rows]

    def _reads(self, note_ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
        query = sa.select(shift_note_reads).where(shift_note_reads.c.note_id.in_(note_ids))
        found: dict[int, dict[str, datetime]] = {}
        for row in self.connection.execute(query.order_by(shift_note_reads.c.at)):
            found.setdefault(row.note_id, {})[row.by] = row.at
        return found


def _note(row: Any, read_by: dict[str, datetime]) -> ShiftNote:
    return ShiftNote(
        id=row.id, text=row.text, since=row.since, by=row.by, at=row.at, read_by=read_by
    )
