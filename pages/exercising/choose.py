"""Choosing an evening and a speed, and the exercise that goes on."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import exercise as steps
from core import exercises, rehearsal
from core.exercises import Evening
from core.recorded import recorded_evening_of
from core.store.exercise_queries import Exercise, ExerciseState, recorded
from pages._frame import (
    FOLDER,
    counted,
    house,
    language,
    moment,
    notify,
    number,
    session_mark,
    signed_in,
    t,
    told,
)
from pages.components.words import escaped
from pages.exercising.bar import do

_USUAL_SPEED: Final = 5
_COLUMNS: Final = 2


def show_choose() -> None:
    """The evenings there are, each with its button to begin."""
    st.markdown(f"**{t('exercise.choose')}**")
    speed = st.segmented_control(
        t("exercise.speed"),
        steps.SPEEDS,
        default=_USUAL_SPEED,
        required=True,
        format_func=lambda one: t("exercise.bar_times", speed=one),
        key="exercise.speed",
        help=t("exercise.speed_help"),
    )
    columns = st.columns(_COLUMNS, gap="small")
    for place, evening in enumerate(evenings()):
        with columns[place % _COLUMNS]:
            _show_evening(evening, int(speed or _USUAL_SPEED))
    st.caption(t("exercise.on_duty"))


def evenings() -> list[Evening]:
    """The made-up ones, then the own pilot's that still have messages."""
    made_up = [exercises.made_up(name) for name in exercises.names()]
    with house().store.read() as connection:
        own = [recorded_evening_of(str(one.id), connection) for one in recorded(connection)]
    shortest_first = sorted(made_up, key=lambda one: (len(one.lines), one.id))
    return [*shortest_first, *(one for one in own if one.lines)]


def _show_evening(evening: Evening, speed: int) -> None:
    minutes = (evening.ends_at - evening.starts_at).total_seconds() / 60
    with st.container(border=True, gap="xsmall", key=f"exercise.card.{evening.id}"):
        st.markdown(f"**{escaped(evening.called(language()))}**")
        st.write(escaped(evening.about.get(language(), "")))
        st.caption(
            t(
                "exercise.size",
                messages=counted("count.messages", len(evening.lines)),
                took=took_line(round(minutes)),
                takes=took_line(max(1, round(minutes / speed))),
            )
        )
        st.button(
            t("exercise.begin"),
            key=f"exercise.begin.{evening.id}",
            icon=":material/play_arrow:",
            on_click=_begin,
            args=(evening.id, speed),
            help=t("exercise.begin_help", name=evening.called(language())),
        )


def took_line(minutes: int) -> str:
    """A length in words: "40 minuten", "2,5 uur"."""
    if minutes < 90:
        return t("exercise.minutes", count=minutes)
    return t("exercise.hours", hours=number(minutes / 60, 1))


@told
def _begin(evening_id: str, speed: int) -> None:
    rehearsal.begin(evening_id, speed, session_mark(), signed_in(), house())
    notify(t("exercise.begun"), kind="done")


def show_going_on(one: Exercise, *, is_inside: bool) -> None:
    """An exercise that is not over: where it is, and the way back into it."""
    evening = rehearsal.evening_named(one.evening, house())
    shown = min(one.clock.at(house().clock()), evening.ends_at)
    with st.container(border=True, gap="small", key="exercise.going_on"):
        st.markdown(f"**{escaped(evening.called(language()))}**")
        if one.state is ExerciseState.ENDING:
            st.info(t("exercise.ending"), icon=":material/hourglass_top:")
            st.button(t("exercise.look_again"), key="exercise.look_again")
            return
        st.write(t("exercise.it_is", moment=moment(shown), until=moment(evening.ends_at)))
        if is_inside:
            st.write(t("exercise.how"))
            if st.button(
                t("exercise.to_room"), key="exercise.to_room", icon=":material/crisis_alert:"
            ):
                st.switch_page(FOLDER / "control_room.py")
            return
        left, right = st.columns(2, gap="small", width=520)
        left.button(t("exercise.go_on"), key="exercise.go_on", on_click=_go_on, args=(one.id,))
        right.button(t("exercise.bar_stop"), key="exercise.stop", on_click=_stop, args=(one,))


@told
def _go_on(exercise_id: int) -> None:
    with house().store.unit() as unit:
        steps.enter(exercise_id, session_mark(), signed_in(), unit)


@told
def _stop(one: Exercise) -> None:
    do("stop", one)
