"""Earlier exercises: one's own, and for the lead those that were shared."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core import rehearsal
from core.errors import HNMError
from core.store.exercise_queries import Exercise, ExerciseState, shared_exercises
from pages._frame import FOLDER, house, language, moment, t
from pages.components.words import escaped


def show_kept(own: Sequence[Exercise]) -> None:
    """One's own, the newest first; nobody else sees this list."""
    st.markdown(f"**{t('exercise.own')}**")
    st.caption(t("exercise.own_about"))
    if not own:
        st.caption(t("exercise.own_none"))
    for one in own:
        _show_line(one, name_of(one))


def show_shared() -> None:
    """By when they were shared, never by how they went."""
    with house().store.read() as connection:
        found = shared_exercises(connection)
    st.markdown(f"**{t('exercise.shared')}**")
    st.caption(t("exercise.shared_about"))
    if not found:
        st.caption(t("exercise.shared_none"))
    for one in found:
        _show_line(one, f"{one.name}: {name_of(one)}")


def name_of(one: Exercise) -> str:
    """What its evening is called; a recorded one may be gone from the list."""
    try:
        return rehearsal.evening_named(one.evening, house()).called(language())
    except HNMError:
        return t("exercise.evening_gone")


def _show_line(one: Exercise, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{escaped(name)} · {moment(one.started_at)}")
        if one.shared_at is not None:
            st.badge(t("exercise.is_shared"), icon=":material/group:", color="blue")
        if one.state is ExerciseState.BROKEN:
            st.badge(t("exercise.broken"), icon=":material/error:", color="red")
        if st.button(
            t("exercise.look_back"),
            key=f"exercise.look_back.{one.id}",
            icon=":material/history:",
            type="tertiary",
            help=t("exercise.look_back_help", name=name),
        ):
            st.switch_page(FOLDER / "exercise.py", query_params={"of": str(one.id)})
