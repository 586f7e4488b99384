"""A unit commits as a whole or not at all, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from core.store import Store
from tests.conftest import fill
from tests.people import CAST, People


def test_an_empty_store_is_empty(empty_store: Store) -> None:
    with empty_store.unit() as unit:
        assert unit.pilots.all() == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    store.migrate()
    with store.unit() as unit:
        assert unit.accounts.count() == len(CAST)


def test_the_cast_is_there_with_one_role_each(store: Store, people: People) -> None:
    with store.unit() as unit:
        assert People.read(unit) == people
    assert [user.login for user in people.all()] == list(CAST)


def test_an_error_takes_everything_of_its_unit_back(store: Store) -> None:
    with pytest.raises(RuntimeError), store.unit() as unit:
        unit.audit.add("dora", "looked", "incident", 1)
        unit.report_health("process", done=1)
        raise RuntimeError("in the middle")
    with store.unit() as unit:
        assert unit.audit.of("incident", 1) == []


def test_a_filled_store_can_be_made_by_hand(empty_store: Store) -> None:
    fill(empty_store)
    with empty_store.unit() as unit:
        assert unit.pilots.all()[0].name == "Wateringse Veld 2021"
