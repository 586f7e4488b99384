"""Older databases come up to date, whichever version made them, and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

import core.store.store as module
from core.store import Store
from core.store.tables import metadata, runs
from tests.timepiece import START


@pytest.fixture
def old_store(tmp_path: Path) -> Store:
    """A database as the first version made it, with a pilot in it."""
    store = Store(f"sqlite:///{tmp_path / 'old.sqlite'}", lambda: START)
    upgrade(store, "0001")
    with store.unit() as unit:
        unit.pilots.add("Oud", START.date(), None, ("afval",))
    return store


def test_an_older_database_gets_the_new_table_and_keeps_what_it_had(old_store: Store) -> None:
    assert "runs" not in tables(old_store)
    old_store.migrate()
    assert "runs" in tables(old_store)
    with old_store.unit() as unit:
        assert [pilot.name for pilot in unit.pilots.all()] == ["Oud"]


def test_a_table_that_the_first_version_made_already_is_no_error(old_store: Store) -> None:
    with old_store.engine.begin() as connection:
        runs.create(connection)
    old_store.migrate()
    assert "runs" in tables(old_store)


def test_migrating_twice_changes_nothing(empty_store: Store) -> None:
    before = tables(empty_store)
    empty_store.migrate()
    assert tables(empty_store) == before


def test_the_migrations_make_the_tables_that_the_code_knows(empty_store: Store) -> None:
    with empty_store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def upgrade(store: Store, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(module._MIGRATIONS))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def tables(store: Store) -> set[str]:
    return set(sa.inspect(store.engine).get_table_names())
