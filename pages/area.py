"""mijn gebied: what an officer opens first thing: my work, what changed here, what repeats."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core.areas import within
from core.domain import Area, Role, User
from core.permissions import Action, may
from core.ports import DestinationCard
from core.repeats import repeats
from core.store import Unit
from core.store.area_queries import changed_since, opened_since, work_list
from core.wiring import destinations
from core.work import choose_areas, destinations_of, owners_of
from pages._frame import Card, ago, moment, notify, number, page, services, t, told, user
from pages.alerts.short import show_open
from pages.beat.briefing import Briefing, show_briefing
from pages.beat.changes import show_changes, show_repeats
from pages.beat.promises import show_promises
from pages.beat.tips import show_tips, timely_tips
from pages.beat.waiting import show_waiting, waiting_in
from pages.beat.work import show_work
from pages.components.choice import show_choice, show_select
from pages.lead.overdue import show_overdue_of

CARD: Final = Card(
    title_nl="Mijn gebied",
    title_en="My area",
    icon=":material/pin_drop:",
    order=20,
    roles=frozenset({Role.COMMUNITY_OFFICER, Role.ENFORCEMENT_OFFICER}),
)
_ONE_VISIT: Final = timedelta(minutes=30)
_FIRST_VISIT: Final = timedelta(days=7)
_REPEATS: Final = timedelta(days=30)
_PERIODS: Final = {
    "visit": None,
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


@page(CARD)
def show() -> None:
    me = user()
    areas = _areas()
    mine = within(me.area_ids, areas)
    visit = _last_visit(me)
    st.subheader(t("area.title"), anchor=False)
    show_open(t("warnings.area_open"), mine)
    show_overdue_of(me)
    show_promises(mine)
    since = _choose(me, areas, visit)
    with services().store.read() as connection:
        work = work_list(connection, owners_of(me), destinations_of(me, _cards()))
        changed = changed_since(connection, mine, since) if mine else []
        opened = opened_since(connection, mine, services().clock() - _REPEATS) if mine else []
    found = repeats(opened)
    waiting = waiting_in(mine) if mine else []
    tips = timely_tips(mine) if may(me, Action.ADVISE) else []
    if mine:
        show_briefing(
            Briefing(
                me=me,
                areas=areas,
                mine=mine,
                since=since,
                work=work,
                changed=changed,
                repeats=found,
                waiting=waiting,
                tips=tips,
            )
        )
    counts = {
        "work": len(work),
        "changes": len(changed),
        "waiting": len(waiting),
        "repeats": len(found),
        "tips": len(tips),
    }
    match _choose_view(counts):
        case "work":
            show_work(work, me)
        case _ if not mine:
            st.info(t("area.choose_first"), icon=":material/pin_drop:")
        case "changes":
            show_changes(changed, since)
        case "waiting":
            show_waiting(waiting)
        case "repeats":
            show_repeats(found)
        case _:
            show_tips(tips)


def _choose_view(counts: dict[str, int]) -> str:
    names = {name: _counted(t(f"area.view_{name}"), count) for name, count in counts.items()}
    with st.container(key="area-views"):
        return show_choice(t("area.view"), names, param="list")


def _counted(name: str, count: int) -> str:
    return f"{name} ({number(count)})" if count else name


def _choose(me: User, areas: list[Area], visit: datetime | None) -> datetime:
    """Which areas are mine and since when; gives the moment to look back to."""
    now = services().clock()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        names = {name: t(f"area.since_{name}") for name in _PERIODS}
        period = show_select(t("area.since"), names, param="since", width=220)
        _choose_areas(me, areas)
    span = _PERIODS[period]
    if span is not None:
        return now - span
    if visit is None:
        st.caption(t("area.first_visit"))
        return now - _FIRST_VISIT
    st.caption(t("area.since_moment", moment=moment(visit), ago=ago(visit)))
    return visit


def _choose_areas(me: User, areas: list[Area]) -> None:
    names = {area.id: area.name for area in areas}
    label = t("area.areas", count=len(me.area_ids))
    with (
        st.popover(label, icon=":material/map:", key="area.areas"),
        st.form("area.areas.form", border=False),
    ):
        st.multiselect(
            t("area.mine"),
            list(names),
            default=[area_id for area_id in me.area_ids if area_id in names],
            format_func=names.__getitem__,
            key="area.mine",
            placeholder=t("area.mine_hint"),
        )
        st.form_submit_button(t("area.save"), type="primary", on_click=save_areas)


@told
def save_areas() -> None:
    me = user()
    chosen = tuple(st.session_state.get("area.mine") or ())
    with services().store.unit() as unit:
        choose_areas(me, chosen, unit)
    notify(t("area.saved"), kind="done")


def _last_visit(me: User) -> datetime | None:
    """When the visit before this one was; asked once a minute, because it writes."""
    now = services().clock()
    asked: tuple[datetime, datetime | None] | None = st.session_state.get("area.visit")
    if asked is None or now - asked[0] > timedelta(minutes=1):
        with services().store.unit() as unit:
            asked = (now, unit.accounts.visit(me.id, "area", _ONE_VISIT))
        st.session_state["area.visit"] = asked
    return asked[1]


def _areas() -> list[Area]:
    with services().store.read() as connection:
        pilots = Unit(connection, services().clock()).pilots
        return [area for pilot in pilots.all() for area in pilots.areas(pilot.id)]


def _cards() -> dict[str, DestinationCard]:
    return {name: module.CARD for name, module in destinations().items()}


if __name__ == "__main__":
    show()
