"""The mailbox at its server: an open connection that is told when something comes (IDLE)."""

from __future__ import annotations

import imaplib
import json
import re
import ssl
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.idle import get_socket_poller

from connectors.sources._mail_settings import Mailbox, MailServer
from core.errors import AnswerUnreadable, NetworkDown, SecretRefused, SourceBusy

LOOK_ANYWAY: Final = timedelta(minutes=1)
"""So long we trust a server to tell us when something comes; then we look ourselves."""

_TIMEOUT_S: Final = 8.0
_LARGEST: Final = 2**20
"""Of a larger mail only so much is fetched: the words come first, attachments are not opened."""
_AT_ONCE: Final = 50
_MOST_OPEN: Final = 50
_IDS_REMEMBERED: Final = 500
_BUSY: Final = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT)\]|throttl|too many", re.IGNORECASE)
_BACK_OFF: Final = re.compile(r"backoff time:\s*(\d{1,9})\s*milliseconds", re.IGNORECASE)
_USUAL_WAIT_S: Final = 60.0
_UID: Final = re.compile(rb"UID (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """leeslint: how far a mailbox was read.

    `ids`: digests of the ids of the newest mails, for when the server numbers all anew.
    `done`: the mails that were stored, to be removed there.
    """

    validity: int
    last: int
    since: date
    ids: tuple[str, ...] = ()
    done: tuple[int, ...] = ()

    @classmethod
    def of(cls, cursor: str | None) -> Bookmark | None:
        if cursor is None:
            return None
        told = json.loads(cursor)
        return cls(
            validity=told["validity"],
            last=told["last"],
            since=date.fromisoformat(told["since"]),
            ids=tuple(told["ids"]),
            done=tuple(told["done"]),
        )

    def __str__(self) -> str:
        values = {"validity": self.validity, "last": self.last, "since": self.since.isoformat()}
        return json.dumps(values | {"ids": self.ids[-_IDS_REMEMBERED:], "done": self.done})


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


class OpenSessions:
    """open sessies: kept between two looks, so that not each look has to log in."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Session] = {}

    def has(self, box: Mailbox) -> bool:
        return _key(box) in self._open

    @contextmanager
    def of(self, box: Mailbox) -> Iterator[Session]:
        """A session; closed when anything goes wrong, and that has a name then.

        Raises NetworkDown, SecretRefused, SourceBusy, AnswerUnreadable.
        """
        with _named():
            session = self._open.pop(_key(box), None) or Session(box)
            try:
                yield session
            except BaseException:
                session.close()
                raise
            self._open[_key(box)] = session
            while len(self._open) > _MOST_OPEN:
                self._open.pop(next(iter(self._open))).close()


def _key(box: Mailbox) -> Hashable:
    return (box.imap, box.login, box.secret)


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except UnexpectedCommandStatusError as error:
        raise _meant(str(error.command_result), isinstance(error, MailboxLoginError)) from None
    except (OSError, imaplib.IMAP4.abort) as error:
        raise NetworkDown(why=type(error).__name__) from None
    except imaplib.IMAP4.error as error:
        raise _meant(str(error), login=False) from None
    except (ImapToolsError, ValueError, UnicodeError, IndexError, TypeError) as error:
        raise AnswerUnreadable(why=type(error).__name__) from None


def _meant(said: str, login: bool) -> Exception:
    """What a server's refusal means (response codes of RFC 5530; Exchange says how long)."""
    asked = _BACK_OFF.search(said)
    if asked or _BUSY.search(said):
        return SourceBusy(after_s=int(asked[1]) / 1000 if asked else _USUAL_WAIT_S)
    return SecretRefused(why="login") if login else AnswerUnreadable(why="imap")


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
