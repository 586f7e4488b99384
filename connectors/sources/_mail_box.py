"""The mailbox at its server: an open connection that is told when something comes (IDLE)."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.idle import get_socket_poller

from connectors.sources._mail_bookmark import Bookmark
from connectors.sources._mail_settings import Mailbox, MailServer
from core.errors import AnswerUnreadable

LOOK_ANYWAY: Final = timedelta(minutes=1)
"""So long we trust a server to tell us when something comes; then we look ourselves."""

_TIMEOUT_S: Final = 8.0
_LARGEST: Final = 2**20
"""Of a larger mail only so much is fetched: the words come first, attachments are not opened."""
_AT_ONCE: Final = 50
_UID: Final = re.compile(rb"UID (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """aankomst: one mail as it lies in the mailbox."""

    uid: int
    at: datetime
    raw: bytes = field(repr=False)


class Session:
    """sessie: one open connection to a mailbox."""

    def __init__(self, box: Mailbox) -> None:
        self._mailbox = _connect(box.imap)
        self._idle: Any = self._mailbox.idle
        self._waits = False
        self._looked_at: datetime | None = None
        self._seen: str | None = None
        _log_in(self._mailbox, box)
        self._can = _abilities(self._mailbox)
        self.validity = self._told("UIDVALIDITY")

    def has_news(self, cursor: str | None, now: datetime) -> bool:
        """False when the server would have told us, and said nothing."""
        if cursor is None or cursor != self._seen or not self._waits or self._looked_at is None:
            return True
        if not timedelta(0) <= now - self._looked_at < LOOK_ANYWAY:
            return True
        socket: Any = self._mailbox.client.sock
        unread = socket.pending() if isinstance(socket, ssl.SSLSocket) else 0
        return bool(unread or get_socket_poller(socket, 0))

    def newest(self) -> int:
        """The number of the newest mail there is; 0 when there is none."""
        self._asks_for_news()
        return max((int(uid) for uid in self._mailbox.uids("ALL")), default=0)

    def arrivals(self, mark: Bookmark) -> Iterator[Arrival]:
        """The mails after a mark, oldest first, so many at once."""
        self._asks_for_news()
        criteria = f"UID {mark.last + 1}:* SINCE {_imap_day(mark.since)}"
        # "n:*" always gives the last mail too, also when its number is below n.
        uids = sorted(uid for uid in map(int, self._mailbox.uids(criteria)) if uid > mark.last)
        for uid in uids[:_AT_ONCE]:
            yield from self._fetched(uid)

    def remove(self, uids: Sequence[int]) -> None:
        """Takes away for good what was stored here."""
        self._listen_no_more()
        for uid in uids:
            self._mailbox.client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        if uids and "UIDPLUS" in self._can:
            self._mailbox.client.uid("EXPUNGE", ",".join(map(str, uids)))
        elif uids:
            self._mailbox.client.expunge()

    def wait_for_more(self, cursor: str, now: datetime) -> None:
        """From here on the server tells us when something comes."""
        self._seen, self._looked_at = cursor, now
        if not self._waits and "IDLE" in self._can:
            self._idle.start()
            self._waits = True

    def close(self) -> None:
        with suppress(Exception):  # it may be gone already
            self._mailbox.client.shutdown()

    def _asks_for_news(self) -> None:
        self._listen_no_more()
        self._mailbox.client.noop()  # some servers look for what is new only when asked this

    def _listen_no_more(self) -> None:
        if self._waits:
            self._waits = False
            self._idle.stop()

    def _fetched(self, uid: int) -> Iterator[Arrival]:
        _, found = self._mailbox.client.uid(
            "FETCH", str(uid), f"(UID INTERNALDATE BODY.PEEK[]<0.{_LARGEST}>)"
        )
        for one in found or []:
            if isinstance(one, tuple) and len(one) == 2 and _is_of(uid, one[0], found):
                yield Arrival(uid=uid, at=_internal_date(one[0]), raw=bytes(one[1]))
                return

    def _told(self, name: str) -> int:
        _, found = self._mailbox.client.response(name)
        try:
            return int(found[0]) if found and found[0] else 0
        except (ValueError, TypeError):
            raise AnswerUnreadable(why=name.lower()) from None


def _connect(server: MailServer) -> BaseMailBox:
    """Always by TLS with a certificate that holds, but on this very machine."""
    if server.tls:
        trusted = ssl.create_default_context()
        return MailBox(server.host, server.port, timeout=_TIMEOUT_S, ssl_context=trusted)
    if server.start_tls:
        trusted = ssl.create_default_context()
        return MailBoxStartTls(server.host, server.port, timeout=_TIMEOUT_S, ssl_context=trusted)
    return MailBoxUnencrypted(server.host, server.port, timeout=_TIMEOUT_S)


def _log_in(mailbox: BaseMailBox, box: Mailbox) -> None:
    plain = box.login.isascii() and box.secret.isascii()
    (mailbox.login if plain else mailbox.login_utf8)(box.login, box.secret)


def _abilities(mailbox: BaseMailBox) -> frozenset[str]:
    """What the server can do for who is logged in; before that it often does not say."""
    _, told = mailbox.client.capability()
    words = b" ".join(one for one in told if isinstance(one, bytes))
    return frozenset(words.decode("ascii", errors="replace").upper().split())


def _is_of(uid: int, told: bytes, found: Sequence[Any]) -> bool:
    """The number stands before the mail or behind it, as the server likes."""
    tails = [one for one in found if isinstance(one, bytes)]
    return any((m := _UID.search(one)) and int(m[1]) == uid for one in (told, *tails))


def _internal_date(told: bytes) -> datetime:
    """When it arrived at our own server."""
    found = imaplib.Internaldate2tuple(told)
    if found is None:
        raise AnswerUnreadable(why="internaldate")
    return datetime.fromtimestamp(time.mktime(found), UTC)


def _imap_day(day: date) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day}-{months[day.month - 1]}-{day.year}"
