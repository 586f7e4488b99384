"""meldkamer: the queue and the map side by side, and the incident somebody is working on."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.permissions import ALLOWED, Action
from core.settings import ROOT
from pages._frame import Card, page
from pages.room.board import show_board
from pages.room.detail import show_detail

CARD: Final = Card(
    title_nl="Meldkamer",
    title_en="Control room",
    icon=":material/crisis_alert:",
    order=10,
    roles=ALLOWED[Action.SEE_INCIDENTS],
)


@page(CARD)
def show() -> None:
    st.html(ROOT / "static" / "site" / "control_room.css")
    board, detail = st.columns([1.72, 1], gap="small")
    with board:
        show_board()
    with detail, st.container(key="room-detail"):
        show_detail()


if __name__ == "__main__":
    show()
