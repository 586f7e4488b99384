"""The report of a period: a PDF that opens, a workbook without a formula, words of nobody."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from core.i18n import languages
from core.trends import Period
from pages.components.paper import Paper, Spot
from pages.components.plot import Sheet
from pages.lead.report import Section, paper_of, workbook_of

PERIOD = Period(first=date(2021, 4, 1), last=date(2021, 4, 30))
FIGURES = [("Incidenten", "12", "–"), ("Spoed", "3", "1")]
DAYS = Sheet(columns=("Dag", "Nu", "Leeg"), rows=((date(2021, 4, 2), 1, None),))
AREAS = Sheet(columns=("Gebied", "Nu"), rows=(("=1+1", 12), ("Łódź <b>&", 3)))
NOTHING = Sheet(columns=("Leeg", "Nu"), rows=())
LONG = Sheet(columns=("a", "b", "c"), rows=((None, 1.5, "z" * 900),))
PARTS = [
    Section(title="Per gebied: alles/niets", note="Zoals", sheet=AREAS, bars=True),
    Section(title="Per gebied: alles/niets", note="", sheet=NOTHING),
    Section(title="x" * 60, note="", sheet=LONG),
    Section(title="Berichten: bewaard, vergeten, geweigerd", note="", sheet=DAYS),
]


@pytest.mark.parametrize("language", languages())
def test_the_paper_is_a_pdf_whatever_the_names_are(language: str) -> None:
    raw = paper_of("Wateringse <i>Veld", PERIOD, FIGURES, PARTS, language)
    assert raw.startswith(b"%PDF-") and raw.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("language", languages())
def test_no_cell_of_the_workbook_is_a_formula(language: str) -> None:
    book = load_workbook(io.BytesIO(workbook_of(PERIOD, FIGURES, PARTS, language)))
    assert len(set(book.sheetnames)) == 5
    assert "Berichten bewaard, vergeten" in book.sheetnames
    assert all(len(name) <= 31 for name in book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {12, 3, 1.5, datetime(2021, 4, 2)} <= {cell.value for cell in cells}


def test_a_map_without_a_place_is_left_out() -> None:
    paper = Paper("Leeg", "", "nl")
    paper.map([], [])
    paper.map([[(52.0, 4.2)]], [Spot(lat=52.0, lon=4.2, label="1", urgent=True)])
    paper.bars([], [])
    paper.table(["a"], [])
    assert paper.pdf().startswith(b"%PDF-")


def test_a_long_table_goes_over_pages() -> None:
    paper = Paper("Lang", "", "nl")
    paper.table(["Nummer", "Wat"], [[str(n), "woord " * 40] for n in range(300)], wide=1)
    assert paper.pdf().count(b"/Type /Page\n") > 5
