"""Open311 GeoReport v2 as a client, against a fake that follows the standard, in JSON and XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.destinations import open311
from connectors.destinations._open311_wire import from_xml
from connectors.destinations._refusals import (
    CategoryMissing,
    NotTaken,
    OnlyOneWay,
    PerhapsTaken,
    PlaceMissing,
)
from core.domain import UNKNOWN_LOCATION
from core.errors import AnswerUnreadable, BadSetting, NetworkDown, SecretRefused, SourceBusy
from core.ports import Account
from tests.connectors.handing_over import WASTE, account, on_its_way
from tests.servers.fake_open311 import KEY, FakeOpen311
from tests.servers.gate import Answer
from tests.timepiece import START

NOW = START + timedelta(hours=1)


@pytest.fixture
def there() -> Iterator[FakeOpen311]:
    with FakeOpen311() as server:
        server.clock = lambda: NOW
        yield server


def ours(there: FakeOpen311, **settings: str) -> Account:
    given = {"address": there.endpoint, "service_code": "afval", **settings}
    return account("open311", KEY, **given)


def only(there: FakeOpen311) -> dict[str, str]:
    (row,) = there.rows.values()
    return row


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_request_is_made_with_what_an_incident_says(there: FakeOpen311, form: str) -> None:
    receipt = open311.hand_over(ours(there, format=form), on_its_way(), NOW)
    row = only(there)
    assert receipt.reference == row["service_request_id"] == "638344"
    assert (row["lat"], row["long"]) == ("52.030000", "4.280000")
    assert row["description"].startswith("Afval bij Hudson\nHNM-7: afval")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_sent_again_after_a_lost_answer_there_is_one_request(there: FakeOpen311, form: str) -> None:
    with there.losing_answers():
        first = open311.hand_over(ours(there, format=form), on_its_way(), NOW)
    again = open311.hand_over(ours(there, format=form), on_its_way(), NOW)
    assert first.reference == again.reference
    assert len(there.rows) == 1


def test_where_nobody_can_look_a_lost_answer_is_left_to_a_person(there: FakeOpen311) -> None:
    there.shows_text = False
    with there.losing_answers(), pytest.raises(PerhapsTaken):
        open311.hand_over(ours(there), on_its_way(), NOW)


def test_where_texts_are_shown_an_outage_half_way_is_tried_again(there: FakeOpen311) -> None:
    open311.hand_over(ours(there), on_its_way(id=11), NOW)
    broken = there.failing(lambda m, path: Answer(status=503) if m == "POST" else None)
    with broken, pytest.raises(NetworkDown):
        open311.hand_over(ours(there), on_its_way(), NOW)
    assert open311.hand_over(ours(there), on_its_way(), NOW)
    assert len(there.rows) == 2


def test_a_token_becomes_a_number_later(there: FakeOpen311) -> None:
    there.tokens = True
    reference = open311.hand_over(ours(there), on_its_way(), NOW).reference
    assert reference == "token:t638344"
    told, cursor = open311.news(ours(there), [reference], None, NOW)
    assert told == []
    there.ready.add("638344")
    there.says_of("638344", "CLOSED", "Opgehaald.")
    (news,), cursor = open311.news(ours(there), [reference], cursor, NOW)
    assert (news.reference, news.state, news.text) == (reference, "done", "Opgehaald.")


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("speaks_updates", [True, False])
def test_news_comes_with_updates_and_without(
    there: FakeOpen311, form: str, speaks_updates: bool
) -> None:
    there.speaks_updates = speaks_updates
    reference = open311.hand_over(ours(there, format=form), on_its_way(), NOW).reference
    _, cursor = open311.news(ours(there, format=form), [reference], None, NOW)
    there.says_of(reference, "IN_PROGRESS", "Onderweg.")
    first, cursor = open311.news(ours(there, format=form), [reference], cursor, NOW)
    again, cursor = open311.news(ours(there, format=form), [reference], cursor, NOW)
    there.says_of(reference, "CLOSED", "Opgehaald.")
    last, _ = open311.news(ours(there, format=form), [reference], cursor, NOW)
    assert [(one.state, one.text) for one in first] == [("in_progress", "Onderweg.")]
    assert {one.native_id for one in again} == {one.native_id for one in first}
    assert (last[-1].state, last[-1].text) == ("done", "Opgehaald.")


def test_a_duplicate_is_rejected_by_the_one_convention_there_is(there: FakeOpen311) -> None:
    there.speaks_updates = False
    reference = open311.hand_over(ours(there), on_its_way(), NOW).reference
    there.says_of(reference, "CLOSED", "duplicate of 638000")
    (news,), _ = open311.news(ours(there), [reference], None, NOW)
    assert news.state == "rejected"


def test_an_update_is_said_once_and_is_no_news_to_ourselves(there: FakeOpen311) -> None:
    reference = open311.hand_over(ours(there), on_its_way(), NOW).reference
    update = on_its_way(reference=reference, revision=1, text="Nu drie bewoners.")
    with there.losing_answers(), pytest.raises(NetworkDown):
        open311.hand_over(ours(there), update, NOW)
    open311.hand_over(ours(there), update, NOW)
    assert [one["description"] for one in there.updates] == [
        "Bijwerking 1 (overdracht 12, Het Nieuwe Melden HNM-7)\nNu drie bewoners."
    ]
    assert open311.news(ours(there), [reference], None, NOW)[0] == []


def test_withdrawing_asks_once_to_erase(there: FakeOpen311) -> None:
    reference = open311.hand_over(ours(there), on_its_way(), NOW).reference
    for _ in range(2):
        open311.withdraw(ours(there), on_its_way(reference=reference), "erased", NOW)
    (asked,) = there.updates
    assert asked["status"] == "CLOSED"
    assert "zijn gewist. Wis ook bij u" in asked["description"]


def test_withdrawn_before_its_answer_came_it_is_found(there: FakeOpen311) -> None:
    open311.hand_over(ours(there), on_its_way(), NOW)
    open311.withdraw(ours(there), on_its_way(), "erased", NOW)
    open311.withdraw(ours(there), on_its_way(id=99), "erased", NOW)  # it never came
    assert len(there.updates) == 1


def test_without_the_extension_a_person_has_to_add_or_ask_back(there: FakeOpen311) -> None:
    there.speaks_updates = False
    reference = open311.hand_over(ours(there), on_its_way(), NOW).reference
    sent = on_its_way(reference=reference, revision=1)
    with pytest.raises(OnlyOneWay):
        open311.hand_over(ours(there), sent, NOW)
    with pytest.raises(OnlyOneWay):
        open311.withdraw(ours(there), sent, "erased", NOW)


def test_a_street_by_name_will_do_and_nothing_will_not(there: FakeOpen311) -> None:
    street = replace(UNKNOWN_LOCATION, street="Hudson", house_number=12)
    open311.hand_over(ours(there), on_its_way(replace(WASTE, location=street)), NOW)
    assert only(there)["address"] == "Hudson 12"
    with pytest.raises(PlaceMissing):
        open311.hand_over(ours(there), on_its_way(replace(WASTE, location=UNKNOWN_LOCATION)), NOW)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_services_are_there_to_choose_from(there: FakeOpen311, form: str) -> None:
    found = open311.categories(ours(there, format=form), NOW)
    assert found[0] == ("afval", "Openbare ruimte: Afval op straat")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_service_that_asks_more_than_we_know_is_seen_beforehand(
    there: FakeOpen311, form: str
) -> None:
    with pytest.raises(NotTaken, match="Welke boom"):
        open311.dry_run(ours(there, format=form), on_its_way(category="boom"), NOW)
    with pytest.raises(BadSetting):
        open311.dry_run(ours(there, format=form), on_its_way(category="weg"), NOW)
    assert "service_code: afval" in open311.dry_run(ours(there, format=form), on_its_way(), NOW)
    assert there.rows == {}


def test_no_service_no_request(there: FakeOpen311) -> None:
    with pytest.raises(CategoryMissing):
        open311.hand_over(ours(there, service_code=""), on_its_way(), NOW)


def test_a_jurisdiction_is_said_with_everything(there: FakeOpen311) -> None:
    there.jurisdiction = "denhaag.nl"
    told = ours(there, jurisdiction_id="denhaag.nl")
    reference = open311.hand_over(told, on_its_way(), NOW).reference
    there.says_of(reference, "FIXED", "Klaar.")
    assert open311.news(told, [reference], None, NOW)[0]
    with pytest.raises(NotTaken, match="jurisdiction_id was not provided"):
        open311.hand_over(ours(there), on_its_way(), NOW)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_wrong_key_says_so(there: FakeOpen311, form: str) -> None:
    wrong = replace(ours(there, format=form), secret="anders")
    with pytest.raises(SecretRefused):
        open311.hand_over(wrong, on_its_way(), NOW)


@pytest.mark.parametrize(
    "settings",
    [{"address": "http://buren.example.nl"}, {"address": ""}, {"format": "yaml"}],
    ids=str,
)
def test_an_unsafe_or_half_account_is_refused(there: FakeOpen311, settings: Any) -> None:
    with pytest.raises(BadSetting):
        open311.hand_over(ours(there, **settings), on_its_way(), NOW)
    assert there.asked == []


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Answer(status=0), NetworkDown),
        (Answer(status=500), NetworkDown),
        (Answer(status=429, headers={"Retry-After": "7"}), SourceBusy),
        (Answer(status=400, body=b"<html>"), NotTaken),
        (Answer(status=200, body=b"<html>"), AnswerUnreadable),
        (Answer(status=200, body=b'"tekst"'), AnswerUnreadable),
        (Answer(status=301, headers={"Location": "/x"}), AnswerUnreadable),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_a_failure_has_its_own_name(
    there: FakeOpen311, fault: Answer, failure: type[Exception]
) -> None:
    with there.failing(lambda method, path: fault), pytest.raises(failure):
        open311.hand_over(ours(there), on_its_way(), NOW)
    assert open311.hand_over(ours(there), on_its_way(), NOW)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<service_requests><request><service_request_id>&b;</service_request_id></request>
</service_requests>"""
LEAK = b"""<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<service_requests><request><service_request_id>&f;</service_request_id></request>
</service_requests>"""


@pytest.mark.parametrize("raw", [BOMB, LEAK, b"", b"<a", b"\x00", b"<a/>\xff"])
def test_hostile_xml_is_not_read(raw: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        from_xml(raw)


def test_the_examples_of_the_standard_are_read() -> None:
    made = b"""<?xml version="1.0" encoding="utf-8"?><service_requests><request>
        <service_request_id>293944</service_request_id>
        <service_notice>The City will inspect within 24 hours.</service_notice><account_id/>
        </request></service_requests>"""
    assert from_xml(made) == [
        {
            "service_request_id": "293944",
            "service_notice": "The City will inspect within 24 hours.",
            "account_id": "",
        }
    ]
