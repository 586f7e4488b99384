"""The words in the parts of a mail, whatever letters they are written in; the rest is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any, Final

from connectors.sources._mail_html import text_of_html

_MOST_PARTS: Final = 200
_MOST_WORDS: Final = 20
"""Of how many parts the words are read: some programs cut a text in pieces around pictures."""
_LONGEST_TEXT: Final = 100_000
_CHARSET: Final = re.compile(
    r"(?:utf-?8|utf-?16(?:[lb]e)?|us-ascii|ascii|latin-?\d|iso-?8859-\d{1,2}|windows-125\d|cp125\d"
    r"|koi8-[ru]|mac-?roman|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift_jis|iso-2022-jp)",
    re.IGNORECASE,
)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parts_of(message: Message) -> Iterator[Message]:
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


def words_of(parts: list[Message]) -> tuple[str, int]:
    """The words, and how many parts are something else; pictures in a signature do not count."""
    texts: list[str] = []
    media_count = 0
    for part in parts:
        if _is_text(part) and len(texts) < _MOST_WORDS:
            texts.append(_text(part))
        elif part.get("Content-ID") is None or _disposition(part) == "attachment":
            media_count += 1
    return CONTROL.sub("", "\n".join(texts))[:_LONGEST_TEXT], media_count


def _is_text(part: Message) -> bool:
    kinds = ("text/plain", "text/html")
    named = _disposition(part) == "attachment" or part.get_filename()
    return part.get_content_type() in kinds and not named


def _disposition(part: Message) -> str:
    return str(part.get("Content-Disposition") or "").partition(";")[0].strip().lower()


def _text(part: Message) -> str:
    given = part.get_payload(decode=True)
    raw = given if isinstance(given, bytes) else b""
    text = as_text(raw[: 4 * _LONGEST_TEXT], str(part.get_content_charset() or ""))
    if part.get_content_type() == "text/html":
        return text_of_html(text)
    return _unfolded(text) if str(part.get_param("format")).lower() == "flowed" else text


def as_text(raw: bytes, charset: str) -> str:
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
