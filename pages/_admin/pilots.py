"""proeftuinen: the period and the topics of each pilot."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

import streamlit as st

from core.administration import create_pilot, install_pilot, set_period, set_topics
from core.clock import local
from core.domain import Pilot
from core.errors import BadInput
from core.i18n import long_day
from core.last_day import days_left, erased_from, has_ended, is_erased_on, is_near
from core.pilots import load, names
from core.store import Unit
from pages._act import carry_out
from pages._frame import counted, language, services, t, told
from pages.components.choice import go_to, show_select
from pages.components.words import escaped


def show_pilots() -> None:
    pilot = choose_pilot()
    if pilot is not None:
        st.markdown(f"**{escaped(pilot.name)}**")
        _show_period(pilot)
        _show_topics(pilot)
    _show_new()
    _show_install()


def choose_pilot() -> Pilot | None:
    """The pilot that the page is about; None when there is none yet."""
    with services().store.read() as connection:
        found = {str(p.id): p for p in Unit(connection, services().clock()).pilots.all()}
    if not found:
        st.info(t("admin.no_pilot"), icon=":material/flag:")
        return None
    named = {pilot_id: pilot.name for pilot_id, pilot in found.items()}
    if len(found) == 1:
        return next(iter(found.values()))
    return found[show_select(t("admin.pilot"), named, param="pilot", width=420)]


def date_format() -> Literal["DD-MM-YYYY", "DD/MM/YYYY"]:
    """How a date field shows a day: its picker knows no languages."""
    return "DD-MM-YYYY" if language() == "nl" else "DD/MM/YYYY"


def _show_period(pilot: Pilot) -> None:
    st.markdown(f"**{t('admin.period')}**")
    st.caption(t("admin.period_note"))
    key = f"admin.period.{pilot.id}"
    with st.form(key, border=False):
        form = date_format()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.date_input(
                t("admin.starts_on"), pilot.starts_on, key=f"{key}.from", format=form, width=170
            )
            st.date_input(
                t("admin.ends_on"), pilot.ends_on, key=f"{key}.to", format=form, width=170
            )
            st.form_submit_button(t("admin.save"), on_click=_save_period, args=(pilot.id, key))


def show_last_day() -> None:
    """Administrators see a last day coming, and afterwards what is kept and until when."""
    given = services()
    with given.store.read() as connection:
        found = Unit(connection, given.clock()).pilots.all()
    today = local(given.clock()).date()
    for pilot in found:
        day = long_day(language(), erased_from(pilot) or today)
        if is_near(pilot, today):
            left = counted("count.days", days_left(pilot, today) or 0)
            said = t("admin.last_day_near", pilot=escaped(pilot.name), left=left, day=day)
            st.warning(said, icon=":material/event_busy:")
        elif has_ended(pilot, today):
            over = "admin.last_day_erased" if is_erased_on(pilot, today) else "admin.last_day_over"
            said = t(over, pilot=escaped(pilot.name), day=day)
            st.info(said, icon=":material/event_busy:")


def _show_topics(pilot: Pilot) -> None:
    st.markdown(f"**{t('admin.topics')}**")
    key = f"admin.topics.{pilot.id}"
    topics = services().topics
    with st.form(f"{key}.form", border=False):
        st.pills(
            t("admin.topics"),
            list(topics),
            selection_mode="multi",
            default=[topic for topic in pilot.topics if topic in topics],
            format_func=lambda topic: topics[topic].name(language()),
            key=f"{key}.{language()}",
            label_visibility="collapsed",
        )
        st.form_submit_button(
            t("admin.save"), on_click=_save_topics, args=(pilot.id, f"{key}.{language()}")
        )


def _show_new() -> None:
    """A pilot of one's own; its areas, streets and groups have tabs of their own."""
    known, key = services().topics, f"admin.pilot.{language()}"
    with (
        st.expander(t("admin.new_pilot"), icon=":material/flag:"),
        st.form("admin.pilot", border=False),
    ):
        st.caption(t("admin.new_pilot_note"))
        st.text_input(t("admin.pilot_name"), key="admin.pilot.name", max_chars=200, width=420)
        with st.container(horizontal=True):
            for name in ("starts_on", "ends_on"):
                st.date_input(
                    t(f"admin.{name}"),
                    local(services().clock()).date() if name == "starts_on" else None,
                    key=f"admin.pilot.{name}",
                    format=date_format(),
                    width=170,
                )
        st.pills(
            t("admin.topics"),
            list(known),
            selection_mode="multi",
            default=list(known),
            format_func=lambda topic: known[topic].name(language()),
            key=f"{key}.topics",
        )
        st.form_submit_button(t("admin.add"), on_click=_create, args=(f"{key}.topics",))


def _show_install() -> None:
    with (
        st.expander(t("admin.install"), icon=":material/inventory_2:"),
        st.form("admin.install", border=False),
    ):
        st.caption(t("admin.install_note"))
        st.selectbox(
            t("admin.install_which"),
            names(),
            format_func=_called,
            key="admin.install.name",
            width=420,
        )
        st.form_submit_button(t("admin.install_button"), on_click=_install)


@lru_cache
def _called(name: str) -> str:
    """The name in a file that comes with the product, and so never changes."""
    return load(name).name


@told
def _save_period(pilot_id: int, key: str) -> None:
    starts_on: date = st.session_state[f"{key}.from"]
    ends_on: date | None = st.session_state[f"{key}.to"]
    carry_out(
        lambda me, unit: set_period(pilot_id, starts_on, ends_on, me, unit),
        lambda _: t("admin.done.saved"),
    )


@told
def _save_topics(pilot_id: int, key: str) -> None:
    chosen = list(st.session_state[key] or ())
    carry_out(
        lambda me, unit: set_topics(pilot_id, chosen, me, unit), lambda _: t("admin.done.saved")
    )


@told
def _create(topics_key: str) -> None:
    given = st.session_state
    starts_on: date | None = given["admin.pilot.starts_on"]
    ends_on: date | None = given["admin.pilot.ends_on"]
    if starts_on is None:
        raise BadInput(field="starts_on", why="")
    name, chosen = str(given["admin.pilot.name"]), list(given[topics_key] or ())
    pilot_id = carry_out(
        lambda me, unit: create_pilot(name, starts_on, ends_on, chosen, me, unit),
        lambda _: t("admin.done.pilot_created"),
    )
    given["admin.pilot.name"] = ""  # else the next pilot would begin with this one's name
    go_to("pilot", str(pilot_id))


@told
def _install() -> None:
    name = str(st.session_state["admin.install.name"])
    carry_out(lambda me, unit: install_pilot(name, me, unit), lambda _: t("admin.done.installed"))
