"""Text tables in tests: columns divided by "|", the first row names them, "-" is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def table(text: str) -> list[dict[str, str]]:
    """The rows of a table; a row of dashes under the heading may be left out."""
    lines = [line for line in text.splitlines() if line.strip() and set(line.strip()) - set("-|+ ")]
    heading, *rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines
    ]
    for row in rows:
        assert len(row) == len(heading), f"{len(heading)} columns expected: {row}"
    return [dict(zip(heading, row, strict=True)) for row in rows]


def shown(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> list[dict[str, str]]:
    """Values as a table has them: only some columns, everything as text, nothing as "-"."""
    return [{name: _text(row[name]) for name in columns} for row in rows]


def _text(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def columns_of(expected: list[dict[str, str]]) -> list[str]:
    return list(expected[0]) if expected else []
