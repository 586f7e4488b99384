"""A line for other pages: how many alerts are open, and the way to them; and the notice of one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import streamlit as st

from core.permissions import Action, may
from core.store import Store, Unit
from core.store.alert_queries import Alert, open_alerts
from pages._frame import FOLDER, services, t, user
from pages.alerts.words import Names, title_of
from pages.components.words import escaped

_SEEN: Final = "warnings.seen_ids"
_MOST: Final = 3


def show_open(label: str, area_ids: Collection[int] | None = None) -> None:
    """Open alerts of these areas (None: all), on a line; nothing when there are none."""
    if not may(user(), Action.SEE_ALERTS):
        return
    alerts, names = _open()
    mine = [
        alert
        for alert in alerts
        if area_ids is None or alert.area_id is None or alert.area_id in area_ids
    ]
    if not mine:
        return
    titles = "; ".join(title_of(alert, names) for alert in mine[:_MOST])
    more = f" (+{len(mine) - _MOST})" if len(mine) > _MOST else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f":material/notifications_active: **{label}:** {escaped(titles)}{more}")
        st.page_link(FOLDER / "warnings.py", label=t("warnings.to_page"))


def call_out_new() -> None:
    """Says which alerts are new since this screen was opened, wherever the eye is."""
    if not may(user(), Action.SEE_ALERTS):
        return
    alerts, names = _open()
    before: set[int] | None = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = {alert.id for alert in alerts} | (before or set())
    for alert in [] if before is None else [a for a in alerts if a.id not in before][:_MOST]:
        sentence = t("warnings.arrived", what=title_of(alert, names))
        st.toast(escaped(sentence), icon=":material/notifications_active:", duration="long")


def _open() -> tuple[list[Alert], Names]:
    given = services()
    ids, names = _areas(given.store.url, given.store)
    with given.store.read() as connection:
        return open_alerts(connection, ids), names


@st.cache_resource(ttl=60, max_entries=4, show_spinner=False)
def _areas(url: str, _store: Store) -> tuple[list[int], Names]:
    """The pilots, and the names of their areas."""
    with _store.read() as connection:
        pilots = Unit(connection, _store.clock()).pilots
        ids = [pilot.id for pilot in pilots.all()]
        return ids, {area.id: area.name for one in ids for area in pilots.areas(one)}
