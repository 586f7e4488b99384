"""hulp: a tour of five minutes for each role, and what holds for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from core.domain import Role
from core.permissions import Action, may
from core.tours import Stop, tour_of
from pages._bar import cards
from pages._frame import FOLDER, Card, language, page, t, user
from pages.components.words import escaped

CARD: Final = Card(
    title_nl="Hulp",
    title_en="Help",
    icon=":material/help:",
    order=99,
    menu="help",
    roles=frozenset(Role),
)
_WIDTH: Final = 760
_ALWAYS: Final = ("emergency", "decides", "forgets", "words")


@page(CARD)
def show() -> None:
    me = user()
    st.subheader(t("help.title"), anchor=False)
    st.caption(t("help.about"))
    for role in sorted(me.roles):
        if len(me.roles) > 1:
            st.markdown(f"**{t(f'role.{role.value}')}**")
        for place, stop in enumerate(tour_of(role), 1):
            _show_stop(role, place, stop)
    if may(me, Action.EXERCISE):
        with st.container(border=True, gap="xsmall", width=_WIDTH):
            st.markdown(f"**{t('exercise.title')}**")
            st.write(t("exercise.about"))
            title = cards()["exercise"].title(language())
            if st.button(t("help.go", page=title), key="help.exercise", type="tertiary"):
                _go("exercise", {})
    with st.container(border=True, width=_WIDTH):
        st.markdown(f"**{t('help.always')}**")
        for name in _ALWAYS:
            st.markdown(f"- {t(f'help.{name}')}")


def _show_stop(role: Role, place: int, stop: Stop) -> None:
    title, text = stop.said(language())
    with st.container(border=True, gap="xsmall", width=_WIDTH):
        st.markdown(f"**{place}. {escaped(title)}**")
        st.write(escaped(text))
        here = cards().get(stop.page)
        name = (here.title_nl if language() == "nl" else here.title_en) if here else stop.page
        if st.button(
            t("help.go", page=name),
            key=f"help.{role.value}.{place}",
            icon=":material/arrow_forward:",
            type="tertiary",
        ):
            _go(stop.page, stop.query)


def _go(name: str, query: Mapping[str, str]) -> None:
    st.switch_page(FOLDER / f"{name}.py", query_params=dict(query))


if __name__ == "__main__":
    show()
