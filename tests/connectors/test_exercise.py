"""An exercise as it runs: apart from all that is real, to its end, with nothing left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.deliver import deliver_due
from connectors.exercise import Exercises
from connectors.outside import exchange
from core import exercise as steps
from core import rehearsal, report_back, triage
from core.errors import BadInput, ExerciseOver, ExerciseRuns, NotAllowed, NotFound
from core.exercise import as_trainee
from core.store import Store
from core.store.exercise_queries import ExerciseState, recorded
from core.store.tables import metadata, outbox
from core.wiring import destinations, outside_destinations, sources
from tests.exercises import SESSION, Rehearsed, trainee, write_evening
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece

ITS_OWN = {"exercises", "exercise_looks", "audit_entries"}


@pytest.fixture
def around(
    sqlite_store: Store, clock: Timepiece, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Neighbourhood:
    write_evening(tmp_path / "avonden", monkeypatch)
    return Neighbourhood(sqlite_store, clock, tmp_path)


@pytest.fixture
def played(around: Neighbourhood) -> Rehearsed:
    return Rehearsed(around, trainee(around))


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of the real store, but for those that say that somebody exercises."""
    with store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in metadata.sorted_tables
            if table.name not in ITS_OWN
        }


def tell(played: Rehearsed, incident_id: int, text: str) -> None:
    me = as_trainee(played.trainee)
    with played.services.store.unit() as unit:
        version = unit.incidents.get(incident_id).version
        report_back.tell(incident_id, version, me, unit, text, hold=timedelta())


def test_nothing_of_an_exercise_reaches_the_real_store(around: Neighbourhood) -> None:
    around.writes("""
        at    | author | text
        19:50 | Anna   | grofvuil op de Bostonsingel
    """)
    before = everything(around.store)
    played = Rehearsed(around, trainee(around))
    played.after(12)
    played.does(triage.accept, 1)
    played.does(triage.hand_over, 1, "police_team")
    tell(played, 1, "De politie is onderweg.")
    played.after(61)
    assert everything(around.store) == before
    with around.store.read() as connection:
        said = {
            row.action for row in connection.execute(sa.select(metadata.tables["audit_entries"]))
        }
    assert "exercise_started" in said
    assert "accept" not in said


def test_no_message_leaves_an_exercise(played: Rehearsed) -> None:
    played.after(12)
    played.does(triage.accept, 1)
    played.does(triage.hand_over, 1, "police_team")
    tell(played, 1, "De politie is onderweg.")
    assert deliver_due(played.house, sources(), destinations()) == 0
    assert exchange(played.house, outside_destinations()) == 0
    with played.services.store.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    assert {row.kind for row in rows} >= {"hand_over", "feedback"}
    assert {row.delivered_at for row in rows} == {None}
    assert played.services.settings.outside_url == ""


def test_an_evening_ends_by_itself_and_leaves_its_debriefing_alone(played: Rehearsed) -> None:
    folder = rehearsal.folder_of(played.id, played.house.settings)
    played.after(30)
    assert (folder / "hnm.sqlite").exists()
    played.after(61)
    assert played.row.state is ExerciseState.ENDED
    assert not folder.exists()
    assert played.debriefing().is_whole


def test_a_worker_that_starts_anew_goes_on_where_the_evening_is(played: Rehearsed) -> None:
    played.after(6)
    played.worker = Exercises(played.house)
    played.after(22)
    with played.services.store.unit() as unit:
        counts = [unit.incidents.get(number).message_count for number in (1, 2, 3)]
    assert counts == [2, 1, 1]


