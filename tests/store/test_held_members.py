"""What is held of an incident's members is what reading them anew gives, whatever is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.domain import Link, OpenIncident
from core.store import Unit
from core.store.member_rows import members_of
from core.store.tables import assessments, links, messages
from tests.neighbourhood import Neighbourhood

TWO = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
    20:02 | Bram   | help nu ingebroken, ook op de Bostonsingel
    20:03 | Anna   | Grofvuil op de Londensingel
    20:04 | Fatima | vuilnis op de Londensingel ja
"""

Change = Callable[[Unit], object]


def first_key(unit: Unit) -> str:
    return str(unit.connection.execute(sa.select(messages.c.message_key).limit(1)).scalar_one())


def link_again(unit: Unit) -> int:
    return unit.incidents.link(2, 1, 1, Link(incident_id=2, strength=0.5, reasons=()), "dora")


WRITTEN: dict[str, Change] = {
    "a link": link_again,
    "links moved": lambda unit: unit.incidents.move_links([1], 2),
    "a correction": lambda unit: unit.learning.correct(1, topic="afval"),
    "no report": lambda unit: unit.learning.take_out(1),
    "judged anew": lambda unit: unit.messages.unlink(first_key(unit)),
    "words forgotten": lambda unit: unit.messages.forget_words(first_key(unit)),
    "erased": lambda unit: unit.messages.erase(first_key(unit), 1),
    "a raw change": lambda unit: unit.connection.execute(
        assessments.update().where(assessments.c.id == 1).values(corrected_count=7)
    ),
    "links in bulk": lambda unit: unit.connection.execute(
        links.insert(),
        [
            {"incident_id": 2, "message_id": m, "assessment_id": m, "strength": 0.5}
            | {"reasons": [], "by": "dora", "at": unit.now}
            for m in (1, 2)
        ],
    ),
}


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """HNM-1, a burglary told by two, and HNM-2, waste told by two."""
    street.writes(TWO)
    return street


def weighed(room: Neighbourhood, unit: Unit) -> list[OpenIncident]:
    return unit.incidents.open_since(room.pilot.id, unit.now - timedelta(days=1), unit.now)


def anew(unit: Unit) -> dict[int, list[str]]:
    found = members_of(unit.connection, [1, 2], 12)
    return {incident_id: [repr(one) for one in members] for incident_id, members in found.items()}


def as_told(incidents: list[OpenIncident]) -> dict[int, list[str]]:
    return {one.id: [repr(member) for member in one.members] for one in incidents}


@pytest.mark.parametrize("what", WRITTEN)
def test_what_a_unit_wrote_is_weighed_in_that_unit(room: Neighbourhood, what: str) -> None:
    with room.store.unit() as unit:
        before = as_told(weighed(room, unit))
        WRITTEN[what](unit)
        after = as_told(weighed(room, unit))
        assert after == anew(unit)
    assert sorted(before) == [1, 2]


def test_what_is_taken_back_is_not_weighed(room: Neighbourhood) -> None:
    with room.store.unit() as unit:
        before = as_told(weighed(room, unit))
        with unit.trial():
            link_again(unit)
            assert as_told(weighed(room, unit)) != before
        assert as_told(weighed(room, unit)) == before


def test_another_unit_reads_for_itself(room: Neighbourhood) -> None:
    with room.store.unit() as unit:
        weighed(room, unit)
    with room.store.unit() as unit:
        link_again(unit)
    with room.store.unit() as unit:
        assert as_told(weighed(room, unit)) == anew(unit)


def test_members_are_not_asked_for_twice(room: Neighbourhood) -> None:
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    sa.event.listen(room.store.engine, "before_cursor_execute", note)
    with room.store.unit() as unit:
        for _ in range(3):
            weighed(room, unit)
    assert sum("FROM links JOIN messages" in one for one in asked) == 1
