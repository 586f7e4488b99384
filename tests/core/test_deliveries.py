"""A text that only a person can bring counts from when they say so, and not before."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.deliver import deliver_due
from core.deliveries import mark_posted, take_back_posted
from core.domain import PromiseState
from core.errors import HNMError, NotAllowed, NotFound
from core.ports import SourceCard
from core.report_back import OUTCOME, tell
from core.store.deadline_queries import standing
from core.store.tables import outbox
from core.store.thread_queries import all_threads
from core.store.trend_queries import courses
from core.threads import Awaited, awaited
from core.undo import undo
from core.wiring import sources
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import means_of

FILE = SourceCard(name_nl="Bestand", name_en="File", reads_files=True, replies=True)
DAY = timedelta(days=1)


@pytest.fixture
def room(street: Neighbourhood, people: People) -> Neighbourhood:
    """HNM-1 from a file, with a promise, and an outcome whose hold is over."""
    street.writes("""
        at    | author | text
        20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
    """)
    later = street.clock() + timedelta(hours=1)
    says(street, people, "Wij kijken.", promise_by=later)
    says(street, people, "Het is weg.", kind=OUTCOME)
    carried(street)
    return street


def says(street: Neighbourhood, people: People, text: str, **values: Any) -> None:
    hold, means = timedelta(seconds=10), means_of(street, FILE)
    street.does(tell, 1, people.dora, text, hold=hold, means=means, **values)


def carried(street: Neighbourhood) -> None:
    street.clock.forward(seconds=10)
    deliver_due(street.services, {"demo": SimpleNamespace(CARD=FILE)}, {})


def row(room: Neighbourhood, row_id: int = 2) -> Any:
    with room.store.read() as connection:
        return connection.execute(sa.select(outbox).where(outbox.c.id == row_id)).one()


def posts(room: Neighbourhood, who: Any, row_id: int = 2) -> None:
    with room.store.unit() as unit:
        mark_posted(row_id, who, unit)


def told(room: Neighbourhood) -> tuple[Any, Any, Awaited, PromiseState]:
    """When residents were told, by deadlines and by trends; who waits; what the promise is."""
    now = room.clock()
    with room.store.unit() as unit:
        found = all_threads(unit.connection)
        (course,) = courses(unit.connection, room.pilot.id, now - DAY, now + DAY)
        by_clock = standing(unit.connection).told_at.get(1)
        (promise,) = unit.promises.of([1])
    (thread,) = found.threads
    return by_clock, course.told_at, awaited(thread, found.incidents[1]), promise.state


def test_what_nobody_posted_is_told_to_nobody(room: Neighbourhood) -> None:
    assert (row(room).state, row(room).delivered_at) == ("to_copy", None)
    assert told(room) == (None, None, Awaited.TO_COPY, PromiseState.OPEN)


def test_it_counts_from_when_a_person_says_so(room: Neighbourhood, people: People) -> None:
    room.clock.forward(minutes=7)
    posts(room, people.hanna)
    at = room.clock()
    assert (row(room).state, row(room).delivered_at) == ("delivered", at)
    assert told(room) == (at, at, Awaited.TO_COPY, PromiseState.KEPT)
    posts(room, people.hanna, 1)
    assert told(room)[2] is Awaited.NOBODY
    with room.store.unit() as unit:
        assert [e.action for e in unit.audit.of("outbox", 2)] == ["to_copy", "posted"]


def test_it_is_said_once_and_by_who_may_tell(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotAllowed):
        posts(room, people.lea)
    posts(room, people.dora)
    for row_id in (2, 99):
        with pytest.raises(NotFound):
            posts(room, people.dora, row_id)


@pytest.mark.parametrize(
    ("who", "minutes", "works"), [("dora", 4, True), ("daan", 4, False), ("dora", 6, False)]
)
def test_who_said_so_may_take_it_back_for_a_moment(
    room: Neighbourhood, people: People, who: str, minutes: int, works: bool
) -> None:
    posts(room, people.dora)
    room.clock.forward(minutes=minutes)
    try:
        with room.store.unit() as unit:
            take_back_posted(2, getattr(people, who), unit)
    except HNMError:
        assert (row(room).state, works) == ("delivered", False)
    else:
        assert works
        assert told(room) == (None, None, Awaited.TO_COPY, PromiseState.OPEN)


def test_what_nobody_posted_can_still_be_taken_back(room: Neighbourhood, people: People) -> None:
    room.does(undo, 1, people.dora, room.areas)
    assert row(room).state == "withdrawn"
    with pytest.raises(NotFound):
        posts(room, people.dora)


def test_files_telephone_lines_and_forms_take_no_text_of_ours() -> None:
    by_hand = {name for name, source in sources().items() if source.CARD.is_posted_by_hand}
    assert by_hand == {"calls", "csv_file", "jsonl_file", "open311", "whatsapp_export"}
