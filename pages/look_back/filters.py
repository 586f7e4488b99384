"""What somebody looks back at, kept in the address: a link opens the same for a colleague."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import streamlit as st

from core.domain import Area, Pilot, Status
from core.look_back import ORDERS, Picked, with_inner
from core.telling import status_name
from core.trends import Period
from pages._admin.groups import source_name
from pages._frame import language, services, t
from pages.lead.period import last_day, whole
from pages.room import state
from pages.room.within import Within, text_of_area, text_of_outline, within_of

DAYS: Final = {"month": 30, "week": 7, "day": 1, "quarter": 90}
WHOLE: Final = "pilot"
OWN: Final = "own"
DRAWS: Final = "draws"
PAGE: Final = "leaf"
INSIDE: Final = "inside"
DRAWN: Final = ("marks", "heat", "both")
FILTERS: Final[dict[str, bool | str | list[str]]] = {
    "span": "month",
    "from": "",
    "until": "",
    "about": [],
    "where": [],
    "stands": [],
    "only": "",
    "via": [],
    INSIDE: "",
    DRAWS: "marks",
    "order": "newest",
    "leaf": "1",
}
_PICKING: Final = ("about", "where", "stands", "only", "via", INSIDE)
_LONGEST: Final = timedelta(days=730)
_WIDTH: Final = 190


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """aanbod: what there is to pick from."""

    areas: Sequence[Area]
    sources: Sequence[str]


def read_filters(offered: Offered) -> None:
    """Of what an address names only what there is."""
    for name, default in FILTERS.items():
        state.from_address(name, default)
    kept = st.session_state
    there = {
        "about": set(services().topics),
        "where": {str(area.id) for area in offered.areas},
        "stands": {status.value for status in Status},
        "via": set(offered.sources),
    }
    for name, known in there.items():
        kept[name] = [one for one in kept[name] if one in known]
    spans: dict[str, tuple[str, ...]] = {"span": (*DAYS, WHOLE, OWN), "order": ORDERS, DRAWS: DRAWN}
    for name, known_names in spans.items():
        if kept[name] not in known_names:
            kept[name] = FILTERS[name]
    # Said again each time: the browser draws what is in a popover only when it is opened.
    kept["only"] = kept["only"] if kept["only"] in ("urgent", "calm") else ""


def choose_period(pilot: Pilot) -> Period:
    """The last days of the pilot, the whole of it, or days of one's own."""
    st.selectbox(
        t("period.period"),
        [*DAYS, WHOLE, OWN],
        format_func=lambda name: t("look_back.day" if name == "day" else f"period.{name}"),
        key=begun("span"),
        on_change=_take_span,
        args=(pilot,),
        width=_WIDTH,
    )
    span = st.session_state["span"]
    if span == OWN:
        return _choose_own(pilot)
    return period_of(span, pilot)


def period_of(span: str, pilot: Pilot) -> Period:
    return whole(pilot) if span == WHOLE else Period.of_days(last_day(pilot), DAYS[span])


def choose_filters(offered: Offered) -> None:
    """What a line must be; how many filters hold stands on the button."""
    count = sum(bool(st.session_state[name]) for name in _PICKING if name != INSIDE)
    label = t("look_back.filters_on", count=str(count)) if count else t("look_back.filters")
    with st.popover(label, icon=":material/filter_alt:"):
        topics, code = services().topics, language()
        areas = {str(area.id): area.name for area in offered.areas}
        _choose("about", list(topics), lambda topic: topics[topic].name(code))
        _choose("where", list(areas), lambda area: areas.get(area, area))
        _choose(
            "stands", [status.value for status in Status], lambda s: status_name(code, Status(s))
        )
        if len(offered.sources) > 1:
            _choose("via", list(offered.sources), source_name)
        st.segmented_control(
            t("look_back.only"),
            ["", "urgent", "calm"],
            format_func=lambda name: t(f"look_back.only_{name or 'all'}"),
            required=True,
            key="only",
            on_change=first_page,
        )
        st.button(t("look_back.clear"), on_click=clear, disabled=not _is_picking())


