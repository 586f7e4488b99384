"""What is called in joins the incidents that residents write about; nobody knows who called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import connections
from core.domain import EventKind, Group, Role, Urgency
from core.errors import BadInput, NotAllowed, NotFound, ReasonMissing
from core.phone_calls import Call, caller_of, event_of, note_call, open_lines
from core.store import Store
from core.store.room_queries import dossier
from core.store.tables import messages
from tests.contract.test_sources import SOURCES, forms
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START, Timepiece

NUMBER = "06 12 34 56 78"


@pytest.fixture
def town(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


@pytest.fixture
def line(town: Neighbourhood, people: People) -> Group:
    """The line as an administrator opens it."""
    with town.store.unit() as unit:
        connection_id = connections.add(
            town.pilot.id,
            "calls",
            SOURCES["calls"].CARD,
            "112 en 0900-8844",
            {},
            "whsec_" + "QUFB" * 11,
            people.ada,
            unit,
            town.services.vault,
            purpose="hetzelfde incident",
            legal_basis="Politiewet, artikel 3",
        )
        assert open_lines(unit) == []  # off until it is switched on
        connections.switch(connection_id, True, people.ada, unit)
        (found,) = open_lines(unit)
    return found


def call(**values: Any) -> Call:
    given = {
        "id": "t1",
        "called": "112",
        "at": START,
        "what": "Er is ingebroken",
        "where": "Bostonsingel 36",
        "caller": NUMBER,
    }
    return Call(**{**given, **values})


def notes(town: Neighbourhood, line: Group, people: People, **values: Any) -> None:
    with town.store.unit() as unit:
        note_call(call(**values), line.id, people.dora, unit, town.services.vault)
    town.work()


def test_a_call_and_a_message_are_one_incident(
    town: Neighbourhood, line: Group, people: People
) -> None:
    town.writes("""
        at    | author | text
        20:00 | Anna   | er is ingebroken op de Bostonsingel 36
    """)
    notes(town, line, people, at=START + timedelta(minutes=1))
    town.must_show("""
        id | topic   | messages | residents | place
        1  | inbraak | 2        | 2         | Bostonsingel 36
    """)
    with town.store.read() as connection:
        members = dossier(connection, 1, town.clock()).members
    assert [(m.source, dict(m.told)) for m in members] == [
        ("demo", {}),
        ("calls", {"called": "112"}),
    ]
    assert town.stored()[1] == "Er is ingebroken. Bostonsingel 36"


def test_who_calls_twice_is_one_resident_and_without_a_number_each_is_another(
    town: Neighbourhood, line: Group, people: People
) -> None:
    notes(town, line, people)
    notes(town, line, people, id="t2", called="0900-8844", caller="+31612345678")
    town.must_show("""
        id | messages | residents
        1  | 2        | 1
    """)
    notes(town, line, people, id="t3", what="Nog eens ingebroken", caller="")
    notes(town, line, people, id="t4", what="Net ingebroken gezien", caller="")
    town.must_show("""
        id | messages | residents
        1  | 4        | 3
    """)


def test_noted_twice_it_is_one_call(town: Neighbourhood, line: Group, people: People) -> None:
    notes(town, line, people)
    notes(town, line, people)
    assert len(town.stored()) == 1


def test_what_reads_like_no_report_is_one_when_it_was_called_in(
    town: Neighbourhood, line: Group, people: People
) -> None:
    notes(town, line, people, what="Een man staat al een uur te kijken", topic="verdacht")
    town.must_show("""
        id | topic    | urgency    | confidence
        1  | verdacht | not_urgent | 0.95
    """)
    notes(
        town,
        line,
        people,
        id="t2",
        what="Het is mis",
        where="Osloweg 2",
        topic="geweld",
        urgency=Urgency.URGENT,
    )
    town.must_show("""
        id | topic    | urgency
        1  | verdacht | not_urgent
        2  | geweld   | urgent
    """)
    with town.store.read() as connection:
        (member,) = dossier(connection, 2, town.clock()).members
    assert member.grounds[0].kind == "noted"


@pytest.mark.parametrize("what", ["stop", "!hnm beheer stop", "wis", "/stop", "akkoord"])
def test_a_command_that_somebody_tells_on_the_phone_is_none(
    town: Neighbourhood, line: Group, people: People, what: str
) -> None:
    notes(town, line, people, what=what, where="", topic="overlast")
    assert len(town.stored()) == 1
    notes(town, line, people, id="t2")
    assert len(town.stored()) == 2


def test_the_number_is_nowhere(
    town: Neighbourhood, line: Group, people: People, tmp_path: Path, caplog: Any
) -> None:
    notes(town, line, people, what=f"Ingebroken, bel terug op {NUMBER}")
    assert "[" in town.stored()[0]
    found = [
        (path.name, number)
        for number in (NUMBER, "+31612345678", "0612345678")
        for path in tmp_path.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms(number))
    ]
    assert found == []
    assert "5678" not in caplog.text


def test_who_noted_it_stands_in_the_audit_without_words(
    town: Neighbourhood, line: Group, people: People
) -> None:
    notes(town, line, people)
    with town.store.unit() as unit:
        (entry,) = [e for e in unit.audit.of("group", line.id) if e.action == "call_noted"]
    assert entry.actor == "dora"
    assert set(entry.detail) == {"called", "message", "caller_known"}
    assert "Bostonsingel" not in str(entry)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DISPATCHER])
def test_only_who_takes_calls_notes_them(
    town: Neighbourhood, line: Group, people: People, role: Role
) -> None:
    with town.store.unit() as unit, pytest.raises(NotAllowed):
        note_call(call(), line.id, people.of(role), unit, town.services.vault)
    assert town.work() == 0


def test_a_line_that_is_off_or_of_another_kind_takes_no_calls(
    town: Neighbourhood, line: Group, people: People
) -> None:
    for wrong in (town.group().id, 999):
        with town.store.unit() as unit, pytest.raises(NotFound):
            note_call(call(), wrong, people.dora, unit, town.services.vault)
    with town.store.unit() as unit:
        row = unit.connections.group_row(line.id)
        connections.switch(row.connection_id, False, people.ada, unit)
    with town.store.unit() as unit, pytest.raises(NotFound):
        note_call(call(), line.id, people.dora, unit, town.services.vault)


def test_a_line_needs_its_purpose_and_legal_basis(town: Neighbourhood, people: People) -> None:
    with town.store.unit() as unit, pytest.raises(ReasonMissing):
        connections.add(
            town.pilot.id,
            "calls",
            SOURCES["calls"].CARD,
            "112",
            {},
            "",
            people.ada,
            unit,
            town.services.vault,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "  \n"},
        {"what": "x" * 1001},
        {"where": "x" * 201},
        {"caller": "0" * 101},
        {"called": "144"},
        {"topic": "bestaat_niet"},
    ],
)
def test_a_call_that_cannot_be_is_refused(
    town: Neighbourhood, line: Group, people: People, wrong: dict[str, Any]
) -> None:
    with town.store.unit() as unit, pytest.raises(BadInput):
        note_call(call(**wrong), line.id, people.dora, unit, town.services.vault)
    assert town.work() == 0


def test_odd_signs_are_no_trouble(town: Neighbourhood, line: Group, people: People) -> None:
    notes(town, line, people, what="ingebroken \x00\ud83d <script>alert(1)</script>", where="'; --")
    assert "ingebroken" in town.stored()[0]


@pytest.mark.parametrize(
    ("caller", "known_as"),
    [
        (NUMBER, "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("anoniem", "other:anoniem"),
        ("", "unknown:t1"),
        (" ", "unknown:t1"),
    ],
)
def test_a_caller_is_known_by_their_number_however_it_is_written(
    caller: str, known_as: str
) -> None:
    assert caller_of(call(caller=caller)) == known_as


def test_a_call_is_reported_to_us_alone() -> None:
    event = event_of(call(lat=52.0, lon=4.3))
    assert (event.kind, event.direct, event.lat) == (EventKind.MESSAGE, True, 52.0)


def test_a_withdrawn_call_leaves_nothing(town: Neighbourhood, line: Group, people: People) -> None:
    from core.inbox import receive

    notes(town, line, people)
    with town.store.unit() as unit:
        gone = event_of(call(), EventKind.DELETE)
        receive([gone], line, unit, town.services.vault)
    town.work()
    with town.store.read() as connection:
        assert connection.execute(sa.select(messages)).all() == []


def test_after_the_pilots_last_day_the_line_is_closed(
    town: Neighbourhood, line: Group, people: People
) -> None:
    with town.store.unit() as unit:
        yesterday = START.date() - timedelta(days=1)
        unit.pilots.set_period(town.pilot.id, town.pilot.starts_on, yesterday)
        assert open_lines(unit) == []
