"""Opens the database, brings it up to date, and gives reads and units of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core.clock import Clock
from core.store.held_members import let_go, note_write
from core.store.unit import Unit

_BUSY_MS = 15_000
_LOG_BUSY_MS = 500
_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """opslag: `read` gives a connection, `unit` a transaction that commits whole or not at all."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.engine = _engine(url)

    def migrate(self) -> None:
        """Brings the tables to the newest version; safe to repeat."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.engine.connect().execution_options(read_only=True) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def unit(self, now: datetime | None = None) -> Iterator[Unit]:
        with self.engine.begin() as connection:
            opened = Unit(connection, now or self.clock())
            yield opened
            opened.finish()

    def empty_log(self) -> bool:
        """Folds SQLite's write-ahead log into the file and empties it; False when it was in use.

        Erasing zeroes the pages of the file, but the log still holds them as they were before.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_LOG_BUSY_MS}")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> sa.Engine:
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = sa.create_engine(url, pool_size=8, pool_pre_ping=True)
    sa.event.listen(engine, "before_execute", note_write)
    for undone in ("rollback", "rollback_savepoint"):
        sa.event.listen(engine, undone, let_go)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # secure_delete: what is erased must not linger in free pages of the file. temp_store: nor may
    # a large sort spill words into a temporary one.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that may write takes the lock at its start: two that read first and write
    # later could never both go on. Reads under WAL do not need it.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
