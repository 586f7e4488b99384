"""A plot with its table beside it: what a colour says is also said in numbers, and can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.i18n import long_day
from core.permissions import Action, may
from core.sheet import Cell, csv_text, note_export
from pages._frame import language, later, number, services, t, told, user
from pages.components.words import escaped

_CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
_LEFT_FOR_TABLE: Final = 320
_MOST_ROWS: Final = 100
"""A table is drawn though it is folded away, and thousands of rows keep a browser busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours that differ for every eye (Okabe and Ito, 2008), lighter on a dark ground."""

    first: str
    second: str
    third: str
    faint: str
    text: str
    ground: str
    shades: tuple[tuple[float, str], ...]


LIGHT: Final = Palette(
    first="#0072b2",
    second="#e69f00",
    third="#cc79a7",
    faint="#9aa5b0",
    text="#14202b",
    ground="#ffffff",
    shades=((0.0, "#eef2f6"), (0.5, "#5a9bc9"), (1.0, "#063a5e")),
)
DARK: Final = Palette(
    first="#56b4e9",
    second="#e69f00",
    third="#cc79a7",
    faint="#6d7c8a",
    text="#e8edf2",
    ground="#10161c",
    shades=((0.0, "#1a242e"), (0.5, "#3a86b8"), (1.0, "#c9e7fb")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """werkblad: a table with its headings; numbers stay numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def is_dark() -> bool:
    return bool(st.context.theme.type == "dark")


def palette() -> Palette:
    return DARK if is_dark() else LIGHT


def show_plot(
    title: str,
    figure: go.Figure,
    sheet: Sheet,
    *,
    key: str,
    note: str = "",
    height: int = 250,
    takes: bool = True,
) -> None:
    """A title, a note, the plot; under it the table and, for who may, its download."""
    with st.container(border=True, key=f"{key}.card", gap="xxsmall"):
        st.markdown(f"**{escaped(title)}**")
        if note:
            st.caption(escaped(note))
        figure.update_layout(
            height=height,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            font_color=palette().text,
            hoverlabel={"align": "left"},
            separators=",." if language() == "nl" else ".,",
        )
        axis = {"automargin": True, "fixedrange": True, "tickfont_color": palette().text}
        figure.update_xaxes(**axis)
        figure.update_yaxes(**axis)
        st.plotly_chart(figure, config=_CONFIG, key=f"{key}.plot", alt=f"{title}. {note}".strip())
        show_table(sheet, key=key, takes=takes)


def show_table(sheet: Sheet, *, key: str, opened: bool = False, takes: bool = True) -> None:
    """The table, folded away until asked for, and its download for who may take it.

    `takes`: whether it may leave at all; a table of small counts may not.
    """
    with st.expander(t("plot.table", count=number(len(sheet.rows))), expanded=opened):
        tall = len(sheet.rows) > 9
        with st.container(height=_LEFT_FOR_TABLE if tall else "content", border=False):
            st.table(_frame_of(sheet), hide_index=True)
        if len(sheet.rows) > _MOST_ROWS:
            st.caption(t("plot.first_rows", count=number(_MOST_ROWS)))
        if takes and may(user(), Action.EXPORT):
            st.download_button(
                t("plot.download"),
                later(lambda: csv_text(sheet.columns, sheet.rows, language()).encode()),
                file_name=f"{key.replace('.', '-')}.csv",
                mime="text/csv",
                key=f"{key}.download",
                icon=":material/download:",
                on_click=_taken,
                args=(key,),
            )


@told
def _taken(what: str) -> None:
    with services().store.unit() as unit:
        note_export(what, user(), unit)


def _frame_of(sheet: Sheet) -> pd.DataFrame:
    shown = [[_cell(cell) for cell in row] for row in sheet.rows[:_MOST_ROWS]]
    return pd.DataFrame(shown, columns=_unlike(sheet.columns), dtype=str)


def _cell(cell: Cell) -> str:
    """A cell as text; Streamlit reads Markdown in tables, so that is taken out."""
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return long_day(language(), cell)
    return escaped(cell) if isinstance(cell, str) else number(cell, 1)


def _unlike(columns: Sequence[str]) -> list[Any]:
    """Headings that differ: a table with two of the same cannot be drawn."""
    seen: dict[str, int] = {}
    unlike = []
    for column in map(escaped, columns):
        seen[column] = seen.get(column, 0) + 1
        unlike.append(column if seen[column] == 1 else f"{column} ({seen[column]})")
    return unlike