def choose_drawing() -> None:
    """Each incident by itself, how dense they lie, or both."""
    st.segmented_control(
        t("look_back.draws"),
        list(DRAWN),
        format_func=lambda name: t(f"look_back.draws_{name}"),
        required=True,
        key=DRAWS,
    )


def picked(offered: Offered, sources: dict[str, frozenset[int]]) -> Picked:
    """The filters as they stand."""
    kept = st.session_state
    via = [sources.get(name, frozenset()) for name in kept["via"]]
    return Picked(
        topics=frozenset(kept["about"]),
        area_ids=with_inner({int(area) for area in kept["where"]}, offered.areas),
        statuses=frozenset(Status(status) for status in kept["stands"]),
        urgent={"": None, "urgent": True, "calm": False}[kept["only"]],
        ids=frozenset().union(*via) if via else None,
    )


def drawn_area(areas: Sequence[Area]) -> Within | None:
    """The area that somebody drew, or picked by name, to look at alone."""
    return within_of(st.session_state[INSIDE], areas)


def keep_filters() -> None:
    for name, default in FILTERS.items():
        state.to_address(name, default)


def clear() -> None:
    """A callback that takes all filters away; the period stays."""
    for name in _PICKING:
        st.session_state[name] = FILTERS[name]
    first_page()


def look_at_all() -> None:
    """A callback that goes to the whole pilot."""
    st.session_state["span"] = WHOLE
    first_page()


def look_inside(outline: tuple[tuple[float, float], ...] | None) -> None:
    st.session_state[INSIDE] = text_of_outline(outline)
    first_page()


def look_in_area(area_id: int | None) -> None:
    st.session_state[INSIDE] = text_of_area(area_id)
    first_page()


def begun(name: str) -> str:
    """The key of a list, which begins as its filter stands.

    A key a language: Streamlit keeps what was chosen as it was shown.
    """
    key = f"look_back.{name}.{language()}"
    st.session_state[key] = st.session_state[name]
    return key


def take(name: str) -> None:
    """A callback: the filter is what its list says now."""
    st.session_state[name] = st.session_state[f"look_back.{name}.{language()}"]
    first_page()


def first_page() -> None:
    st.session_state[PAGE] = "1"


def _is_picking() -> bool:
    return any(st.session_state[name] for name in _PICKING)


def _choose(name: str, options: list[str], said: Callable[[str], str]) -> None:
    st.multiselect(
        t(f"look_back.{name}"),
        options,
        format_func=said,
        key=begun(name),
        placeholder=t("look_back.any"),
        on_change=take,
        args=(name,),
    )


def _take_span(pilot: Pilot) -> None:
    """One's own days begin as those that stood there."""
    take("span")
    if st.session_state["span"] == OWN and not st.session_state["from"]:
        start = period_of("month", pilot)
        st.session_state["from"] = start.first.isoformat()
        st.session_state["until"] = start.last.isoformat()


def _choose_own(pilot: Pilot) -> Period:
    usual = period_of("month", pilot)
    latest = last_day(pilot) + timedelta(days=1)
    found = []
    for name, value in (("from", usual.first), ("until", usual.last)):
        key = f"look_back.{name}"
        st.session_state[key] = min(_day(st.session_state[name], value), latest)
        st.date_input(
            t("period.first" if name == "from" else "period.last"),
            max_value=latest,
            format="DD-MM-YYYY",
            key=key,
            on_change=_keep_day,
            args=(name, key),
            width=140,
        )
        found.append(st.session_state[key] or value)
    first, last = sorted(found)
    return Period(first=max(first, last - _LONGEST), last=last)


def _keep_day(name: str, key: str) -> None:
    day = st.session_state[key]
    st.session_state[name] = day.isoformat() if day else ""
    first_page()


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
