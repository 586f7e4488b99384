"""Making an evening of the own pilot one to exercise on; for the lead and the administrator."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

import streamlit as st

from core import exercise as steps
from core.clock import from_local, local
from core.domain import Pilot
from core.recorded import recorded_evening_of
from core.store import Unit
from core.store.exercise_queries import RecordedEvening, recorded
from pages._admin.pilots import date_format
from pages._frame import counted, house, moment, notify, signed_in, t, told
from pages.components.words import escaped

_KEY: Final = "exercise.record"
_FROM: Final = time(19)
_HOURS: Final = (1, 2, 3, 4, 6, 8)


def show_recording() -> None:
    """The evenings recorded, and the form for another."""
    st.markdown(f"**{t('exercise.recording')}**")
    st.caption(t("exercise.recording_about"))
    with house().store.read() as connection:
        found = recorded(connection)
        sizes = {one.id: _size(one, connection) for one in found}
        pilots = Unit(connection, house().clock()).pilots.all()
    for one in found:
        _show_line(one, sizes[one.id])
    if pilots:
        _show_form(pilots)


def _size(one: RecordedEvening, connection: object) -> tuple[int, int]:
    evening = recorded_evening_of(str(one.id), connection)
    return len(evening.lines), len(evening.expected)


def _show_line(one: RecordedEvening, size: tuple[int, int]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        messages, incidents = size
        what = t(
            "exercise.recorded_size",
            messages=counted("count.messages", messages),
            incidents=counted("count.incidents", incidents),
        )
        st.markdown(f"{escaped(one.name)} · {moment(one.starts_at)} · {what}")
        st.button(
            t("exercise.remove_evening"),
            key=f"exercise.remove_evening.{one.id}",
            icon=":material/delete:",
            type="tertiary",
            help=t("exercise.remove_evening_help", name=one.name),
            on_click=_remove,
            args=(one.id,),
        )


def _show_form(pilots: list[Pilot]) -> None:
    yesterday = local(house().clock()).date() - timedelta(days=1)
    with st.form(f"{_KEY}.form", width=720):
        names = {pilot.id: pilot.name for pilot in pilots}
        st.selectbox(
            t("exercise.pilot"), list(names), format_func=names.__getitem__, key=f"{_KEY}.pilot"
        )
        st.text_input(t("exercise.evening_name"), key=f"{_KEY}.name", max_chars=80)
        left, middle, right = st.columns(3, gap="small")
        left.date_input(t("exercise.day"), yesterday, key=f"{_KEY}.day", format=date_format())
        middle.time_input(t("exercise.from"), _FROM, key=f"{_KEY}.from")
        right.selectbox(
            t("exercise.how_long"),
            _HOURS,
            index=2,
            format_func=lambda hours: t("exercise.hours", hours=hours),
            key=f"{_KEY}.hours",
        )
        st.form_submit_button(t("exercise.record"), on_click=_record)


@told
def _record() -> None:
    said = {name: st.session_state[f"{_KEY}.{name}"] for name in _FIELDS}
    starts_at = _moment(said["day"], said["from"])
    ends_at = starts_at + timedelta(hours=said["hours"])
    with house().store.unit() as unit:
        steps.record(said["pilot"], said["name"], starts_at, ends_at, signed_in(), unit)
    notify(t("exercise.recorded_done"), kind="done")


_FIELDS: Final = ("pilot", "name", "day", "from", "hours")


def _moment(day: date, at: time) -> datetime:
    return from_local(datetime.combine(day, at))


@told
def _remove(evening_id: int) -> None:
    with house().store.unit() as unit:
        steps.forget_recorded(evening_id, signed_in(), unit)
