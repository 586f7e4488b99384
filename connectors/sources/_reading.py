"""Text files as people bring them: which encoding, and line by line without holding the whole."""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO, Final

LONGEST_TEXT: Final = 20_000
"""Characters of one message; what comes after is cut, with a remark."""
LONGEST_LINE: Final = 262_144
"""Characters of one line: a message of the longest kind, each character escaped, and room."""

_CHUNK: Final = 1 << 20
_DUTCH_BYTES: Final = "éëïöüèêáóíúàçñäÉËÏÖÜÈÁÓ€’‘“”–…´°½ß".encode("cp1252")
_ASCII_BYTES: Final = bytes(range(128))
_DIRECTION_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00]")
_ODD_SPACES: Final = re.compile("[\u00a0\u202f\u2009]")


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a file, by trial in this order; reads it once, in pieces.

    A byte order mark; UTF-16 by its zero bytes; UTF-8 when it decodes; Windows-1252 when more of
    it is broken as UTF-8 than not and it looks like Dutch; else UTF-8 with broken places.
    """
    file.seek(0)
    head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros.count(0) > len(head) * 0.15:
            return encoding
    return "cp1252" if _is_windows_text(file) else "utf-8"


def _is_windows_text(file: BinaryIO) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = sound = high = dutch = 0
    while True:
        chunk = file.read(_CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        broken += (lost := text.count("\ufffd"))
        sound += len(text) - len(text.encode("ascii", "ignore")) - lost
        high += len(beyond_ascii := chunk.translate(None, _ASCII_BYTES))
        dutch += len(beyond_ascii) - len(beyond_ascii.translate(None, _DUTCH_BYTES))
        if not chunk:
            return broken > sound and dutch * 2 >= high


def numbered_lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, without its end; a longer one is cut to LONGEST_LINE + 1.

    What cannot be decoded becomes U+FFFD.
    """
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding, errors="replace")
    try:
        number = 0
        while line := reader.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE and not line.endswith("\n"):
                _skip_line(reader)
            yield number, line.rstrip("\n")
    finally:
        if not file.closed:  # the wrapper must not close what is not its own
            reader.detach()


def _skip_line(reader: io.TextIOWrapper) -> None:
    while (rest := reader.readline(LONGEST_LINE)) and not rest.endswith("\n"):
        pass


def plain(text: str) -> str:
    """Text without invisible direction marks and zero bytes, with ordinary spaces, composed."""
    text = _DIRECTION_MARKS.sub("", text)
    return unicodedata.normalize("NFC", _ODD_SPACES.sub(" ", text)).strip()


def is_broken(text: str) -> bool:
    """True when characters were lost: undecodable bytes, or half of a surrogate pair."""
    if text.isascii():
        return False
    return "\ufffd" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
