"""Signalen, against a fake that refuses what the real backend was seen to refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.call import Refused
from connectors.destinations import _signalen_words as words
from connectors.destinations import signalen
from connectors.destinations._refusals import (
    CategoryMissing,
    NotTaken,
    OnlyOneWay,
    PerhapsTaken,
    PlaceMissing,
)
from core.domain import UNKNOWN_LOCATION, Status, Urgency
from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceBusy,
)
from core.ports import Account
from core.topics import topics
from tests.connectors.handing_over import WASTE, account, on_its_way
from tests.servers.fake_signalen import MOVES, NAMES, FakeSignalen
from tests.servers.gate import Answer
from tests.timepiece import START

NOW = START + timedelta(hours=1)


@pytest.fixture
def town() -> Iterator[FakeSignalen]:
    with FakeSignalen() as server:
        server.clock = lambda: NOW
        yield server


def ours(town: FakeSignalen, **settings: str) -> Account:
    given = {"address": town.address, "source": "Het Nieuwe Melden", **settings}
    return account("signalen", "geheim", **given)


def anybody(town: FakeSignalen) -> Account:
    return account("signalen", "", address=town.address, source="Burenapp")


def test_a_report_is_made_with_what_an_incident_says(town: FakeSignalen) -> None:
    receipt = signalen.hand_over(ours(town), on_its_way(), NOW)
    (row,) = town.reports
    assert receipt.reference == "SIG-1"
    assert row["text"] == "Afval bij Hudson\nHNM-7: afval, bij Hudson (2 bewoners)."
    assert row["location"]["geometrie"]["coordinates"] == [4.28, 52.03]
    assert row["category"]["category_url"].endswith("/categories/afval/sub_categories/overig-afval")
    assert row["priority"] == {"priority": "normal"}
    assert row["extra_properties"][0]["answer"] == "HNM-7"
    assert "120 m" in row["text_extra"]


@pytest.mark.parametrize(
    ("topic", "urgency", "priority"),
    [
        ("afval", Urgency.URGENT, "high"),
        ("afval", Urgency.NOT_URGENT, "normal"),
        ("inbraak", Urgency.URGENT, "normal"),
    ],
)
def test_only_what_is_urgent_and_the_municipalitys_is_high(
    town: FakeSignalen, topic: str, urgency: Urgency, priority: str
) -> None:
    incident = replace(WASTE, topic=topic, urgency=urgency)
    signalen.hand_over(ours(town), on_its_way(incident, category="overig/overig"), NOW)
    assert town.reports[0]["priority"] == {"priority": priority}


def test_the_category_that_was_chosen_goes_before_that_of_the_topic(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(category="afval/grofvuil"), NOW)
    assert town.reports[0]["category"]["category_url"].endswith("/grofvuil")


def test_a_topic_of_the_police_alone_is_not_sent(town: FakeSignalen) -> None:
    assert topics()["inbraak"].signalen == ""
    with pytest.raises(CategoryMissing):
        signalen.hand_over(ours(town), on_its_way(replace(WASTE, topic="inbraak")), NOW)
    assert town.reports == []


def test_without_a_point_it_is_refused_before_anything_is_sent(town: FakeSignalen) -> None:
    nowhere = on_its_way(replace(WASTE, location=UNKNOWN_LOCATION))
    with pytest.raises(PlaceMissing) as refusal:
        signalen.hand_over(ours(town), nowhere, NOW)
    assert refusal.value.permanent
    assert refusal.value.params["number"] == "HNM-7"
    assert town.asked == []


def test_a_long_text_goes_on_in_the_second_field(town: FakeSignalen) -> None:
    text = "woord " * 1000
    signalen.hand_over(ours(town), on_its_way(text=text), NOW)
    (row,) = town.reports
    assert len(row["text"]) <= 3000
    assert row["text"].endswith("woord…")
    assert (row["text"] + row["text_extra"]).count("woord") == 1000


def test_the_categories_are_those_of_this_town(town: FakeSignalen) -> None:
    found = dict(signalen.categories(ours(town), NOW))
    assert found["afval/grofvuil"] == "Afval: grofvuil"
    assert "afval/container-bijplaatsing" not in found  # not in use there


def test_sent_again_after_a_lost_answer_there_is_one_report(town: FakeSignalen) -> None:
    with town.losing_answers(), pytest.raises(NetworkDown):
        signalen.hand_over(ours(town), on_its_way(), NOW)
    again = signalen.hand_over(ours(town), on_its_way(), NOW)
    assert again.reference == "SIG-1"
    assert len(town.reports) == 1


def test_it_is_found_again_though_its_incident_was_merged_since(town: FakeSignalen) -> None:
    with town.losing_answers(), pytest.raises(NetworkDown):
        signalen.hand_over(ours(town), on_its_way(), NOW)
    merged = replace(WASTE, id=9, opened_at=NOW + timedelta(days=2))
    assert signalen.hand_over(ours(town), on_its_way(merged), NOW).reference == "SIG-1"


def test_another_hand_over_of_the_same_incident_is_another_report(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    assert signalen.hand_over(ours(town), on_its_way(id=13), NOW).reference == "SIG-2"


def test_an_earlier_report_is_found_on_a_later_page(town: FakeSignalen) -> None:
    for number in range(130):
        signalen.hand_over(ours(town), on_its_way(id=1000 + number), NOW)
    assert signalen.hand_over(ours(town), on_its_way(id=1129), NOW).reference == "SIG-130"


def test_an_update_is_a_note_and_said_once(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    update = on_its_way(reference="SIG-1", revision=1, text="Nu drie bewoners.")
    with town.losing_answers(), pytest.raises(NetworkDown):
        signalen.hand_over(ours(town), update, NOW)
    signalen.hand_over(ours(town), update, NOW)
    assert [note["text"] for note in town.rows[1]["notes"]] == [
        "Bijwerking 1 (overdracht 12, HNM-7).\nNu drie bewoners."
    ]


def test_an_update_raises_the_priority_and_leaves_the_rest(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    urgent = replace(WASTE, urgency=Urgency.URGENT)
    signalen.hand_over(ours(town), on_its_way(urgent, reference="SIG-1", revision=1), NOW)
    assert town.rows[1]["priority"] == {"priority": "high"}
    assert town.rows[1]["status"]["state"] == "m"


def test_an_update_answers_a_question(town: FakeSignalen) -> None:
    asks = ours(town, reporter_email="melden@example.nl")
    signalen.hand_over(asks, on_its_way(), NOW)
    town.moves(1, "reaction requested", "Om welke container gaat het?")
    signalen.hand_over(asks, on_its_way(reference="SIG-1", revision=1, text="De blauwe."), NOW)
    assert town.rows[1]["reporter"]["email"] == "melden+hnm-7@example.nl"
    assert town.rows[1]["status"]["state"] == "reaction received"


def test_a_question_needs_a_mailbox_of_ours(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    with pytest.raises(Exception, match="400"):
        town.moves(1, "reaction requested", "Waar?")


def test_an_incident_that_was_reopened_reopens_the_report(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    town.moves(1, "o", "Opgeruimd.")
    reopened = replace(WASTE, status=Status.REOPENED)
    signalen.hand_over(ours(town), on_its_way(reopened, reference="SIG-1", revision=1), NOW)
    assert town.rows[1]["status"]["state"] == "reopened"


def test_withdrawn_it_is_cancelled_once_with_a_request_to_erase(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    sent = on_its_way(reference="SIG-1")
    with town.losing_answers(), pytest.raises(NetworkDown):
        signalen.withdraw(ours(town), sent, "erased", NOW)
    signalen.withdraw(ours(town), sent, "erased", NOW)
    status = town.rows[1]["status"]
    assert status["state"] == "a"
    assert "(overdracht 12, HNM-7)" in status["text"]
    assert "zijn gewist. Wis ook bij u" in status["text"]
    assert len(town.history[1]) == 2


@pytest.mark.parametrize("state", sorted(set(NAMES) - {"a", "o", "s"}))
def test_from_every_open_state_it_can_be_withdrawn(town: FakeSignalen, state: str) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    town.rows[1]["status"]["state"] = state
    signalen.withdraw(ours(town), on_its_way(reference="SIG-1"), "", NOW)
    assert town.rows[1]["status"]["state"] == "a"


@pytest.mark.parametrize("state", ["o", "s"])
def test_what_they_closed_gets_a_note_in_place(town: FakeSignalen, state: str) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    town.rows[1]["status"]["state"] = state
    for _ in range(2):
        signalen.withdraw(ours(town), on_its_way(reference="SIG-1"), "gewist", NOW)
    assert town.rows[1]["status"]["state"] == state
    assert len(town.rows[1]["notes"]) == 1


def test_withdrawn_before_its_answer_came_it_is_found_and_cancelled(town: FakeSignalen) -> None:
    with town.losing_answers(), pytest.raises(NetworkDown):
        signalen.hand_over(ours(town), on_its_way(), NOW)
    signalen.withdraw(ours(town), on_its_way(), "gewist", NOW)
    assert town.rows[1]["status"]["state"] == "a"


def test_what_is_gone_there_is_withdrawn(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    town.rows.clear()
    assert signalen.withdraw(ours(town), on_its_way(reference="SIG-1"), "", NOW)


def news(town: FakeSignalen, cursor: str | None = None) -> tuple[list[tuple[str, str]], str | None]:
    found, cursor = signalen.news(ours(town), ["SIG-1"], cursor, NOW)
    return [(one.state, one.text) for one in found], cursor


def test_news_is_told_in_order_and_once(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    first, cursor = news(town)
    town.clock = lambda: NOW + timedelta(minutes=1)
    town.moves(1, "b")
    town.clock = lambda: NOW + timedelta(minutes=2)
    town.moves(1, "o", "De container is geleegd.")
    second, cursor = news(town, cursor)
    third, _ = news(town, cursor)
    assert first == [("received", "Gemeld")]
    assert second == [
        ("received", "Gemeld"),
        ("in_progress", "In behandeling"),
        ("done", "De container is geleegd."),
    ]
    assert third == []


def test_the_same_news_has_the_same_id(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    ids = [signalen.news(ours(town), ["SIG-1"], None, NOW)[0][0].native_id for _ in range(2)]
    assert len(set(ids)) == 1


def test_a_change_that_came_in_sight_late_is_not_missed(town: FakeSignalen) -> None:
    for number in (12, 13):
        signalen.hand_over(ours(town), on_its_way(id=number), NOW)
    town.clock = lambda: NOW + timedelta(minutes=9)
    town.moves(2, "b")
    _, cursor = signalen.news(ours(town), ["SIG-1", "SIG-2"], None, NOW)
    town.clock = lambda: NOW + timedelta(minutes=7)  # written before, committed after
    town.moves(1, "o", "Klaar.")
    late, _ = signalen.news(ours(town), ["SIG-1", "SIG-2"], cursor, NOW)
    assert ("SIG-1", "done") in [(one.reference, one.state) for one in late]
    assert "SIG-2" not in [one.reference for one in late]


def test_a_question_is_news(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town, reporter_email="melden@example.nl"), on_its_way(), NOW)
    town.moves(1, "reaction requested", "Om welke container gaat het?")
    assert ("question", "Om welke container gaat het?") in news(town)[0]


def test_our_own_withdrawal_comes_back_as_withdrawn_and_theirs_as_rejected(
    town: FakeSignalen,
) -> None:
    for number in (12, 13):
        signalen.hand_over(ours(town), on_its_way(id=number), NOW)
    signalen.withdraw(ours(town), on_its_way(reference="SIG-1"), "gewist", NOW)
    town.moves(2, "a", "Dubbel.")
    found, _ = signalen.news(ours(town), ["SIG-1", "SIG-2"], None, NOW)
    last = {one.reference: one.state for one in found}
    assert last == {"SIG-1": "withdrawn", "SIG-2": "rejected"}


def test_reports_of_others_are_no_news(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    assert signalen.news(ours(town), ["SIG-2"], None, NOW)[0] == []
    assert signalen.news(ours(town), [], None, NOW) == ([], None)


def test_every_state_of_signalen_is_known_by_its_name() -> None:
    assert {state: name for state, (name, _) in words.STATES.items()} == NAMES
    assert set(MOVES) == set(NAMES)


@pytest.mark.parametrize(
    "source", ["Onbekend", "Burenapp"], ids=["a source nobody knows", "a public source"]
)
def test_a_source_that_is_not_ours_there_is_refused_in_their_words(
    town: FakeSignalen, source: str
) -> None:
    with pytest.raises(NotTaken) as refusal:
        signalen.hand_over(ours(town, source=source), on_its_way(), NOW)
    assert refusal.value.permanent
    assert "source: " in refusal.value.params["why"]


def test_a_category_that_is_not_in_use_is_refused_in_their_words(town: FakeSignalen) -> None:
    wrong = on_its_way(category="afval/container-bijplaatsing")
    with pytest.raises(NotTaken, match=r"category\.category_url: De categorie is niet actief"):
        signalen.hand_over(ours(town), wrong, NOW)


def test_a_wrong_key_says_so(town: FakeSignalen) -> None:
    wrong = replace(ours(town), secret="anders")
    with pytest.raises(SecretRefused):
        signalen.hand_over(wrong, on_its_way(), NOW)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Answer(status=0), NetworkDown),
        (Answer(status=503), NetworkDown),
        (Answer(status=429, headers={"Retry-After": "90"}), SourceBusy),
        (Answer(status=302, headers={"Location": "/elders"}), AnswerUnreadable),
        (Answer(status=403, body=b'{"detail": "Geen rechten."}'), NotTaken),
        (Answer(status=404), Refused),
        (Answer(status=200, body=b"<html>"), AnswerUnreadable),
        (Answer(status=200, body=b'{"results": 7}'), AnswerUnreadable),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_a_failure_has_its_own_name(
    town: FakeSignalen, fault: Answer, failure: type[Exception]
) -> None:
    with town.failing(lambda method, path: fault), pytest.raises(failure):
        signalen.hand_over(ours(town), on_its_way(), NOW)
    assert signalen.hand_over(ours(town), on_its_way(), NOW).reference == "SIG-1"


@pytest.mark.parametrize(
    "answer", [{}, {"id": "1"}, {"id": 5, "id_display": "SIG-77"}, []], ids=str
)
def test_an_answer_without_a_usable_number_is_unreadable(town: FakeSignalen, answer: Any) -> None:
    said = Answer(status=201, body=json.dumps(answer).encode())
    only_posts = town.failing(lambda method, path: said if method == "POST" else None)
    with only_posts, pytest.raises(AnswerUnreadable):
        signalen.hand_over(ours(town), on_its_way(), NOW)


def test_a_token_is_asked_once_and_again_when_it_was_taken_back(town: FakeSignalen) -> None:
    settings = {"token_url": f"{town.address}/token", "client_id": "hnm"}
    client = replace(ours(town, **settings), secret="client-geheim")
    signalen.hand_over(client, on_its_way(), NOW)
    signalen.hand_over(client, on_its_way(id=13), NOW)
    assert town.tokens_given == 1
    town.token = "ingetrokken"
    signalen.hand_over(client, on_its_way(id=14), NOW)
    assert town.tokens_given == 2
    later = NOW + timedelta(minutes=6)
    signalen.hand_over(client, on_its_way(id=15), later)
    assert town.tokens_given == 3


def test_a_wrong_client_secret_says_so(town: FakeSignalen) -> None:
    settings = {"token_url": f"{town.address}/token", "client_id": "hnm"}
    with pytest.raises(SecretRefused):
        signalen.hand_over(replace(ours(town, **settings), secret="mis"), on_its_way(), NOW)


@pytest.mark.parametrize(
    "settings",
    [
        {"address": "http://signalen.example.nl"},
        {"address": "https://x@y"},
        {"address": ""},
        {"source": " "},
        {"token_url": "http://elders.example.nl", "client_id": "hnm"},
        {"token_url": "https://elders.example.nl"},
    ],
    ids=str,
)
def test_an_unsafe_or_half_account_is_refused(town: FakeSignalen, settings: Any) -> None:
    with pytest.raises(BadSetting):
        signalen.dry_run(ours(town, **settings), on_its_way(), NOW)
    assert town.asked == []


def test_a_dry_run_makes_nothing_and_shows_what_would_go(town: FakeSignalen) -> None:
    shown = json.loads(signalen.dry_run(ours(town), on_its_way(), NOW))
    assert shown["location"]["geometrie"]["coordinates"] == [4.28, 52.03]
    assert town.reports == []
    with pytest.raises(SecretRefused):
        signalen.dry_run(replace(ours(town), secret="anders"), on_its_way(), NOW)
    with pytest.raises(NotTaken):
        signalen.dry_run(ours(town, source="Onbekend"), on_its_way(), NOW)


def test_anybody_may_report_and_hears_that_it_was_closed(town: FakeSignalen) -> None:
    receipt = signalen.hand_over(anybody(town), on_its_way(), NOW)
    uuid = town.reports[0]["signal_id"]
    assert receipt.reference == f"SIG-1/{uuid}"
    assert signalen.news(anybody(town), [receipt.reference], None, NOW) == ([], None)
    town.moves(1, "o", "Klaar.")
    (news,), _ = signalen.news(anybody(town), [receipt.reference], None, NOW)
    assert (news.state, news.reference) == ("done", receipt.reference)


def test_publicly_no_priority_is_sent(town: FakeSignalen) -> None:
    urgent = on_its_way(replace(WASTE, urgency=Urgency.URGENT))
    signalen.hand_over(anybody(town), urgent, NOW)
    assert town.reports[0]["priority"] == {"priority": "normal"}


def test_publicly_the_sixty_first_in_an_hour_comes_back_later(town: FakeSignalen) -> None:
    for number in range(60):
        signalen.hand_over(anybody(town), on_its_way(id=number + 1), NOW)
    with pytest.raises(SourceBusy) as busy:
        signalen.hand_over(anybody(town), on_its_way(id=99), NOW)
    assert busy.value.after_s == 3600
    assert len(town.reports) == 60


def test_publicly_a_lost_answer_is_never_sent_again_by_itself(town: FakeSignalen) -> None:
    with town.losing_answers(), pytest.raises(PerhapsTaken) as unsure:
        signalen.hand_over(anybody(town), on_its_way(), NOW)
    assert isinstance(unsure.value, DeliveryError)
    assert unsure.value.permanent


def test_publicly_nothing_can_be_taken_back_or_added(town: FakeSignalen) -> None:
    sent = on_its_way(reference=signalen.hand_over(anybody(town), on_its_way(), NOW).reference)
    with pytest.raises(OnlyOneWay):
        signalen.withdraw(anybody(town), sent, "gewist", NOW)
    with pytest.raises(OnlyOneWay):
        signalen.hand_over(anybody(town), sent, NOW)


def test_a_hostile_history_is_unreadable_and_not_believed(town: FakeSignalen) -> None:
    signalen.hand_over(ours(town), on_its_way(), NOW)
    for row in ({"what": "UPDATE_STATUS", "action": "x: Afgehandeld", "when": "ooit"}, "tekst"):
        said = Answer(status=200, body=json.dumps([row]).encode())
        strange = town.failing(lambda m, path, said=said: said if "history" in path else None)
        with strange, pytest.raises(AnswerUnreadable):
            news(town)
