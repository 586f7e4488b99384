"""The audit log is found by whom, what, about whom and when; page by page, without gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.privacy.originals import see_original
from core.store import Store
from core.store.audit_queries import (
    AuditSearch,
    audit_count,
    audit_every,
    audit_found,
    extent,
)
from core.store.tables import messages
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = """
| at    | author | text                                 |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36  |
| 20:02 | Bram   | ja hier ook                          |
"""


def found(store: Store, search: AuditSearch) -> list[tuple[str, str]]:
    with store.read() as connection:
        entries = audit_found(connection, search)
        assert len(entries) == audit_count(connection, search)
    return [(entry.actor, entry.action) for entry in entries]


def somebody_looks(street: Neighbourhood, people: People) -> tuple[str, str]:
    """Dora looks at Anna's original; gives the pseudonyms of Anna and Bram."""
    street.writes(EVENING)
    with street.store.read() as connection:
        rows = connection.execute(sa.select(messages).order_by(messages.c.id)).all()
    vault = street.services.vault
    with street.store.unit() as unit:
        see_original(rows[0].id, 1, people.dora, unit, vault, "Getuige terugbellen")
    return rows[0].resident, rows[1].resident


def test_a_look_at_an_original_is_found_by_the_resident_it_was_of(
    sqlite_street: Neighbourhood, people: People
) -> None:
    anna, bram = somebody_looks(sqlite_street, people)
    store = sqlite_street.store
    assert found(store, AuditSearch(resident=anna)) == [("dora", "saw_original")]
    assert found(store, AuditSearch(resident=bram)) == []
    assert found(store, AuditSearch(resident="r000000000000")) == []


def test_a_look_at_an_original_is_found_by_the_group_it_was_written_in(
    sqlite_street: Neighbourhood, people: People
) -> None:
    somebody_looks(sqlite_street, people)
    store, group_id = sqlite_street.store, sqlite_street.group().id
    assert ("dora", "saw_original") in found(store, AuditSearch(group_id=group_id))
    assert ("dora", "saw_original") not in found(store, AuditSearch(group_id=group_id + 1))


def log(store: Store, count: int) -> None:
    with store.unit() as unit:
        for number in range(count):
            who = ("system", "dora", "")[number % 3]
            reason = "100% zeker" if number % 2 else "A_B"
            unit.audit.add(who, "looked", "message", number, {"message": "geen getal"}, reason)


@pytest.mark.parametrize(
    ("search", "count"),
    [
        (AuditSearch(), 30),
        (AuditSearch(actor="dora"), 10),
        (AuditSearch(by_people=True), 10),
        (AuditSearch(actions=("looked", "other")), 30),
        (AuditSearch(actions=("other",)), 0),
        (AuditSearch(words="100% ZEKER"), 15),
        (AuditSearch(words="100_"), 0),
        (AuditSearch(words="%"), 15),
        (AuditSearch(words="' OR 1=1 --"), 0),
        (AuditSearch(subject_kind="message", subject_id="7"), 1),
        (AuditSearch(resident="x' OR 'a'='a"), 0),
        (AuditSearch(group_id=1), 0),
    ],
)
def test_what_is_asked_is_found_and_nothing_else(
    store: Store, search: AuditSearch, count: int
) -> None:
    log(store, 30)
    assert len(found(store, search)) == count


def test_pages_follow_one_another_both_ways_without_gap_or_repeat(sqlite_store: Store) -> None:
    log(sqlite_store, 25)
    search = AuditSearch(by_people=False)
    with sqlite_store.read() as connection:
        whole = [entry.id for entry in audit_found(connection, search, 100)]
        down, before = [], None
        while page := audit_found(connection, search, 10, before=before):
            down += [entry.id for entry in page]
            before = page[-1].id
        up = [entry.id for entry in audit_found(connection, search, 10, after=whole[10])]
        assert [entry.id for entry in audit_every(connection, search, 100)] == whole
        assert len(list(audit_every(connection, search, 7))) == 7
    assert down == whole == sorted(whole, reverse=True)
    assert up == whole[:10]


def test_a_day_is_found_whole_and_the_next_one_not(sqlite_store: Store) -> None:
    log(sqlite_store, 3)
    now = sqlite_store.clock()
    assert len(found(sqlite_store, AuditSearch(since=now, until=now + timedelta(seconds=1)))) == 3
    assert found(sqlite_store, AuditSearch(until=now)) == []


def test_how_far_the_log_reaches(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        assert extent(connection).count == 0
    log(sqlite_store, 3)
    with sqlite_store.read() as connection:
        reach = extent(connection)
    assert (reach.count, reach.first_at, len(reach.newest_hash)) == (3, sqlite_store.clock(), 64)
