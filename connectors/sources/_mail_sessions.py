"""Open connections to mailboxes, kept between two looks; what goes wrong there has a name."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from imap_tools.errors import ImapToolsError, MailboxLoginError, UnexpectedCommandStatusError

from connectors.sources._mail_box import Session
from connectors.sources._mail_settings import Mailbox
from core.errors import AnswerUnreadable, NetworkDown, SecretRefused, SourceBusy

_MOST_OPEN: Final = 50
_BUSY: Final = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT)\]|throttl|too many", re.IGNORECASE)
_BACK_OFF: Final = re.compile(r"backoff time:\s*(\d{1,9})\s*milliseconds", re.IGNORECASE)
_USUAL_WAIT_S: Final = 60.0


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
