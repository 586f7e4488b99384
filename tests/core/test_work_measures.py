"""What the product does to the work, by worked examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.status import Step
from core.work_form import Assumptions, Baseline, Deed, Measured, PassedOn, Road
from core.work_intervals import Lack
from core.work_measures import (
    ALL_ROLES,
    FIRST_DECISIONS,
    handling,
    paces,
    rekeying,
    stretches,
    waits,
)

START = datetime(2021, 4, 6, 8, 0, tzinfo=UTC)
GIVEN = Assumptions(lead_min=0.0)
BASELINE = Baseline(
    id=1,
    measured=Measured.PACE,
    role="dispatcher",
    value=4.0,
    low=None,
    high=None,
    first=date(2021, 1, 1),
    last=date(2021, 1, 31),
    source="tijdstudie",
)


def deed(
    minutes: float,
    step: str = Step.ACCEPT,
    incident: int = 1,
    person: int = 1,
    role: str = "dispatcher",
    *,
    undone: bool = False,
) -> Deed:
    at = START + timedelta(minutes=minutes)
    return Deed(at=at, incident_id=incident, step=step, person=person, role=role, undone=undone)


def test_a_long_pause_was_no_work() -> None:
    parts = list(stretches([deed(n) for n in (95, 0, 20, 60, 51, 120)], GIVEN))
    assert [len(part) for part in parts] == [2, 2, 2]
    shorter = Assumptions(pause_min=15)
    assert [len(part) for part in stretches([deed(n) for n in (0, 20, 34)], shorter)] == [1, 2]


def test_no_deeds_no_stretches_and_no_paces() -> None:
    assert list(stretches([], GIVEN)) == []
    assert paces([], GIVEN) == []


def shifts(people: int, days: int, role: str = "dispatcher") -> Iterator[Deed]:
    """Everybody: each day an hour with seven decisions about seven incidents, ten minutes apart."""
    for person in range(people):
        for day in range(days):
            for n in range(7):
                at = day * 24 * 60 + n * 10
                yield deed(at, incident=person * 1000 + day * 10 + n, person=person, role=role)


def test_seven_decisions_in_an_hour_are_seven_an_hour() -> None:
    everybody, dispatchers = paces(list(shifts(3, 4)), GIVEN)
    assert (everybody.role, dispatchers.role) == (ALL_ROLES, "dispatcher")
    assert dispatchers.decision_count == 84 and dispatchers.worked_h == pytest.approx(12.0)
    assert dispatchers.an_hour.value == pytest.approx(7.0)
    assert dispatchers.minutes.value == pytest.approx(60 / 7)


def test_what_comes_before_the_first_step_is_assumed() -> None:
    (pace, _) = paces(list(shifts(3, 4)), Assumptions(lead_min=10))
    assert pace.worked_h == pytest.approx(12 * 70 / 60)
    assert pace.an_hour.value == pytest.approx(6.0)


def test_a_figure_is_never_of_one_or_two_people() -> None:
    deeds = [*shifts(2, 20), *shifts(5, 4, "enforcement_officer")]
    found = {pace.role: pace for pace in paces(deeds, GIVEN)}
    assert found["dispatcher"].an_hour.lack is Lack.PEOPLE
    assert found["dispatcher"].minutes.value is None
    assert found["enforcement_officer"].an_hour.value == pytest.approx(7.0)


def test_the_whole_less_what_is_shown_tells_of_nobody() -> None:
    many, few = list(shifts(3, 4)), list(shifts(2, 4, "community_officer"))
    (everybody, *_) = paces([*many, *few], GIVEN)
    assert everybody.an_hour.lack is Lack.PEOPLE
    more = [*few, *(replace(one, role="enforcement_officer", person=9) for one in few)]
    (everybody, *_) = paces([*many, *more], GIVEN)
    assert everybody.an_hour.value is not None
    (everybody, *_) = paces(more, GIVEN)  # no role is shown: nothing can be taken off
    assert everybody.an_hour.value is not None


def test_what_was_taken_back_took_time_but_decides_nothing() -> None:
    whole = list(shifts(3, 4))
    undone = [deed(90, incident=n, person=n, undone=True) for n in range(3)]
    (pace, _) = paces([*whole, *undone], GIVEN)
    assert pace.decision_count == 84
    assert pace.worked_h > 12.0


def test_telling_is_work_and_no_decision() -> None:
    told = [deed(n * 1440 + 70, Step.TELL, person=p) for p in range(3) for n in range(4)]
    (pace, _) = paces([*shifts(3, 4), *told], GIVEN)
    assert pace.decision_count == 84
    assert pace.worked_h == pytest.approx(14.0)


def test_from_claim_to_ones_own_decision() -> None:
    deeds = [
        deed(0, Step.CLAIM, incident=1),
        deed(3, Step.ACCEPT, incident=1),
        deed(9, Step.CLOSE, incident=1),
        deed(1, Step.CLAIM, incident=2),
        deed(5, Step.ACCEPT, incident=2, person=2),
        deed(10, Step.ACCEPT, incident=3),
    ]
    assert waits(deeds, Step.CLAIM, FIRST_DECISIONS) == [180.0]


def test_a_claim_that_was_taken_back_begins_nothing() -> None:
    deeds = [deed(0, Step.CLAIM, undone=True), deed(3, Step.ACCEPT)]
    assert waits(deeds, Step.CLAIM, FIRST_DECISIONS) == []


def test_handling_is_the_middle_of_several_people() -> None:
    deeds = [
        one
        for n in range(9)
        for one in (
            deed(n * 100, Step.CLAIM, incident=n, person=n % 3),
            deed(n * 100 + n + 1, Step.ACCEPT, incident=n, person=n % 3),
        )
    ]
    found = handling(deeds, Step.CLAIM, FIRST_DECISIONS)
    assert (found.value, found.low, found.high, found.of) == (300.0, 120.0, 480.0, 9)
    alone = [one for one in deeds if one.person == 0]
    assert handling(alone, Step.CLAIM, FIRST_DECISIONS).lack is Lack.PEOPLE
    assert handling([], Step.CLAIM, FIRST_DECISIONS).lack is Lack.LITTLE


def reports(**counts: int) -> list[PassedOn]:
    return [
        PassedOn(incident_id=n, road=Road(road), field_count=4, character_count=50)
        for road, count in counts.items()
        for n in range(count)
    ]


def test_what_went_by_connection_was_not_typed_again() -> None:
    """Ten reports of 4 fields and 50 letters: 500 / 200 + 40 * 3 / 60 = 4,5 minutes."""
    found = rekeying(reports(connection=10, by_hand=10), GIVEN)
    assert (found.saved_fields, found.saved_characters) == (40, 500)
    assert found.saved_min == pytest.approx(4.5)
    assert found.counts == {Road.CONNECTION: 10, Road.HERE: 0, Road.BY_HAND: 10}
    assert found.fields.value == pytest.approx(2.0)  # half of four
    assert found.fields.low is not None and 1.0 < found.fields.low < 2.0


def test_whether_our_own_lists_count_is_an_assumption() -> None:
    passed = reports(here=20)
    assert rekeying(passed, GIVEN).saved_fields == 80
    strict = rekeying(passed, Assumptions(lists_count=False))
    assert strict.saved_fields == 0 and strict.fields.value == 4.0


def test_few_reports_make_no_share() -> None:
    assert rekeying(reports(connection=19), GIVEN).fields.lack is Lack.LITTLE
    assert rekeying([], GIVEN).saved_min == 0
