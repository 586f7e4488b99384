"""The signed webhook: what leaves, who may be asked, keys that change, and answers posted to us."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

import core.settings
from connectors.call import Refused
from connectors.destinations import _out_there, webhook
from connectors.doors.answer import known_destinations
from connectors.web import door
from core.clock import system_clock
from core.errors import AnswerUnreadable, BadSetting, SecretRefused
from core.ports import Announcement
from core.wiring import services
from tests.connectors.handing_over import on_its_way
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.fake import said
from tests.servers.gate import Answer
from tests.servers.outside_webhook import SECRET, Receiver, there

OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = system_clock


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with there() as running:
        yield running


def test_it_is_the_envelope_of_the_specification(receiver: Receiver) -> None:
    webhook.hand_over(receiver.account, on_its_way(answer_url="https://x.example/a"), NOW())
    (post,) = receiver.posts
    assert set(post) == {"type", "timestamp", "data"}
    assert post["type"] == "melding.overgedragen"
    assert post["timestamp"].endswith("Z")
    assert post["data"]["number"] == "HNM-7"
    assert post["data"]["place"]["street"] == "Hudson"
    assert post["data"]["answer_url"] == "https://x.example/a"


def test_each_thing_has_an_id_of_its_own_that_stays(receiver: Receiver) -> None:
    first = on_its_way()
    update = replace(first, reference="HNM-7-12", revision=1)
    for given in (first, first, update, replace(update, revision=2)):
        webhook.hand_over(receiver.account, given, NOW())
    webhook.withdraw(receiver.account, update, "undone", NOW())
    assert [post["type"].partition(".")[2] for post in receiver.posts] == [
        "overgedragen",
        "bijgewerkt",
        "bijgewerkt",
        "ingetrokken",
    ]


def test_a_withdrawal_says_nothing_of_the_incident(receiver: Receiver) -> None:
    webhook.withdraw(receiver.account, on_its_way(reference="HNM-7-12"), "erased", NOW())
    assert receiver.posts[0]["data"] == {
        "hand_over": 12,
        "number": "HNM-7",
        "reference": "HNM-7-12",
        "reason": "erased",
    }


@pytest.mark.parametrize("theirs", [SECRET, OTHER])
def test_while_keys_change_either_side_may_be_first(theirs: str, receiver: Receiver) -> None:
    receiver.secret = theirs
    account = replace(receiver.account, secret=f"{OTHER} {SECRET}")
    # The library looks at every signature of the header, as the specification asks.
    assert webhook.hand_over(account, on_its_way(), NOW()).reference


def test_with_another_key_it_is_refused(receiver: Receiver) -> None:
    with pytest.raises(SecretRefused):
        webhook.hand_over(replace(receiver.account, secret=OTHER), on_its_way(), NOW())


@pytest.mark.parametrize("secret", ["", "geheim", "whsec_", "whsec_YQ==", "whsec_***"])
def test_a_key_that_could_be_guessed_is_no_key(secret: str, receiver: Receiver) -> None:
    with pytest.raises(BadSetting):
        webhook.dry_run(replace(receiver.account, secret=secret), on_its_way(), NOW())


def test_the_receivers_own_name_is_taken_if_it_can_be_shown(receiver: Receiver) -> None:
    for name, reference in (("MK-2021-7", "MK-2021-7"), ("a\nb", "HNM-7-13"), (7, "HNM-7-14")):
        receiver.answer_with = {"reference": name}
        number = {"MK-2021-7": 12, "a\nb": 13, 7: 14}[name]
        receipt = webhook.hand_over(receiver.account, on_its_way(id=number), NOW())
        assert receipt.reference == reference


def test_it_is_never_led_elsewhere(receiver: Receiver) -> None:
    headers = {"Location": "http://169.254.169.254/latest/meta-data"}
    with (
        receiver.failing(lambda method, path: Answer(status=307, headers=headers)),
        pytest.raises(AnswerUnreadable),
    ):
        webhook.hand_over(receiver.account, on_its_way(), NOW())
    assert len(receiver.requests) == 1


def test_gone_is_told_from_other_refusals(receiver: Receiver) -> None:
    with receiver.failing(lambda method, path: said(410)), pytest.raises(Refused) as refused:
        webhook.hand_over(receiver.account, on_its_way(), NOW())
    assert (refused.value.status, refused.value.permanent) == (410, True)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hnm",
        "ftp://example.org",
        "https://",
        "https://user:secret@example.org/",
        "https://10.0.0.8/hnm",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "file:///etc/passwd",
    ],
)
def test_nobody_has_us_knock_inside_our_own_network(address: str) -> None:
    with pytest.raises(BadSetting):
        _out_there.out_there(address, "address", allow_local=True)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "https://localhost/", "https://[::1]/"])
def test_this_machine_is_for_a_demonstration_only(address: str) -> None:
    with pytest.raises(BadSetting):
        _out_there.out_there(address, "address", allow_local=False)
    assert _out_there.out_there(address, "address", allow_local=True)


def test_a_name_is_asked_at_the_number_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another machine a moment later is no way in."""
    numbers = iter(["93.184.216.34", "10.0.0.8"])

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(numbers), 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    place = _out_there.out_there("https://partner.example:8443/hnm", "address", allow_local=False)
    assert (place.base, place.host) == ("https://93.184.216.34:8443", "partner.example:8443")
    with pytest.raises(BadSetting):
        _out_there.out_there("https://partner.example/hnm", "address", allow_local=False)


