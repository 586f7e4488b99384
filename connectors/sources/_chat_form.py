"""The form of one chat export: how its lines begin, and which of its dates' fields is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connectors.sources._chat_words import ENCRYPTED
from connectors.sources._reading import plain
from core.errors import FileUnreadable

_HEAD: Final = re.compile(
    r"[\u200e\u200f\ufeff]*(?P<bracket>\[)?"
    r"(?P<a>\d{1,4})(?P<sep>[-/.])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<c>\d{1,4})[,.]?\s(?:(?:om|at)\s)?"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?(?(bracket)\]|\s[-–])\s(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NOTICE_WITHIN: Final = 5
"""The notice of encryption is among the first lines; later on it is somebody's joke."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a message as it stands: fields of a date in unknown order, and the rest."""

    style: tuple[bool, str]
    date: tuple[int, int, int]
    time: tuple[int, int, int]
    rest: str
    year_first: bool

    def moment(self, day_first: bool) -> datetime | None:
        """Local time; None when there is no such day or hour."""
        a, b, c = self.date
        year, month, day = (a, b, c) if self.year_first else (c, b, a) if day_first else (c, a, b)
        try:
            return datetime(year + 2000 if year < 100 else year, month, day, *self.time)
        except ValueError:
            return None


def head_of(line: str) -> Head | None:
    """The beginning of a message; None for a line that goes on with the one before."""
    found = _HEAD.match(line)
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return Head(
        style=(bool(found["bracket"]), found["sep"]),
        date=(int(found["a"]), int(found["b"]), int(found["c"])),
        time=(hour, int(found["minute"]), int(found["second"] or 0)),
        rest=found["rest"],
        year_first=len(found["a"]) == 4,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """vorm: how to read one export."""

    style: tuple[bool, str]
    day_first: bool
    titles: frozenset[str]

    def head(self, line: str) -> Head | None:
        """The beginning of a message in this file's own form; another form is a pasted chat."""
        found = head_of(line)
        return found if found is not None and found.style == self.style else None


@dataclass(slots=True)
class _Evidence:
    """What a file tells of its own order of day and month."""

    style: tuple[bool, str] | None = None
    year_first: bool = False
    first_over_12: int = 0
    second_over_12: int = 0
    back_steps: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    heads: int = 0
    titles: set[str] = field(default_factory=set)
    _last: tuple[int, int, int] | None = None
    _latest: dict[bool, datetime | None] = field(default_factory=dict)

    def add(self, head: Head) -> None:
        if self.style is None:
            self.style, self.year_first = head.style, head.year_first
        if head.style != self.style:
            return
        self.heads += 1
        if self.heads <= _NOTICE_WITHIN:
            self._note_title(head.rest[:300])
        if head.date != self._last:
            self._last = head.date
            self._note_date(head)

    def _note_title(self, rest: str) -> None:
        author, colon, words = rest.partition(": ")
        if colon and ENCRYPTED.match(plain(words)):
            self.titles.add(plain(author))

    def _note_date(self, head: Head) -> None:
        first, second, _ = head.date
        self.first_over_12 += first > 12
        self.second_over_12 += second > 12
        for day_first in (True, False):
            at, latest = head.moment(day_first), self._latest.get(day_first)
            self.back_steps[day_first] += at is None or (latest is not None and at < latest)
            self._latest[day_first] = at or latest

    def day_first(self) -> bool | None:
        """By a field above 12, then by dates that only go forward, then by the separator."""
        if self.first_over_12 != self.second_over_12:
            return self.first_over_12 > self.second_over_12
        if self.back_steps[True] != self.back_steps[False]:
            return self.back_steps[True] < self.back_steps[False]
        # No language writes the month first with dashes or dots; with slashes both orders exist.
        return True if self.style and self.style[1] in "-." else None


def study(lines: Iterable[tuple[int, str]], day_first: bool | None) -> Form:
    """Reads a whole export for its form. Raises FileUnreadable: no chat, or order undecidable."""
    evidence = _Evidence()
    for _, line in lines:
        head = head_of(line)
        if head is not None:
            evidence.add(head)
    if evidence.style is None:
        raise FileUnreadable(why="imports.why.no_chat")
    chosen = True if evidence.year_first else day_first
    if chosen is None:
        chosen = evidence.day_first()
    if chosen is None:
        raise FileUnreadable(why="imports.why.day_order")
    return Form(style=evidence.style, day_first=chosen, titles=frozenset(evidence.titles))
