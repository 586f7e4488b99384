"""E-mail to a destination: over TLS or not at all, one line a header, an answer to the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.destinations import email
from core.clock import system_clock
from core.domain import Urgency
from core.errors import BadSetting, NetworkDown, SecretRefused
from core.ports import Account
from tests.connectors.handing_over import WASTE, on_its_way
from tests.servers.outside_email import Mailbox, there

NOW = system_clock


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with there() as running:
        yield running


def with_setting(account: Account, **changed: str) -> Account:
    return replace(account, settings={**account.settings, **changed})


def only(box: Mailbox) -> Any:
    (mail,) = box.mails.values()
    return mail


def test_people_read_text_and_systems_json(box: Mailbox) -> None:
    email.hand_over(box.account, on_its_way(), NOW())
    mail = only(box)
    assert mail["Subject"] == "[HNM-7] Afval bij Hudson"
    assert mail["To"] == "rsc@politie.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().strip() == on_its_way().text
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "melding.json"
    assert json.loads(attached.get_content())["place"]["street"] == "Hudson"


def test_urgent_is_marked(box: Mailbox) -> None:
    urgent = replace(WASTE, urgency=Urgency.URGENT)
    email.hand_over(box.account, on_its_way(urgent), NOW())
    assert (only(box)["Importance"], only(box)["X-Priority"]) == ("high", "1")


def test_what_follows_answers_the_first(box: Mailbox) -> None:
    first = on_its_way()
    later = replace(first, reference="HNM-7-12", revision=1)
    email.hand_over(box.account, first, NOW())
    email.hand_over(box.account, later, NOW())
    email.withdraw(box.account, later, "erased", NOW())
    one, two, three = box.mails.values()
    assert one["References"] is None
    assert {two["References"], three["References"]} == {one["Message-ID"]}
    assert "Hudson" not in three.as_string()


@pytest.mark.parametrize(
    "title",
    [
        "Afval\r\nBcc: kwaad@example.org",
        "Afval\nSubject: iets anders",
        "\x00\x0b\x85\u2028To: kwaad@example.org",
        "=?utf-8?q?Afval=0D=0ABcc:_kwaad@example.org?=",
        "a" * 10_000,
        "ré\u202eésumé 🚲",
    ],
    ids=["crlf", "lf", "odd", "encoded", "long", "turned"],
)
def test_no_title_becomes_a_header(title: str, box: Mailbox) -> None:
    email.hand_over(box.account, on_its_way(title=title), NOW())
    mail = only(box)
    assert mail["Bcc"] is None
    assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1
    assert "\n" not in mail["Subject"]
    assert box.raw[0].split(b"\r\n\r\n")[0].count(b"\r\nTo:") == 1


def test_a_dot_on_a_line_does_not_end_the_mail(box: Mailbox) -> None:
    text = "voor\n.\nQUIT\n" + "a" * 3000
    email.hand_over(box.account, on_its_way(text=text), NOW())
    assert only(box).get_body(("plain",)).get_content().split() == text.split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("receiver", "rsc@politie.example, ander@example.org"),
        ("receiver", "rsc@politie.example\r\nBcc: a@b.nl"),
        ("receiver", "geen adres"),
        ("sender", ""),
        ("mail_server", "127.0.0.1:0"),
        ("mail_server", "127.0.0.1:99999"),
        ("mail_server", "mail.example\nQUIT"),
        ("mail_server", ""),
    ],
)
def test_a_setting_that_is_not_plain_is_refused(name: str, value: str, box: Mailbox) -> None:
    with pytest.raises(BadSetting) as wrong:
        email.hand_over(with_setting(box.account, **{name: value}), on_its_way(), NOW())
    assert wrong.value.params["name"] == name
    assert box.raw == []


def test_a_wrong_password_says_so(box: Mailbox) -> None:
    with pytest.raises(SecretRefused):
        email.dry_run(replace(box.account, secret="mis"), on_its_way(), NOW())


def test_without_a_certificate_that_holds_nothing_leaves(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = with_setting(
        box.account,
        mail_server=box.account.settings["mail_server"].replace("127.0.0.1", "localhost"),
    )
    with pytest.raises(NetworkDown) as down:
        email.hand_over(elsewhere, on_its_way(), NOW())
    assert "CertVerification" in down.value.params["why"]
    assert box.raw == []
