"""blad: a report on A4 to print or send: words, tables, bars and a map, drawn without any server.

reportlab draws it; its letters are Roboto, which has those of the languages residents' street names
come from. Everything is vector, so that a printer shows it sharp.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, radians
from typing import Any, Final

import font_roboto
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.shapes import Circle, Drawing, Polygon, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from core.i18n import number, text_of

_MARGIN: Final = 16 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_BLUE: Final = colors.HexColor("#154273")
_GREY: Final = colors.HexColor("#5a6570")
_PALE: Final = colors.HexColor("#e8eef4")
_LONGEST_CELL: Final = 400

LatLon = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: an incident on the map of a report, with the number that its list has."""

    lat: float
    lon: float
    label: str
    urgent: bool = False


class Paper:
    """One report; add in reading order, then `pdf`."""

    def __init__(self, title: str, subtitle: str, language: str) -> None:
        _register_fonts()
        self._language = language
        self._title = title
        self._width: float = _WIDTH
        self._parts: list[Flowable] = [
            Paragraph(escape(title), _style(16, bold=True, colour=_BLUE)),
            Paragraph(escape(subtitle), _style(9, colour=_GREY)),
            Spacer(1, 4 * mm),
        ]

    def heading(self, text: str) -> None:
        self._parts += [
            Spacer(1, 3 * mm),
            Paragraph(escape(text), _style(12, bold=True, colour=_BLUE, stays=True)),
        ]

    def text(self, text: str, *, small: bool = False, stays: bool = False) -> None:
        """`stays`: on the page of what comes after it."""
        shade = _GREY if small else colors.black
        style = _style(8 if small else 9.5, colour=shade, stays=stays)
        self._parts += [
            Paragraph(escape(line), style) for line in text.splitlines() if line.strip()
        ]
        if not stays:
            self._parts.append(Spacer(1, 1.5 * mm))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], wide: int = 0) -> None:
        """A table; the column at place `wide` gets the room that the others leave."""
        if not rows:
            self.text(text_of(self._language, "paper.nothing"), small=True)
            return
        self._parts += [_table(columns, rows, wide, self._width), Spacer(1, 2 * mm)]

    def bars(self, labels: Sequence[str], values: Sequence[float], unit: str = "") -> None:
        """Lying bars, longest label and its value beside it; the table stands elsewhere."""
        if not values:
            return
        height = 6 * mm * len(values) + 4 * mm
        drawing = Drawing(_WIDTH, height)
        chart = HorizontalBarChart()
        chart.x, chart.y = 55 * mm, 2 * mm
        chart.width, chart.height = _WIDTH - 75 * mm, height - 4 * mm
        chart.data = [list(reversed([float(value) for value in values]))]
        chart.categoryAxis.categoryNames = list(reversed([label[:48] for label in labels]))
        for text in (chart.categoryAxis.labels, chart.valueAxis.labels, chart.barLabels):
            text.fontName, text.fontSize = "Roboto", 8
        chart.categoryAxis.visibleTicks = chart.valueAxis.visible = 0
        chart.valueAxis.valueMin = 0
        chart.valueAxis.valueMax = max(*values, 1.0) * 1.02
        chart.bars[0].fillColor = _BLUE
        chart.bars[0].strokeColor = None
        chart.barLabelFormat = lambda value: f"{number(self._language, value)}{unit}"
        chart.barLabels.nudge = 3 * mm
        chart.barLabels.boxAnchor = "w"
        chart.barSpacing, chart.groupSpacing = 0, 4
        drawing.add(chart)
        self._parts += [drawing, Spacer(1, 2 * mm)]  # kept together, it would leave its heading

    def map(
        self,
        outlines: Sequence[Sequence[LatLon]],
        spots: Sequence[Spot],
        names: Sequence[tuple[str, float, float]] = (),
    ) -> None:
        """Outlines of areas with numbered spots; urgent ones are diamonds, so not only a colour."""
        drawing = _map_of(outlines, spots, names, self._width)
        if drawing is not None:
            self._parts += [drawing, Spacer(1, 2 * mm)]

    @contextmanager
    def halves(self) -> Iterator[tuple[Paper, Paper]]:
        """Two halves of the page's width; what is added to them stands beside each other."""
        left, right = (self._half() for _ in range(2))
        yield left, right
        table = Table(
            [[left._parts, right._parts]], colWidths=[left._width + _BETWEEN, right._width]
        )
        table.setStyle(_HALVES)
        self._parts.append(table)

    def _half(self) -> Paper:
        half = Paper("", "", self._language)
        half._parts = []
        half._width = (self._width - _BETWEEN) / 2
        return half

    def new_page(self) -> None:
        self._parts.append(PageBreak())

    def pdf(self) -> bytes:
        """The report as a PDF, with page numbers and the rule of who may read it."""
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
            topMargin=_MARGIN,
            bottomMargin=18 * mm,
            title=self._title,
            author="Het Nieuwe Melden",
            lang=self._language,
        )
        document.build(self._parts, onFirstPage=self._foot, onLaterPages=self._foot)
        return out.getvalue()

    def _foot(self, canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont("Roboto", 7.5)
        canvas.setFillColor(_GREY)
        canvas.drawString(_MARGIN, 10 * mm, text_of(self._language, "paper.foot"))
        page = text_of(self._language, "paper.page", number=str(document.page))
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, page)
        canvas.restoreState()


