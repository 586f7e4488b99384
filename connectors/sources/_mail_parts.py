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
from typing import Any, Final

from connectors.sources._mail_html import text_of_html
from connectors.sources._mail_settings import address_of

_MOST_PARTS: Final = 200
_MOST_WORDS: Final = 20
"""Of how many parts the words are read: some programs cut a text in pieces around pictures."""
_LONGEST_TEXT: Final = 100_000
_LONGEST_HEADER: Final = 8000
_OLDEST: Final = timedelta(days=1)
_ID: Final = re.compile(r"<([^<>\s]{1,900})>")
_BRACKETED: Final = re.compile(r"<([^<>]{1,320})>")
_CHARSET: Final = re.compile(
    r"(?:utf-?8|utf-?16(?:[lb]e)?|us-ascii|ascii|latin-?\d|iso-?8859-\d{1,2}|windows-125\d|cp125\d"
    r"|koi8-[ru]|mac-?roman|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift_jis|iso-2022-jp)",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
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
    parts = list(_parts(message))
    text, media_count = _words(parts)
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


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; of a mail within a mail only that it is there."""
    waiting = [message]
    seen = 0
    while waiting and seen < _MOST_PARTS:
        part, seen = waiting.pop(), seen + 1
        inside = part.get_payload()
        if part.get_content_maintype() != "multipart" or not isinstance(inside, list):
            yield part
        elif part.get_content_type() == "multipart/alternative":
            waiting += _chosen(inside)
        else:
            waiting += [one for one in inside[::-1] if isinstance(one, Message)]


def _chosen(forms: list[Any]) -> list[Message]:
    """Of several forms of the same the plain one, unless there is nothing in it."""
    known = [one for one in forms if isinstance(one, Message)]
    plain = [one for one in known if one.get_content_type() == "text/plain" and _text(one).strip()]
    html = [one for one in known if one.get_content_type() != "text/plain"]
    return plain[:1] or html[-1:] or known[:1]


def _words(parts: list[Message]) -> tuple[str, int]:
    """The words, and how many parts are something else; pictures in a signature do not count."""
    texts: list[str] = []
    media_count = 0
    for part in parts:
        if _is_text(part) and len(texts) < _MOST_WORDS:
            texts.append(_text(part))
        elif part.get("Content-ID") is None or _disposition(part) == "attachment":
            media_count += 1
    return _CONTROL.sub("", "\n".join(texts))[:_LONGEST_TEXT], media_count


def _is_text(part: Message) -> bool:
    kinds = ("text/plain", "text/html")
    named = _disposition(part) == "attachment" or part.get_filename()
    return part.get_content_type() in kinds and not named


def _disposition(part: Message) -> str:
    return _header(part, "Content-Disposition").partition(";")[0].strip().lower()


def _text(part: Message) -> str:
    given = part.get_payload(decode=True)
    raw = given if isinstance(given, bytes) else b""
    text = _as_text(raw[: 4 * _LONGEST_TEXT], str(part.get_content_charset() or ""))
    if part.get_content_type() == "text/html":
        return text_of_html(text)
    return _unfolded(text) if str(part.get_param("format")).lower() == "flowed" else text


def _as_text(raw: bytes, charset: str) -> str:
    """By the charset it names if that is one of letters; otherwise by the ones that are usual."""
    named = [charset] if _CHARSET.fullmatch(charset) else []
    for one in (*named, "utf-8"):
        try:
            return raw.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", errors="replace")


def _unfolded(text: str) -> str:
    """Lines that a program broke, whole again (RFC 3676): a space at the end goes on."""
    lines: list[str] = []
    open_line = False
    for line in text.splitlines():
        quoted = line.startswith(">")
        if open_line and not quoted and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        open_line = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(lines)


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
        part if isinstance(part, str) else _as_text(part, charset or "") for part, charset in parts
    ]
    return " ".join(_CONTROL.sub(" ", "".join(words)).split())[:300]


def _made_id(raw: bytes) -> str:
    """For a mail without an id of its own: the same bytes are the same mail."""
    return "sha256:" + hashlib.sha256(raw.partition(b"\r\n\r\n")[2] or raw).hexdigest()
