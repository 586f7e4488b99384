"""Rows of a table of messages (CSV, JSONL) as events; a bad row is told by its line and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from connectors.sources._reading import LONGEST_TEXT, is_broken
from core.clock import from_local
from core.domain import Event, EventKind, Group
from core.errors import RowRemark, SourceError
from core.ports import Placed

REQUIRED: Final = ("group", "message_id", "author_id", "sent_at", "text")
KNOWN: Final = (*REQUIRED, "author_name", "lat", "lon", "reply_to", "media_count", "action")
_SHORT_NAMES: Final = {"id": "message_id", "time": "sent_at", "author": "author_id"}
_KINDS: Final = {
    "": EventKind.MESSAGE,
    "new": EventKind.MESSAGE,
    "edit": EventKind.EDIT,
    "delete": EventKind.DELETE,
}
_LONGEST_ID: Final = 200
_YEARS: Final = range(2000, 2100)


class BadValue(Exception):
    """Why one row cannot be used: a sentence of imports.why, and its column."""

    def __init__(self, why: str, column: str) -> None:
        super().__init__(why, column)
        self.why = why
        self.column = column


def column_name(name: str) -> str:
    """The name of a column as we know it; the command line's short names are the same columns."""
    name = name.strip().strip("\ufeff").lower()
    return _SHORT_NAMES.get(name, name)


def missing_column(names: Iterable[str]) -> str | None:
    """The first required column that is not among the names."""
    return next((column for column in REQUIRED if column not in set(names)), None)


def row_error(line: int, why: str, column: str = "") -> SourceError:
    return SourceError(line=line, why=f"imports.why.{why}", column=column)


def place(row: Mapping[str, Any], line: int) -> Iterator[Placed | SourceError]:
    """One row as an event with its group; a text that is too long is cut, with a remark before."""
    try:
        group, event = _text_of(row, "group"), _event_of(row)
    except BadValue as bad:
        yield row_error(line, bad.why, bad.column)
        return
    if len(_text_of(row, "text", empty=True)) > LONGEST_TEXT:
        yield RowRemark(line=line, why="imports.why.text_cut", column="text")
    yield Placed(line=line, group=group, event=event)


def of_group(rows: Iterable[Placed | SourceError], group: Group) -> Iterator[Event | SourceError]:
    """The events of one group; a row of another group is a bad row."""
    names = {group.name.casefold(), group.native_id.casefold()}
    for row in rows:
        if isinstance(row, SourceError):
            yield row
        elif row.group.casefold() in names:
            yield row.event
        else:
            yield row_error(row.line, "other_group", "group")


def _event_of(row: Mapping[str, Any]) -> Event:
    kind = _KINDS.get(_text_of(row, "action", empty=True).lower())
    if kind is None:
        raise BadValue("action", "action")
    lat, lon = _point_of(row)
    is_delete = kind is EventKind.DELETE
    return Event(
        kind=kind,
        native_id=_id_of(row, "message_id"),
        author=_id_of(row, "author_id"),
        sent_at=_moment_of(row),
        text="" if is_delete else _text_of(row, "text", empty=True)[:LONGEST_TEXT],
        revision=1 if kind is EventKind.EDIT else 0,
        reply_to=_text_of(row, "reply_to", empty=True) or None,
        lat=None if is_delete else lat,
        lon=None if is_delete else lon,
        media_count=_count_of(row),
    )


def _text_of(row: Mapping[str, Any], column: str, *, empty: bool = False) -> str:
    value = row.get(column)
    if value is None:
        value = ""
    if isinstance(value, int) and not isinstance(value, bool) and column != "text":
        value = str(value)
    if not isinstance(value, str):
        raise BadValue("not_text", column)
    if "\x00" in value:
        raise BadValue("zero_byte", column)
    if is_broken(value):
        raise BadValue("broken_text", column)
    value = value if column == "text" else value.strip()
    if not value and not empty:
        raise BadValue("missing_value", column)
    return value


def _id_of(row: Mapping[str, Any], column: str) -> str:
    value = _text_of(row, column)
    if len(value) > _LONGEST_ID:
        raise BadValue("id_too_long", column)
    return value


def _moment_of(row: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(_text_of(row, "sent_at"))
        if found.year not in _YEARS:
            raise BadValue("time", "sent_at")
        return from_local(found) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("time", "sent_at") from None


def _point_of(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lat, lon = _degrees_of(row, "lat", 90), _degrees_of(row, "lon", 180)
    if (lat is None) != (lon is None):
        raise BadValue("place", "lat" if lat is None else "lon")
    return lat, lon


def _degrees_of(row: Mapping[str, Any], column: str, most: float) -> float | None:
    value = row.get(column)
    if value is None or value == "":
        return None
    try:
        # A spreadsheet in Dutch writes 52,04.
        found = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise BadValue("place", column) from None
    if isinstance(value, bool) or not math.isfinite(found) or abs(found) > most:
        raise BadValue("place", column)
    return found


def _count_of(row: Mapping[str, Any]) -> int:
    raw = _text_of(row, "media_count", empty=True)
    if not raw:
        return 0
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6):
        raise BadValue("number", "media_count")
    return int(raw)
