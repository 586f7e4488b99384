"""The audit log: chained, in the transaction of its change, and tampering shows."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
import sqlalchemy as sa

from core.store import Store
from core.store.tables import audit_entries
from tests.threads import together
from tests.timepiece import START, Timepiece


def log_three(store: Store) -> None:
    for number in (1, 2, 3):
        with store.unit() as unit:
            unit.audit.add("dora", "looked", "incident", number, {"share": 0.1 * number})


def broken(store: Store) -> list[int]:
    with store.unit() as unit:
        return list(unit.audit.broken())


def test_an_untouched_log_holds(store: Store) -> None:
    log_three(store)
    assert broken(store) == []


def test_an_entry_says_who_what_when_and_why(store: Store) -> None:
    with store.unit() as unit:
        unit.audit.add("dora", "saw_original", "message", 7, {"incident": 3}, "Getuige terugbellen")
    with store.unit() as unit:
        entry = unit.audit.of("message", "7")[0]
    assert (entry.actor, entry.action, entry.at) == ("dora", "saw_original", START)
    assert (entry.detail, entry.reason) == ({"incident": 3}, "Getuige terugbellen")


@pytest.mark.parametrize(
    "change",
    [{"actor": "daan"}, {"reason": "other"}, {"detail": {"share": 0.9}}, {"subject_id": "9"}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_shows(store: Store, change: dict[str, object]) -> None:
    log_three(store)
    with store.unit() as unit:
        unit.connection.execute(
            sa.update(audit_entries).where(audit_entries.c.subject_id == "2").values(**change)
        )
    assert len(broken(store)) == 1


def test_an_entry_taken_out_shows_at_the_next_one(store: Store) -> None:
    log_three(store)
    with store.unit() as unit:
        entries = unit.audit.of("incident", 3)
        unit.connection.execute(sa.delete(audit_entries).where(audit_entries.c.subject_id == "2"))
    assert broken(store) == [entries[0].id]


def test_an_entry_of_a_change_that_failed_is_not_there(store: Store) -> None:
    with pytest.raises(RuntimeError), store.unit() as unit:
        unit.audit.add("dora", "accept", "incident", 1)
        raise RuntimeError
    with store.unit() as unit:
        assert unit.audit.of("incident", 1) == []


def test_an_entry_can_be_read_in_the_unit_that_adds_it(store: Store) -> None:
    with store.unit() as unit:
        unit.audit.add("dora", "accept", "incident", 1)
        assert [entry.action for entry in unit.audit.of("incident", 1)] == ["accept"]
    assert broken(store) == []


def test_another_time_zone_is_the_same_moment(store: Store, clock: Timepiece) -> None:
    clock.now = START.astimezone(timezone(timedelta(hours=2)))
    log_three(store)
    assert broken(store) == []


def test_many_hands_at_once_write_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        for step in range(5):
            with store.unit() as unit:
                unit.audit.add("dora", "looked", "incident", number * 100 + step)

    assert together([lambda n=n: write(n) for n in range(6)]) == [None] * 6
    with store.unit() as unit:
        count = sa.select(sa.func.count()).select_from(audit_entries)
        assert unit.connection.execute(count).scalar_one() == 30
        assert list(unit.audit.broken()) == []
