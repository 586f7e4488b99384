"""preventietips: what is timely, the library, the year, what was sent and what became of it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.permissions import ALLOWED, Action, may
from pages._frame import Card, number, page, t, user
from pages.advice.around import surroundings, timely
from pages.advice.calendar import show_calendar
from pages.advice.rules import show_rules
from pages.advice.sent import show_sent
from pages.advice.shelf import show_shelf
from pages.advice.suggested import show_suggested
from pages.components.choice import show_choice
from pages.lead.period import choose_pilot, pilots

CARD: Final = Card(
    title_nl="Preventietips",
    title_en="Prevention tips",
    icon=":material/tips_and_updates:",
    order=32,
    menu="prevention",
    roles=ALLOWED[Action.ADVISE],
)
_VIEWS: Final = ("suggested", "library", "calendar", "sent")


@page(CARD)
def show() -> None:
    found = pilots()
    st.subheader(t("tips.title"), anchor=False)
    if not found:
        st.info(t("tips.no_pilot"), icon=":material/tips_and_updates:")
        return
    pilot = choose_pilot(found)
    around = surroundings(pilot)
    known, suggestions = timely(pilot)
    match _choose_view(len(suggestions)):
        case "library":
            show_shelf(around)
        case "calendar":
            show_calendar(around)
        case "sent":
            show_sent(known, around)
        case "rules":
            show_rules(around)
        case _:
            show_suggested(suggestions, known, around)


def _choose_view(count: int) -> str:
    views = (*_VIEWS, "rules") if may(user(), Action.SET_TIP_RULES) else _VIEWS
    names = {name: t(f"tips.view_{name}") for name in views}
    if count:
        names["suggested"] += f" ({number(count)})"
    return show_choice(t("tips.view"), names, param="view")


if __name__ == "__main__":
    show()
