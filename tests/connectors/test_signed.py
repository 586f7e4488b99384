"""Requests are signed as Standard Webhooks says: its own library agrees, whatever the words."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from connectors.signed import keys_of, sign, verify
from core.errors import BadSetting, NotSigned

OURS = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLDER = "whsec_" + base64.b64encode(b"x" * 32).decode()
THEIRS = "whsec_" + base64.b64encode(b"y" * 32).decode()
NOW = datetime(2026, 11, 21, 19, 3, 11, tzinfo=UTC)
BODY = '{"text": "ingebroken é"}'.encode()

SECRETS = st.binary(min_size=24, max_size=64).map(
    lambda key: "whsec_" + base64.b64encode(key).decode()
)
IDS = st.from_regex(r"[\x21-\x7e]{1,80}", fullmatch=True)


@given(SECRETS, IDS, st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_library_signs_as_we_do(secret: str, once: str, text: str) -> None:
    headers = sign(secret, once, NOW, text.encode())
    assert headers["webhook-signature"] == Webhook(secret).sign(once, NOW, text)


def test_the_library_accepts_what_we_sign() -> None:
    now = datetime.now(UTC)
    assert Webhook(OURS).verify(BODY, sign(OURS, "m1", now, BODY)) == {"text": "ingebroken é"}
    with pytest.raises(WebhookVerificationError):
        Webhook(THEIRS).verify(BODY, sign(OURS, "m1", now, BODY))


def test_we_accept_what_the_library_signs() -> None:
    assert verify(OURS, signed_by_library(OURS), BODY, NOW) == "m1"


@pytest.mark.parametrize("held", [f"{OURS} {OLDER}", f"{OLDER}\n{OURS}"])
def test_during_a_rotation_either_secret_will_do(held: str) -> None:
    for used in (OURS, OLDER):
        assert verify(held, signed_by_library(used), BODY, NOW) == "m1"
    for used in (OURS, OLDER):
        assert verify(used, sign(held, "m1", NOW, BODY), BODY, NOW) == "m1"
    with pytest.raises(NotSigned):
        verify(held, signed_by_library(THEIRS), BODY, NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(-301, 0), (-299, 1), (299, 1), (301, 0)])
def test_what_is_more_than_five_minutes_off_is_refused(seconds: int, accepted: int) -> None:
    headers = sign(OURS, "m1", NOW + timedelta(seconds=seconds), BODY)
    if accepted:
        assert verify(OURS, headers, BODY, NOW)
    else:
        with pytest.raises(NotSigned):
            verify(OURS, headers, BODY, NOW)


RIGHT = sign(OURS, "m1", NOW, BODY)
WRONG = {
    "nothing": {},
    "no id": {**RIGHT, "webhook-id": ""},
    "another id": {**RIGHT, "webhook-id": "m2"},
    "an id without end": {**RIGHT, "webhook-id": "m" * 10_000},
    "no moment": {**RIGHT, "webhook-timestamp": ""},
    "a moment in words": {**RIGHT, "webhook-timestamp": "gisteren"},
    "a broken moment": {**RIGHT, "webhook-timestamp": "nan"},
    "digits of elsewhere": {**RIGHT, "webhook-timestamp": "١٧٠٠٠٠٠٠٠٠"},
    "a moment without end": {**RIGHT, "webhook-timestamp": "9" * 5000},
    "no signature": {**RIGHT, "webhook-signature": ""},
    "another version": {
        **RIGHT,
        "webhook-signature": RIGHT["webhook-signature"].replace("v1,", "v1a,"),
    },
    "without its version": {**RIGHT, "webhook-signature": RIGHT["webhook-signature"][3:]},
    "no letters of base64": {**RIGHT, "webhook-signature": "v1,é\x00"},
    "half": {**RIGHT, "webhook-signature": RIGHT["webhook-signature"][:-4]},
    "the right one after a thousand wrong ones": {
        **RIGHT,
        "webhook-signature": "v1,AAAA " * 1000 + RIGHT["webhook-signature"],
    },
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_a_request_without_its_signature_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        verify(OURS, headers, BODY, NOW)


def test_one_byte_of_the_body_changed_is_refused() -> None:
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(NotSigned):
            verify(OURS, RIGHT, changed, NOW)


@pytest.mark.parametrize(
    "secret",
    ["", " ", "geheim", "whsec_", "whsec_é", "whsec_AAAA", OURS[6:], f"{OURS} {OLDER} {THEIRS}"],
)
def test_a_secret_that_could_be_guessed_is_none(secret: str) -> None:
    with pytest.raises(BadSetting):
        keys_of(secret)


def signed_by_library(secret: str) -> dict[str, str]:
    return {
        "webhook-id": "m1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": Webhook(secret).sign("m1", NOW, BODY.decode()),
    }
