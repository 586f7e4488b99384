"""beheer: everything an administrator sets up, watches and checks; a module a tab in _admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.domain import Role
from pages._admin.areas import show_areas
from pages._admin.audit import show_audit
from pages._admin.basemap import show_basemap
from pages._admin.connections import show_connections
from pages._admin.destinations import show_destinations
from pages._admin.evidence import show_evidence
from pages._admin.feeds import show_feeds
from pages._admin.groups import show_groups
from pages._admin.health import show_source_health
from pages._admin.imports import show_imports
from pages._admin.models import show_models
from pages._admin.outbox import show_outbox
from pages._admin.overview import show_overview
from pages._admin.pilots import show_last_day, show_pilots
from pages._admin.reciprocity import show_reciprocity
from pages._admin.requests import show_requests
from pages._admin.retention import show_retention
from pages._admin.routing import show_routing
from pages._admin.service_times import show_service_times
from pages._admin.sources import show_sources
from pages._admin.texts import show_texts
from pages._admin.thresholds import show_thresholds
from pages._admin.users import show_users
from pages._frame import Card, language, page, t
from pages.components.choice import go_to, show_choice

CARD: Final = Card(
    title_nl="Beheer",
    title_en="Administration",
    icon=":material/settings:",
    order=90,
    roles=frozenset({Role.ADMINISTRATOR}),
)
TABS: Final[dict[str, Callable[[], None]]] = {
    "overview": show_overview,
    "outbox": show_outbox,
    "pilots": show_pilots,
    "areas": show_areas,
    "basemap": show_basemap,
    "groups": show_groups,
    "imports": show_imports,
    "connections": show_connections,
    "health": show_source_health,
    "sources": show_sources,
    "destinations": show_destinations,
    "feeds": show_feeds,
    "thresholds": show_thresholds,
    "evidence": show_evidence,
    "service_times": show_service_times,
    "routing": show_routing,
    "reciprocity": show_reciprocity,
    "texts": show_texts,
    "models": show_models,
    "users": show_users,
    "requests": show_requests,
    "audit": show_audit,
    "retention": show_retention,
}
SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "now": ("overview", "outbox"),
    "pilot": ("pilots", "areas", "basemap", "groups", "imports"),
    "networks": ("connections", "health", "sources", "destinations", "feeds"),
    "judging": (
        "thresholds",
        "evidence",
        "service_times",
        "routing",
        "reciprocity",
        "texts",
        "models",
    ),
    "people": ("users",),
    "account": ("requests", "retention", "audit"),
}
"""What belongs together, in the order in which a pilot is set up; each tab stands in one."""


@page(CARD)
def show() -> None:
    st.subheader(t("admin.title"), anchor=False)
    show_last_day()
    TABS[_chosen_tab()]()


def _chosen_tab() -> str:
    """Two rows of buttons: a section, and its tabs; the address names the tab alone."""
    named = st.query_params.get("tab", "")
    section = next((name for name, tabs in SECTIONS.items() if named in tabs), "now")
    sections = {name: t(f"admin.section_{name}") for name in SECTIONS}
    key = f"section.{language()}"
    st.session_state[key] = section  # the address decides: a link or a button may have moved on
    st.segmented_control(
        t("admin.title"),
        list(sections),
        required=True,
        format_func=sections.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=_enter,
        args=(key,),
    )
    tabs = {name: t(f"admin.tab_{name}") for name in SECTIONS[section]}
    return show_choice(t("admin.tabs"), tabs, param="tab") if len(tabs) > 1 else next(iter(tabs))


def _enter(key: str) -> None:
    """The first tab of a section."""
    go_to("tab", SECTIONS[st.session_state[key]][0])


if __name__ == "__main__":
    show()
