"""E-mail: each group has an address of its own in one mailbox, followed live.

Only what our own mail server found to be from a sender we listed is read; the rest is counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from connectors.sources._mail_bookmark import Bookmark
from connectors.sources._mail_box import Session
from connectors.sources._mail_heard import heard_in
from connectors.sources._mail_send import mail_of, message_id, send
from connectors.sources._mail_sessions import OpenSessions
from connectors.sources._mail_settings import Mailbox
from core.clock import local
from core.domain import Receipt
from core.errors import NetworkDown, SourceError
from core.ports import Connection, Heard, Listened, Outgoing, SourceCard

CARD = SourceCard(
    name_nl="E-mail",
    name_en="E-mail",
    listens=True,
    adds_groups=True,
    settings=(
        "mail_address",
        "imap_server",
        "smtp_server",
        "mail_login",
        "mail_checked_by",
        "mail_senders",
        "mail_lists",
    ),
    optional=("mail_login", "mail_lists"),
    replies=True,
    group_send=True,
    direct=True,
    has_subject=True,
    limits_nl=(
        "Een verstuurde e-mail kan niemand meer wijzigen of terughalen: wie iets wil wissen, "
        "antwoordt met wis. Wie via Hoplr, VeiligeBuurt of Facebook schreef, krijgt geen antwoord."
    ),
    limits_en=(
        "Nobody can change or take back a mail that was sent: who wants to erase answers with "
        "wis. Who wrote by way of Hoplr, VeiligeBuurt or Facebook cannot be answered."
    ),
)

_SESSIONS: Final = OpenSessions()


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What came in the mailbox since the cursor; what was stored before is removed there.

    Raises BadSetting, SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable.
    """
    box = Mailbox.of(connection)
    was_open = _SESSIONS.has(box)
    try:
        return _look(box, cursor, now)
    except NetworkDown:
        # Servers hang up on who is silent for long: that is no failure, twice in a row it is.
        if not was_open:
            raise
        return _look(box, cursor, now)


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Sends a text as a mail to one person, or to the list by which the group is reached.

    Raises as `listen` does, and DeliveryError.
    """
    box = Mailbox.of(connection)
    our_id = message_id(connection, outgoing, box)
    send(mail_of(outgoing, our_id, box, now), box)
    return Receipt(reference=our_id, delivered_at=now)


def _look(box: Mailbox, cursor: str | None, now: datetime) -> Listened:
    with _SESSIONS.of(box) as session:
        if not session.has_news(cursor, now):
            return Listened(heard=(), cursor=cursor)
        was = Bookmark.of(cursor)
        if was is None:
            told = str(_beginning(session, now))
            session.wait_for_more(told, now)
            return Listened(heard=(), cursor=told)
        heard, mark = _read(session, _there(session, was), box)
        told = str(mark)
        session.wait_for_more(told, now)
        return Listened(heard=tuple(heard), cursor=told)


def _beginning(session: Session, now: datetime) -> Bookmark:
    """What lay in the mailbox before it was joined is none of our business."""
    today = local(now).date() - timedelta(days=1)
    return Bookmark(validity=session.validity, last=session.newest(), since=today)


def _there(session: Session, mark: Bookmark) -> Bookmark:
    """The same mark when the server numbers as before; all again when it numbers anew."""
    if session.validity == mark.validity:
        session.remove(mark.done)
        return replace(mark, done=())
    return replace(mark, validity=session.validity, last=0, done=())


def _read(
    session: Session, mark: Bookmark, box: Mailbox
) -> tuple[list[Heard | SourceError], Bookmark]:
    """The mails after a mark, each once by its own id; and the mark after them."""
    heard: list[Heard | SourceError] = []
    known, done = dict.fromkeys(mark.ids), list(mark.done)
    for arrival in session.arrivals(mark):
        mark = replace(mark, last=arrival.uid)
        name, found = heard_in(arrival.raw, arrival.at, box)
        if _digest(name) in known:
            continue
        heard += found
        if any(isinstance(one, Heard) for one in found):
            known[_digest(name)] = None
            done.append(arrival.uid)
    return heard, replace(mark, ids=tuple(known), done=tuple(done))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
