"""Which of the two sources of truth a part shows, said so that nobody takes one for the other."""

from __future__ import annotations

from typing import Any, Final, Literal

import streamlit as st

from core.assess import Thresholds
from core.domain import NOT_RELEVANT, Pilot
from core.evaluation_text import Table
from core.measured import quality_in_use
from core.permissions import Action, require
from core.quality_file import Quality
from core.store import Unit
from pages._frame import language, services, t, user
from pages.components.plot import Sheet
from pages.components.words import escaped
from pages.lead.period import choose_pilot, pilots

_ICONS: Final = {
    "measured": "science",
    "people": "groups",
    "both": "compare_arrows",
    "work": "timer",
}


def say_source(kind: Literal["measured", "people", "both", "work"], **params: Any) -> None:
    """A line with its own icon and colour at the top of a part."""
    colour = {"measured": "violet", "people": "green", "both": "blue", "work": "green"}[kind]
    icon = f":material/{_ICONS[kind]}:"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(t(f"evaluation.source_{kind}"), icon=icon, color=colour)  # type: ignore[arg-type]
        st.caption(escaped(t(f"evaluation.about_{kind}", **params)), width="stretch")


def quality() -> Quality:
    """What was measured of the model in use. Raises NotAllowed, FiguresMissing."""
    require(user(), Action.EVALUATE)
    return quality_in_use(services())


def pilot_or_say() -> Pilot | None:
    """The pilot to look at; without one that is said."""
    found = pilots()
    if not found:
        st.info(t("trends.no_pilot"), icon=":material/fact_check:")
        return None
    return choose_pilot(found)


def thresholds_of(pilot: Pilot | None) -> Thresholds:
    """The thresholds that hold for a pilot; the usual ones without one."""
    if pilot is None:
        return Thresholds()
    with services().store.read() as connection:
        kept = Unit(connection, services().clock()).pilots.thresholds(pilot.id)
    return Thresholds(**kept)


def topic_names() -> dict[str, str]:
    """Topics by their id in the user's language, "geen" (no report) included."""
    named = {topic.id: topic.name(language()) for topic in services().topics.values()}
    return {NOT_RELEVANT: t("figures.no_report"), **named}


def sheet_of(table: Table) -> Sheet:
    return Sheet(columns=table.columns, rows=table.rows)
