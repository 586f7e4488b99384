"""Imports that people asked for, and the lines that files without ids showed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows
from core.store.tables import import_lines, imports, inbox, turns

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
_OPEN: Final = (QUEUED, RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A line as a file showed it last: keyed ids of the message and of its words, no words.

    `earlier_keys` are of words it had before: an older file must not bring those back.
    """

    line_key: str
    words_key: str
    revision: int = 0
    deleted: bool = False
    earlier_keys: tuple[str, ...] = ()


class ImportRows(Rows):
    """imports (ingelezen bestanden)."""

    def add(self, **values: Any) -> int:
        """Queues an import; gives its id."""
        return self.insert(imports, state=QUEUED, errors=[], at=self.now, **values)

    def get(self, import_id: int) -> Any | None:
        query = sa.select(imports).where(imports.c.id == import_id)
        return self.connection.execute(query).first()

    def latest(self, limit: int = 20) -> list[Any]:
        """The latest imports, newest first."""
        query = sa.select(imports).order_by(imports.c.id.desc()).limit(limit)
        return list(self.connection.execute(query))

    def take(self, holder: str, lease: timedelta) -> Any | None:
        """The oldest import that waits, or whose worker gave no sign for `lease`, now held."""
        lost = sa.and_(imports.c.state == RUNNING, imports.c.alive_at < self.now - lease)
        query = (
            sa.select(imports)
            .where(sa.or_(imports.c.state == QUEUED, lost))
            .order_by(imports.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self.connection.execute(query).first()
        if row is not None:
            self.connection.execute(
                sa.update(imports)
                .where(imports.c.id == row.id)
                .values(state=RUNNING, holder=holder, alive_at=self.now)
            )
        return row

    def keep(self, import_id: int, holder: str, **progress: Any) -> bool:
        """Notes progress and that the holder lives; False when the import is no longer its own."""
        return self._write(import_id, holder, alive_at=self.now, **progress)

    def finish(self, import_id: int, holder: str, state: str, **values: Any) -> bool:
        return self._write(import_id, holder, state=state, finished_at=self.now, **values)

    def give_back(self, import_id: int, holder: str) -> bool:
        """Leaves an import to the next worker, to go on where this one stopped."""
        return self._write(import_id, holder, state=QUEUED)

    def cancel(self, import_id: int) -> bool:
        """Stops an import that has not ended; what it brought stays. False when it had ended."""
        result = self.connection.execute(
            sa.update(imports)
            .where(imports.c.id == import_id, imports.c.state.in_(_OPEN))
            .values(state=CANCELLED, finished_at=self.now)
        )
        return result.rowcount == 1

    def _write(self, import_id: int, holder: str, **values: Any) -> bool:
        result = self.connection.execute(
            sa.update(imports)
            .where(imports.c.id == import_id, imports.c.holder == holder)
            .where(imports.c.state == RUNNING)
            .values(**values)
        )
        return result.rowcount == 1

    def ended_keys(self) -> list[tuple[int, str]]:
        """(id, key id) of imports that ended and whose file was not destroyed yet."""
        query = sa.select(imports.c.id, imports.c.key_id).where(
            imports.c.state.not_in(_OPEN), imports.c.key_id.is_not(None)
        )
        return [(row.id, row.key_id) for row in self.connection.execute(query)]

    def forget_key(self, import_id: int) -> None:
        self.connection.execute(
            sa.update(imports).where(imports.c.id == import_id).values(key_id=None)
        )

    def key_ids(self) -> set[str]:
        """The keys of files that are still to be read."""
        query = sa.select(imports.c.key_id).where(imports.c.key_id.is_not(None))
        return set(self.connection.execute(query).scalars())

    def lines(self, place_keys: Sequence[str]) -> dict[str, list[StoredLine]]:
        """The lines stored for each place, in order; a place without lines is left out."""
        query = (
            sa.select(import_lines)
            .where(import_lines.c.place_key.in_(place_keys))
            .order_by(import_lines.c.place_key, import_lines.c.position)
        )
        found: dict[str, list[StoredLine]] = {}
        for row in self.connection.execute(query):
            line = StoredLine(
                line_key=row.line_key,
                words_key=row.words_key,
                earlier_keys=tuple(row.earlier_keys),
                revision=row.revision,
                deleted=row.deleted,
            )
            found.setdefault(row.place_key, []).append(line)
        return found

    def save_lines(self, group_id: int, places: Mapping[str, Sequence[StoredLine]]) -> None:
        """Writes the lines of places, over those stored before."""
        rows = [
            {
                "group_id": group_id,
                "place_key": place_key,
                "position": position,
                "line_key": line.line_key,
                "words_key": line.words_key,
                "earlier_keys": list(line.earlier_keys),
                "revision": line.revision,
                "deleted": line.deleted,
            }
            for place_key, lines in places.items()
            for position, line in enumerate(lines)
        ]
        if rows:
            self.connection.execute(
                sa.delete(import_lines).where(import_lines.c.place_key.in_(list(places)))
            )
            self.connection.execute(sa.insert(import_lines), rows)

    def to_erase(self, message_keys: Sequence[str]) -> set[str]:
        """The messages a delete would erase: judged or waiting, and no delete waits yet."""
        judged = sa.select(turns.c.message_key).where(
            turns.c.message_key.in_(message_keys), sa.not_(turns.c.erased)
        )
        waiting = sa.select(inbox.c.message_key, inbox.c.kind).where(
            inbox.c.message_key.in_(message_keys)
        )
        rows = self.connection.execute(waiting).all()
        here = set(self.connection.execute(judged).scalars()) | {row.message_key for row in rows}
        return here - {row.message_key for row in rows if row.kind == "delete"}