def test_the_clock_stands_still_goes_faster_and_never_back(played: Rehearsed) -> None:
    played.after(5)
    me, forward = played.trainee, played.around.clock.forward
    with played.house.store.unit() as unit:
        steps.pause(played.id, me, unit)
    stood = played.services.clock()
    forward(minutes=10)
    assert played.services.clock() == stood
    with played.house.store.unit() as unit:
        steps.resume(played.id, me, unit)
        steps.set_speed(played.id, 10, me, unit)
    forward(minutes=1)
    assert played.services.clock() == stood + timedelta(minutes=10)
    forward(hours=5)
    assert played.services.clock() == rehearsal.evening_named("proef", played.house).ends_at


def test_one_exercise_at_a_time_and_each_trainee_their_own(played: Rehearsed) -> None:
    with pytest.raises(ExerciseRuns):
        rehearsal.begin("proef", 5, SESSION, played.trainee, played.house)
    with played.house.store.unit() as unit:
        daan = People.read(unit).daan
    other = Rehearsed(played.around, daan)
    played.after(3)
    played.does(triage.accept, 1)
    with other.services.store.unit() as unit:
        assert unit.incidents.get(1).status.value == "new"


@pytest.mark.parametrize("login", ["ron", "ada", "lea", "bep"])
def test_who_neither_decides_nor_works_begins_none(around: Neighbourhood, login: str) -> None:
    with around.store.unit() as unit:
        user = getattr(People.read(unit), login)
    with pytest.raises(NotAllowed):
        rehearsal.begin("proef", 5, SESSION, user, around.services)


@pytest.mark.parametrize(
    ("evening", "speed"), [("../geheim", 5), ("recorded:1", 5), ("recorded:x", 5)]
)
def test_an_evening_that_is_not_there_is_not_begun(
    around: Neighbourhood, evening: str, speed: int
) -> None:
    with pytest.raises(NotFound):
        rehearsal.begin(evening, speed, SESSION, trainee(around), around.services)


def test_a_speed_that_is_not_offered_is_refused(around: Neighbourhood) -> None:
    with pytest.raises(BadInput):
        rehearsal.begin("proef", 0, SESSION, trainee(around), around.services)


def test_how_it_went_is_the_trainee_s_own_until_shared(played: Rehearsed) -> None:
    played.after(61)
    with played.house.store.unit() as unit:
        people = People.read(unit)
        for login in ("daan", "lea", "ada"):
            with pytest.raises(NotFound):
                steps.read_result(played.id, getattr(people, login), unit)
        with pytest.raises(NotFound):
            steps.share(played.id, True, people.lea, unit)
        steps.share(played.id, True, people.dora, unit)
        assert steps.read_result(played.id, people.lea, unit)[1]
        with pytest.raises(NotFound):
            steps.read_result(played.id, people.ada, unit)
        steps.share(played.id, False, people.dora, unit)
        with pytest.raises(NotFound):
            steps.read_result(played.id, people.lea, unit)


