"""What to advise the neighbourhood this week, and why now; sending it is done on the tips page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.store import Unit
from core.tips import Length
from core.tips.suggesting import Suggestion
from pages._frame import FOLDER, language, services, t
from pages.advice.around import surroundings, timely
from pages.advice.suggested import ICONS, why
from pages.beat.cards import WIDTH
from pages.components.words import escaped

_MOST: Final = 5
"""A list of twenty is read by nobody; the tips page has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timely:
    """tip van de week: an advice, and why it is timely in somebody's areas."""

    suggestion: Suggestion
    pilot_id: int
    why: str

    @property
    def title(self) -> str:
        return self.suggestion.advice.title(language())


def timely_tips(mine: Collection[int]) -> list[Timely]:
    """What is timely in these areas or in their whole pilot, the most pressing in front."""
    with services().store.read() as connection:
        pilots = Unit(connection, services().clock()).pilots.all()
    found = [
        Timely(suggestion=one, pilot_id=around.pilot.id, why=why(one, around))
        for around in map(surroundings, pilots)
        if not around.is_over and any(area.id in mine for area in around.areas)
        for one in timely(around.pilot)[1]
        if one.area_id is None or one.area_id in mine
    ]
    return found[:_MOST]


def show_tips(found: Sequence[Timely]) -> None:
    if not found:
        st.info(t("area.no_tips"), icon=":material/check_circle:")
        return
    for one in found:
        _show_tip(one)
    if st.button(t("area.all_tips"), key="area.tips", icon=":material/tips_and_updates:"):
        st.switch_page(FOLDER / "tips.py", query_params={"pilot": str(found[0].pilot_id)})


def _show_tip(one: Timely) -> None:
    advice = one.suggestion.advice
    with st.container(border=True, gap="small", width=WIDTH, key=f"area-tip-{advice.id}"):
        st.markdown(f"**{escaped(one.title)}**")
        st.caption(f"{ICONS[one.suggestion.occasion]} {escaped(one.why)}")
        st.text(advice.words(Length.SHORT, language()))
