"""From one page to another: the incident that somebody wants to see in the control room."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from pages._frame import FOLDER
from pages.room import state


def open_incident(incident_id: int) -> NoReturn:
    """Leaves this page for the control room with the incident open."""
    state.choose(incident_id, move_map=True)
    st.switch_page(FOLDER / "control_room.py", query_params={"incident": str(incident_id)})
