"""werkblad: tables as text that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from core.domain import User
from core.permissions import Action, require
from core.store.unit import Unit

Cell = str | int | float | date | None

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_SEPARATORS: Final = {"nl": ";"}
"""A Dutch spreadsheet reads the comma as a decimal mark."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]], language: str) -> str:
    """A table for a spreadsheet; what a cell says is never taken for a formula."""
    out = io.StringIO()
    # The mark at the start tells a spreadsheet that the letters are UTF-8.
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def note_export(what: str, user: User, unit: Unit) -> None:
    """Writes down who took which table out of the product. Raises NotAllowed."""
    require(user, Action.EXPORT)
    unit.audit.add(user.login, "exported", "table", what)


def safe_cell(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS_A_FORMULA):
        return f"'{cell}"
    return cell
