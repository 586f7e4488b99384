"""E-mail: who is believed, what is taken out of a mail; at a real Dovecot, a real SMTP server."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import email as source
from connectors.sources._mail_bookmark import Bookmark
from connectors.sources._mail_heard import heard_in
from connectors.sources._mail_parts import NotMail, read_mail
from connectors.sources._mail_send import mail_of, send
from connectors.sources._mail_sessions import OpenSessions
from connectors.sources._mail_settings import Mailbox
from connectors.sources._mail_trust import is_trusted
from core.domain import Event
from core.errors import (
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceBusy,
    SourceError,
)
from core.ports import Connection, Heard, Outgoing
from core.settings import ROOT
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.live_email import CHECKED_BY, MailNetwork, checked
from tests.servers.mail_servers import MailServers
from tests.servers.mail_sink import MailSink
from tests.servers.tls import trusted_here
from tests.servers.wire import Wire

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)
ANNA = "anna@postbus.example"
TOKEN = "hogeveld"


def settings(**changes: str) -> dict[str, str]:
    return {
        "mail_address": "hnm@melden.example",
        "imap_server": "imap://127.0.0.1:1",
        "smtp_server": "smtp://127.0.0.1:1",
        "mail_login": "",
        "mail_checked_by": CHECKED_BY,
        "mail_senders": "*",
        "mail_lists": "",
    } | changes


def connection(given: dict[str, str], secret: str = PASSWORD) -> Connection:
    return Connection(
        id=7, pilot_id=1, source="email", name="Postbus", settings=given, secret=secret
    )


def box(**changes: str) -> Mailbox:
    return Mailbox.of(connection(settings(**changes)))


def written(text: str = "ingebroken op nummer 36", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    usual = {"From": ANNA, "To": f"hnm+{TOKEN}@melden.example", "Message-ID": "<1@postbus.example>"}
    for name, value in (usual | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail


def heard(raw: bytes, **changes: str) -> Event:
    """What one mail says."""
    _, (found,) = heard_in(raw, NOW, box(**changes))
    assert isinstance(found, Heard), found
    assert found.group == TOKEN
    return found.event


def refused(raw: bytes, **changes: str) -> str:
    """Why one mail says nothing."""
    _, (found,) = heard_in(raw, NOW, box(**changes))
    assert isinstance(found, SourceError), found
    return str(found.params["why"])


def by_anna(mail: EmailMessage) -> bytes:
    return checked(mail, "postbus.example")


# Who is believed.


@pytest.mark.parametrize(
    "result",
    [
        "dmarc=pass header.from=postbus.example",
        "dmarc=pass (p=reject dis=none) header.from=postbus.example; spf=fail smtp.mailfrom=x@y.nl",
        "dkim=pass header.d=postbus.example header.i=@postbus.example header.s=s1",
        "dkim=fail header.d=lijst.example; dkim=pass header.d=mail.postbus.example",
        "spf=pass smtp.mailfrom=bounce@mail.postbus.example",
        "spf=pass smtp.mailfrom=postbus.example; dmarc=none",
        "dmarc=pass\r\n\taction=none\r\n\theader.from=postbus.example;compauth=pass reason=100",
    ],
)
def test_a_mail_that_our_server_found_genuine_is_read(result: str) -> None:
    assert is_trusted([f"{CHECKED_BY}; {result}"], CHECKED_BY, ANNA)


@pytest.mark.parametrize(
    "results",
    [
        [],
        [f"{CHECKED_BY}; none"],
        [
            f"{CHECKED_BY}; dmarc=fail header.from=postbus.example;"
            " dkim=pass header.d=postbus.example"
        ],
        [f"{CHECKED_BY}; dmarc=pass header.from=elders.example"],
        [f"{CHECKED_BY}; dmarc=pass"],
        [f"{CHECKED_BY}; dkim=pass header.d=elders.example"],
        [f"{CHECKED_BY}; dkim=pass header.d=example"],
        [f"{CHECKED_BY}; dkim=pass header.d=kwaadpostbus.example"],
        [f"{CHECKED_BY}; spf=pass smtp.mailfrom=elders.example"],
        [f"{CHECKED_BY}; spf=softfail smtp.mailfrom=postbus.example"],
        ["mx.elders.example; dmarc=pass header.from=postbus.example"],
        [f"{CHECKED_BY}.elders.example; dmarc=pass header.from=postbus.example"],
        [f"{CHECKED_BY}; dmarc=pass header.from=(postbus.example"],
        [f"{CHECKED_BY}; dmarc=fail", f"{CHECKED_BY}; dmarc=pass header.from=postbus.example"],
        [f"{CHECKED_BY}; spf=none", f"{CHECKED_BY}; dmarc=pass header.from=postbus.example"],
        [f"{CHECKED_BY}; dmarc=fail (dmarc=pass header.from=postbus.example)"],
        [f'{CHECKED_BY}; dkim=fail reason="; dmarc=pass header.from=postbus.example"'],
        ["", ";;;", "\x00", "(" * 10_000, f"{CHECKED_BY}" + " " * 10_000],
    ],
)
def test_what_our_server_did_not_find_genuine_is_not_believed(results: list[str]) -> None:
    assert not is_trusted(results, CHECKED_BY, ANNA)


def test_a_result_that_the_sender_wrote_below_ours_counts_for_nothing() -> None:
    forged = by_anna(written())
    ours = f"Authentication-Results: {CHECKED_BY}; dmarc=fail header.from=postbus.example\r\n"
    assert refused(ours.encode() + forged) == "quarantined"


@pytest.mark.parametrize(
    ("senders", "sender", "is_read"),
    [
        ("*", ANNA, True),
        ("anna@postbus.example", ANNA, True),
        ("@postbus.example @elders.example", "Anna <ANNA@Postbus.example>", True),
        ("piet@postbus.example, @elders.example", ANNA, False),
        ("@box.example", ANNA, False),
        ("*", '"anna@postbus.example" <kwaad@elders.example>', False),
        ("*", "kwaad@elders.example, anna@postbus.example", False),
        ("*", "<kwaad@elders.example> <anna@postbus.example>", False),
        ("*", "anna@postbus.example <kwaad@elders.example>", False),
    ],
)
def test_only_a_listed_sender_is_read(senders: str, sender: str, is_read: bool) -> None:
    mail = by_anna(written()).replace(f"From: {ANNA}".encode(), f"From: {sender}".encode())
    _, (found,) = heard_in(mail, NOW, box(mail_senders=senders))
    assert isinstance(found, Heard) is is_read


def test_two_froms_are_nobody() -> None:
    assert refused(by_anna(written()).replace(b"To:", b"From: kwaad@elders.example\nTo:")) == (
        "quarantined"
    )


def test_what_is_refused_leaves_no_words_behind() -> None:
    _, found = heard_in(checked(written("zonnebloemtaart"), "postbus.example", "fail"), NOW, box())
    assert "zonnebloemtaart" not in repr(found)
    assert "anna" not in repr(found)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, "automatic_mail"),
        ({"Auto_Submitted": "auto-generated"}, "automatic_mail"),
        ({"Precedence": "bulk"}, "automatic_mail"),
        ({"Precedence": "auto_reply"}, "automatic_mail"),
        ({"List_Id": "<x.lijst.example>"}, "automatic_mail"),
        ({"X_Autoreply": "yes"}, "automatic_mail"),
        ({"Return_Path": "<>"}, "automatic_mail"),
        ({"To": "hnm@melden.example"}, "no_group"),
        ({"To": "hnm+ab@melden.example"}, "no_group"),
        ({"To": "hnm+hogeveld@elders.example"}, "no_group"),
    ],
)
def test_loops_and_strays_are_counted_by_name(headers: dict[str, str], why: str) -> None:
    assert refused(by_anna(written(**headers))) == why


def test_our_own_mail_is_not_read() -> None:
    mail = written(From=f"hnm+{TOKEN}@melden.example")
    assert refused(checked(mail, "melden.example")) == "own_mail"


def test_a_bounce_is_not_read() -> None:
    mail = written()
    mail.replace_header(
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"'
    )
    assert refused(by_anna(mail)) == "automatic_mail"


# What is taken out.


def test_a_mail_to_us_alone_is_direct_and_its_subject_counts() -> None:
    event = heard(by_anna(written("bij nummer 36", Subject="Inbraak aan de Bostonsingel")))
    assert event.text == "Inbraak aan de Bostonsingel\nbij nummer 36"
    assert (event.author, event.direct, event.native_id) == (ANNA, True, "1@postbus.example")
    assert heard(by_anna(written("ja", Subject="Re: vraag"))).text == "ja"
    assert (
        heard(by_anna(written("brand op 2", Subject="Brand op 2"))).text != "brand op 2\nbrand op 2"
    )


def test_a_mail_to_the_groups_list_is_said_in_the_group() -> None:
    lists = f"{TOKEN}=buren@lijst.example"
    mail = written(To="buren@lijst.example", Cc=f"hnm+{TOKEN}@melden.example", List_Id="<x.y>")
    event = heard(by_anna(mail), mail_lists=lists)
    assert not event.direct
    assert heard(by_anna(written()), mail_lists=lists).direct


def test_a_list_that_writes_in_its_own_name_says_who_wrote_or_is_not_read() -> None:
    lists = f"{TOKEN}=buren@lijst.example"
    headers = {"From": "Anna via Buren <buren@lijst.example>", "To": "buren@lijst.example"}
    headers["Delivered_To"] = f"hnm+{TOKEN}@melden.example"
    mail = checked(written(**headers, Reply_To=f"Anna <{ANNA}>"), "lijst.example")
    assert heard(mail, mail_lists=lists).author == ANNA
    mail = checked(written(**headers, Reply_To="buren@lijst.example"), "lijst.example")
    assert refused(mail, mail_lists=lists) == "quarantined"


def test_where_it_was_delivered_counts_not_what_the_sender_wrote() -> None:
    mail = b"Delivered-To: hnm+ander@melden.example\r\n" + by_anna(written())
    _, (found,) = heard_in(mail, NOW, box())
    assert isinstance(found, Heard)
    assert found.group == "ander"


def test_one_mail_to_two_groups_is_said_in_both() -> None:
    to = "hnm+hogeveld@melden.example, Hoge Veld 2 <hnm+ander@melden.example>"
    _, found = heard_in(by_anna(written(To=to)), NOW, box())
    assert [one.group for one in found if isinstance(one, Heard)] == ["hogeveld", "ander"]


def test_a_command_is_the_word_alone_and_is_about_their_own_mail() -> None:
    history = "\n\nOp vr 10 apr 2026 om 18:03 schreef Melden <hnm@melden.example>:\n> Dank u."
    mail = written(f"Wis{history}", Subject="Re: Het Nieuwe Melden: antwoord")
    mail["References"] = "<eerste@postbus.example> <hnm.7.5@melden.example>"
    mail["In-Reply-To"] = "<hnm.7.5@melden.example>"
    event = heard(by_anna(mail))
    assert (event.text, event.reply_to) == ("Wis", "eerste@postbus.example")
    alone = heard(by_anna(written("stop\n\nGroetjes, Anna", Subject="afmelden")))
    assert (alone.text, alone.reply_to) == ("stop", None)


def test_an_answer_to_our_question_names_our_question() -> None:
    mail = written("bij de vijver", Subject="Re: vraag")
    mail["References"] = "<eerste@postbus.example> <hnm.7.5@melden.example>"
    mail["In-Reply-To"] = "<hnm.7.5@melden.example>"
    assert heard(by_anna(mail)).reply_to == "hnm.7.5@melden.example"


@pytest.mark.parametrize(
    ("name", "author", "group", "text"),
    [
        (
            "hoplr",
            "hoplr:fatima vuurdoorn",
            "Hoge Veld",
            "Er staat een busje zonder kenteken bij de speeltuin.\n"
            "De jongens erin kijken bij alle achterdeuren naar binnen.",
        ),
        (
            "veiligebuurt",
            "veiligebuurt:piet kwikstaart",
            "HNM Hoge Veld",
            "Er wordt aan fietsen gerommeld\nbij het station, twee man met een slijptol.",
        ),
        (
            "facebook",
            "facebook:zoë fluitekruid",
            "Buren Hoge Veld",
            "Weet iemand waarom de helikopter boven de Osloweg hangt?",
        ),
    ],
)
def test_a_platforms_mail_gives_who_wrote_where_and_what(
    name: str, author: str, group: str, text: str
) -> None:
    raw = (ROOT / "tests" / "data" / "mail" / f"{name}.eml").read_bytes()
    domain = raw.partition(b"@")[2].partition(b">")[0].decode()
    result = f"Authentication-Results: {CHECKED_BY}; dmarc=pass header.from={domain}\r\n"
    _, (found,) = heard_in(result.encode() + raw, NOW, box(mail_senders=f"@{domain}"))
    assert isinstance(found, Heard)
    assert (found.event.author, found.group_name, found.event.text) == (author, group, text)
    assert (found.group, found.event.direct) == (TOKEN, False)


def test_a_platforms_mail_in_another_form_is_not_read() -> None:
    mail = written("Uw wachtwoord is gewijzigd.", From="noreply@hoplr.com")
    assert refused(checked(mail, "hoplr.com")) == "unknown_layout"
    half = written("Anna deelde een bericht in Hoge Veld:\n\nbrand", From="noreply@hoplr.com")
    assert refused(checked(half, "hoplr.com")) == "unknown_layout"


def test_attachments_are_counted_and_never_opened() -> None:
    mail = written("zie foto's")
    bomb = b"PK\x03\x04" + bytes(50_000)
    mail.add_attachment(bomb, maintype="application", subtype="zip", filename="foto.zip")
    mail.add_attachment(b"x", maintype="image", subtype="jpeg", filename="a.jpg")
    mail.add_attachment("<b>tekst</b>", subtype="html", filename="x.html")
    event = heard(by_anna(mail))
    assert (event.text, event.media_count) == ("zie foto's", 3)


def test_a_mail_within_a_mail_is_an_attachment_whose_words_are_not_read() -> None:
    mail = written("zie bijlage")
    mail.add_attachment(written("zonnebloemtaart"))
    event = heard(by_anna(mail))
    assert (event.text, event.media_count) == ("zie bijlage", 1)


def test_a_page_alone_is_read_as_text_and_a_logo_is_no_picture() -> None:
    mail = written("")
    mail.set_content("<p>Er ligt <b>glas</b><br>op het fietspad</p>", subtype="html")
    mail.add_related(b"x", maintype="image", subtype="png", cid="<logo>")
    event = heard(by_anna(mail))
    assert (event.text, event.media_count) == ("Er ligt glas\nop het fietspad", 0)


def test_an_encrypted_mail_is_said_to_be_unreadable() -> None:
    for text in ("-----BEGIN PGP MESSAGE-----\n\nabc", ""):
        mail = written(text)
        if not text:
            mail.replace_header("Content-Type", "application/pkcs7-mime")
        _, (found,) = heard_in(by_anna(mail), NOW, box())
        assert isinstance(found, Heard)
        assert found.unreadable
        assert (found.event.text, found.event.direct) == ("", True)


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("utf-8", "één café €".encode()),
        ("iso-8859-1", "één café €".encode("cp1252")),
        ("windows-1252", "één café €".encode("cp1252")),
        ("klingon", "één café €".encode()),
        ("utf-8", "één café €".encode("cp1252")),
        ("zlib", "één café €".encode()),
        ("unicode_escape", "één café €".encode()),
        ("idna", "één café €".encode()),
    ],
)
def test_letters_come_out_whatever_the_charset_claims(charset: str, raw: bytes) -> None:
    head = f"From: {ANNA}\r\nTo: hnm+{TOKEN}@melden.example\r\nSubject: Re: x\r\n"
    head += f'Content-Type: text/plain; charset="{charset}"\r\n'
    head += "Content-Transfer-Encoding: base64\r\n\r\n"
    ours = f"Authentication-Results: {CHECKED_BY}; dmarc=pass header.from=postbus.example\r\n"
    text = heard((ours + head).encode() + base64.encodebytes(raw)).text
    assert text.startswith("één café") or charset == "iso-8859-1"
    assert "caf" in text


def test_lines_that_a_program_broke_are_whole_again() -> None:
    mail = written("Er staat een \nbusje voor \nde deur\n-- \nAnna")
    mail.replace_header("Content-Type", 'text/plain; charset="utf-8"; format=flowed')
    assert heard(by_anna(mail)).text == "Er staat een busje voor de deur"


def test_a_forged_moment_is_not_taken_for_one() -> None:
    for date in ("Mon, 1 Jan 2001 00:00:00 +0000", "Mon, 1 Jan 2035 00:00:00 +0000", "gisteren"):
        assert heard(by_anna(written(Date=date))).sent_at == NOW
    event = heard(by_anna(written(Date="Fri, 10 Apr 2026 19:30:00 +0200")))
    assert event.sent_at == NOW - timedelta(minutes=30)


def test_an_id_too_long_or_missing_is_made_and_stays_the_same() -> None:
    long = heard(by_anna(written(Message_ID=f"<{'x' * 600}@y>"))).native_id
    none = heard(by_anna(written(Message_ID=""))).native_id
    assert long == heard(by_anna(written(Message_ID=f"<{'x' * 600}@y>"))).native_id
    assert none == heard(by_anna(written(Message_ID=""))).native_id
    assert long != none
    assert all(one.startswith("sha256:") for one in (long, none))


# Made to break us.


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )
    return head + b"Content-Type: text/plain\r\n\r\ndiep"


ODD = [
    b"",
    b"\x00" * 5000,
    b"\xff\xfe" * 5000,
    b"Content-Type: multipart/mixed\r\n\r\n--x\r\n",
    b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n',
    b"Content-Type: text/plain; charset*=x''%ff%fe\r\n\r\nx",
    b"Content-Transfer-Encoding: base64\r\n\r\n" + b"@@@=" * 5000,
    b"Content-Type: " + b"a" * 50_000 + b"\r\n\r\nx",
    b"Subject: " + b"=?utf-8?b?////?=" * 3000 + b"\r\n\r\nx",
    b"Subject: =?utf-8?q?" + b"=ZZ" * 3000 + b"?=\r\n\r\nx",
    b"Subject: =?" + b"?" * 3000 + b"\r\n\r\nx",
    b"From: " + b"<" * 20_000 + b"\r\n\r\nx",
    b"From: " + b'"' * 20_000 + b"@x\r\n\r\nx",
    b"To: " + b"a@b.nl," * 20_000 + b"\r\n\r\nx",
    b"X: y\r\n" * 30_000 + b"\r\nx",
    b"Date: " + b"9" * 20_000 + b"\r\n\r\nx",
    b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n\r\nx",
    b"References: " + b"<a@b> " * 20_000 + b"\r\n\r\nx",
    nested(50),
    nested(3000),
    b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    b"Content-Type: multipart/alternative; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 20_000,
]


@pytest.mark.parametrize("raw", ODD, ids=range(len(ODD)))
def test_a_mail_made_to_break_us_is_read_or_refused_by_name(raw: bytes) -> None:
    head = f"From: {ANNA}\r\nTo: hnm+{TOKEN}@melden.example\r\n".encode()
    ours = f"Authentication-Results: {CHECKED_BY}; dmarc=pass header.from=postbus.example\r\n"
    for given_raw in (raw, ours.encode() + head + raw):
        _, found = heard_in(given_raw, NOW, box())
        assert all(isinstance(one, Heard | SourceError) for one in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail_or_none(raw: bytes) -> None:
    try:
        mail = read_mail(raw, NOW)
    except NotMail:
        return
    assert mail.native_id
    assert mail.sent_at == NOW or mail.sent_at <= NOW


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                (
                    "From To Subject Date Message-ID Content-Type References"
                    " Content-Transfer-Encoding Content-Disposition Authentication-Results"
                ).split()
            ),
            st.text(
                alphabet="<>@.,;:=?\"'()/*% abcutf8-multipartalternativemixedboundary", max_size=60
            ),
        ),
        max_size=8,
    ),
    st.text(max_size=100),
)
def test_any_headers_are_a_mail_or_none(headers: list[tuple[str, str]], body: str) -> None:
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers) + f"\r\n{body}"
    _, found = heard_in(raw.encode(), NOW, box())
    assert all(isinstance(one, Heard | SourceError) for one in found)


# Settings.


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_address", "geen adres"),
        ("mail_address", "hnm+x@melden.example"),
        ("mail_address", "hnm@melden.example\r\nBcc: x@y.example"),
        ("imap_server", "http://imap.example"),
        ("imap_server", ""),
        ("smtp_server", "smtps://naam@smtp.example"),
        ("smtp_server", "smtps://smtp.example:0"),
        ("mail_senders", "postbus.example"),
        ("mail_lists", "hogeveld"),
        ("mail_lists", "hogeveld=geen adres"),
    ],
)
def test_a_setting_that_cannot_be_used_has_a_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        box(**{name: value})
    assert wrong.value.params["name"] == name


def test_only_this_very_machine_is_spoken_to_in_the_clear() -> None:
    here, there = box().imap, box(imap_server="imap://imap.example").imap
    assert (here.tls, here.start_tls) == (False, False)
    assert (there.tls, there.start_tls, there.port) == (False, True, 143)
    usual = box(imap_server="imap.example", smtp_server="smtp.example")
    assert (usual.imap.tls, usual.imap.port) == (True, 993)
    assert (usual.smtp.tls, usual.smtp.port) == (True, 465)


# At real servers.


@dataclass(slots=True)
class Ours:
    """Our mailbox, listened to by hand."""

    there: MailNetwork
    now: datetime
    cursor: str | None = None

    @property
    def connection(self) -> Connection:
        return connection(dict(self.there.settings), self.there.secret)

    def hears(self) -> list[Any]:
        listened = source.listen(self.connection, self.cursor, self.now)
        self.cursor = listened.cursor
        return [
            one.event.text if isinstance(one, Heard) else one.params["why"]
            for one in listened.heard
        ]

    def says(self, text: str = "Dank u.", **more: Any) -> str:
        outgoing = Outgoing(**({"id": 5, "group": TOKEN, "kind": "reply", "text": text} | more))
        return source.say(self.connection, outgoing, self.now).reference

    def later(self) -> None:
        self.now += timedelta(minutes=2)


@pytest.fixture
def ours(mail: MailServers) -> Iterator[Ours]:
    with Wire(mail.dovecot.imap) as imap, Wire(mail.sink.port) as smtp:
        found = Ours(MailNetwork(mail, imap, smtp), datetime.now(UTC))
        assert found.hears() == []
        yield found


def delivered(ours: Ours, text: str, **headers: str) -> None:
    number = next(_NUMBERS)
    headers = {"Message_ID": f"<{number}@postbus.example>", "Subject": "Re: x"} | headers
    ours.there.delivers(by_anna(written(text, **headers)), TOKEN)


_NUMBERS = itertools.count(1)


def test_the_server_tells_us_that_something_came(ours: Ours) -> None:
    assert ours.hears() == []
    delivered(ours, "een")
    until = time.monotonic() + 30
    while not (found := ours.hears()) and time.monotonic() < until:
        time.sleep(0.02)
    assert found == ["een"]


def test_a_look_asks_a_server_nothing_while_it_is_silent(ours: Ours) -> None:
    from connectors.sources.email import _SESSIONS

    ours.hears()
    with _SESSIONS.of(Mailbox.of(ours.connection)) as session:
        asked = session._mailbox.client.tagnum
    for _ in range(50):
        assert ours.hears() == []
    with _SESSIONS.of(Mailbox.of(ours.connection)) as session:
        assert session._mailbox.client.tagnum == asked


def test_what_lay_there_before_we_came_is_none_of_our_business(ours: Ours) -> None:
    delivered(ours, "oud nieuws")
    ours.cursor = None
    assert ours.hears() == []
    delivered(ours, "nieuws")
    ours.later()
    assert ours.hears() == ["nieuws"]


def test_what_was_stored_is_removed_there_and_what_was_not_believed_stays(ours: Ours) -> None:
    name = ours.there.us.partition("@")[0]
    delivered(ours, "een")
    ours.there.delivers(written("vals").as_bytes(), TOKEN)
    ours.later()
    assert sorted(ours.hears()) == ["een", "quarantined"]
    assert len(ours.there.servers.dovecot.mails(name)) == 2
    ours.later()
    assert ours.hears() == []
    (left,) = ours.there.servers.dovecot.mails(name)
    assert b"vals" in left.read_bytes()


def test_the_same_mail_twice_is_heard_once(ours: Ours) -> None:
    for _ in range(2):
        delivered(ours, "een", Message_ID="<zelfde@postbus.example>")
    ours.later()
    assert ours.hears() == ["een"]


def test_a_server_that_numbers_all_anew_brings_nothing_twice_and_loses_nothing(ours: Ours) -> None:
    delivered(ours, "een")
    ours.later()
    assert ours.hears() == ["een"]
    delivered(ours, "twee")
    told = Bookmark.of(ours.cursor)
    assert told is not None
    ours.cursor = str(
        Bookmark(validity=told.validity + 1, last=9000, since=told.since, ids=told.ids)
    )
    ours.later()
    assert ours.hears() == ["twee"]
    renewed = Bookmark.of(ours.cursor)
    assert renewed is not None
    assert renewed.validity == told.validity


def test_more_than_fits_in_one_look_comes_in_the_next(ours: Ours) -> None:
    for number in range(60):
        delivered(ours, str(number))
    looks = []
    for _ in range(3):
        ours.later()
        looks.append(ours.hears())
    assert [len(look) for look in looks] == [50, 10, 0]
    assert [*looks[0], *looks[1]] == [str(number) for number in range(60)]


def test_of_a_huge_mail_the_words_are_read_and_no_more(ours: Ours) -> None:
    mail = written("zie film", Message_ID="<film@postbus.example>", Subject="Re: x")
    mail.add_attachment(bytes(6_000_000), maintype="video", subtype="mp4", filename="a.mp4")
    ours.there.delivers(by_anna(mail), TOKEN)
    ours.later()
    assert ours.hears() == ["zie film"]


def test_a_mail_that_breaks_us_keeps_no_other_waiting(ours: Ours) -> None:
    head = f"From: {ANNA}\r\n".encode()
    ours.there.delivers(head + nested(3000), TOKEN)
    delivered(ours, "een")
    ours.later()
    assert "een" in ours.hears()


def test_a_connection_that_was_cut_is_made_again_at_once(ours: Ours) -> None:
    with ours.there.imap.cut(), pytest.raises(NetworkDown):
        ours.later()
        ours.hears()
    delivered(ours, "een")
    ours.later()
    assert ours.hears() == ["een"]
    ours.there.imap._hang_up()
    delivered(ours, "twee")
    ours.later()
    assert ours.hears() == ["twee"]


def test_a_wrong_password_has_a_name_and_is_shown_nowhere(ours: Ours) -> None:
    ours.there.secret = "verkeerd-wachtwoord"
    with pytest.raises(SecretRefused) as wrong:
        ours.hears()
    with pytest.raises(SecretRefused) as unsent:
        ours.says(to=ANNA)
    assert "verkeerd" not in f"{wrong.value!r} {unsent.value!r}"


def test_a_server_that_is_too_busy_says_how_long(ours: Ours) -> None:
    with ours.there.busy(90), pytest.raises(SourceBusy) as busy:
        ours.later()
        ours.hears()
    assert busy.value.after_s == 90


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-x\r\n", b"* OK\r\n" + b"x" * 100_000, b"* BYE\r\n", b"\x00\xff\r\n" * 50],
)
def test_what_is_no_mail_server_has_a_name(ours: Ours, said: bytes) -> None:
    from core.errors import AnswerUnreadable

    wrong = (NetworkDown, AnswerUnreadable)
    with ours.there.imap.answering(lambda one: one.sendall(said)), pytest.raises(wrong):
        ours.later()
        ours.hears()


def test_a_text_to_one_person_answers_their_mail_and_says_it_is_automatic(ours: Ours) -> None:
    reference = ours.says("Dank u.\nSpoed? Bel 112.", to=ANNA, reply_to="1@postbus.example")
    mail = ours.there.servers.sink.read(ANNA)[-1]
    name = ours.there.us.partition("@")[0]
    assert mail["Message-ID"] == f"<{reference}>"
    assert mail["In-Reply-To"] == mail["References"] == "<1@postbus.example>"
    assert mail["From"].addresses[0].addr_spec == f"{name}+{TOKEN}@melden.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["Dank u.", "Spoed? Bel 112."]
    assert mail.get_content_type() == "text/plain"
    assert len(mail["To"].addresses) == 1


def test_a_text_sent_again_is_the_same_mail(ours: Ours) -> None:
    assert ours.says(to=ANNA) == ours.says(to=ANNA)
    assert ours.says(to=ANNA) != ours.says(to=ANNA, id=6)


def test_a_long_id_is_answered_whole(ours: Ours) -> None:
    answered = f"{'lang' * 40}@postbus.example"
    ours.says(to=ANNA, reply_to=answered)
    assert ours.there.servers.sink.read(ANNA)[-1]["In-Reply-To"] == f"<{answered}>"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "geen adres",
        "hoplr:anna de vries",
        "anna@postbus.example\r\nBcc: piet@elders.example",
        "anna@postbus.example, piet@elders.example",
        "anna@postbus.example\x00",
        "<anna@postbus.example>",
        "anna@[127.0.0.1]",
    ],
)
def test_what_is_not_one_address_is_written_to_by_nobody(ours: Ours, to: str) -> None:
    before = len(ours.there.servers.sink.taken)
    with pytest.raises(DeliveryError) as wrong:
        ours.says(to=to)
    assert wrong.value.permanent
    assert len(ours.there.servers.sink.taken) == before


@pytest.mark.parametrize("reply_to", ["x>\r\nBcc: piet@elders.example", "a b@c", "sha256:abc"])
def test_no_header_comes_in_by_what_is_answered(ours: Ours, reply_to: str) -> None:
    ours.says(to=ANNA, reply_to=reply_to)
    mail = ours.there.servers.sink.read(ANNA)[-1]
    assert (mail["Bcc"], mail["In-Reply-To"]) == (None, None)


def test_a_group_without_a_list_cannot_be_written_to_as_a_whole(ours: Ours) -> None:
    with pytest.raises(DeliveryError) as wrong:
        ours.says()
    assert wrong.value.permanent


@pytest.mark.parametrize(
    ("answer", "error", "permanent"),
    [
        ("451 4.7.1 greylisted", SourceBusy, None),
        ("550 5.1.1 unknown", DeliveryError, True),
    ],
)
def test_a_refusal_is_for_now_or_for_good(
    ours: Ours, answer: str, error: type[Exception], permanent: bool | None
) -> None:
    sink = ours.there.servers.sink
    sink.answer = answer
    try:
        with pytest.raises(error) as refusal:
            ours.says(to=ANNA)
    finally:
        sink.answer = None
    assert getattr(refusal.value, "permanent", None) is permanent


# TLS.


@dataclass(frozen=True, slots=True)
class Safe:
    dovecot: Dovecot
    sink: MailSink
    authority: Path
    later: MailSink | None = None


TO_ANNA = Outgoing(id=1, group=TOKEN, text="Dank u.", kind="reply", to=ANNA)


@pytest.fixture
def safe(tmp_path: Path) -> Iterator[Safe]:
    """Servers with a certificate that nobody here trusts as yet."""
    certificate, key, authority, context = trusted_here(tmp_path)
    found = Safe(Dovecot((certificate, key)), MailSink(tls=context), authority)
    later = MailSink(start_tls=context)
    yield replace(found, later=later)
    for server in (found.dovecot, found.sink, later):
        server.stop()


def test_a_certificate_must_hold(safe: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = {
        "imap_server": f"imaps://localhost:{safe.dovecot.imaps}",
        "smtp_server": f"smtps://localhost:{safe.sink.port}",
    }
    ours = connection(settings(**servers))
    with pytest.raises(NetworkDown) as wrong:
        source.listen(ours, None, NOW)
    assert "CertVerification" in str(wrong.value.params["why"])
    with pytest.raises(NetworkDown):
        source.say(ours, TO_ANNA, NOW)
    assert safe.sink.taken == []
    monkeypatch.setenv("SSL_CERT_FILE", str(safe.authority))
    assert source.listen(ours, None, NOW).heard == ()
    source.say(ours, TO_ANNA, NOW)
    assert len(safe.sink.read(ANNA)) == 1


def test_a_connection_that_is_made_safe_later_must_hold_too(
    safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert safe.later is not None
    ours = box(
        imap_server=f"imap://localhost:{safe.dovecot.imap}",
        smtp_server=f"smtp://localhost:{safe.later.port}",
    )
    there = replace(
        ours, imap=replace(ours.imap, start_tls=True), smtp=replace(ours.smtp, start_tls=True)
    )
    mail = mail_of(TO_ANNA, "hnm.1.1@melden.example", there, NOW)
    sessions = OpenSessions()
    with pytest.raises(NetworkDown), sessions.of(there):
        pass
    with pytest.raises(NetworkDown):
        send(mail, there)
    assert safe.later.taken == []
    monkeypatch.setenv("SSL_CERT_FILE", str(safe.authority))
    with sessions.of(there) as session:
        assert session.newest() == 0
        session.close()
    send(mail, there)
    assert len(safe.later.read(ANNA)) == 1
