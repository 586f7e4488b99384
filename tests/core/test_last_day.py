"""A pilot's last day stops everything by itself, whatever was queued or connected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from connectors.deliver import deliver_due
from connectors.doors.knock import known_sources
from connectors.fetch import fetch_all
from connectors.housekeeping import keep_house
from connectors.listen import listen_all
from connectors.web import door
from core import ports
from core.audit import SYSTEM
from core.domain import Event, EventKind, Feedback, Group, Pilot, Receipt
from core.errors import BadInput, NotAllowed
from core.farewell import erase_what_is_over, farewell_text, say_farewell, set_keep_days
from core.last_day import PilotEnded, days_left, erased_from, has_ended, is_near, require_running
from core.live_groups import announce_again
from core.ports import Connection, Fetched, Heard, Listened
from core.privacy.consent import TEXT_VERSION
from core.report_back import ask
from core.store.tables import consents, daily_counts, messages, outbox, survey_texts
from core.wiring import services
from tests.neighbourhood import Neighbourhood
from tests.people import People

LAST_DAY = date(2021, 5, 31)
PILOT = Pilot(id=1, name="Proef", starts_on=date(2021, 3, 31), ends_on=LAST_DAY, topics=("afval",))
DAYS = [
    # today, over, days left, is near
    (date(2021, 5, 16), False, 15, False),
    (date(2021, 5, 17), False, 14, True),
    (date(2021, 5, 31), False, 0, True),
    (date(2021, 6, 1), True, None, False),
]
ALLOWED = ("farewell", "feedback")
STOPPED = ("question", "tip", "announcement", "notice", "reply", "assistant", "whatever_comes")


class Network:
    """A source in every way at once, that counts how often it was asked and keeps what it sent."""

    def __init__(self) -> None:
        self.asked = 0
        self.sent: list[str] = []

    def listen(self, connection: Connection, cursor: str | None, now: datetime) -> Listened:
        self.asked += 1
        event = Event(kind=EventKind.MESSAGE, native_id="x", author="a", sent_at=now, text="brand")
        return Listened(heard=(Heard(group="HNM Hoge Veld", event=event),), cursor="1")

    def fetch(self, group: Group, cursor: str | None, now: datetime) -> Fetched:
        self.asked += 1
        return Fetched(events=(), cursor=cursor)

    def send(self, feedback: Feedback, group: Group, now: datetime) -> Receipt:
        self.sent.append(feedback.kind)
        return Receipt(reference=str(feedback.id), delivered_at=now)


@pytest.fixture
def over(street: Neighbourhood) -> Neighbourhood:
    """The morning after the last day; a burglary was reported in time."""
    street.writes("""
        at    | text
        20:01 | Er is ingebroken op de Bostonsingel
    """)
    street.clock.now = datetime.fromisoformat("2021-06-01T00:00:01+02:00")
    return street


def queue(street: Neighbourhood, kind: str) -> int:
    with street.store.unit() as unit:
        row_id = unit.outbox.put(
            idempotency_key=kind,
            due_at=unit.now,
            by="dora",
            kind=kind,
            group_id=street.group().id,
            text="Weet iemand meer?",
        )
    assert row_id is not None
    return row_id


def rows(street: Neighbourhood, table: sa.Table, *where: Any) -> list[Any]:
    with street.store.read() as connection:
        return list(connection.execute(sa.select(table).where(*where)))


@pytest.mark.parametrize(("today", "over", "left", "near"), DAYS)
def test_the_last_day_itself_still_counts(
    today: date, over: bool, left: int | None, near: bool
) -> None:
    assert has_ended(PILOT, today) is over
    assert days_left(PILOT, today) == left
    assert is_near(PILOT, today) is near


def test_a_pilot_without_a_last_day_is_never_over() -> None:
    endless = replace(PILOT, ends_on=None)
    assert not has_ended(endless, date(2999, 1, 1))
    assert days_left(endless, LAST_DAY) is None
    assert erased_from(endless) is None


def test_connections_are_not_asked_any_more(over: Neighbourhood) -> None:
    network = Network()
    with over.store.unit() as unit:
        given = unit.connections.add(over.pilot.id, "demo", "Ons account", "ada", settings={})
        unit.connections.change(given, enabled=True)
    assert listen_all(over.services, {"demo": network}) == 0
    assert fetch_all(over.services, {"demo": network}) == 0
    assert network.asked == 0


class Posted:
    """A source that is posted to, and counts how often it was."""

    def __init__(self) -> None:
        self.heard = 0

    def hear(self, connection: Connection, knock: Any, now: datetime) -> Any:
        self.heard += 1
        return ports.Posted(heard=(), answer=ports.Reply())


@pytest.mark.parametrize(("later", "status", "heard"), [(-2, 200, 1), (0, 410, 0)])
def test_a_webhook_is_told_clearly_that_it_is_over(
    over: Neighbourhood, later: int, status: int, heard: int
) -> None:
    over.clock.forward(seconds=later)
    with over.store.unit() as unit:
        given = unit.connections.add(over.pilot.id, "posted", "Ons nummer", "ada", settings={})
        unit.connections.change(given, enabled=True)
    source, app = Posted(), door()
    app.dependency_overrides[services] = lambda: over.services
    app.dependency_overrides[known_sources] = lambda: {"posted": source}
    with TestClient(app) as outside:
        said = outside.post(f"/in/{given}", content=b"{}")
    assert (said.status_code, source.heard) == (status, heard)
    assert "afgelopen" in said.text or status == 200


def test_on_the_last_evening_they_still_are(over: Neighbourhood) -> None:
    network = Network()
    over.clock.forward(seconds=-2)
    fetch_all(over.services, {"demo": network})
    assert network.asked == len([g for g in over.groups.values() if g.source == "demo"])


def test_what_arrives_all_the_same_is_counted_unread(over: Neighbourhood) -> None:
    over.receive("""
        at    | day        | id | text
        09:00 | 2021-06-01 | n  | brand op de Bostonsingel
    """)
    over.work()
    assert over.judge.read_texts == ["Er is ingebroken op de Bostonsingel"]
    refused = rows(over, daily_counts, daily_counts.c.what == "outside_period")
    assert [row[3] for row in refused] == [1]


@pytest.mark.parametrize("kind", STOPPED)
def test_whoever_queued_it_no_such_text_leaves(over: Neighbourhood, kind: str) -> None:
    network, row_id = Network(), queue(over, kind)
    assert deliver_due(over.services, {"demo": network}, {}) == 0
    assert network.sent == []
    (row,) = rows(over, outbox, outbox.c.id == row_id)
    assert (row.state, row.error) == ("withdrawn", PilotEnded.code)


@pytest.mark.parametrize("kind", ALLOWED)
def test_an_outcome_that_was_promised_and_the_farewell_do(over: Neighbourhood, kind: str) -> None:
    network = Network()
    queue(over, kind)
    assert deliver_due(over.services, {"demo": network}, {}) == 1
    assert network.sent == [kind]


@pytest.mark.parametrize("kind", STOPPED)
def test_within_its_period_all_of_them_leave(street: Neighbourhood, kind: str) -> None:
    network = Network()
    queue(street, kind)
    deliver_due(street.services, {"demo": network}, {})
    assert network.sent == [kind]


def test_nothing_is_announced_again(over: Neighbourhood) -> None:
    over.clock.forward(days=-60)
    queue(over, "announcement")
    over.clock.forward(days=60)
    with over.store.unit() as unit:
        assert announce_again(unit.pilots.groups(), ["demo"], unit) == 0


def test_a_step_that_asks_residents_is_refused_in_words(over: Neighbourhood) -> None:
    with over.store.unit() as unit, pytest.raises(PilotEnded) as refused:
        require_running(over.pilot.id, unit)
    assert refused.value.params == {"pilot": "Wateringse Veld 2021", "day": "31 mei 2021"}


def test_each_group_that_took_part_is_told_once(over: Neighbourhood) -> None:
    consenting = [g.id for g in over.groups.values() if g.name != "HNM Noordhof"]
    joined = [g for g in over.groups.values() if g.id in consenting and not g.is_open_source]
    for _ in range(2):
        with over.store.unit() as unit:
            say_farewell(unit, ["demo"])
        over.clock.forward(minutes=1)
    told = rows(over, outbox, outbox.c.kind == "farewell")
    assert {row.group_id for row in told} == {group.id for group in joined}
    assert len(told) == len(joined)
    assert {row.text for row in told} == {farewell_text(over.pilot)}


def test_the_farewell_says_what_becomes_of_their_words(over: Neighbourhood) -> None:
    text = farewell_text(over.pilot)
    assert "31 mei 2021" in text
    assert "30 augustus 2021" in text  # 90 days kept, gone on the next
    assert text.endswith("Bij spoed: bel 112.")


def test_consent_was_to_a_period_and_ends_with_it(over: Neighbourhood) -> None:
    with over.store.unit() as unit:
        say_farewell(unit, [])
    with over.store.unit() as unit:
        assert not any(unit.consents.group_consents(g.id) for g in over.groups.values())
        unit.pilots.set_period(over.pilot.id, over.pilot.starts_on, date(2022, 1, 1))
    over.receive("""
        at    | day        | id | text
        09:00 | 2021-06-02 | n  | brand op de Bostonsingel
    """)
    over.work()
    assert len(over.stored()) == 1
    assert rows(over, consents, consents.c.by == SYSTEM)


def test_a_second_last_day_is_told_anew_to_who_agreed_anew(over: Neighbourhood) -> None:
    group = over.group()
    with over.store.unit() as unit:
        say_farewell(unit, ["demo"])
        unit.pilots.set_period(over.pilot.id, over.pilot.starts_on, date(2021, 6, 10))
        unit.consents.record(group.id, given=True, by="ada", text_version=TEXT_VERSION)
    over.clock.forward(days=10)
    with over.store.unit() as unit:
        assert say_farewell(unit, ["demo"]) == 1
    assert len(rows(over, outbox, outbox.c.group_id == group.id)) == 2


def test_before_its_last_day_is_over_nobody_is_told(over: Neighbourhood) -> None:
    over.clock.forward(seconds=-2)
    with over.store.unit() as unit:
        assert say_farewell(unit, ["demo"]) == 0


def test_what_residents_wrote_goes_when_its_time_is_up(over: Neighbourhood) -> None:
    over.clock.forward(days=89)
    keep_house(over.services)
    assert len(over.stored()) == 1
    over.clock.forward(days=1)
    keep_house(over.services)
    assert over.stored() == []
    assert rows(over, messages, messages.c.sealed_original.is_not(None)) == []
    assert ("system", "message_erased") in over.history()


def test_an_administrator_says_how_long_it_is_kept(over: Neighbourhood, people: People) -> None:
    with over.store.unit() as unit:
        set_keep_days(over.pilot.id, 0, people.ada, unit)
        assert unit.pilots.pilot(over.pilot.id).keep_days == 0
        assert erase_what_is_over(unit) == 1
        assert erase_what_is_over(unit) == 0


@pytest.mark.parametrize("days", [-1, 731])
def test_not_shorter_than_nothing_nor_longer_than_two_years(
    over: Neighbourhood, people: People, days: int
) -> None:
    with over.store.unit() as unit, pytest.raises(BadInput):
        set_keep_days(over.pilot.id, days, people.ada, unit)


def test_only_an_administrator_says_so(over: Neighbourhood, people: People) -> None:
    for somebody in people.all():
        if somebody.login != "ada":
            with over.store.unit() as unit, pytest.raises(NotAllowed):
                set_keep_days(over.pilot.id, 30, somebody, unit)


def test_it_all_happens_by_itself_within_a_minute(over: Neighbourhood) -> None:
    network = Network()
    keep_house(over.services)
    over.clock.forward(seconds=1)
    deliver_due(over.services, {"demo": network}, {})
    assert set(network.sent) == {"farewell"}


def test_a_question_is_refused_on_the_spot(over: Neighbourhood, people: People) -> None:
    with pytest.raises(PilotEnded):
        over.does(ask, 1, people.dora, "Staat de dader er nog?", hold=timedelta(0))
    assert rows(over, outbox, outbox.c.kind == "question") == []


def test_what_was_written_in_questionnaires_goes_too(over: Neighbourhood) -> None:
    with over.store.unit() as unit:
        survey_id = unit.surveys.make(over.pilot.id, "Hoe was het", "residents", [], "ada")
        wave_id = unit.surveys.open_wave(survey_id, unit.now, unit.now, None)
        response_id = unit.surveys.respond(wave_id, LAST_DAY, {"0": [1]}, "once", "nl")
        assert response_id is not None
        unit.surveys.keep_text(response_id, 1, over.services.vault.seal_original("Goed"))
    over.clock.forward(days=91)
    keep_house(over.services)
    assert rows(over, survey_texts) == []
    with over.store.unit() as unit:
        assert unit.surveys.responses(wave_id) == [{"0": [1]}]
