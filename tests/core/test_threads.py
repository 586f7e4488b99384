"""Conversations: one for each group and incident, one for who writes alone; who waits for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core import grouping, triage
from core.domain import Asking
from core.questions import Wish
from core.report_back import ask, tell
from core.store.tables import messages, outbox
from core.store.thread_queries import (
    Thread,
    Threads,
    all_threads,
    last_words,
    lines_of,
    mark_name,
    places_that_say,
    read_marks,
)
from core.threads import Awaited, awaited
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import answerable, means_of

EVENING = """
    at    | author | text
    20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
    20:03 | Bram   | grofvuil hier ook, Bostonsingel 36
"""
WISH = Wish(kind=Asking.FREE, text="Staat het er nog?", enough=3, open_min=30)


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    around = answerable(street)
    around.writes(EVENING)
    return around


def threads(room: Neighbourhood, alone: tuple[int, ...] = ()) -> Threads:
    with room.store.read() as connection:
        return all_threads(connection, alone)


def only(room: Neighbourhood) -> tuple[Thread, Awaited]:
    found = threads(room)
    (thread,) = found.threads
    return thread, awaited(thread, found.incidents[thread.incident_id or 0])


def test_an_empty_store_has_no_conversation(street: Neighbourhood) -> None:
    assert threads(street).threads == ()


def test_a_group_and_an_incident_are_one_conversation_that_waits_for_us(
    room: Neighbourhood,
) -> None:
    thread, who = only(room)
    assert (thread.group.name, thread.incident_id, thread.resident) == ("HNM Hoge Veld", 1, None)
    assert thread.key == f"g{thread.group.id}.1"
    assert who is Awaited.US
    with room.store.read() as connection:
        last = last_words(connection, [thread])[thread.key]
    assert (last.text, last.is_ours) == ("grofvuil hier ook, Bostonsingel 36", False)
    assert last.unanswered_at == room.clock.at("20:01")


def test_who_waits_for_whom(room: Neighbourhood, people: People) -> None:
    room.clock.now = room.clock.at("20:10")
    room.does(tell, 1, people.dora, "We komen kijken.", hold=timedelta(0), means=means_of(room))
    assert only(room)[1] is Awaited.NOBODY
    room.clock.forward(minutes=1)
    room.does(ask, 1, people.dora, WISH.text, hold=timedelta(0), means=means_of(room), wish=WISH)
    thread, who = only(room)
    assert who is Awaited.THEM
    assert thread.asked_at == room.clock()
    with room.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="failed"))
    thread, who = only(room)
    assert (who, thread.failed_count) == (Awaited.FAILED, 2)


def test_word_after_ours_waits_for_us_since_the_first_of_it(
    room: Neighbourhood, people: People
) -> None:
    room.clock.now = room.clock.at("20:10")
    room.does(tell, 1, people.dora, "We komen kijken.", hold=timedelta(0), means=means_of(room))
    room.writes("""
        at    | id | author | text
        20:12 | c  | Cor    | grofvuil Bostonsingel 36 ligt er nog
        20:20 | d  | Dirk   | grofvuil Bostonsingel 36 inderdaad
    """)
    thread, who = only(room)
    with room.store.read() as connection:
        last = last_words(connection, [thread])[thread.key]
    assert (who, last.unanswered_at) == (Awaited.US, room.clock.at("20:12"))


def test_of_a_rejected_incident_nobody_waits(room: Neighbourhood, people: People) -> None:
    room.does(triage.reject, 1, people.dora, "geen melding")
    assert only(room)[1] is Awaited.NOBODY


def test_a_withdrawn_text_is_no_word_of_ours(room: Neighbourhood, people: People) -> None:
    room.does(tell, 1, people.dora, "We komen.", hold=timedelta(30), means=means_of(room))
    with room.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="withdrawn"))
    thread, who = only(room)
    assert (who, thread.ours_at) == (Awaited.US, None)
    with room.store.read() as connection:
        _, ours = lines_of(connection, thread)
    assert [text.state for text in ours] == ["withdrawn"], "and yet it is shown"


def test_who_writes_alone_has_a_conversation_of_their_own(
    room: Neighbourhood, people: People
) -> None:
    with room.store.unit() as unit:
        first = sa.select(sa.func.min(messages.c.id)).scalar_subquery()
        alone = sa.update(messages).where(messages.c.id == first)
        unit.connection.execute(alone.values(direct=True))
    found = {thread.resident: thread for thread in threads(room).threads}
    anna = next(resident for resident in found if resident)
    assert len(found) == 2
    assert anna not in found[anna].key, "an address names nobody"
    with room.store.read() as connection:
        theirs, _ = lines_of(connection, found[anna])
        others, _ = lines_of(connection, found[None])
    assert [line.redacted for line in theirs] == ["Weer grofvuil op de Bostonsingel 36"]
    assert [line.redacted for line in others] == ["grofvuil hier ook, Bostonsingel 36"]


def test_where_nobody_reads_along_each_resident_has_their_own(room: Neighbourhood) -> None:
    found = threads(room, (room.group().id,)).threads
    assert len(found) == 2
    assert all(thread.resident for thread in found)


def test_one_resident_is_told_alone(room: Neighbourhood, people: People) -> None:
    with room.store.read() as connection:
        resident = connection.execute(sa.select(messages.c.resident).limit(1)).scalar_one()
    room.does(
        tell, 1, people.dora, "Aan u.", hold=timedelta(0), means=means_of(room), resident=resident
    )
    with room.store.read() as connection:
        rows = connection.execute(sa.select(outbox.c.resident, outbox.c.text)).all()
    assert [(row.resident, row.text) for row in rows] == [(resident, "Aan u.\nBij spoed: bel 112.")]
    assert resident in {thread.resident for thread in threads(room).threads}


def test_what_was_merged_is_one_conversation(room: Neighbourhood, people: People) -> None:
    room.writes("""
        at    | id | author | text
        20:05 | x  | Evi    | er is ingebroken in de Laan van Wateringse Veld
    """)
    assert len(threads(room).threads) == 2
    with room.store.unit() as unit:
        version = unit.incidents.get(1).version
        grouping.merge(1, version, 2, people.dora, unit, room.areas)
    thread, _ = only(room)
    assert thread.incident_id == 1
    with room.store.read() as connection:
        theirs, _ = lines_of(connection, thread)
    assert len(theirs) == 3


def test_what_is_done_and_long_ago_is_left_out_when_that_is_asked(
    room: Neighbourhood, people: People
) -> None:
    later = room.clock() + timedelta(days=20)
    with room.store.read() as connection:
        assert len(all_threads(connection, (), later).threads) == 1, "it is still open"
    room.does(triage.reject, 1, people.dora, "geen melding")
    with room.store.read() as connection:
        assert all_threads(connection, (), later).threads == ()
        assert len(all_threads(connection, (), room.clock.at("20:00")).threads) == 1


def test_words_are_found_as_they_stand(room: Neighbourhood, people: People) -> None:
    place = (room.group().id, 1)
    with room.store.read() as connection:
        assert places_that_say(connection, "GROFVUIL") == {place}
        for odd in ("%", "_", "' OR 1=1 --", "\\", "niets"):
            assert places_that_say(connection, odd) == set()


def test_looks_are_kept_for_each_user(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        unit.accounts.visit(people.dora.id, mark_name("g1.1"), timedelta(0))
        unit.accounts.visit(people.dora.id, "area", timedelta(0))
    with room.store.read() as connection:
        assert read_marks(connection, people.dora.id) == {"g1.1": room.clock()}
        assert read_marks(connection, people.wim.id) == {}
