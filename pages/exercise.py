"""oefenen: choosing an evening, going on with it, and looking back on how it went."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.domain import Role
from core.permissions import ALLOWED, Action, may
from core.store.exercise_queries import Exercise, exercises_of
from pages._frame import Card, exercise_here, house, page, signed_in, t
from pages.exercising.choose import show_choose, show_going_on
from pages.exercising.kept import show_kept, show_shared
from pages.exercising.look_back import show_look_back
from pages.exercising.recording import show_recording

CARD: Final = Card(
    title_nl="Oefenen",
    title_en="Exercise",
    icon=":material/school:",
    order=95,
    menu="help",
    roles=ALLOWED[Action.EXERCISE] | ALLOWED[Action.SET_EXERCISES],
)
_OF: Final = "of"


@page(CARD)
def show() -> None:
    me = signed_in()
    st.subheader(t("exercise.title"), anchor=False)
    here, chosen = exercise_here(), _asked_for()
    if here is not None and not here.state.is_over:
        show_going_on(here, is_inside=True)
        return
    if here is not None or chosen is not None:
        show_look_back(here.id if here is not None else chosen or 0, me, is_inside=here is not None)
        return
    if may(me, Action.EXERCISE):
        st.caption(t("exercise.about"))
        own = _own(me.id)
        going_on = [one for one in own if not one.state.is_over]
        for one in going_on:
            show_going_on(one, is_inside=False)
        if not going_on:
            show_choose()
        show_kept([one for one in own if one.state.is_over])
    if Role.PROJECT_LEAD in me.roles:
        show_shared()
    if may(me, Action.SET_EXERCISES):
        show_recording()


def _own(user_id: int) -> list[Exercise]:
    with house().store.read() as connection:
        return exercises_of(connection, user_id)


def _asked_for() -> int | None:
    """The exercise that the address names."""
    named = st.query_params.get(_OF, "")
    return int(named) if named.isdecimal() and len(named) < 10 else None


if __name__ == "__main__":
    show()
