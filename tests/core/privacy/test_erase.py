"""Erasing takes every trace of a message but its keyed id, and says that it happened."""

from __future__ import annotations

import sqlalchemy as sa

from core.privacy.erase import erase_message
from core.store.tables import assessments, labels, links, messages, turns
from tests.neighbourhood import Neighbourhood

TWO = """
    id | at    | author | text
    a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
    b  | 20:02 | Bram   | ja ingebroken op de Bostonsingel
"""


def key(street: Neighbourhood, native_id: str = "a") -> str:
    return street.services.vault.message_key(street.group().id, native_id)


def erase(street: Neighbourhood, native_id: str = "a") -> list[int]:
    with street.store.unit() as unit:
        return erase_message(
            key(street, native_id), street.group().id, street.areas, unit, by="ada"
        )


def count(street: Neighbourhood, table: sa.Table) -> int:
    with street.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_all_rows_about_the_message_go(street: Neighbourhood) -> None:
    street.writes(TWO)
    assert [count(street, table) for table in (messages, assessments, links)] == [2, 2, 2]
    assert erase(street) == [1]
    assert [count(street, table) for table in (messages, assessments, links)] == [1, 1, 1]


def test_its_keyed_id_stays_without_person_or_judgement(street: Neighbourhood) -> None:
    street.writes(TWO)
    erase(street)
    with street.store.read() as connection:
        row = connection.execute(turns.select().where(turns.c.message_key == key(street))).one()
    assert row.erased
    assert (row.resident, row.topics, row.urgent, row.incident_id) == (None, None, None, None)


def test_who_erased_it_is_in_the_audit_and_in_the_history(street: Neighbourhood) -> None:
    street.writes(TWO)
    erase(street)
    with street.store.unit() as unit:
        (entry,) = unit.audit.of("message", key(street))
    assert (entry.actor, entry.detail) == ("ada", {"incidents": [1]})
    assert street.history()[-1] == ("ada", "message_erased")


def test_a_waiting_message_is_taken_out_of_the_inbox(street: Neighbourhood) -> None:
    street.receive(TWO)
    assert erase(street) == []
    street.work()
    assert street.stored() == ["ja ingebroken op de Bostonsingel"]


def test_erasing_twice_or_what_was_never_there_changes_nothing_more(
    street: Neighbourhood,
) -> None:
    street.writes(TWO)
    erase(street)
    assert erase(street) == []
    assert erase(street, "never") == []
    with street.store.unit() as unit:
        assert len(unit.audit.of("message", key(street))) == 1


def test_an_example_made_of_it_forgets_which_message_it_was(street: Neighbourhood) -> None:
    street.writes(TWO)
    with street.store.unit() as unit:
        unit.incidents.label("topic", "inbraak", "afval", "dora", message_id=1)
    erase(street)
    with street.store.read() as connection:
        (row,) = connection.execute(labels.select()).all()
    assert (row.message_id, row.after) == (None, "afval")
