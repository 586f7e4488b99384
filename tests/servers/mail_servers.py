"""The two mail servers of a municipality: where mail comes in, and where it goes out."""

from __future__ import annotations

from tests.servers.dovecot import Dovecot
from tests.servers.mail_sink import MailSink


class MailServers:
    """What takes mail from outside, and what brings ours out."""

    def __init__(self) -> None:
        self.dovecot = Dovecot()
        self.sink = MailSink()

    def stop(self) -> None:
        self.sink.stop()
        self.dovecot.stop()
