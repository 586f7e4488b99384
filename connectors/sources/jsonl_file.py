"""Messages from a JSONL file: one JSON object a line, with the columns of the CSV source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from connectors.sources._reading import LONGEST_LINE, encoding_of, numbered_lines
from connectors.sources._rows import column_name, missing_column, of_group, place, row_error
from core.domain import Event, Group
from core.errors import FileUnreadable, SourceError
from core.ports import Placed, SourceCard

__all__ = ["CARD", "read", "spread"]

CARD: Final = SourceCard(
    name_nl="JSONL-bestand",
    name_en="JSONL file",
    reads_files=True,
    file_types=("jsonl", "ndjson"),
    edits=True,
    deletes=True,
    replies=True,
)

_PATIENCE: Final = 1_000
"""Bad rows at the start after which a file is held to be no table of messages at all."""


def read(file: BinaryIO, name: str, group: Group) -> Iterator[Event | SourceError]:
    """The rows of one group. Raises FileUnreadable when no row has the required columns."""
    return of_group(spread(file, name), group)


def spread(file: BinaryIO, name: str) -> Iterator[Placed | SourceError]:
    """All rows, each with its group's name. Raises FileUnreadable."""
    held: list[SourceError] | None = []  # bad rows before the first with all columns
    for line, row in _objects(file):
        error = row if isinstance(row, SourceError) else _incomplete(row, line)
        if error is None or held is None:
            yield from held or ()
            held = None
            yield from [error] if error else place(row, line)
        else:
            held.append(error)
            if len(held) > _PATIENCE:
                break
    if held is not None:
        raise _no_table(held)


def _objects(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Each line's number with its object, or with the SourceError of a line that is none."""
    for number, line in numbered_lines(file, encoding_of(file)):
        if line.strip():
            yield number, _object(number, line)


def _object(number: int, line: str) -> dict[str, Any] | SourceError:
    if len(line) > LONGEST_LINE:
        return row_error(number, "line_too_long")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return row_error(number, "not_json")
    if not isinstance(found, dict):
        return row_error(number, "not_json")
    return {column_name(name): value for name, value in found.items()}


def _incomplete(row: dict[str, Any], line: int) -> SourceError | None:
    missing = missing_column(row)
    if missing is None or (missing == "text" and row.get("action") == "delete"):
        return None
    return row_error(line, "missing_value", missing)


def _no_table(held: list[SourceError]) -> FileUnreadable:
    columns = [error.params["column"] for error in held if error.params["column"]]
    if columns:
        return FileUnreadable(why="imports.why.missing_column", column=columns[0])
    return FileUnreadable(why="imports.why.not_json" if held else "imports.why.empty")
