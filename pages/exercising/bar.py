"""The bar above every page while this session is in an exercise."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import exercise as steps
from core.clock import LOCAL_ZONE
from core.rehearsal import evening_named
from core.settings import ROOT
from core.store.exercise_queries import Exercise
from pages._frame import (
    exercise_here,
    house,
    language,
    notify,
    part,
    session_mark,
    signed_in,
    t,
    told,
)
from pages.components.exercise_bar import show_exercise_bar

_BAR: Final = "exercise.bar"
_LOOKS_EVERY_S: Final = 2.0
_WORDS: Final = (
    "name word quiet quiet_long speed paused over pause resume stop sure leave times".split()
)


def show_bar() -> None:
    """Nothing outside an exercise; within one, on every page."""
    if exercise_here() is None:
        return
    st.html(ROOT / "static" / "site" / "exercise.css")
    _show_live()


@part("exercise.bar.live", every_s=_LOOKS_EVERY_S)
def _show_live() -> None:
    """Looks by itself whether the evening is over: then the whole screen changes."""
    here = exercise_here()
    if here is None:
        return
    given = house()
    evening = evening_named(here.evening, given)
    shown = min(here.clock.at(given.clock()), evening.ends_at)
    show_exercise_bar(
        evening=evening.called(language()),
        shown_ms=int(shown.timestamp() * 1000),
        until_ms=int(evening.ends_at.timestamp() * 1000),
        speed=here.clock.speed,
        speeds=steps.SPEEDS,
        is_paused=here.clock.is_paused,
        is_over=here.state.is_over,
        language=language(),
        zone=str(LOCAL_ZONE),
        words={name: t(f"exercise.bar_{name}") for name in _WORDS},
        on_do=_on_do,
        key=_BAR,
    )


@told
def _on_do() -> None:
    asked = str(st.session_state[_BAR]["do"] or "")
    here = exercise_here()
    if here is not None and asked:
        do(asked, here)


def do(asked: str, here: Exercise) -> None:
    """What the bar or the page asks of the exercise that this session is in."""
    me = signed_in()
    name, _, number = asked.partition(":")
    with house().store.unit() as unit:
        match name:
            case "pause":
                steps.pause(here.id, me, unit)
            case "resume":
                steps.resume(here.id, me, unit)
            case "stop":
                steps.stop(here.id, me, unit)
            case "speed" if number.isdecimal():
                steps.set_speed(here.id, int(number), me, unit)
            case "leave":
                steps.leave(session_mark(), unit)
    if name == "leave":
        notify(t("exercise.left"), kind="done")
        st.rerun(scope="app")