def test_partners_are_told_of_questions_if_they_want(receiver: Receiver) -> None:
    told = Announcement(id=5, type="vraag.gesteld", at=NOW(), text="Welk huisnummer?")
    for _ in range(2):
        webhook.announce(receiver.account, told, NOW())
    (post,) = receiver.posts
    assert (post["type"], post["data"]["text"]) == ("vraag.gesteld", "Welk huisnummer?")


class Caller:
    """Somebody with the secret who posts to our door."""

    def __init__(self, client: TestClient, account_id: int, clock: Any) -> None:
        self.client, self.account_id, self.clock = client, account_id, clock

    def posts(
        self, body: Any, *, secret: str = SECRET, once: str = "msg_1", late: int = 0
    ) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = self.clock() - timedelta(seconds=late)
        signature = Webhook(secret).sign(once, at, raw.decode("utf-8", "replace"))
        headers = {
            "webhook-id": once,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        answer = self.client.post(f"/answers/{self.account_id}", content=raw, headers=headers)
        return answer.status_code, answer.json()


def stands(state: str = "in_progress", reference: str = "SIG-1", text: str = "") -> dict[str, Any]:
    data = {"reference": reference, "state": state, "text": text}
    return {"type": "melding.stand", "timestamp": "2021-04-10T18:00:00Z", "data": data}


@pytest.fixture
def caller(
    street: Neighbourhood, people: People, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Caller]:
    """The partner has HNM-1 as SIG-1."""
    street.writes("""
        at    | group         | text
        20:01 | HNM Hoge Veld | Er is ingebroken op de Bostonsingel
    """)
    with street.store.unit() as unit:
        account_id = unit.hand_overs.add_account(
            street.pilot.id,
            "webhook",
            "Meldkamer",
            "ada",
            enabled=True,
            settings={"address": "https://partner.example/hnm", "events": ""},
            sealed_secret=street.services.vault.seal_original(SECRET),
        )
        hand_over_id = unit.hand_overs.add(1, account_id, "dora")
        unit.hand_overs.change(hand_over_id, state="sent", reference="SIG-1")
    app = door()
    app.dependency_overrides[services] = lambda: street.services
    with TestClient(app) as client:
        yield Caller(client, account_id, street.clock)
    known_destinations.cache_clear()
    core.settings.settings.cache_clear()


def state_of(street: Neighbourhood) -> str:
    with street.store.unit() as unit:
        row = unit.hand_overs.get(1)
        assert row is not None
        return str(row.state)


def test_a_receiver_says_how_it_goes(caller: Caller, street: Neighbourhood) -> None:
    assert caller.posts(stands()) == (200, {"taken": 1})
    assert caller.posts(stands()) == (200, {"taken": 0})
    assert state_of(street) == "in_progress"


@pytest.mark.parametrize(
    ("body", "named", "status"),
    [
        (stands(), {"secret": OTHER}, 401),
        (stands(), {"late": 600}, 401),
        (stands(state="exploded"), {}, 400),
        (stands(reference="SIG-99"), {}, 404),
        ({"type": "melding.overgedragen", "data": stands()["data"]}, {}, 400),
        ({"type": "melding.stand"}, {}, 400),
        ([], {}, 400),
        (b"{", {}, 400),
        (b"", {}, 400),
        (stands(text="a" * 5000), {}, 400),
    ],
    ids=["key", "old", "state", "whose", "type", "half", "list", "broken", "empty", "long"],
)
def test_what_is_wrong_changes_nothing(
    body: Any, named: dict[str, Any], status: int, caller: Caller, street: Neighbourhood
) -> None:
    assert caller.posts(body, **named)[0] == status
    assert state_of(street) == "sent"


def test_an_account_that_is_off_hears_nothing(caller: Caller, street: Neighbourhood) -> None:
    with street.store.unit() as unit:
        unit.hand_overs.change_account(caller.account_id, enabled=False)
    assert caller.posts(stands())[0] == 404
    caller.account_id = 99
    assert caller.posts(stands())[0] == 404
