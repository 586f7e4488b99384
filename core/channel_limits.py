"""kanaalgrenzen: what one way of a text carries, how it counts, and in how many posts it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.i18n import DEFAULT, text_of
from core.ports import SourceCard

_NAME_ROOM: Final = 40
"""Room for "@name@server " before an answer in public; the name itself is not opened for this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """kanaalgrenzen: one way of a text, as it is written for: `ways` are its choices in a form.

    `longest` in what the network counts (`utf16`, else characters), `reserved` of it for the name
    or tag (`tag`) that the network needs. `threads`: what is longer becomes several posts. A reply
    window has `until`, or is closed (`is_closed`): then only the approved text `approved` goes out.
    """

    source: str
    kind: str
    ways: tuple[int, ...]
    longest: int
    utf16: bool = False
    threads: bool = False
    reserved: int = 0
    tag: str = ""
    subject: str = ""
    until: datetime | None = None
    is_closed: bool = False
    approved: str = ""

    @property
    def room(self) -> int:
        """How much of our own words fits in one post."""
        return self.longest - self.reserved

    @property
    def is_shut(self) -> bool:
        """Nothing gets there now: the window is over, and no text was approved beforehand."""
        return self.is_closed and not self.approved

    def length(self, text: str) -> int:
        """How long the network finds a text."""
        return utf16_length(text) if self.utf16 else len(text)

    def posts(self, text: str) -> list[str]:
        """The text as residents get it: one post, or a thread."""
        if self.is_closed:
            return [" ".join(text.split())]
        return parts_of(text, self.room, self.length) if self.threads else [text]

    def too_much(self, text: str) -> int:
        """By how much a text is too long to go at all; 0 when it fits or is split."""
        (first, *more) = self.posts(text) or [""]
        return 0 if more else max(0, self.length(first) - self.room)


def bare_limits(source: str, kind: str, card: SourceCard | None) -> Limits:
    """What a network carries by its card alone, whatever the connection."""
    given = card or SourceCard(name_nl="", name_en="")
    in_public = given.threads and kind == "reply"
    return Limits(
        source=source,
        kind=kind,
        ways=(),
        longest=given.longest_text,
        utf16=given.counts == "utf16",
        threads=given.threads,
        reserved=_NAME_ROOM if in_public and given.names_whom else 0,
        subject=subject_of(kind) if given.has_subject else "",
    )


def subject_of(kind: str) -> str:
    """What stands above a mail of ours."""
    name = "news" if kind in ("group", "copy") else "answer"
    return text_of(DEFAULT, f"mail.subject_{name}")


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def parts_of(text: str, most: int, length: Callable[[str], int] = len) -> list[str]:
    """A text in as many posts as it needs, cut between words; nothing of it is lost."""
    parts, rest = list[str](), text.strip()
    while length(rest) > most:
        cut = _cut(rest, most, length)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, most: int, length: Callable[[str], int]) -> int:
    """Where to cut: after a sentence if one ends in the last half, else after a word."""
    end = most
    while length(text[:end]) > most:
        end -= 1
    while end < len(text) and length(text[: end + 1]) <= most:
        end += 1
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|\n", text[:end])]
    words = [found.start() for found in re.finditer(r"\s", text[:end])]
    for cuts in (ends, words):
        if cuts and cuts[-1] >= end // 2:
            return cuts[-1]
    return max(end, 1)
