"""meldkamer: the queue and the map side by side, and the incident somebody is working on."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.domain import Role
from core.store.queries import open_count
from pages._frame import Card, page, services, t

CARD: Final = Card(
    title_nl="Meldkamer",
    title_en="Control room",
    icon=":material/crisis_alert:",
    order=10,
    roles=frozenset(
        {
            Role.DISPATCHER,
            Role.COMMUNITY_OFFICER,
            Role.ENFORCEMENT_OFFICER,
            Role.PROJECT_LEAD,
            Role.ADMINISTRATOR,
        }
    ),
)


@page(CARD)
def show() -> None:
    with services().store.read() as connection:
        count = open_count(connection)
    st.metric(t("control_room.open"), count)


if __name__ == "__main__":
    show()
