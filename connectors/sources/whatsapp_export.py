"""A WhatsApp chat as a person exports it: .txt, or .zip with _chat.txt; Dutch or English.

The file holds no ids: each is made of the place (minute and author), the words and a number. How
an import finds edits and deletes again stands in core/lines.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from connectors.sources._chat_content import content_of
from connectors.sources._chat_file import chat_text
from connectors.sources._chat_form import Form, Head, study
from connectors.sources._chat_ids import Ids, WallClock
from connectors.sources._chat_words import DELETED, MARK, MEDIA, NAMES_A_SUBJECT, SYSTEM
from connectors.sources._reading import (
    LONGEST_TEXT,
    encoding_of,
    is_broken,
    numbered_lines,
    plain,
)
from connectors.sources._rows import row_error
from core.domain import Event, EventKind, Group
from core.errors import RowRemark, SourceError
from core.ports import SourceCard

__all__ = ["CARD", "read"]

CARD: Final = SourceCard(
    name_nl="WhatsApp-export (chatbestand)",
    name_en="WhatsApp export (chat file)",
    reads_files=True,
    file_types=("txt", "zip"),
    derives_ids=True,
    asks_day_order=True,
    edits=True,
    deletes=True,
    limits_nl=(
        "De weg voor een bestaande buurtgroep in WhatsApp: iemand uit de groep brengt het "
        "bestand. Het is nooit live; wie zelf meteen wil melden, schrijft naar het "
        "WhatsApp-meldnummer."
    ),
    limits_en=(
        "The way for an existing neighbourhood group in WhatsApp: somebody of the group brings the "
        "file. It is never live; who wants to report at once writes to the WhatsApp report number."
    ),
)

_ROOM: Final = 1_000
"""Characters kept beyond the longest text: a name stands before it, and more must show as more."""


def read(
    file: BinaryIO, name: str, group: Group, day_first: bool | None = None
) -> Iterator[Event | SourceError]:
    """The messages of the chat. Raises FileUnreadable, also when the order of the dates is unclear.

    `day_first` settles dates such as 03/04/2021; None finds out from the file.
    """
    with chat_text(file) as text:
        encoding = encoding_of(text)
        form = study(numbered_lines(text, encoding), day_first)
        titles = form.titles | {plain(group.name)}
        reader = _Reader(form, titles)
        for entry in _entries(numbered_lines(text, encoding), form):
            yield from reader.read(entry)


@dataclass(slots=True)
class _Entry:
    """One message as it stands in the file: its first line's head, and the lines after."""

    line: int
    head: Head | None
    lines: list[str]
    length: int = 0

    def add(self, line: str) -> None:
        if self.length <= LONGEST_TEXT + _ROOM:
            self.lines.append(line)
            self.length += len(line) + 1


def _entries(lines: Iterator[tuple[int, str]], form: Form) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for number, line in lines:
        head = form.head(line)
        if head is not None or entry is None:
            if entry is not None:
                yield entry
            entry = _Entry(number, head, [])
            entry.add(head.rest if head is not None else line)
        else:
            entry.add(line)
    if entry is not None:
        yield entry


class _Reader:
    """Makes entries into events; remembers what ids and the doubled hour need."""

    def __init__(self, form: Form, titles: frozenset[str]) -> None:
        self._form = form
        self._titles = titles
        self._ids = Ids()
        self._clock = WallClock()

    def read(self, entry: _Entry) -> Iterator[Event | SourceError]:
        if entry.head is None:
            if any(line.strip() for line in entry.lines):
                yield row_error(entry.line, "no_head")
            return
        local = entry.head.moment(self._form.day_first)
        if local is None or local.year < 2009:  # the year WhatsApp began
            yield row_error(entry.line, "time")
            return
        parts = _author_and_words(entry.lines, self._titles)
        if parts is None:
            return
        if self._clock.is_first_of_doubled_hour(local):
            yield RowRemark(line=entry.line, why="imports.why.doubled_hour", column="")
        author, words = parts
        yield from _remarks(entry.line, author, words)
        yield self._event(author, words, self._clock.moment(local))

    def _event(self, author: str, words: str, sent_at: datetime) -> Event:
        content = content_of(words[:LONGEST_TEXT])
        return Event(
            kind=content.kind,
            native_id=self._ids.make(author, sent_at, content),
            author=author,
            sent_at=sent_at,
            text=content.text,
            revision=1 if content.kind is EventKind.EDIT else 0,
            lat=content.lat,
            lon=content.lon,
            media_count=content.media_count,
        )


def _remarks(line: int, author: str, words: str) -> Iterator[SourceError]:
    if len(words) > LONGEST_TEXT:
        yield RowRemark(line=line, why="imports.why.text_cut", column="text")
    if is_broken(words) or is_broken(author):
        yield RowRemark(line=line, why="imports.why.broken_kept", column="text")


def _author_and_words(lines: list[str], titles: frozenset[str]) -> tuple[str, str] | None:
    """Who wrote it and what, marks kept in the words; None for what WhatsApp says itself."""
    first = lines[0]
    name, colon, begin = first.partition(": ")
    if not colon and plain(first).endswith(":"):
        name, colon, begin = first.rstrip().removesuffix(":"), ":", ""
    author = " ".join(plain(name).split())
    if not colon or not author or NAMES_A_SUBJECT.search(author):
        return None
    words = "\n".join([begin, *lines[1:]])
    if _is_system(author, words, titles):
        return None
    return author, words


def _is_system(author: str, words: str, titles: frozenset[str]) -> bool:
    marked = words.lstrip().startswith(MARK)
    spoken = plain(words)
    if not marked and author not in titles:
        return False
    if DELETED.fullmatch(spoken) or MEDIA.fullmatch(spoken):
        return False
    return SYSTEM.search(spoken) is not None or (marked and author in titles)
