"""beheer: everything an administrator sets up, watches and checks; a module a tab in _admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.domain import Role
from pages._admin.areas import show_areas
from pages._admin.audit import show_audit
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
from pages._admin.routing import show_routing
from pages._admin.sources import show_sources
from pages._admin.thresholds import show_thresholds
from pages._admin.users import show_users
from pages._frame import Card, page, t
from pages.components.choice import show_choice

CARD: Final = Card(
    title_nl="Beheer",
    title_en="Administration",
    icon=":material/settings:",
    order=90,
    roles=frozenset({Role.ADMINISTRATOR}),
)
TABS: Final[dict[str, Callable[[], None]]] = {
    "overview": show_overview,
    "pilots": show_pilots,
    "areas": show_areas,
    "thresholds": show_thresholds,
    "evidence": show_evidence,
    "routing": show_routing,
    "reciprocity": show_reciprocity,
    "models": show_models,
    "groups": show_groups,
    "sources": show_sources,
    "connections": show_connections,
    "health": show_source_health,
    "destinations": show_destinations,
    "feeds": show_feeds,
    "imports": show_imports,
    "users": show_users,
    "requests": show_requests,
    "outbox": show_outbox,
    "audit": show_audit,
}


@page(CARD)
def show() -> None:
    st.subheader(t("admin.title"), anchor=False)
    show_last_day()
    names = {name: t(f"admin.tab_{name}") for name in TABS}
    TABS[show_choice(t("admin.title"), names, param="tab")]()


if __name__ == "__main__":
    show()
