"""Messages from a spreadsheet: CSV with a row of column names; comma, semicolon or tab."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final

from connectors.sources._reading import LONGEST_LINE, encoding_of, numbered_lines
from connectors.sources._rows import (
    KNOWN,
    column_name,
    missing_column,
    of_group,
    place,
    row_error,
)
from core.domain import Event, Group
from core.errors import FileUnreadable, SourceError
from core.ports import Placed, SourceCard

__all__ = ["CARD", "read", "spread"]

CARD: Final = SourceCard(
    name_nl="CSV-bestand",
    name_en="CSV file",
    reads_files=True,
    file_types=("csv", "tsv"),
    edits=True,
    deletes=True,
    replies=True,
)

_SEPARATORS: Final = ",;\t"
_MOST_LINES: Final = 2_000
"""Lines of one row: a quotation mark that is never closed must not swallow the rest of the file."""


def read(file: BinaryIO, name: str, group: Group) -> Iterator[Event | SourceError]:
    """The rows of one group. Raises FileUnreadable when a required column is missing."""
    return of_group(spread(file, name), group)


def spread(file: BinaryIO, name: str) -> Iterator[Placed | SourceError]:
    """All rows, each with its group's name. Raises FileUnreadable."""
    lines = _Lines(numbered_lines(file, encoding_of(file)))
    separator, columns = _header(lines)
    while True:
        row = _next_row(lines, separator)
        if row is None:
            return
        if isinstance(row, SourceError):
            yield row
        elif any(value.strip() for value in row[1]):
            yield from _placed(row[1], columns, row[0])


class _Lines:
    """Lines that can be given back, so that a row which never ends costs only its first line."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._returned: list[tuple[int, str]] = []

    def take(self) -> tuple[int, str] | None:
        return self._returned.pop() if self._returned else next(self._lines, None)

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        self._returned += reversed(lines)


def _header(lines: _Lines) -> tuple[str, tuple[str, ...]]:
    first = lines.take()
    while first is not None and (not first[1].strip() or first[1].lower().startswith("sep=")):
        first = lines.take()  # some spreadsheets begin with a line that names the separator
    if first is None:
        raise FileUnreadable(why="imports.why.empty")
    separator = max(_SEPARATORS, key=lambda mark: len(set(_columns(first[1], mark)) & set(KNOWN)))
    columns = _columns(first[1], separator)
    missing = missing_column(columns)
    if missing:
        raise FileUnreadable(why="imports.why.missing_column", column=missing)
    return separator, columns


def _columns(line: str, separator: str) -> tuple[str, ...]:
    return tuple(column_name(name) for name in _loosely(line[:LONGEST_LINE], separator))


def _placed(
    values: list[str], columns: tuple[str, ...], line: int
) -> Iterator[Placed | SourceError]:
    beyond = values[len(columns) :]
    if len(values) < len(columns) or any(value.strip() for value in beyond):
        return iter([row_error(line, "columns")])
    return place(dict(zip(columns, values, strict=False)), line)


def _next_row(lines: _Lines, separator: str) -> tuple[int, list[str]] | SourceError | None:
    first = lines.take()
    if first is None:
        return None
    number, line = first
    if len(line) > LONGEST_LINE:
        return row_error(number, "line_too_long")
    if '"' not in line:
        return number, line.split(separator)
    following: list[tuple[int, str]] = []
    values = _quoted(line, lines, following, separator)
    if values is None:
        lines.give_back(following)
        return row_error(number, "open_quote")
    return number, values


def _quoted(
    first: str, lines: _Lines, following: list[tuple[int, str]], separator: str
) -> list[str] | None:
    """The values of a row that may go on over more lines; None when its quotes never close."""

    def feed() -> Iterator[str]:
        yield first + "\n"
        size = len(first)
        while len(following) < _MOST_LINES and size < LONGEST_LINE and (more := lines.take()):
            following.append(more)
            size += len(more[1])
            yield more[1] + "\n"

    try:
        return next(csv.reader(feed(), delimiter=separator, strict=True))
    except csv.Error:
        # Either the end never came, or a quotation mark stands where strict CSV has none: then
        # the line is a row by itself, as spreadsheets read it.
        if following:
            return None
        return _loosely(first, separator) if first.count('"') % 2 == 0 else None


def _loosely(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


csv.field_size_limit(LONGEST_LINE * 2)
