"""Public tips for anybody: feeds that programs read, warnings valid to the official schema."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from capvalidator import check_schema
from fastapi.testclient import TestClient

from connectors.web import door
from core.tips.sending import Draft, end_public, send, take_back
from core.wiring import services
from tests.neighbourhood import Neighbourhood
from tests.people import People

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
HOSTILE = "<b>Ladders & 'sleutels'</b> ]]> \x0b\u202e <script>alert(1)</script>"


@pytest.fixture
def outside(street: Neighbourhood) -> Iterator[TestClient]:
    app = door()
    app.dependency_overrides[services] = lambda: street.services
    with TestClient(app) as client:
        yield client


def publishes(street: Neighbourhood, people: People, **values: Any) -> int:
    given: dict[str, Any] = {
        "pilot_id": street.pilot.id,
        "topic": "inbraak",
        "title": "Inbraak in de buurt",
        "text": "Doe deuren en ramen op slot.",
        "is_public": True,
        "is_warning": True,
    }
    with street.store.unit() as unit:
        draft = Draft(**{**given, **values})
        return send(draft, [], {}, people.wim, unit, hold=timedelta(seconds=10))


def later(street: Neighbourhood) -> None:
    street.clock.forward(minutes=1)


def read(outside: TestClient, address: str) -> Any:
    answer = outside.get(address)
    assert answer.status_code == 200
    return feedparser.parse(answer.content)


def test_an_empty_feed_is_a_feed(outside: TestClient) -> None:
    for address in ("/tips.rss", "/tips.cap"):
        found = read(outside, address)
        assert not found.bozo
        assert found.entries == []


def test_a_feed_reader_reads_what_was_made_public(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    tip_id = publishes(street, people)
    later(street)
    found = read(outside, "/tips.rss")
    assert not found.bozo
    (entry,) = found.entries
    assert (entry.title, entry.id) == ("Inbraak in de buurt", f"HNM-TIP-{tip_id}")
    assert entry.summary.endswith("Bij spoed: bel 112.")
    assert entry.published_parsed[:3] == (2021, 4, 10)
    assert found.feed.language == "nl-NL"


def test_what_is_not_public_is_nowhere(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    with street.store.unit() as unit:
        draft = Draft(
            pilot_id=street.pilot.id, topic="afval", title="Alleen de groep", text="Zwabbernoot."
        )
        send(draft, [street.group().id], {}, people.wim, unit, hold=timedelta(0))
    later(street)
    for address in ("/tips.rss", "/tips.cap"):
        assert "Zwabbernoot" not in outside.get(address).text
    assert outside.get("/tips/1.cap").status_code == 404


def test_one_that_waits_for_the_morning_is_not_public_yet(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    street.clock.forward(hours=3)
    publishes(street, people)
    later(street)
    assert read(outside, "/tips.rss").entries == []
    street.clock.forward(hours=11)
    assert len(read(outside, "/tips.rss").entries) == 1


def test_one_that_was_taken_back_before_it_left_never_was(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    tip_id = publishes(street, people)
    with street.store.unit() as unit:
        take_back(tip_id, people.wim, unit)
    later(street)
    assert read(outside, "/tips.rss").entries == []
    assert read(outside, "/tips.cap").entries == []


@pytest.mark.parametrize("text", ["Doe deuren op slot.", HOSTILE], ids=["plain", "hostile"])
def test_a_warning_is_valid_to_the_official_schema(
    street: Neighbourhood, people: People, outside: TestClient, text: str
) -> None:
    area = next(area for area in street.areas if area.name == "Hoge Veld")
    tip_id = publishes(street, people, text=text, area_id=area.id)
    later(street)
    answer = outside.get(f"/tips/{tip_id}.cap")
    assert answer.headers["content-type"].startswith("application/cap+xml")
    check_schema(answer.content)
    alert = ET.fromstring(answer.content)
    assert alert.findtext(f"{CAP}scope") == "Public"
    assert alert.findtext(f"{CAP}msgType") == "Alert"
    assert alert.findtext(f"{CAP}status") == "Exercise"  # a demonstration warns nobody
    assert alert.findtext(f"{CAP}info/{CAP}area/{CAP}areaDesc") == "Hoge Veld"
    said = alert.findtext(f"{CAP}info/{CAP}description") or ""
    assert said.endswith("Bij spoed: bel 112.")


def test_a_warning_that_was_taken_back_is_cancelled_under_its_name(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    tip_id = publishes(street, people)
    later(street)
    first = ET.fromstring(outside.get(f"/tips/{tip_id}.cap").content)
    with street.store.unit() as unit:
        end_public(tip_id, people.lea, unit)
    later(street)
    answer = outside.get(f"/tips/{tip_id}.cap")
    check_schema(answer.content)
    cancel = ET.fromstring(answer.content)
    assert cancel.findtext(f"{CAP}msgType") == "Cancel"
    named = (cancel.findtext(f"{CAP}references") or "").split(",")
    assert named == [first.findtext(f"{CAP}{name}") for name in ("sender", "identifier", "sent")]
    assert read(outside, "/tips.rss").entries == []
    (entry,) = read(outside, "/tips.cap").entries
    assert "ingetrokken" in entry.summary
    street.clock.forward(days=8)
    assert read(outside, "/tips.cap").entries == []
    assert outside.get(f"/tips/{tip_id}.cap").status_code == 404


def test_after_two_weeks_it_is_simply_gone(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    tip_id = publishes(street, people)
    street.clock.forward(days=14, minutes=1)
    assert read(outside, "/tips.rss").entries == []
    assert read(outside, "/tips.cap").entries == []
    assert outside.get(f"/tips/{tip_id}.cap").status_code == 404


def test_a_plain_tip_is_no_warning(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    tip_id = publishes(street, people, is_warning=False)
    later(street)
    assert len(read(outside, "/tips.rss").entries) == 1
    assert read(outside, "/tips.cap").entries == []
    assert outside.get(f"/tips/{tip_id}.cap").status_code == 404


@pytest.mark.parametrize("address", ["/tips.rss", "/tips.cap", "/tips/1.cap"])
def test_who_asks_again_is_told_that_nothing_changed(
    street: Neighbourhood, people: People, outside: TestClient, address: str
) -> None:
    publishes(street, people)
    later(street)
    first = outside.get(address)
    again = outside.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age" in first.headers["cache-control"]
    assert first.headers["last-modified"].endswith("GMT")
    publishes(street, people, title="Nog een")
    later(street)
    changed = outside.get("/tips.rss", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_strange_text_breaks_no_feed(
    street: Neighbourhood, people: People, outside: TestClient
) -> None:
    publishes(street, people, text=HOSTILE, title="<Let op> & pas op")
    later(street)
    for address in ("/tips.rss", "/tips.cap"):
        found = read(outside, address)
        assert not found.bozo
    raw = ET.fromstring(outside.get("/tips.rss").content)
    assert raw.findtext("channel/item/title") == "<Let op> & pas op"


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "1%00", "99999999999999999999"])
def test_a_warning_that_is_not_there_is_said_so(outside: TestClient, number: str) -> None:
    assert outside.get(f"/tips/{number}.cap").status_code in (400, 404)
