"""terugkijken: a period on the map and in a list, played back, picked from, taken along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.domain import Area, Pilot
from core.look_back import inside, pick
from core.permissions import ALLOWED, Action
from core.settings import ROOT
from core.store.archive_queries import MOST, Line
from core.store.trend_queries import extent
from core.trends import Period
from pages._frame import Card, counted, language, number, page, services, t
from pages.lead.period import choose_pilot, pilots
from pages.look_back.filters import (
    Offered,
    choose_drawing,
    choose_filters,
    choose_period,
    clear,
    drawn_area,
    keep_filters,
    look_at_all,
    picked,
    read_filters,
)
from pages.look_back.found import areas_of, read, read_sources, sources_of
from pages.look_back.map_part import show_map
from pages.look_back.table import show_chosen, show_list

CARD: Final = Card(
    title_nl="Terugkijken",
    title_en="Look back",
    icon=":material/history:",
    order=38,
    menu="insight",
    roles=ALLOWED[Action.SEE_INCIDENTS],
)


@page(CARD)
def show() -> None:
    found = pilots()
    if not found:
        st.subheader(t("look_back.title"), anchor=False)
        st.info(t("trends.no_pilot"), icon=":material/history:")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.subheader(t("look_back.title"), anchor=False, width="content")
        pilot = choose_pilot(found)
        offered = Offered(areas=areas_of(pilot), sources=sources_of(pilot))
        read_filters(offered)
        period = choose_period(pilot)
        choose_filters(offered)
        choose_drawing()
    keep_filters()
    with st.spinner(t("look_back.loading")):
        lines, is_cut = _lines(pilot, period, offered)
    _show_found(pilot, period, offered.areas, lines, is_cut)


def _lines(pilot: Pilot, period: Period, offered: Offered) -> tuple[list[Line], bool]:
    """What was picked, and whether there was more than is shown."""
    found = read(pilot, period)
    sources = read_sources(pilot, period) if st.session_state["via"] else {}
    return pick(found.lines, picked(offered, sources)), found.is_cut


def _show_found(
    pilot: Pilot, period: Period, areas: Sequence[Area], lines: list[Line], is_cut: bool
) -> None:
    within = drawn_area(areas)
    chosen = inside(lines, within.area) if within is not None else lines
    st.html(ROOT / "static" / "site" / "look_back.css")
    left, right = st.columns([1.62, 1], gap="small")
    with left:
        show_map(chosen, areas, period)
    with right, st.container(key="look-back-list"):
        _say_found(period, len(chosen), len(lines), is_cut)
        show_chosen(chosen, areas)
        if chosen:
            show_list(chosen, areas, period)
        else:
            _say_nothing(pilot, period, is_within=bool(lines))


def _say_found(period: Period, count: int, of: int, is_cut: bool) -> None:
    said = counted("count.incidents", count)
    if count != of:
        said = t("look_back.inside", count=said, all=number(of))
    st.markdown(f"**{said}**")
    first, last = (i18n.long_day(language(), day) for day in (period.first, period.last))
    st.caption(t("look_back.between", first=first, last=last))
    if is_cut:
        st.warning(t("look_back.cut", most=number(MOST)), icon=":material/content_cut:")


def _say_nothing(pilot: Pilot, period: Period, *, is_within: bool) -> None:
    """Nothing was picked: because of the area, of the filters, or because there is nothing."""
    if is_within or read(pilot, period).lines:
        key = "look_back.none_inside" if is_within else "look_back.none_picked"
        st.info(t(key), icon=":material/filter_alt_off:")
        st.button(t("look_back.clear"), key="look_back.clear_here", on_click=clear)
        return
    with services().store.read() as connection:
        known = extent(connection, pilot.id)
    if known is None:
        st.info(t("look_back.nothing_yet"), icon=":material/history:")
        return
    first, last = (i18n.day(language(), at) for at in known)
    st.info(t("trends.nothing_here", first=first, last=last), icon=":material/event_busy:")
    st.button(t("trends.show_whole"), key="look_back.whole", on_click=look_at_all)


if __name__ == "__main__":
    show()
