"""A mail as it came, taken apart: nothing opened, nothing loaded, whatever it is made of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from connectors.sources._mail_settings import address_of
from connectors.sources._mail_words import CONTROL, as_text, parts_of, words_of

_LONGEST_HEADER: Final = 8000
_OLDEST: Final = timedelta(days=1)
_ID: Final = re.compile(r"<([^<>\s]{1,900})>")
_BRACKETED: Final = re.compile(r"<([^<>]{1,320})>")
_ENCRYPTED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


class NotMail(ValueError):
    """Bytes that cannot be taken for a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """e-mail: what one says, before it is known whether we may believe it.

    `recipients`: whom it was delivered to as our own server wrote it, or else whom it was
    addressed to. `answers`: the ids it answers, the nearest last. `results`: what servers say they
    checked, the topmost first.
    """

    native_id: str
    sender: str | None
    sent_at: datetime
    subject: str
    text: str
    media_count: int
    encrypted: bool
    recipients: tuple[str, ...]
    addressed: frozenset[str]
    answers: tuple[str, ...]
    reply_to: str | None
    results: tuple[str, ...]
    automatic: bool
    """An automatic answer or a bounce: never to be answered."""
    bulk: bool
    """Sent by a program or through a list."""


def read_mail(raw: bytes, arrived: datetime) -> Mail:
    """Takes a mail apart. Raises NotMail."""
    try:
        return _read(message_from_bytes(raw), raw, arrived)
    except NotMail:
        raise
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        # The standard library's parser gives up in many ways on what is made to break it.
        raise NotMail("mail") from None


def native_id_of(message_id: str) -> str:
    """A mail's id as we keep it: its own, or a digest of one too long to keep."""
    if len(message_id) <= 200 and message_id.isascii() and message_id.isprintable():
        return message_id
    return "sha256:" + hashlib.sha256(message_id.encode(errors="replace")).hexdigest()


def _read(message: Message, raw: bytes, arrived: datetime) -> Mail:
    ids = _ID.findall(_header(message, "Message-ID"))
    parts = list(parts_of(message))
    text, media_count = words_of(parts)
    addressed = tuple(_addresses(message, "To", "Cc"))
    delivered = tuple(_addresses(message, "Delivered-To", "X-Original-To", "Envelope-To"))
    return Mail(
        native_id=native_id_of(ids[0]) if ids else _made_id(raw),
        sender=_sender(message),
        sent_at=_moment(message, arrived),
        subject=_decoded(_header(message, "Subject")),
        text=text,
        media_count=media_count,
        encrypted=_is_encrypted(message, text),
        recipients=delivered[:1] or addressed,
        addressed=frozenset(addressed),
        answers=_answers(message),
        reply_to=next(_addresses(message, "Reply-To"), None),
        results=tuple(_headers(message, "Authentication-Results")),
        automatic=_is_automatic(message),
        bulk=_is_bulk(message),
    )


def _sender(message: Message) -> str | None:
    """Whom it is from, when that is exactly one address, written in exactly one way."""
    written = message.get_all("From") or []
    if len(written) != 1:
        return None
    text = str(written[0])[:_LONGEST_HEADER]
    bracketed = _BRACKETED.findall(text)
    if not bracketed:
        return address_of(text)
    last = text.rstrip().endswith(f"<{bracketed[-1]}>")
    return address_of(bracketed[0]) if len(bracketed) == 1 and last else None


def _addresses(message: Message, *names: str) -> Iterator[str]:
    for name in names:
        for value in _headers(message, name):
            for part in re.split(r"[,;]", value):
                bracketed = _BRACKETED.findall(part)
                found = address_of(bracketed[-1] if bracketed else part)
                if found is not None:
                    yield found


def _answers(message: Message) -> tuple[str, ...]:
    nearest = _ID.findall(_header(message, "In-Reply-To"))[:1]
    earlier = _ID.findall(_header(message, "References"))
    found = [*(one for one in earlier if one not in nearest), *nearest]
    return tuple(native_id_of(one) for one in found)


def _is_automatic(message: Message) -> bool:
    """An answer that no person wrote: out of office, a bounce (RFC 3834, RFC 3464)."""
    submitted = _header(message, "Auto-Submitted").strip().lower()
    path = _headers(message, "Return-Path")
    return (
        submitted.startswith("auto-replied")
        or message.get_content_type() == "multipart/report"
        or any(
            message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients")
        )
        or _header(message, "Precedence").strip().lower() == "auto_reply"
        or any(one.strip() == "<>" for one in path[:1])
    )


def _is_bulk(message: Message) -> bool:
    submitted = _header(message, "Auto-Submitted").strip().lower()
    precedence = _header(message, "Precedence").strip().lower()
    listed = any(name.lower().startswith("list-") for name in message)
    return listed or precedence in ("bulk", "list", "junk") or submitted not in ("", "no")


def _is_encrypted(message: Message, text: str) -> bool:
    return message.get_content_type() in _ENCRYPTED or text.lstrip().startswith(
        "-----BEGIN PGP MESSAGE-----"
    )


def _moment(message: Message, arrived: datetime) -> datetime:
    """When it was written, as far as that can be: not after it arrived, not long before."""
    try:
        written = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return arrived
    written = written if written.tzinfo else written.replace(tzinfo=UTC)
    return written if arrived - _OLDEST <= written <= arrived else arrived


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _headers(message: Message, name: str) -> list[str]:
    return [str(value)[:_LONGEST_HEADER] for value in message.get_all(name) or []]


def _decoded(value: str) -> str:
    """A header's words, on one line."""
    try:
        parts = decode_header(value)
    except Exception:
        parts = [(value, None)]  # half an encoded word: as it stands
    words = [
        part if isinstance(part, str) else as_text(part, charset or "") for part, charset in parts
    ]
    return " ".join(CONTROL.sub(" ", "".join(words)).split())[:300]


def _made_id(raw: bytes) -> str:
    """For a mail without an id of its own: the same bytes are the same mail."""
    return "sha256:" + hashlib.sha256(raw.partition(b"\r\n\r\n")[2] or raw).hexdigest()
