"""How long things are kept: each kind goes when its term is over, and nothing sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.housekeeping import keep_house
from core import retention
from core.audit import SYSTEM
from core.domain import User
from core.errors import BadInput, NotAllowed
from core.retention import KINDS, Term, set_term, terms, would_go
from core.store.audit_queries import AuditSearch, audit_found
from core.store.retention_rows import KEPT
from core.store.tables import (
    bulletins,
    exercises,
    feeds,
    geocodes,
    imports,
    inbox,
    messages,
    pictures,
    pilots,
    plate_marks,
    shift_note_reads,
    shift_notes,
    turns,
    users,
)
from tests.fakes import POISON
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = f"""
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
    20:02 | Bram   | ja hier ook
    20:03 | Anna   | wie gaat er morgen mee voetballen
    20:04 | Bram   | {POISON}
"""
Row = dict[str, Any]


def full(street: Neighbourhood) -> None:
    """One or more of every kind, all of this moment."""
    street.writes(EVENING)
    group_id = street.group().id
    with street.store.unit() as unit:
        now, run = unit.now, unit.connection.execute
        (first, second) = run(sa.select(messages.c.id).order_by(messages.c.id)).scalars()
        user_id = run(sa.select(users.c.id).limit(1)).scalar_one()
        run(sa.update(messages).values(stored_at=now))
        run(sa.update(turns).values(sent_at=now))
        run(sa.update(inbox).values(received_at=now))
        run(sa.update(pilots).values(ends_on=None))
        run(sa.update(messages).where(messages.c.id == second).values(no_report_at=now))
        add(unit, pictures, message_id=first, state="kept", sealed=b"x", attempts=0, due_at=now)
        add(unit, plate_marks, message_id=first, mark="abc", sent_at=now)
        note = add(unit, shift_notes, text="Rustig.", since=now, by="dora", at=now)
        add(unit, shift_note_reads, note_id=note, by="wim", at=now)
        add(unit, geocodes, address_key="k", answer=None, asked_at=now)
        add(unit, imports, group_id=group_id, **READ_IN, at=now)
        feed = add(unit, feeds, pilot_id=street.pilot.id, **FEED, at=now)
        add(unit, bulletins, feed_id=feed, **BULLETIN, at=now)
        add(unit, exercises, user_id=user_id, **EXERCISE, ended_at=now, **began(now))


READ_IN = {
    **{"source": "csv_file", "file_name": "chat van Anna.csv", "dry_run": False},
    **{"state": "done", "size_bytes": 1, "by": "ada"},
}
FEED = {
    **{"kind": "rss", "name": "Nieuws", "address": "https://nieuws.example", "towns": []},
    **{"counts": {}, "by": "ada"},
}
BULLETIN = {"mark": "m", "service": "", "priority": "", "title": "Brand", "location": {}}
EXERCISE = {"evening": "stil", "state": "over", "speed": 1, "paused": False}


def began(now: Any) -> Row:
    return {"shown_at": now, "anchored_at": now, "started_at": now}


def add(unit: Any, table: sa.Table, **values: Any) -> int:
    made = unit.connection.execute(sa.insert(table).values(**values)).inserted_primary_key
    return made[0]  # type: ignore[no-any-return]


def counts(street: Neighbourhood) -> dict[str, int]:
    with street.store.unit() as unit:
        return {name: unit.retention.count(name) for name in KINDS}


def known(street: Neighbourhood) -> dict[str, Term]:
    with street.store.unit() as unit:
        return terms(street.services.settings, unit)


def sets(street: Neighbourhood, name: str, amount: int | None, by: User, note: str = "") -> None:
    with street.store.unit() as unit:
        set_term(name, amount, note, street.services.settings, by, unit)


def test_every_kind_has_a_place_and_somebody_who_cleans_it() -> None:
    assert set(KINDS) == set(KEPT) == set(retention._CLEANERS)
    assert all(kept.shortest <= kept.usual <= kept.longest for kept in KINDS.values())


def test_a_kind_goes_when_its_term_is_over_and_not_before(street: Neighbourhood) -> None:
    full(street)
    began_at, found = street.clock.now, known(street)
    assert min(counts(street).values()) > 0
    for length in sorted({term.length for term in found.values()}):
        names = [name for name, term in found.items() if term.length == length]
        street.clock.now = began_at + length - timedelta(minutes=1)
        there = {name: counts(street)[name] for name in names}
        keep_house(street.services)
        assert {name: counts(street)[name] for name in names} == there
        assert min(there.values()) > 0
        street.clock.now += timedelta(minutes=2)
        keep_house(street.services)
        after = known(street)
        assert {name: after[name].cleaned_count for name in names} == there
        assert {name: after[name].total_count for name in names} == there
        assert {counts(street)[name] for name in names} == {0}


def test_a_shorter_term_takes_away_what_the_preview_said(
    street: Neighbourhood, people: People
) -> None:
    full(street)
    street.clock.now += timedelta(days=1, minutes=1)
    for name in ("shift_notes", "imports", "plates", "originals", "turns", "reports"):
        with street.store.unit() as unit:
            expected = would_go(name, 1, unit)
        there = counts(street)[name]
        sets(street, name, 1, people.ada)
        assert counts(street)[name] == there, "nothing goes before housekeeping comes by"
        keep_house(street.services)
        assert there - counts(street)[name] == expected == there, name


def test_an_erased_report_leaves_nothing_but_that_it_was_there(street: Neighbourhood) -> None:
    full(street)
    street.clock.now += timedelta(days=731)
    keep_house(street.services)
    assert street.stored() == []
    with street.store.read() as connection:
        erased = sa.select(sa.func.count()).where(turns.c.erased)
        assert connection.execute(erased).scalar() == 2
        told = [entry.actor for entry in audit_found(connection, AuditSearch(action="erased"))]
    assert told == [SYSTEM, SYSTEM]


def test_an_original_goes_and_what_was_read_of_it_stays(street: Neighbourhood) -> None:
    full(street)
    street.clock.now += timedelta(days=366)
    keep_house(street.services)
    assert len([text for text in street.stored() if text]) == 1
    with street.store.read() as connection:
        kept = connection.execute(sa.select(messages.c.sealed_original)).scalars()
        assert list(kept) == [None, None]
        assert connection.execute(sa.select(pictures)).all() == []


def test_nothing_is_kept_longer_than_its_most(street: Neighbourhood, people: People) -> None:
    for name, kept in KINDS.items():
        for amount in (kept.longest + 1, kept.shortest - 1, -5):
            with pytest.raises(BadInput):
                sets(street, name, amount, people.ada)
        sets(street, name, kept.longest, people.ada)
        assert known(street)[name].amount == kept.longest


def test_only_an_administrator_sets_a_term(street: Neighbourhood, people: People) -> None:
    for login in ("dora", "wim", "hanna", "lea", "ron"):
        with pytest.raises(NotAllowed):
            sets(street, "turns", 1, getattr(people, login))


def test_what_there_is_not_is_not_set(street: Neighbourhood, people: People) -> None:
    for name, amount, note in (("all", 1, ""), ("all", None, ""), ("turns", None, "x" * 501)):
        with pytest.raises(BadInput):
            sets(street, name, amount, people.ada, note)


def test_who_set_it_and_from_what_is_written_down(street: Neighbourhood, people: People) -> None:
    sets(street, "plates", 7, people.ada, note="AVG art. 5")
    with street.store.unit() as unit:
        (entry,) = unit.audit.of("retention", "plates")
    assert (entry.actor, entry.action) == ("ada", "retention_set")
    assert (entry.detail["before"], entry.detail["after"]) == ({"amount": 14}, {"amount": 7})
    term = known(street)["plates"]
    assert (term.note, term.by, term.is_own) == ("AVG art. 5", "ada", True)
    sets(street, "plates", None, people.ada, note="AVG art. 5")
    assert (known(street)["plates"].amount, known(street)["plates"].is_own) == (14, False)


def test_cleaning_nothing_keeps_when_there_last_was_something(street: Neighbourhood) -> None:
    full(street)
    street.clock.now += timedelta(days=15)
    keep_house(street.services)
    cleaned_at = known(street)["plates"].cleaned_at
    street.clock.now += timedelta(days=1)
    keep_house(street.services)
    term = known(street)["plates"]
    assert (term.cleaned_at, term.cleaned_count) == (cleaned_at, 1)
    assert term.looked_at is not None and cleaned_at is not None
    assert term.looked_at > cleaned_at
