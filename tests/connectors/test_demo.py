"""The demo: a past at once, then one message after the other, the same story every time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.sources import demo
from core.domain import Event, EventKind, Feedback, Group
from core.pilots import load
from core.settings import settings
from tests.timepiece import START

GROUPS = [
    Group(id=number, pilot_id=1, source="demo", native_id=name, name=name, area_id=None)
    for number, name in enumerate(sorted({line.group for line in demo.story()}), 1)
]
STEP = timedelta(seconds=settings().demo_interval_s)


def follow(steps: int, every: timedelta = STEP) -> list[Event]:
    """What all groups together give, asked again and again."""
    found: list[Event] = []
    for group in GROUPS:
        cursor, now = None, START
        for _ in range(steps + 1):
            fetched = demo.fetch(group, cursor, now)
            found += [event for event in fetched.events if isinstance(event, Event)]
            cursor, now = fetched.cursor, now + every
    return found


def test_at_first_the_past_two_weeks_are_there_at_once() -> None:
    past = follow(0)
    assert len(past) > 100
    assert all(START - timedelta(days=15) < event.sent_at <= START for event in past)


def test_then_one_message_comes_every_few_seconds_over_all_groups() -> None:
    assert len(follow(10)) - len(follow(0)) == 10


def test_asked_more_often_no_more_comes() -> None:
    assert len(follow(20, STEP / 2)) == len(follow(10))


def test_after_a_pause_a_few_come_and_not_a_pause_full() -> None:
    group = GROUPS[0]
    cursor = demo.fetch(group, None, START).cursor
    late = START + timedelta(hours=8)
    fetched = [demo.fetch(one, cursor, late) for one in GROUPS]
    assert sum(len(one.events) for one in fetched) <= 5
    assert len({one.cursor for one in fetched}) == 1


def test_when_the_story_ends_it_starts_again_as_other_messages() -> None:
    rest = len(demo.story()) - len(follow(0))
    events = follow(rest + 3)
    ids = [event.native_id for event in events]
    assert len(ids) == len(set(ids)) == len(demo.story()) + 3
    assert [one for one in ids if one.startswith("1-")]


def test_the_same_moment_gives_the_same_messages() -> None:
    assert follow(5) == follow(5)


def test_an_answer_answers_a_message_of_the_story() -> None:
    known = {event.native_id for event in follow(400)}
    answers = [event for event in follow(400) if event.reply_to]
    assert answers
    assert all(event.reply_to in known for event in answers)
    assert {event.kind for event in answers} == {EventKind.MESSAGE}


def test_every_group_of_the_story_is_a_group_of_the_pilot() -> None:
    known = {group.native_id or group.name for group in load("wateringse_veld_2021").groups}
    assert {line.group for line in demo.story()} <= known
    assert len(demo.story()) >= 300


def test_a_text_to_a_demo_group_goes_nowhere_else() -> None:
    feedback = Feedback(id=9, incident_id=1, group_id=1, kind="feedback", text="Dank u wel.")
    assert demo.send(feedback, GROUPS[0], START).delivered_at == START


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_a_group_gets_its_own_messages_only(group: Group) -> None:
    own = {line.id for line in demo.story() if line.group == group.native_id}
    events = demo.fetch(group, None, START).events
    assert {event.native_id.split("-")[1] for event in events if isinstance(event, Event)} <= own
