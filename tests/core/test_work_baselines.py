"""Figures of before, written down by hand: by whom, within bounds, taken out and put back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core import triage
from core.domain import User
from core.errors import BadInput, NotAllowed, NotFound
from core.status import Step
from core.store.work_queries import deeds, passed_on
from core.undo import undo
from core.work_baselines import assume, note_baseline, remove_baseline, restore_baseline
from core.work_compared import compared
from core.work_form import Assumptions, Measured, Road
from core.work_intervals import Figure
from core.work_measures import Pace, passed, rekeying
from tests.neighbourhood import Neighbourhood
from tests.people import People

SPAN = (date(2021, 1, 1), date(2021, 1, 31))
GOOD: dict[str, Any] = {"value": 4.2, "span": SPAN, "source": "tijdstudie", "interval": (3.0, 5.0)}


def span(around: Neighbourhood) -> tuple[datetime, datetime]:
    return around.clock() - timedelta(days=2), around.clock() + timedelta(days=2)


def noted(around: Neighbourhood, user: User, **changed: Any) -> int:
    given = GOOD | changed
    with around.store.unit() as unit:
        return note_baseline(
            around.pilot.id,
            Measured.PACE,
            given["value"],
            given["span"],
            given["source"],
            user,
            unit,
            role=given.get("role", "dispatcher"),
            interval=given["interval"],
        )


def test_a_baseline_stands_until_it_is_taken_out_and_can_be_put_back(
    street: Neighbourhood, people: People
) -> None:
    baseline_id = noted(street, people.ron)
    with street.store.unit() as unit:
        (one,) = unit.work.of_pilot(street.pilot.id)
        assert (one.value, one.low, one.high, one.first) == (4.2, 3.0, 5.0, SPAN[0])
        remove_baseline(baseline_id, people.lea, unit)
        assert unit.work.of_pilot(street.pilot.id) == []
        with pytest.raises(NotFound):
            remove_baseline(baseline_id, people.lea, unit)
        restore_baseline(baseline_id, people.lea, unit)
        assert len(unit.work.of_pilot(street.pilot.id)) == 1
        said = [entry.action for entry in unit.audit.of("work_baseline", baseline_id)]
    assert said == ["baseline_added", "baseline_removed", "baseline_restored"]


@pytest.mark.parametrize("login", ["dora", "wim", "hanna", "bep"])
def test_who_may_not_evaluate_writes_no_baseline(
    street: Neighbourhood, people: People, login: str
) -> None:
    user = getattr(people, login)
    with pytest.raises(NotAllowed):
        noted(street, user)
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        assume(street.pilot.id, Assumptions(), user, unit)


@pytest.mark.parametrize(
    "changed",
    [
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": -1.0},
        {"value": 1e9},
        {"interval": (5.0, 6.0)},
        {"interval": (float("nan"), 6.0)},
        {"span": (SPAN[1], SPAN[0])},
        {"span": (SPAN[0], date(2999, 1, 1))},
        {"source": " \n "},
        {"source": "x" * 301},
        {"source": "a\x00b"},
        {"role": "burgemeester"},
    ],
)
def test_what_cannot_be_is_refused(
    street: Neighbourhood, people: People, changed: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        noted(street, people.lea, **changed)


@pytest.mark.parametrize(
    "given",
    [
        Assumptions(pause_min=0),
        Assumptions(lead_min=-1),
        Assumptions(letters_per_min=float("nan")),
        Assumptions(field_s=1e6),
    ],
)
def test_an_assumption_stays_within_bounds(
    street: Neighbourhood, people: People, given: Assumptions
) -> None:
    with street.store.unit() as unit, pytest.raises(BadInput):
        assume(street.pilot.id, given, people.lea, unit)


def test_an_assumption_is_kept_for_its_pilot(street: Neighbourhood, people: People) -> None:
    given = Assumptions(pause_min=10, lists_count=False)
    with street.store.unit() as unit:
        assert unit.work.assumptions(street.pilot.id) == Assumptions()
        assume(street.pilot.id, given, people.ron, unit)
        assert unit.work.assumptions(street.pilot.id) == given


def test_the_history_says_who_did_what_and_what_was_taken_back(
    street: Neighbourhood, people: People
) -> None:
    street.writes(
        """
        at    | author | text
        20:00 | Anna   | Er is ingebroken op de Bostonsingel 36
        """
    )
    street.does(triage.accept, 1, people.dora)
    street.does(undo, 1, people.dora, street.areas)
    street.does(triage.claim, 1, people.daan)
    since, until = span(street)
    with street.store.read() as connection:
        found = deeds(connection, street.pilot.id, since, until, [s.value for s in Step])
    steps = [(one.step, one.role, one.undone) for one in found if one.step != "undo"]
    assert steps == [("accept", "dispatcher", True), ("claim", "dispatcher", False)]
    assert len({one.person for one in found}) == 2


def test_the_road_of_a_report_is_known_from_what_became_of_it(
    street: Neighbourhood, people: People
) -> None:
    street.writes(
        """
        at    | author | text
        20:00 | Anna   | Er is ingebroken op de Bostonsingel 36
        20:05 | Piet   | Weer grofvuil op de Osloweg 2
        """
    )
    for incident_id in (1, 2):
        street.does(triage.hand_over, incident_id, people.dora, "police_team")
    street.does(triage.take_on, 1, people.wim)
    since, until = span(street)
    with street.store.read() as connection:
        found = passed_on(connection, street.pilot.id, since, until)
    assert {one.id: road for one, road in found} == {1: Road.HERE, 2: Road.BY_HAND}
    typed = passed(found, street.services.topics)
    assert all(one.field_count >= 4 and one.character_count > 20 for one in typed)
    assert rekeying(typed, Assumptions()).counts[Road.BY_HAND] == 1


def test_a_line_lies_beside_its_own_role_s_baseline_only(
    street: Neighbourhood, people: People
) -> None:
    noted(street, people.lea)
    figure = Figure(value=6.0, low=5.5, high=6.5, of=100)
    pace = Pace(
        role="dispatcher",
        decision_count=1,
        incident_count=1,
        worked_h=1.0,
        an_hour=figure,
        minutes=figure,
    )
    typed = rekeying([], Assumptions())
    with street.store.unit() as unit:
        known = unit.work.of_pilot(street.pilot.id)
    lines = compared([pace], [], (typed, typed), known)
    beside = {(one.measured, one.role): one.baseline is not None for one in lines}
    assert beside == {
        (Measured.PACE, "dispatcher"): True,
        (Measured.MINUTES, "dispatcher"): False,
        (Measured.FIELDS, ""): False,
    }
    assert lines[0].gap is not None and lines[0].gap.is_clear
