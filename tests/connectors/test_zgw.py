"""A ZGW register of zaken, against a fake that refuses what Open Zaak was seen to refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.destinations import zgw
from connectors.destinations._refusals import NotTaken, PlaceMissing
from connectors.destinations._zgw_server import Gone
from core.domain import UNKNOWN_LOCATION
from core.errors import AnswerUnreadable, BadSetting, NetworkDown, SecretRefused, SourceBusy
from core.ports import Account
from tests.connectors.handing_over import WASTE, account, on_its_way
from tests.servers.fake_zgw import RSIN, FakeZgw
from tests.servers.gate import Answer
from tests.timepiece import START

NOW = START + timedelta(hours=1)


@pytest.fixture
def register() -> Iterator[FakeZgw]:
    with FakeZgw() as server:
        server.clock = lambda: NOW
        yield server


def ours(register: FakeZgw, **settings: str) -> Account:
    given = {
        "address": register.api,
        "client_id": "hnm",
        "bronorganisatie": RSIN,
        "zaaktype": register.zaaktype(),
        **settings,
    }
    return account("zgw", register.secret, **given)


def closing(register: FakeZgw) -> Account:
    return ours(
        register,
        first_statustype=register.statustype(1),
        withdrawn_statustype=register.statustype(3),
        withdrawn_resultaattype=register.resultaattype,
    )


def only(register: FakeZgw) -> dict[str, Any]:
    (zaak,) = register.zaken.values()
    return zaak


def test_a_zaak_is_made_with_what_an_incident_says(register: FakeZgw) -> None:
    receipt = zgw.hand_over(ours(register), on_its_way(), NOW)
    zaak = only(register)
    assert receipt.reference == f"HNM-OVERDRACHT-12/{zaak['uuid']}"
    assert zaak["kenmerken"] == [{"kenmerk": "HNM-7", "bron": "Het Nieuwe Melden"}]
    assert zaak["zaakgeometrie"] == {"type": "Point", "coordinates": [4.28, 52.03]}
    assert zaak["omschrijving"] == "Afval bij Hudson"
    assert zaak["startdatum"] == "2021-04-10"


def test_a_first_status_is_given_when_one_was_chosen(register: FakeZgw) -> None:
    zgw.hand_over(closing(register), on_its_way(), NOW)
    zgw.hand_over(closing(register), on_its_way(), NOW)
    assert [row["statustype"] for row in register.statussen] == [register.statustype(1)]


def test_a_crash_between_zaak_and_status_is_made_good(register: FakeZgw) -> None:
    zgw.hand_over(ours(register), on_its_way(), NOW)
    zgw.hand_over(closing(register), on_its_way(), NOW)
    assert len(register.zaken) == len(register.statussen) == 1


def test_sent_again_after_a_lost_answer_there_is_one_zaak(register: FakeZgw) -> None:
    with register.losing_answers(), pytest.raises(NetworkDown):
        zgw.hand_over(ours(register), on_its_way(), NOW)
    zgw.hand_over(ours(register), on_its_way(), NOW)
    assert len(register.zaken) == 1


def test_two_at_the_same_moment_make_one_zaak(register: FakeZgw) -> None:
    """Though neither finds the other: the register keeps an identificatie unique."""
    zgw.hand_over(ours(register), on_its_way(), NOW)
    nothing = Answer(status=200, body=b'{"results": [], "next": null}')
    blind = register.failing(lambda method, path: nothing if method == "GET" else None)
    with blind, pytest.raises(NotTaken, match="identificatie: Deze bestaat al"):
        zgw.hand_over(ours(register), on_its_way(), NOW)
    assert len(register.zaken) == 1


def test_an_update_changes_the_text_and_place(register: FakeZgw) -> None:
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    moved = replace(WASTE, location=replace(WASTE.location, lat=52.04))
    update = on_its_way(moved, reference=reference, revision=1, text="Nu drie bewoners.")
    for _ in range(2):
        zgw.hand_over(ours(register), update, NOW)
    assert only(register)["toelichting"] == "Nu drie bewoners."
    assert only(register)["zaakgeometrie"]["coordinates"] == [4.28, 52.04]


def test_an_update_takes_out_a_place_that_was_erased_here(register: FakeZgw) -> None:
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    nowhere = replace(WASTE, location=UNKNOWN_LOCATION)
    zgw.hand_over(ours(register), on_its_way(nowhere, reference=reference, revision=1), NOW)
    assert only(register)["zaakgeometrie"] is None


def test_withdrawn_our_text_and_place_are_taken_out(register: FakeZgw) -> None:
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    for _ in range(2):
        zgw.withdraw(ours(register), on_its_way(reference=reference), "erased", NOW)
    assert "Hudson" not in json.dumps(only(register))
    assert only(register)["zaakgeometrie"] is None
    assert "zijn gewist" in only(register)["toelichting"]
    assert register.statussen == []


def test_withdrawn_it_is_closed_as_was_chosen_and_once(register: FakeZgw) -> None:
    reference = zgw.hand_over(closing(register), on_its_way(), NOW).reference
    sent = on_its_way(reference=reference)
    with register.losing_answers(), pytest.raises(NetworkDown):
        zgw.withdraw(closing(register), sent, "person", NOW)
    for _ in range(3):
        zgw.withdraw(closing(register), sent, "person", NOW)
    assert len(register.resultaten) == 1
    kinds = [row["statustype"] for row in register.statussen]
    assert kinds == [register.statustype(1), register.statustype(3)]
    (last,) = zgw.news(closing(register), [reference], None, NOW)[0][1:]
    assert last.state == "withdrawn"


def test_withdrawn_before_its_answer_came_it_is_found(register: FakeZgw) -> None:
    with register.losing_answers(), pytest.raises(NetworkDown):
        zgw.hand_over(ours(register), on_its_way(), NOW)
    zgw.withdraw(ours(register), on_its_way(), "erased", NOW)
    assert only(register)["zaakgeometrie"] is None
    assert zgw.withdraw(ours(register), on_its_way(id=99), "erased", NOW)  # it never came


def test_what_is_gone_there_is_withdrawn(register: FakeZgw) -> None:
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    register.zaken.clear()
    assert zgw.withdraw(ours(register), on_its_way(reference=reference), "erased", NOW)


def test_statussen_are_news_in_order_with_the_same_ids(register: FakeZgw) -> None:
    reference = zgw.hand_over(closing(register), on_its_way(), NOW).reference
    for minute, (number, text) in enumerate([(2, ""), (3, "Opgeruimd.")], 1):
        register.clock = lambda minute=minute: NOW + timedelta(minutes=minute)
        register.gives_status(only(register)["url"], number, text)
    news = [zgw.news(ours(register), [reference], None, NOW)[0] for _ in range(2)]
    assert news[0] == news[1]
    assert [(one.state, one.text) for one in news[0]] == [
        ("received", "Ontvangen"),
        ("in_progress", "In behandeling"),
        ("done", "Opgeruimd."),
    ]


def test_many_zaken_are_asked_after_in_turn(register: FakeZgw) -> None:
    references = [
        zgw.hand_over(ours(register), on_its_way(id=number), NOW).reference
        for number in range(100, 150)
    ]
    for zaak in list(register.zaken.values()):
        register.gives_status(zaak["url"], 2)
    cursor, heard = None, set[str]()
    for _ in range(2):
        news, cursor = zgw.news(ours(register), references, cursor, NOW)
        heard |= {one.reference for one in news}
    assert heard == set(references)
    assert zgw.news(ours(register), [], cursor, NOW) == ([], None)


def test_pages_are_followed(register: FakeZgw) -> None:
    register.page_size = 2
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    for _ in range(5):
        register.gives_status(only(register)["url"], 2)
    assert len(zgw.news(ours(register), [reference], None, NOW)[0]) == 5


def test_each_call_is_signed_and_says_its_coordinates(register: FakeZgw) -> None:
    zgw.hand_over(ours(register), on_its_way(), NOW)
    for asked in register.requests:
        assert asked.headers["accept-crs"] == asked.headers["content-crs"] == "EPSG:4326"
        assert asked.headers["authorization"].startswith("Bearer ey")


def test_without_a_point_it_is_refused_before_anything_is_sent(register: FakeZgw) -> None:
    with pytest.raises(PlaceMissing):
        zgw.hand_over(ours(register), on_its_way(replace(WASTE, location=UNKNOWN_LOCATION)), NOW)
    assert register.asked == []


def test_a_zaaktype_that_is_not_published_is_refused_in_their_words(register: FakeZgw) -> None:
    unpublished = ours(register, zaaktype=register.zaaktype("concept"))
    with pytest.raises(NotTaken, match="zaaktype: De resource is niet gepubliceerd") as refusal:
        zgw.hand_over(unpublished, on_its_way(), NOW)
    assert refusal.value.permanent
    with pytest.raises(BadSetting):
        zgw.dry_run(unpublished, on_its_way(), NOW)


def test_no_rights_is_said_in_their_words(register: FakeZgw) -> None:
    register.may_write = False
    with pytest.raises(NotTaken, match="geen toestemming"):
        zgw.hand_over(ours(register), on_its_way(), NOW)


def test_a_wrong_secret_says_so(register: FakeZgw) -> None:
    wrong = replace(ours(register), secret="een-ander-geheim-van-32-tekens-lang")
    with pytest.raises(SecretRefused):
        zgw.hand_over(wrong, on_its_way(), NOW)


def test_a_clock_that_is_hours_wrong_says_so(register: FakeZgw) -> None:
    register.clock = lambda: NOW + timedelta(hours=3)
    with pytest.raises(SecretRefused):
        zgw.hand_over(ours(register), on_its_way(), NOW)


@pytest.mark.parametrize(
    "settings",
    [
        {"address": "http://zaken.example.nl"},
        {"bronorganisatie": "123456789"},
        {"bronorganisatie": ""},
        {"client_id": ""},
        {"zaaktype": "https://elders.example.nl/zaaktypen/1"},
        {"first_statustype": "https://elders.example.nl/statustypen/1"},
    ],
    ids=str,
)
def test_an_unsafe_or_half_account_is_refused(register: FakeZgw, settings: Any) -> None:
    with pytest.raises(BadSetting):
        zgw.hand_over(ours(register, **settings), on_its_way(), NOW)
    assert register.asked == []


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Answer(status=0), NetworkDown),
        (Answer(status=502), NetworkDown),
        (Answer(status=429, headers={"Retry-After": "7"}), SourceBusy),
        (Answer(status=404), Gone),
        (Answer(status=412, body=b"[]"), NotTaken),
        (Answer(status=200, body=b"[]"), AnswerUnreadable),
        (Answer(status=200, body=b'{"results": {}}'), AnswerUnreadable),
        (Answer(status=200, body=b'{"results": [{"uuid": "../x"}]}'), AnswerUnreadable),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_a_failure_has_its_own_name(
    register: FakeZgw, fault: Answer, failure: type[Exception]
) -> None:
    with register.failing(lambda method, path: fault), pytest.raises(failure):
        zgw.hand_over(ours(register), on_its_way(), NOW)
    assert zgw.hand_over(ours(register), on_its_way(), NOW)


def test_the_key_goes_to_no_other_server_than_the_accounts_own(register: FakeZgw) -> None:
    reference = zgw.hand_over(ours(register), on_its_way(), NOW).reference
    register.gives_status(only(register)["url"], 2)
    register.statussen[0]["statustype"] = "https://elders.example.nl/statustypen/1"
    with pytest.raises(BadSetting):
        zgw.news(ours(register), [reference], None, NOW)


def test_a_dry_run_makes_nothing(register: FakeZgw) -> None:
    shown = json.loads(zgw.dry_run(ours(register), on_its_way(), NOW))
    assert shown["identificatie"] == "HNM-OVERDRACHT-12"
    assert register.zaken == {}


def test_the_zaaktypen_are_there_to_choose_from(register: FakeZgw) -> None:
    assert zgw.categories(ours(register), NOW) == [(register.zaaktype(), "Melding openbare ruimte")]


def test_long_texts_fit(register: FakeZgw) -> None:
    long = on_its_way(title="t" * 300, text="x" * 5000)
    zgw.hand_over(ours(register), long, NOW)
    assert len(only(register)["omschrijving"]) == 80
    assert len(only(register)["toelichting"]) == 1000
