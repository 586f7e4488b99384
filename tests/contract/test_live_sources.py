"""Every source that follows a network live keeps the same promises, at a real server where one is.

Residents do what residents do (tests/servers/network.py); what the product keeps, forgets and says
is looked at from outside.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.listen import listen_all
from core.store import Store
from core.store.connection_rows import ConnectionRows
from core.store.tables import inbox
from tests.contract.test_sources import SOURCES, forms
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.door import Door
from tests.servers.network import Network
from tests.servers.online import Online
from tests.timepiece import Timepiece

LIVE = [name for name, source in SOURCES.items() if source.CARD.is_live]
BURGLARY = "ingebroken op de Bostonsingel {}"


def driver_of(name: str) -> Any:
    return importlib.import_module(f"tests.servers.live_{name}")


def able(*what: str) -> pytest.MarkDecorator:
    """The sources that claim all of this; "asks", "founds", "adds": how their groups come in."""
    return pytest.mark.parametrize(
        "street", [name for name in LIVE if all(_can(name, one) for one in what)], indirect=True
    )


def asks_to_be_followed(name: str) -> bool:
    return driver_of(name).FOUNDS is None


def _can(name: str, what: str) -> bool:
    card = SOURCES[name].CARD
    if what == "answers":
        return bool(card.group_send or card.direct)
    return asks_to_be_followed(name) if what == "asks" else bool(getattr(card, what))


@dataclass(frozen=True, slots=True)
class Street:
    """The product's side and the residents' side of one group."""

    here: Online
    there: Network

    @property
    def stored(self) -> list[str]:
        self.here.goes_on()
        return self.here.town.stored()

    @property
    def knocks(self) -> bool:
        """Its network brings what is new; we need not ask."""
        return not self.here.source.CARD.listens

    def says(self) -> str:
        """What we last wrote in the group."""
        return self.there.read()[-1].text

    def answers(self, part: str) -> int:
        """In how many of our texts in the group these words stand."""
        return [part in read.text for read in self.there.read()].count(True)


@pytest.fixture
def town(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


@pytest.fixture
def door(town: Neighbourhood) -> Iterator[Door]:
    """Where networks knock."""
    with Door(town.services, SOURCES) as opened:
        yield opened


@contextmanager
def living_in(name: str, town: Neighbourhood, request: pytest.FixtureRequest) -> Iterator[Street]:
    driver = driver_of(name)
    with driver.network(request.getfixturevalue(driver.SERVER)) as there:
        here = Online(town, name, SOURCES[name], there.settings, there.secret)
        here.goes_on()
        yield Street(here, there)


@pytest.fixture(params=[name for name in LIVE if asks_to_be_followed(name)])
def asking(request: pytest.FixtureRequest, town: Neighbourhood) -> Iterator[Street]:
    """A group of a network that invited us, and nothing more."""
    with living_in(request.param, town, request) as street:
        yield asked(street)


@pytest.fixture(params=LIVE)
def street(request: pytest.FixtureRequest, town: Neighbourhood, people: People) -> Iterator[Street]:
    """A group that is followed."""
    with living_in(request.param, town, request) as street:
        founds = driver_of(request.param).FOUNDS
        if founds is None:
            asked(street).there.says("Anna", "!hnm akkoord")
            street.here.goes_on()
            street.here.lets_in(people.ada)
        else:
            street.here.founds(founds, people.ada)
        street.here.goes_on()
        yield street


@pytest.fixture(params=[name for name in LIVE if not asks_to_be_followed(name)])
def unknown(request: pytest.FixtureRequest, town: Neighbourhood) -> Iterator[Street]:
    """A group that nobody added yet."""
    with living_in(request.param, town, request) as street:
        yield street


def asked(street: Street) -> Street:
    street.there.says("Piet", BURGLARY.format(2))
    street.there.asks()
    street.here.goes_on()
    return street


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


def test_nothing_is_kept_of_a_group_that_nobody_added(unknown: Street, tmp_path: Path) -> None:
    unknown.there.says("Piet", f"{BURGLARY.format(2)} zonnebloemtaart")
    assert unknown.stored == []
    assert unknown.here.connection().counts["unknown_group"] >= 1
    assert list(marked(tmp_path)) == []


def test_a_connection_that_is_off_hears_nothing(street: Street) -> None:
    street.here.switches(False)
    with suppress(Exception):  # a network that knocks is refused
        street.there.says("Piet", BURGLARY.format(2))
    assert street.stored == []


def test_what_is_new_arrives_and_talk_is_forgotten(street: Street) -> None:
    street.there.says("Anna", BURGLARY.format(36))
    street.there.says("Piet", "wie gaat er morgen mee voetballen")
    street.there.says("Piet", "brand op de Osloweg 2")
    assert street.stored == [BURGLARY.format(36), "brand op de Osloweg 2"]


@able("edits")
def test_an_edit_replaces_what_was_written(street: Street) -> None:
    first = street.there.says("Anna", BURGLARY.format(36))
    assert street.stored == [BURGLARY.format(36)]
    street.there.edits("Anna", first, BURGLARY.format(38))
    street.there.edits("Anna", first, BURGLARY.format(40))
    assert [text for text in street.stored if text] == [BURGLARY.format(40)]


@able("edits", "deletes")
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


@able("deletes")
def test_what_is_deleted_is_gone_and_does_not_come_back(street: Street, tmp_path: Path) -> None:
    before = street.here.connection().cursor
    first = street.there.says("Anna", f"{BURGLARY.format(36)} zonnebloemtaart")
    assert len(street.stored) == 1
    street.there.deletes("Anna", first)
    assert not any(street.stored)
    street.here.town.store.empty_log()
    assert list(marked(tmp_path)) == []
    again(street, before)
    assert not any(street.stored)


@able("joins")
def test_who_joins_is_told_alone_and_counts_from_then_on(street: Street) -> None:
    street.there.joins("Nina")
    street.there.says("Nina", BURGLARY.format(36))
    assert street.stored == []
    assert "Welkom" in street.there.read_alone("Nina")[-1].text
    street.there.says("Nina", "brand op de Osloweg 2")
    assert street.stored == ["brand op de Osloweg 2"]


@able("joins")
def test_who_left_and_comes_back_is_told_again(street: Street) -> None:
    street.there.leaves("Piet")
    street.here.goes_on()
    street.there.joins("Piet")
    street.here.goes_on()
    assert "Welkom" in street.there.read_alone("Piet")[-1].text
    street.there.says("Piet", BURGLARY.format(36))
    assert street.stored == [BURGLARY.format(36)]


@able("answers", "replies")
def test_a_reply_answers_the_message_it_is_about(street: Street) -> None:
    asked = street.there.says("Piet", "!hnm status")
    street.here.goes_on()
    assert "doet mee" in street.says()
    assert street.there.read()[-1].answers == asked


@able("answers")
def test_who_stops_is_not_followed_and_may_come_back(street: Street) -> None:
    street.there.says("Piet", "!hnm stop")
    street.there.says("Piet", BURGLARY.format(36))
    assert street.stored == []
    street.there.says("Piet", "!hnm start")
    street.there.says("Piet", BURGLARY.format(38))
    assert street.stored == [BURGLARY.format(38)]


@able("answers", "replies")
def test_who_erases_takes_it_back_by_a_command_too(street: Street) -> None:
    first = street.there.says("Piet", BURGLARY.format(36))
    assert len(street.stored) == 1
    street.there.says("Anna", "!hnm wis", answers=first)
    assert street.stored == [BURGLARY.format(36)]
    street.there.says("Piet", "!hnm wis", answers=first)
    assert not any(street.stored)


def test_what_is_given_twice_is_one_message(street: Street) -> None:
    before = street.here.connection().cursor
    street.there.says("Anna", BURGLARY.format(36))
    for _ in range(3):
        street.here.goes_on()
        again(street, before)
    assert street.stored == [BURGLARY.format(36)]


@able("answers")
def test_what_is_asked_twice_is_answered_once(street: Street) -> None:
    before = street.here.connection().cursor
    street.there.says("Anna", "!hnm status")
    for _ in range(3):
        street.here.goes_on()
        again(street, before)
    street.here.goes_on()
    assert street.answers("doet mee") == 1


def test_a_crash_in_the_middle_loses_and_doubles_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(ConnectionRows, "listened", lambda *_, **__: 1 // 0)
        street.there.says("Anna", BURGLARY.format(36))
        if not street.knocks:
            with pytest.raises(ZeroDivisionError):
                listen_all(street.here.town.services, street.here.sources)
    assert waiting(street) == 0
    if street.knocks:
        street.there.knocks_again()
    assert street.stored == [BURGLARY.format(36)]


def test_a_gap_is_filled(street: Street) -> None:
    texts = [BURGLARY.format(number) for number in range(100, 330, 2)]
    with street.there.away():
        for text in texts:
            street.there.says("Piet", text)
    assert sorted(street.stored) == sorted(texts)


@able("listens")
def test_a_busy_network_is_left_alone_for_as_long_as_it_asks(street: Street) -> None:
    street.there.says("Anna", BURGLARY.format(36))
    with street.there.busy(90):
        street.here.goes_on()
        assert street.here.connection().error == "error.source_busy"
    street.here.later(seconds=60)
    assert street.stored == []
    street.here.later(seconds=31)
    assert street.stored == [BURGLARY.format(36)]


@able("answers")
def test_a_text_that_a_busy_network_did_not_take_is_said_once_and_later(street: Street) -> None:
    street.there.says("Anna", "!hnm status")
    listen_all(street.here.town.services, street.here.sources)
    with street.there.busy(120):
        street.here.goes_on()
    street.here.later(seconds=121)
    for _ in range(2):
        street.here.goes_on()
    assert street.answers("doet mee") == 1


def test_an_outage_of_five_minutes_loses_and_doubles_nothing(street: Street) -> None:
    first = street.there.says("Anna", BURGLARY.format(36))
    street.here.goes_on()
    with street.there.away():
        for _ in range(30):
            street.here.goes_on(rounds=1)
            street.here.later(seconds=10)
        if not street.knocks:
            assert street.here.connection().error == "error.network_down"
        street.there.says("Piet", BURGLARY.format(38))
        if street.here.source.CARD.edits:
            street.there.edits("Anna", first, BURGLARY.format(40))
    street.here.later(minutes=11)
    texts = [text for text in street.stored if text]
    anna = BURGLARY.format(40 if street.here.source.CARD.edits else 36)
    assert sorted(texts) == sorted([BURGLARY.format(38), anna])
    assert street.here.connection().error is None


@able("asks")
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
    words = [street.there.secret, *street.there.ids]
    found = [word for word in words if any_holds(tmp_path, word)]
    assert found == []


def again(street: Street, cursor: str | None) -> None:
    """The network gives once more what it gave since."""
    if street.knocks:
        street.there.knocks_again()
    else:
        street.here.goes_back(cursor)


def waiting(street: Street) -> int:
    with street.here.town.store.read() as connection:
        return len(connection.execute(inbox.select()).all())


def marked(folder: Path) -> Iterator[str]:
    """Which of the two marks can be read in any file."""
    return (word for word in ("zonnebloemtaart", "rabarberjam") if any_holds(folder, word))


def any_holds(folder: Path, word: str) -> bool:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(form in path.read_bytes() for path in files for form in forms(word))
