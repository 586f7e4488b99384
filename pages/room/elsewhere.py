"""Van elders: what others published near the incident on screen; never a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import streamlit as st

from core.bulletins import bulletins_near
from core.domain import Bulletin, Incident
from core.store import Unit
from core.telling import distance
from pages._frame import language, services, t

_SAME_M: Final = 25.0


def show_elsewhere(incident: Incident, when: Callable[[datetime], str]) -> None:
    """One line a bulletin, when there is one."""
    given = services()
    with given.store.read() as connection:
        found = bulletins_near(incident, Unit(connection, given.clock()))
    if not found:
        return
    with st.container(key="room-elsewhere", gap=None):
        st.caption(t("elsewhere.title"))
        for bulletin, apart in found:
            st.text(_line(bulletin, apart, when(bulletin.at)))


def _line(bulletin: Bulletin, apart: float, at: str) -> str:
    what = " ".join(part for part in (bulletin.priority, bulletin.title) if part)
    return t(
        f"elsewhere.{bulletin.service}",
        at=at,
        what=what,
        feed=bulletin.feed,
        where=_where(apart),
    )


def _where(apart: float) -> str:
    if apart < _SAME_M:
        return t("elsewhere.here")
    return t("elsewhere.away", distance=distance(language(), apart))