_TABLE: Final = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), _PALE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c9d2da")),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


_BETWEEN: Final = 6 * mm
_HALVES: Final = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (0, 0), _BETWEEN),
        ("RIGHTPADDING", (1, 0), (1, 0), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
    ]
)


@lru_cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont("Roboto", font_roboto.Roboto))
    pdfmetrics.registerFont(TTFont("Roboto-Bold", font_roboto.RobotoBold))


def _style(
    size: float,
    *,
    bold: bool = False,
    colour: Any = colors.black,
    right: bool = False,
    stays: bool = False,
) -> ParagraphStyle:
    """`stays`: never the last on a page, so that no heading stands alone."""
    name = "Roboto-Bold" if bold else "Roboto"
    style = ParagraphStyle(
        f"{name}-{size}",
        fontName=name,
        fontSize=size,
        leading=size * 1.3,
        textColor=colour,
        keepWithNext=stays,
        spaceAfter=1.5 * mm if stays else 0,
    )
    if right:
        style.alignment = TA_RIGHT
    return style


def _head(text: str) -> Paragraph:
    return Paragraph(escape(text), _style(8, bold=True))


def _cell(text: str, right: bool) -> Paragraph:
    return Paragraph(escape(text[:_LONGEST_CELL]), _style(8, right=right))


def _is_number(text: str) -> bool:
    return text.lstrip("+-−")[:1].isdigit() and len(text) < 12


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], wide: int, width: float
) -> LongTable:
    body = [[_head(one) for one in columns]]
    body += [
        [_cell(one, place != wide and _is_number(one)) for place, one in enumerate(row)]
        for row in rows
    ]
    table = LongTable(body, colWidths=_widths(columns, rows, wide, width), repeatRows=1)
    table.setStyle(_TABLE)
    return table


def _widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], wide: int, width: float
) -> list[float]:
    """Each column as wide as its longest cell, or word of its heading, asks, between bounds.

    The wide one takes the rest.
    """
    longest = [
        max(
            *(1.1 * len(word) for word in f"{column} -".split()),  # bold
            *(len(str(row[place])) for row in rows),
        )
        for place, column in enumerate(columns)
    ]
    widths = [min(chars * 1.75 * mm + 2.5 * mm, 45 * mm) for chars in longest]
    rest = width - sum(one for place, one in enumerate(widths) if place != wide)
    if rest < 30 * mm:
        share = width / sum(widths)
        return [one * share for one in widths]
    widths[wide] = rest
    return widths


def _map_of(
    outlines: Sequence[Sequence[LatLon]],
    spots: Sequence[Spot],
    names: Sequence[tuple[str, float, float]],
    width: float,
) -> Drawing | None:
    points = [point for outline in outlines for point in outline]
    points += [(spot.lat, spot.lon) for spot in spots]
    if not points:
        return None
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))
    high = max(north - south, 0.002)
    across = max((east - west) * narrow, 0.002)
    room_w, room_h = width - 8 * mm, (95 if width == _WIDTH else 68) * mm
    scale = min(room_w / across, room_h / high)
    drawing = Drawing(width, high * scale + 8 * mm)

    def place(lat: float, lon: float) -> tuple[float, float]:
        return 4 * mm + (lon - west) * narrow * scale, 4 * mm + (lat - south) * scale

    for outline in outlines:
        if len(outline) > 2:
            flat = [value for lat, lon in outline for value in place(lat, lon)]
            drawing.add(Polygon(flat, fillColor=_PALE, strokeColor=_GREY, strokeWidth=0.7))
    for name, lat, lon in names:
        x, y = place(lat, lon)
        drawing.add(_label(name, x, y, 7, _GREY))
    for spot in spots:
        _add_spot(drawing, spot, *place(spot.lat, spot.lon))
    return drawing


def _add_spot(drawing: Drawing, spot: Spot, x: float, y: float) -> None:
    size = 3 * mm
    if spot.urgent:
        corners = [x, y + size, x + size, y, x, y - size, x - size, y]
        drawing.add(Polygon(corners, fillColor=colors.HexColor("#a3202b"), strokeColor=None))
    else:
        drawing.add(Circle(x, y, 2.6 * mm, fillColor=_BLUE, strokeColor=colors.white))
    drawing.add(_label(spot.label, x, y - 1 * mm, 7, colors.white))


def _label(text: str, x: float, y: float, size: float, colour: Any) -> String:
    return String(
        x, y, text[:30], fontName="Roboto", fontSize=size, textAnchor="middle", fillColor=colour
    )
