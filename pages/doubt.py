"""twijfel: messages that may report something; a person says what each is, one by one or fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain import Area
from core.doubt import own_areas
from core.permissions import ALLOWED, Action
from core.settings import ROOT
from core.store import Unit
from core.store.learning_queries import Doubt, doubt_count, doubts
from pages._frame import Card, counted, page, services, t, user
from pages.components.choice import show_choice
from pages.teach.list import show_list
from pages.teach.one import show_one
from pages.teach.session import in_turn, show_undo

CARD: Final = Card(
    title_nl="Twijfel",
    title_en="Doubt",
    icon=":material/help_center:",
    order=15,
    menu="check",
    roles=ALLOWED[Action.SETTLE_DOUBT],
)
_AT_ONCE: Final = 25


@page(CARD)
def show() -> None:
    st.html(ROOT / "static" / "site" / "doubt.css")
    st.subheader(t("doubt.title"), anchor=False)
    areas = own_areas(user(), _areas())
    if areas is not None and not areas:
        st.info(t("doubt.choose_areas"), icon=":material/map:")
        return
    waiting, count = _waiting(areas)
    if not waiting:
        st.success(t("doubt.empty"), icon=":material/done_all:")
        show_undo()
        return
    view = _choose_view(count)
    if view == "list":
        show_list(waiting, count)
    else:
        show_one(in_turn(waiting))


def _choose_view(count: int) -> str:
    with st.container(horizontal=True, vertical_alignment="center", key="doubt-head"):
        names = {name: t(f"doubt.view_{name}") for name in ("one", "list")}
        view = show_choice(t("doubt.view"), names, param="view")
        st.caption(counted("count.doubts", count), width="content")
        show_undo()
    return view


def _waiting(areas: frozenset[int] | None) -> tuple[Sequence[Doubt], int]:
    with services().store.read() as connection:
        return doubts(connection, areas, _AT_ONCE), doubt_count(connection, areas)


def _areas() -> list[Area]:
    with services().store.read() as connection:
        pilots = Unit(connection, services().clock()).pilots
        return [area for pilot in pilots.all() for area in pilots.areas(pilot.id)]


if __name__ == "__main__":
    show()
