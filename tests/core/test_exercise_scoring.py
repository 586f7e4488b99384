"""The debriefing, by worked examples: what was done beside what should have been done."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import grouping, triage, undo
from core.domain import Urgency
from core.exercise_scoring import Debriefing, Outcome, Scored, debriefing_of
from core.store import Store
from tests.exercises import EVENING, Rehearsed, trainee, write_evening
from tests.neighbourhood import Neighbourhood
from tests.timepiece import Timepiece

BURGLARY, WASTE, RUMOUR, PARTY = 1, 2, 3, 4


@pytest.fixture
def played(
    sqlite_store: Store, clock: Timepiece, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Rehearsed:
    write_evening(tmp_path / "avonden", monkeypatch)
    around = Neighbourhood(sqlite_store, clock, tmp_path)
    return Rehearsed(around, trainee(around))


def one(found: Debriefing, name: str) -> Scored:
    return next(scored for scored in found.scored if scored.id == name)


def test_what_is_done_well_and_in_time_is_good(played: Rehearsed) -> None:
    played.after(3)
    played.looks(BURGLARY)
    played.does(triage.accept, BURGLARY)
    played.does(triage.hand_over, BURGLARY, "police_team")
    played.after(61)
    burglary = one(played.debriefing(), "inbraak")
    assert burglary.outcome is Outcome.GOOD
    assert (burglary.shown_s, burglary.seen_s, burglary.decided_s) == (120, 60, 60)
    assert burglary.lines == ("20:02", "20:04")


def test_an_urgent_one_that_was_missed_stands_first(played: Rehearsed) -> None:
    played.after(12)
    played.does(triage.accept, WASTE)
    played.does(triage.hand_over, WASTE, "handhaving")
    played.after(61)
    found = played.debriefing()
    assert [scored.id for scored in found.scored] == ["inbraak", "gerucht", "afval"]
    assert found.again[0].was_missed_urgent
    assert [scored.outcome for scored in found.scored] == [
        Outcome.MISSED,
        Outcome.MISSED,
        Outcome.GOOD,
    ]


def test_later_than_the_aim_is_late_however_right(played: Rehearsed) -> None:
    played.after(10)
    played.does(triage.accept, BURGLARY)
    played.does(triage.hand_over, BURGLARY, "police_team")
    played.after(61)
    burglary = one(played.debriefing(), "inbraak")
    assert burglary.outcome is Outcome.LATE
    assert burglary.decided_s == 8 * 60
    assert burglary.destination_right


def test_a_rumour_that_is_rejected_is_good_and_accepted_is_wrong(played: Rehearsed) -> None:
    played.after(22)
    played.does(triage.reject, RUMOUR, "Geen melding")
    played.after(61)
    assert one(played.debriefing(), "gerucht").outcome is Outcome.GOOD


def test_a_rumour_that_is_accepted_is_wrong(played: Rehearsed) -> None:
    played.after(22)
    played.does(triage.accept, RUMOUR)
    played.after(61)
    rumour = one(played.debriefing(), "gerucht")
    assert rumour.outcome is Outcome.WRONG
    assert rumour.decision == "accept"


@pytest.mark.parametrize(
    ("sent_to", "urgency", "topic", "wrong"),
    [
        ("handhaving", None, None, "destination_right"),
        ("police_team", Urgency.NOT_URGENT, None, "urgency_right"),
        ("police_team", None, "afval", "topic_right"),
        (None, None, None, "destination_right"),
    ],
)
def test_one_part_that_differs_is_said(
    played: Rehearsed, sent_to: str | None, urgency: Urgency | None, topic: str | None, wrong: str
) -> None:
    played.after(3)
    if topic:
        played.does(triage.set_topic, BURGLARY, topic, played.house.topics)
    if urgency:
        played.does(triage.set_urgency, BURGLARY, urgency)
    played.does(triage.accept, BURGLARY)
    if sent_to:
        played.does(triage.hand_over, BURGLARY, sent_to)
    played.after(61)
    burglary = one(played.debriefing(), "inbraak")
    assert burglary.outcome is Outcome.AGAIN
    parts = ("decision_right", "topic_right", "urgency_right", "destination_right")
    assert [name for name in parts if getattr(burglary, name) is False] == [wrong]


def test_a_step_taken_back_does_not_count(played: Rehearsed) -> None:
    played.after(3)
    played.does(triage.accept, BURGLARY)
    with played.services.store.unit() as unit:
        version = unit.incidents.get(BURGLARY).version
        areas = unit.pilots.areas(1)
        undo.undo(BURGLARY, version, played.trainee, unit, areas)
    played.after(61)
    assert one(played.debriefing(), "inbraak").outcome is Outcome.MISSED


def test_two_things_in_one_incident_are_to_be_split(played: Rehearsed) -> None:
    played.after(12)
    with played.services.store.unit() as unit:
        version = unit.incidents.get(BURGLARY).version
        areas = unit.pilots.areas(1)
        grouping.merge(BURGLARY, version, WASTE, played.trainee, unit, areas)
    played.does(triage.accept, BURGLARY)
    played.after(61)
    found = played.debriefing()
    assert one(found, "inbraak").mixed_with == ("afval",)
    assert one(found, "afval").mixed_with == ("inbraak",)
    assert one(found, "afval").decision_right is None


def test_talk_of_which_the_product_made_an_incident_is_a_false_alarm(played: Rehearsed) -> None:
    played.after(33)
    played.does(triage.accept, PARTY)
    played.after(61)
    (alarm,) = played.debriefing().false_alarms
    assert (alarm.lines, alarm.accepted) == (("20:30",), True)


def test_what_came_too_shortly_before_the_end_counts_for_nobody(played: Rehearsed) -> None:
    played.after(12)
    played.stop()
    found = played.debriefing()
    assert one(found, "inbraak").outcome is Outcome.MISSED
    assert one(found, "afval").outcome is Outcome.TOO_SHORT
    assert "gerucht" not in {scored.id for scored in found.scored}
    assert not found.is_whole
    assert found.ended_s == 12 * 60


def test_what_never_came_on_the_screen_counts_for_nobody(
    sqlite_store: Store, clock: Timepiece, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = EVENING.replace("grofvuil op het Ko van Dijkplein", "er ligt weer van alles daar")
    write_evening(tmp_path / "avonden", monkeypatch, silent)
    around = Neighbourhood(sqlite_store, clock, tmp_path)
    played = Rehearsed(around, trainee(around))
    played.after(61)
    waste = one(played.debriefing(), "afval")
    assert waste.outcome is Outcome.NOT_SHOWN
    assert waste.missing == ("20:10",)
    assert not waste.is_judged


def test_a_debriefing_comes_back_from_its_row_as_it_was(played: Rehearsed) -> None:
    played.after(3)
    played.does(triage.accept, BURGLARY)
    played.after(61)
    found = played.debriefing()
    assert debriefing_of(found.as_json()) == found
    words = str(found.as_json())
    assert "Bostonsingel" not in words, "no words of residents in what is kept"
