"""Trends: which incidents count, when, and how long people waited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core import triage
from core.domain import Receipt
from core.grouping import merge
from core.handing_over import confirm_list, confirm_receipt
from core.i18n import duration
from core.permissions import Action, may
from core.report_back import tell
from core.sheet import csv_text, note_export
from core.store.trend_queries import courses, extent, tallies
from core.trends import (
    Course,
    Grain,
    Period,
    Stage,
    Tally,
    Wait,
    by_area,
    by_hour_and_weekday,
    columns_over_time,
    delays,
    funnel,
    grain_for,
    quantile,
    summarise,
    topics_over_time,
    weigh,
)
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.partner import Partner
from tests.people import People
from tests.timepiece import START

DAY = START.date()
TODAY = Period(first=DAY, last=DAY)


@pytest.fixture
def busy_street(street: Neighbourhood) -> Neighbourhood:
    """Two incidents and some talk on the day the clock stands at."""
    street.writes("""
        at    | author | group          | text
        20:00 | Anna   | HNM Hoge Veld  | er wordt nu ingebroken in de Bostonsingel
        20:05 | Bram   | HNM Hoge Veld  | wat een mooi weer
        20:10 | Fatima | HNM Lage Veld  | grofvuil naast de container in de Londensingel
        20:11 | Joost  | HNM Noordhof   | grofvuil op het plein
    """)
    return street


def found(street: Neighbourhood, period: Period = TODAY) -> list[Course]:
    with street.store.read() as connection:
        return courses(connection, street.pilot.id, period.since, period.until)


def test_an_incident_has_its_topic_and_the_moment_it_came_on_the_screen(
    busy_street: Neighbourhood,
) -> None:
    first, second = found(busy_street)
    assert (first.topic, first.urgent, second.topic) == ("inbraak", True, "afval")
    assert first.seen_at >= first.opened_at
    assert (first.decided_at, first.handed_over_at, first.told_at) == (None, None, None)


def test_only_what_began_in_the_period_counts(busy_street: Neighbourhood) -> None:
    assert found(busy_street, TODAY.before()) == []
    with busy_street.store.read() as connection:
        first, last = extent(connection, busy_street.pilot.id) or (None, None)
    assert (first, last) == tuple(course.opened_at for course in found(busy_street))


def test_waits_end_at_the_first_decision_hand_over_and_delivered_answer(
    busy_street: Neighbourhood, people: People
) -> None:
    street = busy_street
    seen = found(street)[0].seen_at
    street.clock.forward(minutes=4)
    street.does(triage.accept, 1, people.dora)
    street.clock.forward(minutes=6)
    street.does(triage.hand_over, 1, people.dora, "police_team")
    assert found(street)[0].handed_over_at is None  # urgent: somebody there has to say so
    street.clock.forward(minutes=2)
    with street.store.unit() as unit:
        confirm_list(1, "Jan van het RSC", people.dora, unit)
    street.does(tell, 1, people.dora, "De politie is onderweg.", hold=timedelta(0))
    assert found(street)[0].told_at is None
    street.clock.forward(minutes=5)
    with street.store.unit() as unit:
        (row,) = [row for row in unit.outbox.claim() if row.kind == "feedback"]
        unit.outbox.delivered(row.id, receipt(street))
    course = found(street)[0]
    waits = (course.decided_at, course.handed_over_at, course.told_at)
    assert [(at - seen).total_seconds() / 60 for at in waits if at] == [4, 12, 17]


def test_what_went_to_a_system_of_others_is_handed_over_too(
    busy_street: Neighbourhood, people: People
) -> None:
    street = busy_street
    partner = Partner(street)
    for incident_id in (1, 2):
        street.does(triage.hand_over, incident_id, people.dora, partner.owner)
    street.clock.forward(minutes=3)
    urgent, other = found(street)
    assert (urgent.urgent, urgent.handed_over_at) == (True, None)
    assert other.handed_over_at is not None
    with street.store.unit() as unit:
        confirm_receipt(1, "Jan van het RSC", people.dora, unit)
    assert found(street)[0].handed_over_at == street.clock()


def test_a_step_that_was_taken_back_never_happened(
    busy_street: Neighbourhood, people: People
) -> None:
    street = busy_street
    street.does(triage.hand_over, 1, people.dora, "police_team")
    street.does(undo, 1, people.dora, street.areas)
    assert found(street)[0].decided_at is None
    assert found(street)[0].handed_over_at is None


def test_what_was_merged_counts_once(busy_street: Neighbourhood, people: People) -> None:
    with busy_street.store.unit() as unit:
        merge(2, unit.incidents.get(2).version, 1, people.dora, unit, busy_street.areas)
    assert len(found(busy_street)) == 1


def test_what_was_kept_forgotten_and_refused_is_counted_by_group(
    busy_street: Neighbourhood,
) -> None:
    with busy_street.store.read() as connection:
        rows = weigh(tallies(connection, busy_street.pilot.id, DAY, DAY))
    assert {row.group: (row.kept, row.forgotten, row.refused) for row in rows} == {
        "HNM Hoge Veld": (1, 1, 0),
        "HNM Lage Veld": (1, 0, 0),
        "HNM Noordhof": (0, 0, 1),
    }


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    week = Period.of_days(DAY, 7)
    assert (week.first, week.day_count) == (DAY - timedelta(days=6), 7)
    assert week.before().day_count == 7
    assert week.before().last == week.first - timedelta(days=1)
    with pytest.raises(ValueError):
        Period(first=DAY, last=DAY - timedelta(days=1))


def test_a_day_begins_at_midnight_on_the_wall_also_when_the_clock_changes() -> None:
    spring = Period(first=date(2021, 3, 28), last=date(2021, 3, 28))
    assert spring.until - spring.since == timedelta(hours=23)


def test_days_become_weeks_when_there_are_too_many() -> None:
    assert grain_for(Period.of_days(DAY, 30)) is Grain.DAY
    assert grain_for(Period.of_days(DAY, 90)) is Grain.WEEK
    columns = columns_over_time(Period.of_days(DAY, 14), Grain.WEEK)
    assert [day.weekday() for day in columns] == [0, 0, 0]


def test_topics_stand_in_columns_the_most_frequent_first() -> None:
    rows = [course(0, "afval"), course(0, "inbraak"), course(24, "inbraak")]
    period = Period(first=DAY, last=DAY + timedelta(days=1))
    assert topics_over_time(rows, period, Grain.DAY) == {"inbraak": [1, 1], "afval": [1, 0]}
    assert list(topics_over_time(rows, period, Grain.DAY)) == ["inbraak", "afval"]


def test_hours_and_weekdays_are_those_on_the_wall() -> None:
    grid = by_hour_and_weekday([course(0)])  # Saturday, 20:00 in The Hague, 18:00 UTC
    assert (grid[5][20], sum(map(sum, grid))) == (1, 1)


def test_an_incident_without_an_area_is_counted_too() -> None:
    assert by_area([course(0, area_id=None), course(0)]) == {None: 1, 7: 1}


def test_the_funnel_counts_how_far_each_came() -> None:
    rows = [course(0), course(0, decided=5), course(0, decided=5, told=9, status="closed")]
    assert funnel(rows) == [
        (Stage.CAME_IN, 3),
        (Stage.DECIDED, 2),
        (Stage.HANDED_OVER, 0),
        (Stage.CLOSED, 1),
        (Stage.TOLD, 1),
    ]


def test_who_still_waits_is_counted_and_not_averaged() -> None:
    delay = delays([course(0, decided=minutes) for minutes in (1, 2, 6)] + [course(0)])[0]
    assert (delay.wait, delay.ended_count, delay.open_count) == (Wait.DECISION, 3, 1)
    assert delay.median_s == 120
    assert delay.p90_s is None  # of three nobody can say what nine out of ten took


def test_what_was_decided_before_our_screen_saw_it_waited_from_its_beginning() -> None:
    read_late = [
        replace(course(0, decided=minutes), seen_at=START + timedelta(days=9))
        for minutes in (1, 2, 6)
    ]
    assert delays(read_late)[0].median_s == 120


def test_of_one_or_two_there_is_no_middle() -> None:
    assert delays([course(0, decided=1)])[0].median_s is None


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([float(n) for n in range(11)], 0.9) == 9.0
    assert quantile([4.0], 0.9) == 4.0


def test_key_figures_of_nothing_are_empty_and_not_zero() -> None:
    empty = summarise([], [])
    assert (empty.incident_count, empty.kept_count) == (0, 0)
    assert (empty.forgotten_share, empty.decision_s, empty.told_share) == (None, None, None)


def test_the_share_forgotten_is_of_what_was_read() -> None:
    rows = [Tally(group="A", day=DAY, what=what, count=count) for what, count in COUNTS]
    assert summarise([], weigh(rows)).forgotten_share == 0.75


COUNTS = [("kept", 25), ("discarded", 75), ("no_consent", 900)]


@pytest.mark.parametrize("cell", ["=1+1", "+31", "-x", "@x", "\tx", "  =1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert csv_text([cell], [[cell, 1]], "en") == f"\ufeff'{cell}\r\n'{cell},1\r\n"


def test_numbers_stay_numbers_and_dutch_columns_end_in_semicolons() -> None:
    assert csv_text(["a", "b"], [[-1, 2.5]], "nl") == "\ufeffa;b\r\n-1;2.5\r\n"


def test_taking_a_table_out_is_allowed_to_some_and_written_down(
    street: Neighbourhood, people: People
) -> None:
    with street.store.unit() as unit:
        note_export("trends.topics", people.lea, unit)
        (entry,) = unit.audit.of("table", "trends.topics")
    assert (entry.actor, entry.action) == ("lea", "exported")
    assert not may(people.dora, Action.EXPORT)


def course(
    hours: int,
    topic: str = "afval",
    area_id: int | None = 7,
    decided: int | None = None,
    told: int | None = None,
    status: str = "new",
) -> Course:
    """An incident that began some hours after the clock's start; waits in minutes."""
    at = START + timedelta(hours=hours)
    return Course(
        incident_id=1,
        topic=topic,
        urgent=False,
        area_id=area_id,
        status=status,
        opened_at=at,
        seen_at=at,
        decided_at=None if decided is None else at + timedelta(minutes=decided),
        handed_over_at=None,
        told_at=None if told is None else at + timedelta(minutes=told),
    )


def receipt(street: Neighbourhood) -> Receipt:
    return Receipt(reference="r1", delivered_at=street.clock())


DURATIONS = [(0, "0 s"), (34, "34 s"), (119, "1 min"), (7800, "2 u 10 min"), (90_000, "1 d 1 u")]


@pytest.mark.parametrize(("seconds", "said"), DURATIONS)
def test_how_long_is_said_in_its_two_largest_measures(seconds: int, said: str) -> None:
    assert duration("nl", seconds) == said