def test_an_exercise_that_cannot_go_on_ends_and_holds_nobody_up(
    played: Rehearsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played.house.store.unit() as unit:
        daan = People.read(unit).daan
    other = Rehearsed(played.around, daan)
    broken = played.id
    real = Exercises._advance

    def fail(self: Exercises, one: Any, tools: Any) -> int:
        if one.id == broken:
            raise OSError("disk")
        return real(self, one, tools)

    monkeypatch.setattr(Exercises, "_advance", fail)
    other.after(12)
    assert played.row.state is ExerciseState.BROKEN
    assert other.row.state is ExerciseState.RUNNING


def test_nothing_can_be_done_in_an_exercise_that_is_over(played: Rehearsed) -> None:
    played.after(61)
    with played.house.store.unit() as unit, pytest.raises(ExerciseOver):
        steps.pause(played.id, played.trainee, unit)
    with played.house.store.unit() as unit:
        steps.remove(played.id, played.trainee, unit)
    with played.house.store.read() as connection:
        rows = connection.execute(sa.select(metadata.tables["exercise_looks"])).all()
    assert rows == []


RECORDED = """
    id | at    | author | text
    a  | 20:02 | Anna   | Er is ingebroken op de Bostonsingel 36
    b  | 20:10 | Bram   | grofvuil op het Ko van Dijkplein, vraag Fatima maar
    c  | 20:20 | Carla  | muziek op de Praagsingel
"""


@pytest.fixture
def own_evening(around: Neighbourhood) -> str:
    """An evening of the own pilot on which one was accepted, one rejected, one left open."""
    around.writes(RECORDED)
    with around.store.unit() as unit:
        people = People.read(unit)
    around.clock.forward(minutes=2)
    around.does(triage.accept, 1, people.dora)
    around.does(triage.hand_over, 1, people.dora, "police_team")
    around.does(triage.reject, 2, people.dora, "Geen melding")
    around.clock.forward(hours=3)
    with around.store.unit() as unit:
        start = around.clock.at("20:00")
        end = start + timedelta(hours=1)
        number = steps.record(around.pilot.id, "Onze avond", start, end, people.lea, unit)
    return f"recorded:{number}"


def test_what_was_decided_then_is_the_key_of_a_recorded_evening(
    around: Neighbourhood, own_evening: str
) -> None:
    evening = rehearsal.evening_named(own_evening, around.services)
    keys = {key.topics: (key.verdict.value, key.destinations) for key in evening.expected}
    assert keys == {
        ("inbraak",): ("accept", ("police_team",)),
        ("afval",): ("reject", ()),
    }
    assert len(evening.lines) == 3
    assert "Fatima" not in str(evening)


def test_a_recorded_evening_is_exercised_with_its_own_pilot_s_groups(
    around: Neighbourhood, own_evening: str
) -> None:
    played = Rehearsed(around, trainee(around), own_evening)
    played.after(30)
    played.does(triage.accept, 1)
    played.does(triage.hand_over, 1, "police_team")
    played.after(91)
    outcomes = {one.id: one.outcome.value for one in played.debriefing().scored}
    assert outcomes == {"i1": "good", "i2": "missed"}


def test_what_is_erased_leaves_the_recorded_evening_also_while_it_is_exercised(
    around: Neighbourhood, own_evening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.exercise._READ_AGAIN_S", 0.0)
    played = Rehearsed(around, trainee(around), own_evening)
    played.after(30)
    around.writes("""
        id | kind   | at    | text
        a  | delete | 23:30 | -
    """)
    played.work()
    with played.services.store.read() as connection:
        texts = str(connection.execute(sa.select(metadata.tables["messages"])).all())
    assert "ingebroken" not in texts
    assert "grofvuil" in texts
    assert len(rehearsal.evening_named(own_evening, around.services).lines) == 2


@pytest.mark.parametrize(
    ("name", "hours"), [("", 1), ("x" * 81, 1), ("Avond", 11), ("Avond", 0), ("Avond", 9)]
)
def test_a_period_that_cannot_be_exercised_on_is_refused(
    around: Neighbourhood, name: str, hours: int
) -> None:
    start = around.clock.now - timedelta(hours=8)
    with around.store.unit() as unit, pytest.raises(BadInput):
        end = start + timedelta(hours=hours)
        steps.record(around.pilot.id, name, start, end, People.read(unit).ada, unit)
    with around.store.read() as connection:
        assert recorded(connection) == []


def test_only_the_lead_and_the_administrator_record(around: Neighbourhood) -> None:
    start = around.clock.now - timedelta(hours=8)
    with around.store.unit() as unit, pytest.raises(NotAllowed):
        end = start + timedelta(hours=1)
        steps.record(around.pilot.id, "Avond", start, end, People.read(unit).dora, unit)


def test_what_an_interrupted_end_left_behind_is_cleared(played: Rehearsed) -> None:
    stray = rehearsal.folder_of(99, played.house.settings)
    stray.mkdir(parents=True)
    played.after(3)
    assert not stray.exists()
    assert rehearsal.folder_of(played.id, played.house.settings).exists()
