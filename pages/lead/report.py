"""The report of a period: the same figures and tables as the page, on paper and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Final

import streamlit as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import i18n
from core.permissions import Action, may
from core.sheet import Cell, note_export, safe_cell
from core.trends import Period
from pages._frame import language, later, number, services, t, told, user
from pages.components.paper import Paper
from pages.components.plot import Sheet

_WIDEST: Final = 60
_MOST_BARS: Final = 14
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """onderdeel: a table of the report with its title and note; `bars` also draws its figures."""

    title: str
    note: str
    sheet: Sheet
    bars: bool = False

    @property
    def counts_anything(self) -> bool:
        """False for a table of noughts: on paper that is said in a word."""
        numbers = [cell for row in self.sheet.rows for cell in row if isinstance(cell, int | float)]
        return bool(self.sheet.rows) and (any(numbers) or not numbers)


Figures = Sequence[tuple[str, str, str]]
"""(name, now, before) of each key figure."""


def show_report(
    pilot_name: str, period: Period, figures: Figures, parts: Callable[[], Sequence[Section]]
) -> None:
    """Two downloads, made when asked; who may not take tables out does not see them."""
    if not may(user(), Action.EXPORT):
        return
    span = f"{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}"
    with st.container(horizontal=True):
        st.download_button(
            t("report.paper"),
            later(lambda: paper_of(pilot_name, period, figures, parts(), language())),
            file_name=f"het-nieuwe-melden-{span}.pdf",
            mime="application/pdf",
            key="trends.report.paper",
            icon=":material/picture_as_pdf:",
            on_click=_taken,
            args=("report_pdf",),
        )
        st.download_button(
            t("report.workbook"),
            later(lambda: workbook_of(period, figures, parts(), language())),
            file_name=f"het-nieuwe-melden-{span}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key="trends.report.workbook",
            icon=":material/table_chart:",
            on_click=_taken,
            args=("report_workbook",),
        )


@told
def _taken(what: str) -> None:
    with services().store.unit() as unit:
        note_export(what, user(), unit)


def paper_of(
    pilot_name: str, period: Period, figures: Figures, parts: Sequence[Section], say: str
) -> bytes:
    """The report as a PDF."""
    days = [i18n.long_day(say, day) for day in (period.first, period.last)]
    title = i18n.text_of(say, "report.title", pilot=pilot_name)
    paper = Paper(title, i18n.text_of(say, "report.span", first=days[0], last=days[1]), say)
    paper.heading(i18n.text_of(say, "report.figures"))
    heads = [i18n.text_of(say, f"report.column_{name}") for name in ("figure", "now", "before")]
    paper.table(heads, [list(row) for row in figures])
    paper.text(i18n.text_of(say, "report.limits"), small=True)
    for part in parts:
        paper.heading(part.title)
        if part.note:
            paper.text(part.note, small=True, stays=True)
        if not part.counts_anything:
            paper.text(i18n.text_of(say, "paper.nothing"), small=True)
            continue
        if part.bars and 0 < len(part.sheet.rows) <= _MOST_BARS:
            paper.bars(
                [str(row[0]) for row in part.sheet.rows],
                [_length(row[1]) for row in part.sheet.rows],
            )
        told = _told(part.sheet)
        paper.table(told.columns, [[_said(cell, say) for cell in row] for row in told.rows])
    return paper.pdf()


def workbook_of(period: Period, figures: Figures, parts: Sequence[Section], say: str) -> bytes:
    """The report as a workbook: a sheet for each part; no cell is a formula."""
    book = Workbook()
    first = book.active
    first.title = _sheet_name(i18n.text_of(say, "report.figures"), [])
    heads = [i18n.text_of(say, f"report.column_{name}") for name in ("figure", "now", "before")]
    _fill(first, heads, [tuple(row) for row in figures])
    for part in parts:
        sheet = book.create_sheet(_sheet_name(part.title, book.sheetnames))
        _fill(sheet, part.sheet.columns, part.sheet.rows)
    book.properties.title = f"{period.first:%Y-%m-%d} - {period.last:%Y-%m-%d}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: object, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> None:
    sheet.append([safe_cell(column) for column in columns])  # type: ignore[attr-defined]  # untyped
    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])  # type: ignore[attr-defined]
    for cell in sheet[1]:  # type: ignore[index]
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"  # type: ignore[attr-defined]
    for place, column in enumerate(columns, 1):
        longest = max([len(column), *(len(str(row[place - 1])) for row in rows)])
        width = min(longest + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width  # type: ignore[attr-defined]


def _length(cell: Cell) -> float:
    """Of the bar that draws a figure."""
    return float(cell) if isinstance(cell, int | float) else 0.0


def _told(sheet: Sheet) -> Sheet:
    """What of a table goes on paper, where room is short: its columns that say anything."""
    places = [
        place
        for place in range(len(sheet.columns))
        if not place or any(row[place] is not None for row in sheet.rows)
    ]
    return Sheet(
        columns=tuple(sheet.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in sheet.rows),
    )


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    """A name that a workbook takes: short, in whole words, without its own signs, once."""
    name = shorten(title.translate(_FORBIDDEN), _LONGEST_NAME, placeholder="").rstrip(" ,;")
    name = name or title.translate(_FORBIDDEN).strip()[:_LONGEST_NAME] or "-"
    if name in taken:
        name = f"{name[: _LONGEST_NAME - 3]} {len(taken)}"
    return name


def _said(cell: Cell, say: str) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return i18n.long_day(say, cell)
    return cell if isinstance(cell, str) else number(cell, 0 if float(cell).is_integer() else 1)
