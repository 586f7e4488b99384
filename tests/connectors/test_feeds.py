"""Feeds of others, read from a real server: what lies near stands beside an incident, no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import sqlalchemy as sa

from connectors.feeds import ask, entries_of, read_due_feeds
from connectors.housekeeping import keep_house
from core.bulletins import add_feed, bulletins_near, remove_feed, switch_feed
from core.domain import Bulletin, Role
from core.errors import AnswerUnreadable, BadInput, BadSetting, NotAllowed, NotFound
from core.store import Store
from core.store.tables import bulletins, feeds, incidents, messages
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.fake import Asked, Fake
from tests.servers.gate import Answer
from tests.timepiece import START, Timepiece

FIRE = "P 1 BDH-01 BR woning Bostonsingel 36 SGRAVH 154231"
ILL = "A1 15104 Rit 98765 Osloweg 12 SGRAVH"
RFC = "%a, %d %b %Y %H:%M:%S +0000"


def entry(title: str, at: str = "", more: str = "", key: str = "") -> str:
    guid = escape(key or title)
    date = f"<pubDate>{at}</pubDate>" if at else ""
    return f"<item><title>{escape(title)}</title><guid>{guid}</guid>{date}{more}</item>"


def rss(*entries: str, head: str = "") -> bytes:
    spaces = (
        'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" '
        'xmlns:georss="http://www.georss.org/georss"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" {spaces}><channel>'
        f"<title>P2000</title>{''.join(entries)}</channel></rss>"
    ).encode()


def when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(RFC)


class Publisher(Fake):
    """A web server with one feed; it knows If-None-Match."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.etag = rss(), '"1"'

    def publishes(self, *entries: str) -> None:
        self.body, self.etag = rss(*entries), f'"{len(self.requests)}-{len(entries)}"'

    def respond(self, asked: Asked) -> Answer:
        headers = {"ETag": self.etag, "Content-Type": "application/rss+xml"}
        if asked.headers.get("if-none-match") == self.etag:
            return Answer(status=304, headers=headers)
        return Answer(status=200, body=self.body, headers=headers)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as opened:
        yield opened


