"""Members of open incidents, held for the length of a transaction.

Each message is weighed against the same open incidents as the one before; what was read of their
members is read again only after the transaction itself wrote something that touches them. Nobody
else writes meanwhile (SQLite), or what they write is seen by the next transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from core.domain import Member
from core.store.tables import assessments, links, messages

Held = dict[int, tuple[Member, ...]]

_held: WeakKeyDictionary[sa.Connection, Held] = WeakKeyDictionary()
_TOUCHING: Final = frozenset({assessments, links, messages})


def held_by(connection: sa.Connection) -> Held:
    """What a transaction holds, by incident; a connection of the store is one transaction's."""
    return _held.setdefault(connection, {})


def let_go(connection: sa.Connection, *_: Any) -> None:
    """After what was written is taken back, nothing of it is true."""
    if held := _held.get(connection):
        held.clear()


def note_write(
    connection: sa.Connection,
    statement: Any,
    many: Any,
    values: Mapping[str, Any],
    _options: Any,
) -> None:
    """Lets go of what a statement touches; the engine calls this before each."""
    if not getattr(statement, "is_dml", False) or statement.table not in _TOUCHING:
        return
    held = _held.get(connection)
    if not held or _is_unlinked_yet(statement, values):
        return
    if statement.is_insert and statement.table is links and "incident_id" in values:
        held.pop(values["incident_id"], None)
    else:
        held.clear()


def _is_unlinked_yet(statement: Any, values: Mapping[str, Any]) -> bool:
    """A new assessment, or a message in its first revision, belongs to no incident yet."""
    if not statement.is_insert:
        return False
    return statement.table is assessments or (
        statement.table is messages and values.get("revision") == 0
    )
