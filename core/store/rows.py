"""Small pieces the row files share: upserts, and domain values as json codes and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain import Ground, Location, PlaceCandidate, PlaceKind, Reason


class Rows:
    """A connection and the moment of its unit of work."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    def insert(self, table: sa.Table, **values: Any) -> int:
        """Adds a row and gives its id."""
        return insert_row(self.connection, table, values)


def insert_row(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    """Adds a row and gives its id."""
    key = connection.execute(_inserting(table), values).inserted_primary_key
    return int(key[0]) if key is not None and isinstance(key[0], int) else 0


def queue_up(connection: sa.Connection) -> None:
    """Waits until this transaction is the only one about to commit.

    Audit entries are chained and screens read changes by number: both must stand in the order in
    which they become visible. SQLite holds its write lock already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(481726)"))


def insert_or_skip(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that passes over rows which are there already."""
    return _dialect_insert(connection.dialect.name, table).on_conflict_do_nothing()


def add_to_count(connection: sa.Connection, table: sa.Table, key: dict[str, Any], by: int) -> None:
    """Adds `by` to table.count at `key`, making the row when it is not there."""
    statement = _adding(connection.dialect.name, table, tuple(key))
    connection.execute(statement, {**key, "count": by})


def upsert(connection: sa.Connection, table: sa.Table, key: dict[str, Any], **values: Any) -> Any:
    """Writes a row at `key`, over the one that may be there; gives its primary key."""
    statement = _upserting(connection.dialect.name, table, tuple(key), tuple(values))
    return connection.execute(statement, {**key, **values}).scalar_one()


# Statements are built once: building one costs more than running it.


@lru_cache
def _inserting(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


def one_of(column: sa.Column[str], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column is one of a few fixed values; IN is written out anew at every execution."""
    return sa.or_(*(column == value for value in values))


@lru_cache
def _adding(dialect: str, table: sa.Table, key: tuple[str, ...]) -> Any:
    statement = _dialect_insert(dialect, table)
    total = table.c["count"] + statement.excluded["count"]
    return statement.on_conflict_do_update(index_elements=key, set_={"count": total})


@lru_cache
def _upserting(
    dialect: str, table: sa.Table, key: tuple[str, ...], columns: tuple[str, ...]
) -> Any:
    statement = _dialect_insert(dialect, table)
    new = {name: statement.excluded[name] for name in columns}
    written = statement.on_conflict_do_update(index_elements=key, set_=new)
    return written.returning(*table.primary_key)


def _dialect_insert(dialect: str, table: sa.Table) -> Any:
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def location_json(location: Location) -> dict[str, Any]:
    """A location without `words`: what the resident wrote stays in the message."""
    values = _flat(location)
    del values["words"]
    values["candidates"] = [_flat(candidate) for candidate in location.candidates]
    return values


def _flat(value: Location | PlaceCandidate | Ground | Reason) -> dict[str, Any]:
    """Its fields by name: dataclasses.asdict looks into each of them, and costs ten times that."""
    return {name: getattr(value, name) for name in value.__slots__}


def location_of(values: dict[str, Any]) -> Location:
    candidates = tuple(PlaceCandidate(**c) for c in values.get("candidates", ()))
    return Location(**{**values, "kind": PlaceKind(values["kind"]), "candidates": candidates})


def grounds_json(grounds: tuple[Ground, ...]) -> list[dict[str, Any]]:
    return [_flat(ground) for ground in grounds]


def grounds_of(values: list[dict[str, Any]]) -> tuple[Ground, ...]:
    return tuple(Ground(**value) for value in values)


def reasons_json(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [_flat(reason) for reason in reasons]


def reasons_of(values: list[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(**value) for value in values)


def embedding_bytes(embedding: tuple[float, ...]) -> bytes | None:
    return np.asarray(embedding, dtype=np.float16).tobytes() if embedding else None


def embedding_of(raw: bytes | None) -> tuple[float, ...]:
    return tuple(np.frombuffer(raw, dtype=np.float16).astype(float)) if raw else ()