@pytest.fixture
def town(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


@pytest.fixture
def feed(town: Neighbourhood, publisher: Publisher, people: People) -> int:
    """A P2000 feed that is on."""
    with town.store.unit() as unit:
        address = f"{publisher.address}/p2000/?r=15"
        towns = ["SGRAVH", "Den Haag"]
        feed_id = add_feed(
            town.pilot.id, "p2000", "P2000 Haaglanden", address, towns, people.ada, unit
        )
        switch_feed(feed_id, True, people.ada, unit)
    return feed_id


def reads(town: Neighbourhood) -> int:
    return read_due_feeds(town.services, town.scenes)


def kept(town: Neighbourhood) -> list[str]:
    with town.store.read() as connection:
        return list(
            connection.execute(sa.select(bulletins.c.title).order_by(bulletins.c.id)).scalars()
        )


def row_of(town: Neighbourhood) -> Any:
    with town.store.read() as connection:
        return connection.execute(sa.select(feeds)).one()


def near(town: Neighbourhood) -> list[Bulletin]:
    with town.store.unit() as unit:
        return [found for found, _ in bulletins_near(unit.incidents.get(1), unit)]


def test_an_alarm_stands_beside_the_incident_and_is_no_report_of_it(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    town.writes("""
        at    | author | text
        20:00 | Anna   | brand op de Bostonsingel 36
    """)
    publisher.publishes(entry(FIRE, when(START + timedelta(minutes=3))))
    town.clock.forward(minutes=5)
    assert reads(town) == 1
    (found,) = near(town)
    assert (found.service, found.priority, found.title, found.feed) == (
        "fire",
        "P 1",
        "brand woning Bostonsingel 36 SGRAVH",
        "P2000 Haaglanden",
    )
    assert found.at == START + timedelta(minutes=3)
    town.work()
    with town.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(messages)).scalar() == 1
        row = connection.execute(sa.select(incidents)).one()
        assert (row.message_count, row.resident_count) == (1, 1)


def test_elsewhere_later_or_of_another_town_is_not_near(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    town.writes("""
        at    | author | text
        20:00 | Anna   | brand op de Bostonsingel 36
    """)
    publisher.publishes(
        entry("P 1 BR woning Fonteinkruidstraat SGRAVH", when(START)),
        entry("P 1 BR auto Bostonsingel SGRAVH", when(START - timedelta(hours=3))),
        entry("P 1 BR woning Bostonsingel ROTTDM", when(START)),
        entry("P 1 BR woning Nergensstraat SGRAVH", when(START)),
        entry("P 1 BR schuur Bostonsingel SGRAVH", when(START - timedelta(hours=49))),
    )
    reads(town)
    assert kept(town) == [
        "brand woning Fonteinkruidstraat SGRAVH",
        "brand auto Bostonsingel SGRAVH",
    ]
    assert near(town) == []
    assert row_of(town).counts == {"elsewhere": 1, "nowhere": 1, "old": 1}


def test_of_who_is_ill_no_house_number_is_kept(
    town: Neighbourhood, publisher: Publisher, feed: int, tmp_path: Path
) -> None:
    publisher.publishes(entry(ILL, when(START)))
    assert reads(town) == 1
    with town.store.read() as connection:
        row = connection.execute(sa.select(bulletins)).one()
    assert row.title == "Osloweg SGRAVH"
    assert row.location["kind"] == "street"
    assert "98765" not in str(row)


def test_what_did_not_change_is_not_sent_again_and_nothing_counts_twice(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    publisher.publishes(entry(FIRE, when(START)))
    assert reads(town) == 1
    town.clock.forward(seconds=30)
    assert (reads(town), len(publisher.requests)) == (0, 1)  # not due yet
    town.clock.forward(seconds=31)
    assert (reads(town), len(publisher.requests)) == (0, 2)
    assert publisher.requests[1].headers["if-none-match"] == publisher.etag
    publisher.publishes(entry(FIRE, when(START)), entry(ILL, when(START)))
    town.clock.forward(seconds=61)
    assert reads(town) == 1
    assert len(kept(town)) == 2


def test_what_stands_for_two_days_is_gone(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    publisher.publishes(entry(FIRE, when(START)))
    reads(town)
    town.clock.forward(hours=47)
    keep_house(town.services)
    assert len(kept(town)) == 1
    town.clock.forward(hours=2)
    keep_house(town.services)
    assert kept(town) == []


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("za 10 april 2021 19:03", START - timedelta(minutes=57)),
        ("zaterdag 10 apr. 2021 om 19.03", START - timedelta(minutes=57)),
        ("10-04-2021 19:03", START - timedelta(minutes=57)),
        ("Sat, 10 Apr 2021 19:03:00 +0200", START - timedelta(minutes=57)),
        ("gisteren", START),
        ("", START),
        ("31 februari 2021 10:00", START),
        ("Sat, 10 Apr 2099 19:03:00 +0200", START),
    ],
)
def test_a_date_is_read_as_the_dutch_write_it_or_it_is_now(
    town: Neighbourhood, publisher: Publisher, feed: int, date: str, at: datetime
) -> None:
    publisher.publishes(entry(FIRE, date))
    assert reads(town) == 1
    with town.store.read() as connection:
        assert connection.execute(sa.select(bulletins.c.at)).scalar() == at


def test_news_has_its_place_by_its_point_or_its_words(
    town: Neighbourhood, publisher: Publisher, people: People
) -> None:
    area = town.areas[0]
    with town.store.unit() as unit:
        feed_id = add_feed(town.pilot.id, "rss", "Nieuws", publisher.address, [], people.ada, unit)
        switch_feed(feed_id, True, people.ada, unit)
    point = f"<geo:lat>{area.lat}</geo:lat><geo:long>{area.lon}</geo:long>"
    georss = f"<georss:point>{area.lat} {area.lon}</georss:point>"
    publisher.publishes(
        entry("Wateroverlast in de wijk", when(START), point),
        entry("Stroom uit", when(START), georss),
        entry("Brand", when(START), "<description>Op de &lt;b&gt;Osloweg&lt;/b&gt;</description>"),
        entry("Elders", when(START), "<geo:lat>60.1</geo:lat><geo:long>24.9</geo:long>"),
        entry("Nergens", when(START), "<geo:lat>nan</geo:lat><geo:long>x</geo:long>"),
    )
    assert reads(town) == 3
    assert kept(town) == ["Wateroverlast in de wijk", "Stroom uit", "Brand"]


HOSTILE = {
    "nothing": b"",
    "no XML": b"geen rss",
    "a page": b"<html><body><h1>404</h1></body></html>",
    "JSON": b'{"items": []}',
    "a billion laughs": rss(
        entry("&lol2;"),
        head='<!DOCTYPE x [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>',
    ),
    "a file of ours": rss(
        entry("x"), head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    ),
    "the same in UTF-16": rss(
        entry("x"), head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    )
    .decode()
    .replace("utf-8", "utf-16")
    .encode("utf-16"),
    "three million bytes": rss(entry("x" * 3_000_000)),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_feed_is_noted_and_asked_less_often(
    town: Neighbourhood, publisher: Publisher, feed: int, body: bytes
) -> None:
    publisher.body = body
    assert reads(town) == 0
    row = row_of(town)
    assert (row.error, row.failure_count) == ("error.answer_unreadable", 1)
    reads(town)
    assert len(publisher.requests) == 1
    town.clock.forward(seconds=61)
    publisher.publishes(entry(FIRE, when(START)))
    assert reads(town) == 1
    assert row_of(town).error is None


def test_half_a_feed_gives_what_it_has(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    whole = rss(entry(FIRE, when(START)), entry(ILL, when(START)))
    publisher.body = whole[: whole.index(ILL.encode()) + 5]
    assert reads(town) >= 1
    assert "brand woning Bostonsingel 36 SGRAVH" in kept(town)


def test_code_and_odd_signs_in_a_title_are_words(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    publisher.publishes(
        entry(
            "P 1 BR <script>alert(1)</script><b>Bostonsingel</b> \u202e\u0007SGRAVH", when(START)
        ).replace("\u0007", "")
    )
    assert reads(town) == 1
    (title,) = kept(town)
    assert "<" not in title
    assert "\u202e" not in title


def test_a_thousand_entries_are_two_hundred(
    town: Neighbourhood, publisher: Publisher, feed: int
) -> None:
    publisher.publishes(*(entry(FIRE, when(START), key=str(n)) for n in range(1000)))
    assert reads(town) == 200


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=500), "error.network_down"),
        (Answer(status=0), "error.network_down"),
        (Answer(status=429, headers={"Retry-After": "600"}), "error.source_busy"),
        (Answer(status=404), "error.delivery"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1/"}), "error.answer_unreadable"),
    ],
)
def test_a_feed_that_fails_is_noted(
    town: Neighbourhood, publisher: Publisher, feed: int, answer: Answer, error: str
) -> None:
    with publisher.failing(lambda method, path: answer):
        assert reads(town) == 0
    assert row_of(town).error == error
    town.clock.forward(seconds=61)
    assert reads(town) == 0
    assert len(publisher.requests) == (1 if answer.status == 429 else 2)


def test_a_feed_is_off_until_it_is_switched_on_and_after_the_pilots_last_day(
    town: Neighbourhood, publisher: Publisher, people: People
) -> None:
    with town.store.unit() as unit:
        feed_id = add_feed(town.pilot.id, "rss", "N", publisher.address, [], people.ada, unit)
    reads(town)
    assert publisher.requests == []
    with town.store.unit() as unit:
        switch_feed(feed_id, True, people.ada, unit)
        unit.pilots.set_period(town.pilot.id, town.pilot.starts_on, START.date() - timedelta(1))
    reads(town)
    assert publisher.requests == []


def test_a_feed_that_is_taken_away_leaves_nothing(
    town: Neighbourhood, publisher: Publisher, feed: int, people: People
) -> None:
    publisher.publishes(entry(FIRE, when(START)))
    reads(town)
    with town.store.unit() as unit:
        remove_feed(feed, people.ada, unit)
        actions = [entry.action for entry in unit.audit.of("feed", feed)]
    assert kept(town) == []
    assert actions == ["feed_added", "feed_on", "feed_removed"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_adds_feeds(town: Neighbourhood, people: People, role: Role) -> None:
    with town.store.unit() as unit, pytest.raises(NotAllowed):
        add_feed(town.pilot.id, "rss", "N", "https://x.nl", [], people.of(role), unit)


@pytest.mark.parametrize(
    "values",
    [("atom", "N", "https://x"), ("rss", " ", "https://x"), ("rss", "N", ""), ("rss", "a\nb", "h")],
)
def test_a_feed_that_cannot_be_is_refused(
    town: Neighbourhood, people: People, values: tuple[str, str, str]
) -> None:
    with town.store.unit() as unit, pytest.raises(BadInput):
        add_feed(town.pilot.id, *values, [], people.ada, unit)
    with town.store.unit() as unit, pytest.raises(NotFound):
        switch_feed(99, True, people.ada, unit)


@pytest.mark.parametrize(
    "address",
    ["http://x.nl/", "https://10.0.0.1/", "file:///etc/passwd", "https://", "https://[", "x"],
)
def test_a_feed_is_asked_outside_and_over_https_only(address: str) -> None:
    with pytest.raises(BadSetting):
        ask(address, None, None)


def test_no_feed_is_found_in_an_answer_that_holds_none() -> None:
    from connectors.call import Answer as Heard

    with pytest.raises(AnswerUnreadable):
        entries_of(Heard(status=200, raw=b"<x/>", headers={}))
