"""What was picked as a list to leaf through, as a count of topics, and as a file to take along."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import i18n
from core.clock import local
from core.domain import Area, Role
from core.look_back import ORDERS, Tally, ordered, page_of, tally
from core.permissions import ALLOWED, Action, may
from core.sheet import Cell, csv_text, note_export, safe_cell
from core.store.archive_queries import Line
from core.telling import listed, place_name, status_name
from core.trends import Period
from pages._frame import language, moment, number, part, services, t, told, user
from pages._links import open_incident
from pages.components.choice import show_choice
from pages.components.words import escaped
from pages.look_back.filters import PAGE, begun, keep_filters, take
from pages.look_back.found import spot_of
from pages.look_back.map_file import map_file
from pages.look_back.map_part import CHOSEN

_COLUMNS: Final = ("number", "opened", "topic", "urgency", "status", "place", "area", "residents")
_SHOWN: Final = ("number", "opened", "topic", "place", "status")
_NO_BREAK: Final = "\u2011"
_WIDTHS: Final = (12, 18, 20, 14, 18, 34, 24, 10)


@part("look-back-list")
def show_list(found: Sequence[Line], areas: Sequence[Area], period: Period) -> None:
    """Leafing, sorting and counting draw nothing else anew."""
    names = {name: t(f"look_back.as_{name}") for name in ("list", "counts")}
    with st.container(horizontal=True, gap="small"):
        shown_as = show_choice(t("look_back.as"), names, param="as")
        if shown_as == "list":
            _choose_order()
    if shown_as == "list":
        _show_pages(found, areas, period)
    else:
        _show_counts(tally(found))
    _show_taking(found, areas, period)


def show_chosen(found: Sequence[Line], areas: Sequence[Area]) -> None:
    """The incident that was clicked on the map, and the way into it."""
    line = next((line for line in found if line.id == st.session_state.get(CHOSEN)), None)
    if line is None:
        return
    where, state = _where(line, _area_name(areas, language())), status_name(language(), line.status)
    with st.container(border=True, key="look-back-chosen", gap="xsmall"):
        st.markdown(f"**{line.number} · {escaped(_what(line))}**")
        st.text(f"{where} · {state} · {moment(line.opened_at)}")
        with st.container(horizontal=True):
            if st.button(t("look_back.open"), key="look_back.open", type="primary"):
                open_incident(line.id)
            st.button(t("look_back.leave"), key="look_back.leave", on_click=_leave)


def _choose_order() -> None:
    st.selectbox(
        t("look_back.order"),
        list(ORDERS),
        format_func=lambda order: t(f"look_back.order_{order}"),
        key=begun("order"),
        on_change=take,
        args=("order",),
        label_visibility="collapsed",
        width=190,
    )


def _show_pages(found: Sequence[Line], areas: Sequence[Area], period: Period) -> None:
    area_name = _area_name(areas, language())
    sorted_lines = ordered(found, st.session_state["order"], _topic_name, area_name)
    leaf = st.session_state[PAGE]
    lines, shown, last = page_of(sorted_lines, int(leaf) if leaf.isdecimal() else 1)
    st.session_state[PAGE] = str(shown)
    _show_lines(lines, area_name, with_year=period.first.year != period.last.year)
    if last > 1:
        _show_leafing(shown, last)
    keep_filters()


def _show_lines(
    lines: Sequence[Line], area_name: Callable[[int | None], str], *, with_year: bool
) -> None:
    """A table of words with a link in each line: it reads well aloud and by keyboard."""
    heads = [t(f"look_back.column_{name}") for name in _SHOWN]
    cells = [
        [
            f"[{line.number.replace('-', _NO_BREAK)}](/control_room?incident={line.id})",
            escaped(_when(line, with_year=with_year)),
            escaped(_what(line)),
            escaped(_where(line, area_name)),
            escaped(status_name(language(), line.status)),
        ]
        for line in lines
    ]
    columns = {head: [row[place] for row in cells] for place, head in enumerate(heads)}
    st.table(columns, border="horizontal", hide_index=True)


def _when(line: Line, *, with_year: bool) -> str:
    at = local(line.opened_at)
    day = f"{i18n.short_day(language(), at.date())}{f' {at.year}' if with_year else ''}"
    return f"{day} {at:%H:%M}"


def _what(line: Line) -> str:
    topic = _topic_name(line.topic)
    return t("look_back.with_urgency", topic=topic) if line.urgent else topic


def _where(line: Line, area_name: Callable[[int | None], str]) -> str:
    """The place; of one that nobody named, its area."""
    named = line.street or line.place
    return place_name(language(), line.location) if named else area_name(line.area_id)


def _show_leafing(shown: int, last: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, to in (("first", 1), ("back", shown - 1), ("on", shown + 1), ("last", last)):
            st.button(
                t(f"look_back.page_{name}"),
                key=f"look_back.page.{name}",
                on_click=_leaf,
                args=(to,),
                disabled=to == shown or not 1 <= to <= last,
            )
        st.text(t("look_back.page", shown=number(shown), last=number(last)))


def _leaf(to: int) -> None:
    st.session_state[PAGE] = str(to)


def _leave() -> None:
    st.session_state[CHOSEN] = None


def _show_counts(found: Tally) -> None:
    """How many of each topic stand where; the last row and column add up."""
    code = language()
    heads = [t("look_back.column_topic")]
    heads += [status_name(code, status) for status in found.statuses]
    heads.append(t("look_back.total"))
    rows = [
        [_topic_name(topic)]
        + [number(found.counts.get((topic, status), 0)) for status in found.statuses]
        + [number(found.of_topic(topic))]
        for topic in found.topics
    ]
    sums = [number(found.of_status(status)) for status in found.statuses]
    rows.append([t("look_back.total"), *sums, number(found.total)])
    cells = {head: [escaped(row[place]) for row in rows] for place, head in enumerate(heads)}
    st.table(cells, border="horizontal", hide_index=True)


def _show_taking(found: Sequence[Line], areas: Sequence[Area], period: Period) -> None:
    """Three downloads; who may not take tables out reads who may."""
    if not may(user(), Action.EXPORT):
        st.caption(t("look_back.no_taking", roles=_who_may()))
        return
    code = language()
    span = f"{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}"
    kinds: dict[str, tuple[str, Callable[[], bytes], str]] = {
        "csv": ("text/csv", lambda: csv_of(found, areas, code), ":material/download:"),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: workbook_of(found, areas, code),
            ":material/table_chart:",
        ),
        "html": ("text/html", lambda: _map_of(found, areas, period, code), ":material/map:"),
    }
    with st.container(horizontal=True):
        for kind, (mime, made, icon) in kinds.items():
            st.download_button(
                t(f"look_back.take_{kind}"),
                made,
                file_name=f"het-nieuwe-melden-{span}.{kind}",
                mime=mime,
                key=f"look_back.take.{kind}",
                icon=icon,
                on_click=_taken,
                args=(f"archive_{kind}",),
            )


@told
def _taken(what: str) -> None:
    with services().store.unit() as unit:
        note_export(what, user(), unit)


def _who_may() -> str:
    roles = sorted(ALLOWED[Action.EXPORT] & ALLOWED[Action.SEE_INCIDENTS], key=_role_name)
    return listed(language(), [_role_name(role) for role in roles])


def _role_name(role: Role) -> str:
    return t(f"role.{role.value}").lower()


def _map_of(found: Sequence[Line], areas: Sequence[Area], period: Period, code: str) -> bytes:
    first, last = (i18n.long_day(code, day) for day in (period.first, period.last))
    heading = i18n.text_of(code, "look_back.map_of", first=first, last=last)
    spots = [spot for line in found if (spot := spot_of(line, code)) is not None]
    return map_file(spots, areas, code, heading)


def csv_of(found: Sequence[Line], areas: Sequence[Area], code: str) -> bytes:
    heads, rows = _cells(found, areas, code)
    return csv_text(heads, rows, code).encode()


def workbook_of(found: Sequence[Line], areas: Sequence[Area], code: str) -> bytes:
    """The list as a workbook; no cell is a formula."""
    heads, rows = _cells(found, areas, code)
    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    sheet.title = i18n.text_of(code, "look_back.title")
    sheet.append([safe_cell(head) for head in heads])
    for cells in rows:
        sheet.append([safe_cell(cell) for cell in cells])
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.cell(row=1, column=place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(
    found: Sequence[Line], areas: Sequence[Area], code: str
) -> tuple[list[str], list[list[Cell]]]:
    heads = [i18n.text_of(code, f"look_back.column_{name}") for name in _COLUMNS]
    area_name = _area_name(areas, code)
    return heads, [
        [
            line.number,
            f"{local(line.opened_at):%Y-%m-%d %H:%M}",
            services().topics[line.topic].name(code),
            i18n.text_of(code, f"urgency.{'urgent' if line.urgent else 'not_urgent'}"),
            status_name(code, line.status),
            place_name(code, line.location),
            area_name(line.area_id),
            line.residents,
        ]
        for line in found
    ]


def _topic_name(topic: str) -> str:
    return services().topics[topic].name(language())


def _area_name(areas: Sequence[Area], code: str) -> Callable[[int | None], str]:
    names = {area.id: area.name for area in areas}
    unknown = i18n.text_of(code, "place.unknown")
    return lambda area_id: names.get(area_id, unknown) if area_id is not None else unknown
