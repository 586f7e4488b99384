"""E-mail for the common suite of live sources: a neighbourhood's list, Dovecot, an SMTP server."""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from connectors.sources import _mail_box
from tests.servers.dovecot import PASSWORD
from tests.servers.mail_servers import MailServers
from tests.servers.network import Read
from tests.servers.wire import Wire

SERVER = "mail"
FOUNDS = "bostonsingel"
CHECKED_BY = "mx.melden.example"
LIST = "buren@lijst.example"
_NUMBERS = itertools.count(1)


class MailNetwork:
    """A mailbox of ours, and neighbours who write to their list and to us."""

    def __init__(self, servers: MailServers, imap: Wire, smtp: Wire) -> None:
        self.servers, self.imap, self.smtp = servers, imap, smtp
        self.us = f"hnm{next(_NUMBERS)}@melden.example"
        self.settings = {
            "mail_address": self.us,
            "imap_server": f"imap://127.0.0.1:{imap.port}",
            "smtp_server": f"smtp://127.0.0.1:{smtp.port}",
            "mail_login": "",
            "mail_checked_by": CHECKED_BY,
            "mail_senders": "*",
            "mail_lists": f"{FOUNDS}={self._list}",
        }
        self.secret = PASSWORD
        self.ids = [self.address(name) for name in ("Anna", "Piet")]

    def address(self, who: str) -> str:
        return f"{who.lower()}.{self.us.partition('@')[0]}@postbus.example"

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        mail = EmailMessage()
        mail["From"] = f"{who} Jansen <{self.address(who)}>"
        mail["To"] = self._list
        mail["Subject"] = "Re: de buurt"
        mail["Message-ID"] = made = make_msgid(domain="postbus.example")
        if answers:
            mail["In-Reply-To"] = f"<{answers}>"
        mail.set_content(text)
        self.delivers(checked(mail, "postbus.example"))
        return made.strip("<>")

    def delivers(self, raw: bytes, token: str = FOUNDS) -> None:
        name, _, domain = self.us.partition("@")
        self.servers.dovecot.delivers(f"{name}+{token}@{domain}", raw)

    def read(self) -> list[Read]:
        return self._sent_to(self._list)

    def read_alone(self, who: str) -> list[Read]:
        return self._sent_to(self.address(who))

    @contextmanager
    def busy(self, after_s: int) -> Iterator[None]:
        said = f"Request is throttled. Suggested Backoff Time: {after_s * 1000} milliseconds"
        imap = self.imap.answering(lambda one: _refuse_imap(one, said))
        with imap, self.smtp.answering(lambda one: one.sendall(b"421 4.3.2 come back later\r\n")):
            yield

    def away(self) -> AbstractContextManager[object]:
        stack = ExitStack()
        stack.enter_context(self.imap.cut())
        stack.enter_context(self.smtp.cut())
        return stack

    @property
    def _list(self) -> str:
        return f"{self.us.partition('@')[0]}.{LIST}"

    def _sent_to(self, address: str) -> list[Read]:
        mails = self.servers.sink.read(address)
        return [Read(text=one.get_content(), answers=_answers(one)) for one in mails]


def checked(mail: EmailMessage, domain: str, result: str = "pass") -> bytes:
    """A mail as our own mail server hands it on: with what it found on top."""
    found = f"dmarc={result} header.from={domain}"
    return f"Authentication-Results: {CHECKED_BY}; {found}\r\n".encode() + mail.as_bytes()


@contextmanager
def network(servers: MailServers) -> Iterator[MailNetwork]:
    """Looks each time: the suite does not wait for a server to say that something came."""
    patched = pytest.MonkeyPatch.context()
    with patched as patch, Wire(servers.dovecot.imap) as imap, Wire(servers.sink.port) as smtp:
        patch.setattr(_mail_box, "LOOK_ANYWAY", timedelta(0))
        yield MailNetwork(servers, imap, smtp)


def _answers(mail: EmailMessage) -> str | None:
    return str(mail["In-Reply-To"]).strip("<>") if mail["In-Reply-To"] else None


def _refuse_imap(one: socket.socket, said: str) -> None:
    """As Exchange does with who asks too much: BAD to whatever is asked."""
    one.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
    with one.makefile("rb") as lines:
        for line in lines:
            tag = re.match(rb"\S+", line)
            if b"CAPABILITY" in line:
                one.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
            answer = b"OK done" if b"CAPABILITY" in line else b"BAD " + said.encode()
            one.sendall((tag[0] if tag else b"*") + b" " + answer + b"\r\n")
