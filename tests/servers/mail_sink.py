"""An SMTP server that keeps what it takes (aiosmtpd), as the mail server of a municipality."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers.dovecot import PASSWORD
from tests.servers.start import free_port


class MailSink:
    """Takes mail from who knows the password; `answer` is what it says to a mail instead."""

    def __init__(self, *, tls: Any = None, start_tls: Any = None) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answer: str | None = None
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self._knows,
            auth_require_tls=False,
            ssl_context=tls,
            tls_context=start_tls,
        )
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def read(self, to: str) -> list[EmailMessage]:
        """What somebody was sent, oldest first."""
        return [mail for recipient, mail in self.taken if recipient == to]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not session.authenticated:
            return "530 5.7.0 log in first"
        if self.answer is not None:
            return self.answer
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken += [(recipient, mail) for recipient in envelope.rcpt_tos]
        return "250 taken"

    def _knows(self, server: Any, session: Any, envelope: Any, how: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
        return AuthResult(success=known, handled=known)
