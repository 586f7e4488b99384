"""buurtpreventie: what a neighbourhood-watch team may look at; for staff, what is shared."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.permissions import ALLOWED, Action, may
from pages._frame import Card, page, t, user
from pages.watch.staff import show_shared
from pages.watch.team import show_team

CARD: Final = Card(
    title_nl="Buurtpreventie",
    title_en="Neighbourhood watch",
    icon=":material/group:",
    order=33,
    menu="prevention",
    roles=ALLOWED[Action.SEE_SHARED] | ALLOWED[Action.SHARE],
)


@page(CARD)
def show() -> None:
    me = user()
    st.subheader(t("watch.title"), anchor=False)
    if may(me, Action.SEE_SHARED):
        show_team(me)
    else:
        show_shared(me)


if __name__ == "__main__":
    show()
