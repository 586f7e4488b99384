"""A resident sees what is held of them by a link of their own, changes it, and it is logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from connectors.deliver import deliver_due
from connectors.doors.mine import visits
from connectors.housekeeping import keep_house
from connectors.rate import Rate
from connectors.web import door
from core.domain import Event, EventKind, Receipt
from core.inbox import receive
from core.ports import Connection, Outgoing
from core.residents import LINK_MARK, LONGEST, MOST_OPEN, hashed
from core.store.tables import (
    audit_entries,
    consents,
    corrections,
    messages,
    outbox,
    resident_links,
    turns,
)
from core.wiring import services
from tests.neighbourhood import Neighbourhood

HOSTILE = "ingebroken </pre><script>alert(1)</script> & \"x\" 'y' \u202e op de Bostonsingel 36"
EVENING = """
    at    | id | author | text
    19:00 | a  | Anna   | Er is ingebroken op de Bostonsingel 36 zegt Fatima
    19:05 | b  | Anna   | wie leent mij een zwabbernoot
    19:10 | c  | Bram   | ingebroken bij de buren, geheimwoord
"""
HOME = "http://127.0.0.1:8502"


@pytest.fixture
def outside(street: Neighbourhood) -> Iterator[TestClient]:
    app = door()
    app.dependency_overrides[services] = lambda: street.services
    app.dependency_overrides[visits] = lambda: Rate(burst=1000, per_minute=1000)
    with TestClient(app, base_url=HOME) as client:
        yield client


@pytest.fixture
def known(street: Neighbourhood) -> Neighbourhood:
    """Anna and Bram each reported; Anna talked too."""
    street.tools = replace(street.tools, outside_url=HOME, link_hours=24)
    street.writes(EVENING)
    return street


def alone(street: Neighbourhood, text: str, author: str = "Anna", number: int = 1) -> None:
    event = Event(
        kind=EventKind.MESSAGE,
        native_id=f"alone-{author}-{number}",
        author=author,
        sent_at=street.clock(),
        text=text,
        direct=True,
    )
    with street.store.unit() as unit:
        receive([event], street.group(), unit, street.services.vault)
    street.work()


class Network:
    """Takes what is said, as a network's account does."""

    def __init__(self) -> None:
        self.said: list[Outgoing] = []

    def say(self, connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
        self.said.append(outgoing)
        return Receipt(reference=str(outgoing.id), delivered_at=now)


def delivered(street: Neighbourhood) -> list[Outgoing]:
    network = Network()
    with street.store.unit() as unit:
        given = unit.connections.add(street.pilot.id, "demo", "Ons", "ada", settings={})
        unit.connections.change(given, enabled=True)
        unit.connections.change_group(street.group().id, connection_id=given)
    deliver_due(street.services, {"demo": network}, {})
    return network.said


def link_of(street: Neighbourhood, author: str = "Anna") -> str:
    """The path of the link that an author gets in a message to them alone."""
    alone(street, "inzage", author)
    (said,) = [one for one in delivered(street) if "/mijn/" in one.text]
    assert said.to == author
    found = re.search(r"http://127\.0\.0\.1:8502(/mijn/\S+)", said.text)
    assert found is not None
    return found.group(1)


def rows(street: Neighbourhood, table: sa.Table, *where: Any) -> list[Any]:
    with street.store.read() as connection:
        return list(connection.execute(sa.select(table).where(*where)))


def does(outside: TestClient, link: str, do: str, **fields: str) -> httpx.Response:
    answer: httpx.Response = outside.post(link, data={"do": do, **fields})
    return answer


def actions(street: Neighbourhood) -> list[str]:
    return [row.action for row in rows(street, audit_entries)]


def test_in_a_group_no_link_is_given(known: Neighbourhood) -> None:
    known.writes("""
        at    | id | author | text
        20:01 | z  | Anna   | !hnm inzage
    """)
    assert rows(known, resident_links) == []
    (row,) = rows(known, outbox, outbox.c.kind == "reply")
    assert "rechtstreeks" in row.text
    assert "/mijn/" not in row.text


def test_without_an_address_outside_only_the_count_is_told(street: Neighbourhood) -> None:
    street.writes(EVENING)
    alone(street, "inzage")
    (row,) = rows(street, outbox, outbox.c.kind == "reply")
    assert "2 berichten" in row.text
    assert rows(street, resident_links) == []


def test_staff_never_see_the_link_and_only_its_hash_is_kept(known: Neighbourhood) -> None:
    link = link_of(known)
    token = link.removeprefix("/mijn/")
    (row,) = rows(known, outbox, outbox.c.kind == "reply")
    assert LINK_MARK in row.text
    assert token not in row.text
    assert row.sealed_to is None  # gone with the delivery
    (kept,) = rows(known, resident_links)
    assert kept.token_hash == hashed(token)
    assert len(token) >= 43


def test_the_same_command_delivered_twice_gives_one_link(known: Neighbourhood) -> None:
    alone(known, "inzage")
    alone(known, "inzage")
    assert len(rows(known, resident_links)) == 1


def test_opening_the_link_shows_a_button_and_nothing_else(
    known: Neighbourhood, outside: TestClient
) -> None:
    link = link_of(known)
    before = actions(known)
    page = outside.get(link)
    assert page.status_code == 200
    assert "Bostonsingel" not in page.text
    assert actions(known) == before


def test_pressing_it_shows_ones_own_words_and_is_logged(
    known: Neighbourhood, outside: TestClient
) -> None:
    page = does(outside, link_of(known), "look")
    assert "Er is ingebroken op de Bostonsingel 36 zegt Fatima" in page.text
    assert "zegt [naam]" in page.text  # as staff read it
    assert "HNM-1" in page.text
    assert "inbraak" in page.text
    assert "vergeten: 1" in page.text
    assert actions(known)[-1] == "resident_looked"


def test_a_house_that_others_named_is_not_told(known: Neighbourhood, outside: TestClient) -> None:
    known.writes("""
        at    | id | author | text
        20:00 | p  | Bram   | er is ook ingebroken op de Bostonsingel 81
    """)
    page = does(outside, link_of(known), "look").text
    assert "Hoort bij HNM-1, Bostonsingel: nieuw" in page
    assert "Bostonsingel 81" not in page


def test_it_shows_nothing_of_anybody_else(known: Neighbourhood, outside: TestClient) -> None:
    page = does(outside, link_of(known), "look")
    assert "geheimwoord" not in page.text
    (other,) = rows(known, messages, messages.c.redacted.contains("geheimwoord"))
    for do in ("erase", "correct"):
        answer = does(outside, link_of_again(known), do, message=str(other.id), words="x")
        assert answer.status_code == 400
    assert len(known.stored()) == 2


def link_of_again(street: Neighbourhood) -> str:
    """Another link, made by hand."""
    token = "t" * 43
    with street.store.unit() as unit:
        if unit.residents.link(hashed(token)) is None:
            anna = street.services.vault.pseudonym("demo", "Anna")
            until = unit.now + timedelta(hours=24)
            unit.residents.add_link(hashed(token), "demo", anna, until)
    return f"/mijn/{token}"


@pytest.mark.parametrize("token", ["x", "t" * 43, "t" * 5000, "%00", "é", "' OR 1=1 --"])
def test_a_wrong_link_opens_nothing_and_says_the_same(
    known: Neighbourhood, outside: TestClient, token: str
) -> None:
    for answer in (outside.get(f"/mijn/{token}"), does(outside, f"/mijn/{token}", "erase_all")):
        assert answer.status_code == 404
        assert "inzage" in answer.text
    assert len(known.stored()) == 2


def test_after_its_hours_it_opens_nothing_and_is_forgotten(
    known: Neighbourhood, outside: TestClient
) -> None:
    link = link_of(known)
    known.clock.forward(hours=24, seconds=1)
    assert does(outside, link, "look").status_code == 404
    keep_house(known.services)
    assert rows(known, resident_links) == []


def test_one_message_is_erased_everywhere(known: Neighbourhood, outside: TestClient) -> None:
    link = link_of(known)
    (own,) = rows(known, messages, messages.c.redacted.contains("Bostonsingel"))
    page = does(outside, link, "erase", message=str(own.id))
    assert page.status_code == 200
    assert "Fatima" not in page.text
    assert known.stored() == ["ingebroken bij de buren, geheimwoord"]
    assert "message_erased" in actions(known)


def test_everything_is_erased_only_when_one_is_sure(
    known: Neighbourhood, outside: TestClient
) -> None:
    link = link_of(known)
    assert does(outside, link, "erase_all").status_code == 400
    assert len(known.stored()) == 2
    page = does(outside, link, "erase_all", sure="1")
    assert page.status_code == 200
    assert known.stored() == ["ingebroken bij de buren, geheimwoord"]
    anna = known.services.vault.pseudonym("demo", "Anna")
    assert rows(known, turns, turns.c.resident == anna) == []
    assert "Fatima" not in page.text


def test_one_stops_and_starts_again(known: Neighbourhood, outside: TestClient) -> None:
    link = link_of(known)
    assert "niet gevolgd" in does(outside, link, "stop").text
    known.writes("""
        at    | id | author | text
        20:05 | n  | Anna   | ingebroken op de Bostonsingel 40
    """)
    assert len(known.stored()) == 2
    does(outside, link, "start")
    known.writes("""
        at    | id | author | text
        20:06 | o  | Anna   | ingebroken op de Bostonsingel 42
    """)
    assert len(known.stored()) == 3
    assert [(r.by, r.given) for r in rows(known, consents) if r.resident] == [
        ("stop", False),
        ("start", True),
    ]


def test_after_the_last_day_nobody_starts_again(known: Neighbourhood, outside: TestClient) -> None:
    known.clock.forward(days=60)
    link = link_of_again(known)
    does(outside, link, "stop")
    assert 'value="start"' not in does(outside, link, "look").text
    does(outside, link, "start")
    assert [row.given for row in rows(known, consents) if row.resident] == [False]


def test_what_is_wrong_is_sealed_and_goes_with_its_message(
    known: Neighbourhood, outside: TestClient
) -> None:
    link = link_of(known)
    (own,) = rows(known, messages, messages.c.redacted.contains("Bostonsingel"))
    page = does(outside, link, "correct", message=str(own.id), words="Het was nummer 38")
    assert "Een medewerker kijkt ernaar" in page.text
    (asked,) = rows(known, corrections)
    assert b"38" not in asked.sealed_words
    assert known.services.vault.open_original(asked.sealed_words) == "Het was nummer 38"
    does(outside, link, "erase", message=str(own.id))
    assert [row.sealed_words for row in rows(known, corrections)] == [None]


@pytest.mark.parametrize("words", ["", "   ", "a" * (LONGEST + 1)])
def test_words_that_say_nothing_or_too_much_are_refused(
    known: Neighbourhood, outside: TestClient, words: str
) -> None:
    (own,) = rows(known, messages, messages.c.redacted.contains("Bostonsingel"))
    answer = does(outside, link_of_again(known), "correct", message=str(own.id), words=words)
    assert answer.status_code == 400
    assert rows(known, corrections) == []


def test_nobody_floods_staff_with_requests(known: Neighbourhood, outside: TestClient) -> None:
    (own,) = rows(known, messages, messages.c.redacted.contains("Bostonsingel"))
    for _ in range(MOST_OPEN + 3):
        does(outside, link_of_again(known), "correct", message=str(own.id), words="anders")
    assert len(rows(known, corrections)) == MOST_OPEN


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"do=nothing",
        b"do=erase",
        b"do=erase&message=-1",
        b"do=erase&message=99999999999999",
        b"do=erase&message=%D9%A1",
        b"do=correct&message=1",
        b"\xff\xfe",
        b"do=look&" + b"&".join(b"a%d=1" % n for n in range(50)),
        b"do=look&lang=xx",
        b"do=look&lang=<script>",
    ],
    ids=lambda form: str(form[:24]),
)
def test_strange_forms_do_nothing(known: Neighbourhood, outside: TestClient, form: bytes) -> None:
    header = {"content-type": "application/x-www-form-urlencoded"}
    answer = outside.post(link_of_again(known), content=form, headers=header)
    assert answer.status_code in (200, 400)
    assert "<script" not in answer.text
    assert len(known.stored()) == 2


