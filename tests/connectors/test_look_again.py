"""Kept open posts are looked up again: how often, which, and what becomes of what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.listen import listen_all
from core.domain import Event, EventKind
from core.errors import NetworkDown
from core.live_groups import found, own_group
from core.ports import Connection, Heard, Listened, SourceCard
from core.store.tables import open_posts
from tests.neighbourhood import Neighbourhood
from tests.people import People

FIRE, CAKE = "brand op de Osloweg 2", "wie lust er taart"


@dataclass
class Square:
    """A network that gives what was posted, and knows which posts still stand."""

    posted: list[Heard] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    asked: list[list[str]] = field(default_factory=list)
    is_down: bool = False
    CARD = SourceCard(name_nl="Plein", name_en="Square", listens=True, founds="public")

    def posts(self, native_id: str, text: str, at: datetime) -> None:
        event = Event(
            kind=EventKind.MESSAGE, native_id=native_id, author="did:anna", sent_at=at, text=text
        )
        self.posted.append(Heard(group="public", event=event))

    def listen(self, connection: Connection, cursor: str | None, now: datetime) -> Listened:
        new, self.posted = self.posted, []
        return Listened(heard=tuple(new), cursor="c")

    def look_again(
        self, connection: Connection, cursor: str | None, posts: Sequence[str], now: datetime
    ) -> Listened:
        self.asked.append(sorted(posts))
        if self.is_down:
            raise NetworkDown(why="http_502")
        events = [
            Event(kind=EventKind.DELETE, native_id=post, author="", sent_at=now)
            for post in posts
            if post in self.gone
        ]
        return Listened(heard=tuple(Heard(group="public", event=e) for e in events), cursor=cursor)

    def say(self, *_: Any) -> None:
        """Nothing is said here."""


@dataclass
class Town:
    street: Neighbourhood
    square: Square

    def goes_on(self, **later: float) -> None:
        self.street.clock.now += timedelta(**later)
        listen_all(self.street.services, {"square": self.square})
        self.street.work()

    def remembered(self) -> int:
        with self.street.store.read() as connection:
            return len(connection.execute(sa.select(open_posts)).all())

    def posts(self, native_id: str, text: str) -> None:
        self.square.posts(native_id, text, self.street.clock())


@pytest.fixture
def town(street: Neighbourhood, people: People) -> Town:
    with street.store.unit() as unit:
        settings = {"look_again_minutes": "10", "tags": "x", "seconds_apart": "0"}
        connection_id = unit.connections.add(
            street.pilot.id, "square", "Plein", "ada", settings=settings
        )
        unit.connections.change(connection_id, enabled=True)
        group = own_group("public", connection_id)
        found(connection_id, group, "Plein", None, "taak", people.ada, unit, is_open_source=True)
    return Town(street, Square())


def test_only_what_is_kept_is_looked_up_and_only_when_its_time_has_come(town: Town) -> None:
    town.posts("p1", FIRE)
    town.posts("p2", CAKE)
    town.goes_on()
    town.goes_on(minutes=9)
    assert town.square.asked == []
    town.goes_on(minutes=1)
    town.goes_on(minutes=9)
    town.goes_on(minutes=1)
    assert town.square.asked == [["p1"], ["p1"]]


def test_of_what_reports_nothing_not_even_the_id_stays(town: Town) -> None:
    town.posts("p2", CAKE)
    town.goes_on()
    town.goes_on(seconds=1)
    assert town.remembered() == 0


def test_what_is_gone_goes_here_with_its_id(town: Town) -> None:
    town.posts("p1", FIRE)
    town.goes_on()
    town.square.gone.add("p1")
    town.goes_on(minutes=10)
    assert not any(town.street.stored())
    assert town.remembered() == 0
    town.posts("p1", FIRE)
    town.goes_on(minutes=1)
    assert not any(town.street.stored())


def test_after_a_week_a_day_between_is_enough(town: Town) -> None:
    town.posts("p1", FIRE)
    town.goes_on()
    town.goes_on(days=8)
    town.goes_on(hours=23)
    assert len(town.square.asked) == 1
    town.goes_on(hours=1)
    assert len(town.square.asked) == 2


def test_a_network_that_is_down_is_asked_later_and_nothing_is_gone(town: Town) -> None:
    town.posts("p1", FIRE)
    town.goes_on()
    town.square.is_down = True
    town.goes_on(minutes=10)
    town.goes_on(seconds=1)
    assert len(town.square.asked) == 1
    town.square.is_down, town.square.gone = False, {"p1"}
    town.goes_on(minutes=10)
    assert not any(town.street.stored())


def test_many_posts_take_turns(town: Town) -> None:
    for number in range(130):
        town.posts(f"p{number:03}", f"{FIRE}{number}")
    town.goes_on()
    town.goes_on(minutes=10)
    town.goes_on(seconds=1)
    assert [len(asked) for asked in town.square.asked] == [100, 30]
    assert len({post for asked in town.square.asked for post in asked}) == 130


def test_what_a_post_is_called_can_be_read_nowhere(town: Town, tmp_path: Path) -> None:
    town.posts("at://did:plc:zonnebloem/post/1", FIRE)
    town.goes_on()
    assert town.remembered() == 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"zonnebloem" in path.read_bytes() for path in files)
