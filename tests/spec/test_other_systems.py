"""An incident goes to another system, comes back from it, and is taken back: from end to end."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.outside import exchange
from core.destination_accounts import add, switch
from core.handing_over import owner_of
from core.store import Store
from core.store.tables import hand_overs, outbox, outside_news
from core.triage import hand_over
from core.wiring import outside_destinations
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece

WORDS = "zonnebloemtaart"
REPORT = f"""
    at    | author | id | kind    | text
    20:00 | Anna   | 1  | message | vuilnis op de Bostonsingel 36 {WORDS}
"""
GONE = """
    at    | author | id | kind   | text
    20:05 | Anna   | 1  | delete | -
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The town, the system that takes over, and its account here."""

    town: Neighbourhood
    there: Any
    name: str
    account_id: int

    def goes_on(self, **later: float) -> None:
        self.town.clock.forward(**{"minutes": 1, **later})
        exchange(self.town.services, {self.name: outside_destinations()[self.name]})

    def hands_over(self, people: People) -> None:
        self.town.writes(REPORT)
        incident = self.town.incident()
        with self.town.store.unit() as unit:
            owner = owner_of(self.account_id)
            hand_over(incident.id, incident.version, people.dora, unit, owner, "Graag vandaag.")
        self.goes_on()

    def row(self) -> Any:
        with self.town.store.read() as connection:
            return connection.execute(hand_overs.select()).one()

    def news(self) -> list[tuple[str, str]]:
        with self.town.store.read() as connection:
            rows = connection.execute(outside_news.select().order_by(outside_news.c.said_at))
            return [(row.state, row.text) for row in rows]

    def erases(self) -> None:
        """Anna takes her message back in the chat."""
        self.town.writes(GONE)


@pytest.fixture(params=["signalen", "zgw", "open311", "cap_file"])
def journey(
    request: pytest.FixtureRequest,
    sqlite_store: Store,
    clock: Timepiece,
    tmp_path: Path,
    people: People,
) -> Iterator[Journey]:
    name = request.param
    town = Neighbourhood(sqlite_store, clock, tmp_path / "var")
    with importlib.import_module(f"tests.servers.outside_{name}").there() as there:
        there.clock = town.clock
        given = there.account
        with town.store.unit() as unit:
            account_id = add(
                town.pilot.id,
                name,
                outside_destinations()[name].CARD,
                given.name,
                given.settings,
                given.secret,
                people.ada,
                unit,
                town.services.vault,
            )
            switch(account_id, True, people.ada, unit)
        yield Journey(town=town, there=there, name=name, account_id=account_id)


def test_it_arrives_once_without_a_word_of_residents(journey: Journey, people: People) -> None:
    journey.hands_over(people)
    for _ in range(3):
        journey.goes_on()
    (held,) = journey.there.held()
    assert "Bostonsingel" in held
    assert "Graag vandaag." in held
    assert WORDS.encode() not in journey.there.received()
    assert journey.row().reference


def test_an_outage_of_an_hour_loses_and_doubles_nothing(journey: Journey, people: People) -> None:
    with journey.there.away():
        journey.hands_over(people)
        for _ in range(6):
            journey.goes_on(minutes=10)
        assert journey.there.held() == []
    for _ in range(3):
        journey.goes_on(hours=2)
    assert len(journey.there.held()) == 1


def test_what_they_say_comes_back_once(journey: Journey, people: People) -> None:
    journey.hands_over(people)
    if not outside_destinations()[journey.name].CARD.reports_back:
        return
    journey.goes_on()
    journey.there.says(journey.row().reference, "We zijn onderweg.")
    for _ in range(4):
        journey.goes_on()
    assert journey.news().count(("in_progress", "We zijn onderweg.")) == 1
    assert journey.row().state == "in_progress"
    assert journey.town.incident().status.value == "in_progress"


def test_an_erased_message_is_taken_back_there(journey: Journey, people: People) -> None:
    journey.hands_over(people)
    journey.goes_on()
    journey.erases()
    for _ in range(3):
        journey.goes_on()
    if outside_destinations()[journey.name].CARD.withdraws:
        assert journey.there.held() == []
        assert journey.row().state == "withdrawn"
    else:
        assert "zijn gewist" in "".join(journey.there.held())
        assert journey.row().state == "asked_back"
    with journey.town.store.read() as connection:
        assert {row.state for row in connection.execute(outbox.select())} == {"delivered"}


def test_what_never_left_is_not_sent_after_an_erasure(journey: Journey, people: People) -> None:
    with journey.there.away():
        journey.hands_over(people)
        journey.erases()
    for _ in range(3):
        journey.goes_on(hours=2)
    assert journey.there.held() == []
