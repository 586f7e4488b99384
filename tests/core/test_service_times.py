"""An administrator sets deadlines by topic: with a reason, at once, taken back if need be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.deadlines import usual_times
from core.domain import ServiceTimes
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NothingToUndo, ReasonMissing
from core.service_times import MOVES, chosen_times, set_service_times, take_back_times
from core.store import Unit
from core.topics import topics
from tests.people import CAST, People

SOONER = ServiceTimes(decision=timedelta(minutes=30), feedback=timedelta(hours=12))


def set_them(unit: Unit, people: People, reason: str = "afspraak", **wanted: ServiceTimes) -> None:
    set_service_times(1, wanted, reason, people.ada, unit, seen=chosen_times(1, unit))


@pytest.mark.parametrize("login", sorted(set(CAST) - {"ada"}))
def test_only_an_administrator_may(login: str, unit: Unit, people: People) -> None:
    user = getattr(people, login)
    with pytest.raises(NotAllowed):
        set_service_times(1, {"afval": SOONER}, "sneller", user, unit, seen=chosen_times(1, unit))
    with pytest.raises(NotAllowed):
        take_back_times(1, user, unit)


def test_without_a_choice_a_topics_own_file_holds(unit: Unit) -> None:
    found = chosen_times(1, unit)
    assert found["afval"] == usual_times(topics()["afval"])
    assert set(found) == set(unit.pilots.pilot(1).topics)


def test_what_is_set_holds_and_only_that_is_kept(unit: Unit, people: People) -> None:
    set_them(unit, people, " afspraak met Handhaving ", afval=SOONER)
    assert chosen_times(1, unit)["afval"] == SOONER
    assert unit.service.times(1) == {"afval": SOONER}
    (entry,) = MOVES.of(1, unit)
    assert (entry.actor, entry.reason) == ("ada", "afspraak met Handhaving")
    assert (entry.detail["before"], entry.detail["after"]) == (
        {"afval": [1440, 4320]},
        {"afval": [30, 720]},
    )


def test_it_needs_a_reason_and_a_change(unit: Unit, people: People) -> None:
    with pytest.raises(ReasonMissing):
        set_them(unit, people, "  ", afval=SOONER)
    with pytest.raises(BadInput):
        set_them(unit, people, afval=usual_times(topics()["afval"]))


@pytest.mark.parametrize(
    ("topic", "decision_min", "feedback_min"),
    [
        ("afval", 60, 30),
        ("afval", 60, 91 * 24 * 60),
        ("afval", 0.5, 60),
        ("geen", 60, 120),
        ("../afval", 60, 120),
    ],
)
def test_what_makes_no_sense_is_refused(
    topic: str, decision_min: float, feedback_min: float, unit: Unit, people: People
) -> None:
    times = ServiceTimes(
        decision=timedelta(minutes=decision_min), feedback=timedelta(minutes=feedback_min)
    )
    seen = chosen_times(1, unit)
    with pytest.raises(BadInput):
        set_service_times(1, {topic: times}, "afspraak", people.ada, unit, seen=seen)


@pytest.mark.parametrize("minutes", [0, -5])
def test_no_time_at_all_is_no_service_time(minutes: int) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        ServiceTimes(decision=timedelta(minutes=minutes), feedback=timedelta(hours=1))


def test_who_saw_an_older_state_does_not_overwrite(unit: Unit, people: People) -> None:
    seen = chosen_times(1, unit)
    set_them(unit, people, afval=SOONER)
    with pytest.raises(ChangedMeanwhile) as found:
        set_service_times(1, {"wrak": SOONER}, "ook", people.ada, unit, seen=seen)
    assert found.value.params["who"] == "ada"


def test_the_last_change_is_taken_back_and_then_the_one_before(unit: Unit, people: People) -> None:
    set_them(unit, people, afval=SOONER)
    set_them(unit, people, wrak=SOONER)
    take_back_times(1, people.ada, unit)
    assert unit.service.times(1) == {"afval": SOONER}
    take_back_times(1, people.ada, unit)
    assert unit.service.times(1) == {}
    with pytest.raises(NothingToUndo):
        take_back_times(1, people.ada, unit)
