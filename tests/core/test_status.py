"""Which step fits which status, as one table, and where each step leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain import UNKNOWN_LOCATION, Incident, Status, Urgency
from core.errors import NotPossible
from core.status import FROM, NEEDS_REASON, TO, Step, fits, require_fit
from core.triage import PERMISSION
from tests.tables import table
from tests.timepiece import START

ROWS = table("""
    step        | new | accepted | passed | busy | closed | rejected | reopened | leads to
    accept      | yes | no       | no     | no   | no     | no       | yes      | accepted
    reject      | yes | yes      | no     | no   | no     | no       | yes      | rejected
    set_topic   | yes | yes      | yes    | yes  | no     | no       | yes      | -
    set_urgency | yes | yes      | yes    | yes  | no     | no       | yes      | -
    assign      | yes | yes      | yes    | yes  | no     | no       | yes      | -
    claim       | yes | yes      | yes    | yes  | no     | no       | yes      | -
    release     | yes | yes      | yes    | yes  | no     | no       | yes      | -
    called_112  | yes | yes      | yes    | yes  | no     | no       | yes      | -
    hand_over   | yes | yes      | yes    | yes  | no     | no       | yes      | handed_over
    take_on     | no  | yes      | yes    | no   | no     | no       | no       | in_progress
    hand_back   | no  | no       | yes    | yes  | no     | no       | no       | accepted
    ask         | yes | yes      | yes    | yes  | no     | no       | yes      | -
    tell        | yes | yes      | yes    | yes  | yes    | yes      | yes      | -
    receipt     | no  | yes      | yes    | yes  | no     | no       | no       | -
    end_question | yes | yes     | yes    | yes  | yes    | yes      | yes      | -
    promise     | yes | yes      | yes    | yes  | yes    | yes      | yes      | -
    cancel_promise | yes | yes   | yes    | yes  | yes    | yes      | yes      | -
    merge       | yes | yes      | yes    | yes  | no     | no       | yes      | -
    split       | yes | yes      | yes    | yes  | no     | no       | yes      | -
    move        | yes | yes      | yes    | yes  | no     | no       | yes      | -
    no_report   | yes | yes      | yes    | yes  | no     | no       | yes      | -
    set_title   | yes | yes      | yes    | yes  | no     | no       | yes      | -
    set_place   | yes | yes      | yes    | yes  | no     | no       | yes      | -
    follow      | yes | yes      | yes    | yes  | no     | no       | yes      | -
    let_through | yes | no       | no     | no   | no     | no       | yes      | -
    close       | yes | yes      | yes    | yes  | no     | no       | yes      | closed
    reopen      | no  | no       | no     | no   | yes    | yes      | no       | reopened
    undo        | yes | yes      | yes    | yes  | yes    | yes      | yes      | -
""")
COLUMN = {Status.HANDED_OVER: "passed", Status.IN_PROGRESS: "busy"}
INCIDENT = Incident(
    id=7,
    pilot_id=1,
    topic="inbraak",
    urgency=Urgency.NOT_URGENT,
    status=Status.NEW,
    version=1,
    location=UNKNOWN_LOCATION,
    area_id=None,
    opened_at=START,
    last_message_at=START,
    message_count=1,
    resident_count=1,
    confidence=0.9,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["step"])
def test_a_step_fits_the_statuses_of_the_table(row: dict[str, str]) -> None:
    for status in Status:
        incident = replace(INCIDENT, status=status, waits=True, overruled=frozenset({"topic"}))
        assert fits(Step(row["step"]), incident) is (
            row[COLUMN.get(status, status.value)] == "yes"
        ), status


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["step"])
def test_a_step_leads_where_the_table_says(row: dict[str, str]) -> None:
    led = TO.get(Step(row["step"]))
    assert (led.value if led else "-") == row["leads to"]


def test_every_step_has_its_statuses_and_its_permission() -> None:
    assert set(Step) == {row["step"] for row in ROWS} == set(FROM) == set(PERMISSION)
    assert set(Step) >= NEEDS_REASON


def test_what_does_not_fit_is_refused_naming_the_incident() -> None:
    with pytest.raises(NotPossible) as refused:
        require_fit(Step.ACCEPT, replace(INCIDENT, status=Status.CLOSED))
    assert refused.value.params == {"step": "accept", "status": "closed", "number": "HNM-7"}


def test_a_merged_incident_takes_no_step_but_undo() -> None:
    merged = replace(INCIDENT, status=Status.CLOSED, merged_into=3)
    assert [step for step in Step if fits(step, merged)] == [Step.UNDO]


def test_an_incident_without_messages_is_not_reopened() -> None:
    assert not fits(Step.REOPEN, replace(INCIDENT, status=Status.CLOSED, message_count=0))


def test_only_what_waits_is_let_through_and_only_what_was_overruled_follows_again() -> None:
    assert not fits(Step.LET_THROUGH, INCIDENT)
    assert not fits(Step.FOLLOW, INCIDENT)
