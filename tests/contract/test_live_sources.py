"""Every source that follows a network live keeps the same promises, at a real server where one is.

Residents do what residents do (tests/servers/network.py); what the product keeps, forgets and says
is looked at from outside.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.listen import listen_all
from core.store import Store
from core.store.connection_rows import ConnectionRows
from core.store.tables import inbox
from tests.contract.test_sources import SOURCES, forms
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.network import Network
from tests.servers.online import Online
from tests.timepiece import Timepiece

LIVE = [name for name, source in SOURCES.items() if source.CARD.listens]
BURGLARY = "ingebroken op de Bostonsingel {}"


@dataclass(frozen=True, slots=True)
class Street:
    """The product's side and the residents' side of one group."""

    here: Online
    there: Network

    @property
    def stored(self) -> list[str]:
        self.here.goes_on()
        return self.here.town.stored()

    def says(self) -> str:
        """What we last wrote in the group."""
        return self.there.read()[-1].text


@pytest.fixture(params=LIVE)
def asking(
    request: pytest.FixtureRequest, sqlite_store: Store, clock: Timepiece, tmp_path: Path
) -> Iterator[Street]:
    """A group of a network that invited us, and nothing more."""
    driver = importlib.import_module(f"tests.servers.live_{request.param}")
    town = Neighbourhood(sqlite_store, clock, tmp_path / "var")
    with driver.network(request.getfixturevalue(driver.SERVER)) as there:
        source = SOURCES[request.param]
        here = Online(town, request.param, source, there.settings, there.secret)
        here.goes_on()
        there.says("Piet", BURGLARY.format(2))
        there.asks()
        here.goes_on()
        yield Street(here, there)


@pytest.fixture
def street(asking: Street, people: People) -> Street:
    """A group that is followed."""
    asking.there.says("Anna", "!hnm akkoord")
    asking.here.goes_on()
    asking.here.lets_in(people.ada)
    asking.here.goes_on()
    return asking


def test_nothing_is_kept_before_the_group_agreed_and_was_let_in(
    asking: Street, people: People
) -> None:
    assert "akkoord" in asking.says()
    asking.there.says("Piet", BURGLARY.format(4))
    asking.there.says("Piet", "!hnm akkoord")
    assert asking.stored == []
    assert "Alleen wie" in asking.says()
    asking.there.says("Anna", "!hnm akkoord")
    asking.here.goes_on()
    asking.here.lets_in(people.ada)
    asking.here.goes_on()
    assert "leest mee" in asking.says()
    asking.there.says("Piet", BURGLARY.format(6))
    assert asking.stored == [BURGLARY.format(6)]


def test_what_is_new_arrives_and_talk_is_forgotten(street: Street) -> None:
    street.there.says("Anna", BURGLARY.format(36))
    street.there.says("Piet", "wie gaat er morgen mee voetballen")
    street.there.says("Piet", "brand op de Osloweg 2")
    assert street.stored == [BURGLARY.format(36), "brand op de Osloweg 2"]


def test_an_edit_replaces_what_was_written(street: Street) -> None:
    first = street.there.says("Anna", BURGLARY.format(36))
    assert street.stored == [BURGLARY.format(36)]
    street.there.edits("Anna", first, BURGLARY.format(38))
    street.there.edits("Anna", first, BURGLARY.format(40))
    assert [text for text in street.stored if text] == [BURGLARY.format(40)]


def test_a_deletion_reaches_the_message_and_every_revision(street: Street, tmp_path: Path) -> None:
    first = street.there.says("Anna", f"{BURGLARY.format(36)} zonnebloemtaart")
    assert len(street.stored) == 1
    street.there.edits("Anna", first, f"{BURGLARY.format(36)} rabarberjam")
    assert any("rabarberjam" in text for text in street.stored)
    assert "rabarberjam" in set(marked(tmp_path))
    street.there.deletes("Anna", first)
    assert not any(street.stored)
    street.here.town.store.empty_log()
    assert list(marked(tmp_path)) == []


def test_who_joins_is_told_alone_and_counts_from_then_on(street: Street) -> None:
    street.there.joins("Nina")
    street.there.says("Nina", BURGLARY.format(36))
    assert street.stored == []
    assert "Welkom" in street.there.read_alone("Nina")[-1].text
    street.there.says("Nina", "brand op de Osloweg 2")
    assert street.stored == ["brand op de Osloweg 2"]


def test_who_left_and_comes_back_is_told_again(street: Street) -> None:
    street.there.leaves("Piet")
    street.here.goes_on()
    street.there.joins("Piet")
    street.here.goes_on()
    assert "Welkom" in street.there.read_alone("Piet")[-1].text
    street.there.says("Piet", BURGLARY.format(36))
    assert street.stored == [BURGLARY.format(36)]


def test_a_reply_answers_the_message_it_is_about(street: Street) -> None:
    asked = street.there.says("Piet", "!hnm status")
    street.here.goes_on()
    assert "doet mee" in street.says()
    assert street.there.read()[-1].answers == asked


def test_who_stops_is_not_followed_and_may_come_back(street: Street) -> None:
    street.there.says("Piet", "!hnm stop")
    street.there.says("Piet", BURGLARY.format(36))
    assert street.stored == []
    street.there.says("Piet", "!hnm start")
    street.there.says("Piet", BURGLARY.format(38))
    assert street.stored == [BURGLARY.format(38)]


def test_who_erases_takes_it_back_by_a_command_too(street: Street) -> None:
    first = street.there.says("Piet", BURGLARY.format(36))
    assert len(street.stored) == 1
    street.there.says("Anna", "!hnm wis", answers=first)
    assert street.stored == [BURGLARY.format(36)]
    street.there.says("Piet", "!hnm wis", answers=first)
    assert not any(street.stored)


def test_what_is_given_twice_is_one_message_and_one_answer(street: Street) -> None:
    before = street.here.connection().cursor
    street.there.says("Anna", BURGLARY.format(36))
    street.there.says("Anna", "!hnm status")
    for _ in range(3):
        street.here.goes_on()
        street.here.goes_back(before)
    assert street.stored == [BURGLARY.format(36)]
    assert ["doet mee" in read.text for read in street.there.read()].count(True) == 1


def test_a_crash_in_the_middle_loses_and_doubles_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.there.says("Anna", BURGLARY.format(36))
    with monkeypatch.context() as broken:
        broken.setattr(ConnectionRows, "listened", lambda *_, **__: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            listen_all(street.here.town.services, {street.here.name: street.here.source})
    assert waiting(street) == 0
    assert street.stored == [BURGLARY.format(36)]


def test_a_gap_is_filled(street: Street) -> None:
    texts = [BURGLARY.format(number) for number in range(100, 330, 2)]
    with street.there.away():
        for text in texts:
            street.there.says("Piet", text)
    assert street.stored == texts


def test_a_busy_network_is_left_alone_for_as_long_as_it_asks(street: Street) -> None:
    street.there.says("Anna", "!hnm status")
    with street.there.busy(90):
        street.here.goes_on()
        assert street.here.connection().error == "error.source_busy"
    street.here.later(seconds=60)
    street.here.goes_on()
    assert "doet mee" not in street.says()
    street.here.later(seconds=31)
    street.here.goes_on()
    assert "doet mee" in street.says()


def test_a_text_that_a_busy_network_did_not_take_is_said_once_and_later(street: Street) -> None:
    street.there.says("Anna", "!hnm status")
    listen_all(street.here.town.services, {street.here.name: street.here.source})
    with street.there.busy(120):
        street.here.goes_on()
    street.here.later(seconds=121)
    for _ in range(2):
        street.here.goes_on()
    assert ["doet mee" in read.text for read in street.there.read()].count(True) == 1


def test_an_outage_of_five_minutes_loses_and_doubles_nothing(street: Street) -> None:
    first = street.there.says("Anna", BURGLARY.format(36))
    with street.there.away():
        for _ in range(30):
            street.here.goes_on(rounds=1)
            street.here.later(seconds=10)
        assert street.here.connection().error == "error.network_down"
        street.there.says("Piet", BURGLARY.format(38))
        street.there.edits("Anna", first, BURGLARY.format(40))
    street.here.later(minutes=11)
    texts = [text for text in street.stored if text]
    assert sorted(texts) == [BURGLARY.format(38), BURGLARY.format(40)]
    assert street.here.connection().error is None


def test_who_throws_us_out_ends_it_and_may_ask_anew(street: Street, people: People) -> None:
    street.there.says("Piet", BURGLARY.format(36))
    street.there.throws_us_out()
    assert street.stored == [BURGLARY.format(36)]
    street.there.says("Piet", BURGLARY.format(38))
    street.there.asks()
    street.there.says("Piet", BURGLARY.format(40))
    assert street.stored == [BURGLARY.format(36)]
    street.there.says("Anna", "!hnm akkoord")
    street.here.goes_on()
    street.here.lets_in(people.ada)
    street.there.says("Piet", BURGLARY.format(42))
    assert street.stored == [BURGLARY.format(36), BURGLARY.format(42)]


def test_the_secret_and_who_wrote_are_nowhere_readable(street: Street, tmp_path: Path) -> None:
    street.there.says("Piet", BURGLARY.format(36))
    assert len(street.stored) == 1
    words = (street.there.secret, "@piet", "@anna")
    found = [word for word in words if any_holds(tmp_path, word)]
    assert found == []


def waiting(street: Street) -> int:
    with street.here.town.store.read() as connection:
        return len(connection.execute(inbox.select()).all())


def marked(folder: Path) -> Iterator[str]:
    """Which of the two marks can be read in any file."""
    return (word for word in ("zonnebloemtaart", "rabarberjam") if any_holds(folder, word))


def any_holds(folder: Path, word: str) -> bool:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(form in path.read_bytes() for path in files for form in forms(word))
