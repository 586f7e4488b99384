"""Expected events: what was announced, and a form to announce more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import streamlit as st

from core.clock import from_local, local
from core.domain import Pilot
from core.permissions import Action, may
from core.store.alert_queries import ExpectedEvent
from core.warning.setting import FACTORS, NewEvent, announce, withdraw
from pages._act import carry_out
from pages._admin.pilots import date_format
from pages._frame import moment, number, services, t, told, user
from pages.alerts.words import Names, topic_name
from pages.components.words import escaped

_KEY = "warnings.event"


def show_events(pilot: Pilot, events: Sequence[ExpectedEvent], names: Names) -> None:
    st.caption(t("warnings.events_note"))
    if not events:
        st.info(t("warnings.events_empty"), icon=":material/event:")
    for event in events:
        _show_event(event, names)
    if may(user(), Action.ANNOUNCE):
        with st.expander(t("warnings.event_new"), icon=":material/add:", expanded=not events):
            _show_form(pilot, names)


def _show_event(event: ExpectedEvent, names: Names) -> None:
    said = t(
        "warnings.event_line",
        name=event.name,
        start=moment(event.starts_at),
        end=moment(event.ends_at),
        factor=number(event.factor, 1),
    )
    topics = ", ".join(map(topic_name, event.topics)) or t("warnings.event_all")
    areas = ", ".join(names.get(area, "") for area in event.area_ids) or t("warnings.whole_pilot")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(escaped(said))
            st.caption(escaped(f"{topics} · {areas}"))
        if may(user(), Action.ANNOUNCE):
            st.button(
                t("warnings.event_withdraw"),
                key=f"{_KEY}.{event.id}.withdraw",
                on_click=_withdraw,
                args=(event.id,),
            )


def _show_form(pilot: Pilot, names: Names) -> None:
    today = local(services().clock()).date()
    with st.form(_KEY, border=False):
        st.text_input(t("warnings.event_name"), key=f"{_KEY}.name", max_chars=200)
        with st.container(horizontal=True, gap="small"):
            for which, clock in (("from", time(18)), ("to", time(23))):
                st.date_input(
                    t(f"warnings.event_{which}"),
                    today,
                    key=f"{_KEY}.{which}",
                    format=date_format(),
                    width=170,
                )
                label = t(f"warnings.event_{which}_time")
                st.time_input(label, clock, key=f"{_KEY}.{which}_time", width=120)
            st.number_input(
                t("warnings.event_factor"),
                min_value=FACTORS[0],
                max_value=FACTORS[1],
                value=5.0,
                step=1.0,
                format="%.1f",
                key=f"{_KEY}.factor",
                width=250,
            )
        _choose_what(pilot, names)
        st.form_submit_button(
            t("warnings.event_add"), type="primary", on_click=_announce, args=(pilot,)
        )


def _choose_what(pilot: Pilot, names: Names) -> None:
    """Topics and areas; choosing none means all."""
    st.multiselect(
        t("warnings.event_topics"),
        list(pilot.topics),
        format_func=topic_name,
        key=f"{_KEY}.topics",
        placeholder="",
    )
    areas = [area for area in names if area is not None]
    st.multiselect(
        t("warnings.event_areas"),
        areas,
        format_func=lambda area: names[area],
        key=f"{_KEY}.areas",
        placeholder="",
    )


@told
def _announce(pilot: Pilot) -> None:
    given = st.session_state
    new = NewEvent(
        name=str(given[f"{_KEY}.name"]),
        starts_at=_moment("from"),
        ends_at=_moment("to"),
        topics=tuple(given[f"{_KEY}.topics"]),
        area_ids=tuple(given[f"{_KEY}.areas"]),
        factor=float(given[f"{_KEY}.factor"]),
    )
    carry_out(
        lambda me, unit: announce(new, pilot.id, me, unit, pilot.topics),
        lambda _: t("warnings.done_announced"),
    )


@told
def _withdraw(event_id: int) -> None:
    carry_out(lambda me, unit: withdraw(event_id, me, unit), lambda _: t("warnings.done_withdrawn"))


def _moment(which: str) -> datetime:
    """A day and a time of the form; without a day an hour ago, which no event can end at."""
    day, clock = st.session_state[f"{_KEY}.{which}"], st.session_state[f"{_KEY}.{which}_time"]
    if day is None or clock is None:
        return services().clock() - timedelta(hours=1)
    return from_local(datetime.combine(day, clock))