class Tags(HTMLParser):
    """The tags of a page, and the text it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.shown = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_somebody_wrote_is_only_words_on_the_page(
    street: Neighbourhood, outside: TestClient, lang: str
) -> None:
    street.receive("""
        at    | id | author | text
        19:00 | a  | Anna   | vervangen
    """)
    with street.store.unit() as unit:
        event = Event(
            kind=EventKind.MESSAGE,
            native_id="h",
            author="Anna",
            sent_at=street.clock(),
            text=HOSTILE,
        )
        receive([event], street.group(), unit, street.services.vault)
    street.work()
    page = does(outside, link_of_again(street), "look", lang=lang)
    found = Tags(page.text)
    assert not {"script", "img", "iframe", "link", "object"} & set(found.tags)
    assert HOSTILE in found.shown


def test_nothing_of_anybody_else_is_loaded_and_nothing_is_kept(
    known: Neighbourhood, outside: TestClient
) -> None:
    link = link_of_again(known)
    for answer in (outside.get(link), does(outside, link, "look"), outside.get("/mijn/x")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "src=" not in answer.text
        assert "http" not in answer.text.replace("charset", "")
        assert 'name="viewport"' in answer.text


@pytest.mark.parametrize("do", ["json", "text"])
def test_ones_data_can_be_taken_along(known: Neighbourhood, outside: TestClient, do: str) -> None:
    answer = does(outside, link_of_again(known), do)
    assert "attachment" in answer.headers["content-disposition"]
    assert "zegt Fatima" in answer.text
    assert "geheimwoord" not in answer.text
    if do == "json":
        found = json.loads(answer.text)
        assert found["messages"][0]["topics"] == ["inbraak"]
        assert found["judged_and_forgotten_last_two_days"] == 1
    assert actions(known)[-1] == "resident_took_along"


def test_who_knocks_too_often_waits(known: Neighbourhood) -> None:
    app, rate = door(), Rate(burst=3, per_minute=1)
    app.dependency_overrides[services] = lambda: known.services
    app.dependency_overrides[visits] = lambda: rate
    with TestClient(app) as outside:
        seen = [outside.get(f"/mijn/{number}").status_code for number in range(5)]
        assert seen == [404, 404, 404, 429, 429]
        known.clock.forward(minutes=1)
        assert outside.get("/mijn/x").status_code == 404
