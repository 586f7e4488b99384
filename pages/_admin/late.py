"""te laat: what destinations outside should have confirmed by now."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.handing_over import ACKNOWLEDGE_WITHIN, is_overdue
from core.store.hand_over_queries import HandOverLine, open_withdrawals, unacknowledged
from pages._frame import services, t
from pages.components.words import escaped


def show_overdue() -> None:
    """What waits too long for somebody elsewhere; nothing when nothing does."""
    now = services().clock()
    with services().store.read() as connection:
        late = unacknowledged(connection, now - ACKNOWLEDGE_WITHIN)
        asked = open_withdrawals(connection)
    if late:
        st.error(t("destinations.late", which=_listed(late)), icon=":material/front_hand:")
    overdue = [line for line in asked if is_overdue(line, now)]
    if overdue:
        st.error(t("destinations.overdue", which=_listed(overdue)), icon=":material/delete:")
    if len(asked) > len(overdue):
        waiting = [line for line in asked if line not in overdue]
        st.info(t("destinations.asked", which=_listed(waiting)), icon=":material/delete:")


def _listed(lines: Sequence[HandOverLine]) -> str:
    shown = ", ".join(f"HNM-{line.incident_id} ({escaped(line.name)})" for line in lines[:10])
    return f"{shown}, …" if len(lines) > 10 else shown
