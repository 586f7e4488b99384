"""One incident on a small screen: what, where, how urgent, since when, and what people wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain import Incident, Urgency
from core.store.area_queries import Words
from core.telling import owner_name, place_name, status_name
from pages._frame import ago, language, moment, services, t
from pages._links import open_incident
from pages.components.words import escaped
from pages.room.names import people

_LAST_SHOWN: Final = 12
WIDTH: Final = 760
"""In pixels: a line that an eye can follow; a smaller screen takes all it has."""


def show_heading(incident: Incident, mark: str = "") -> None:
    """Topic, place, urgency and status; below them number, residents and age."""
    topic = services().topics[incident.topic]
    where = escaped(place_name(language(), incident.location))
    with st.container(gap=None):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"**{topic.name(language())}** · {where}", width="content")
            if incident.urgency is Urgency.URGENT:
                st.badge(t("urgency.urgent"), icon=":material/priority_high:", color="red")
            if mark:
                st.badge(mark, icon=":material/fiber_new:", color="blue")
            st.badge(status_name(language(), incident.status), color="grey")
        st.caption(" · ".join(_facts(incident)))


def show_words(words: Sequence[Words], residents: int) -> None:
    """What residents wrote, redacted; the latest of a long list."""
    with st.expander(t("area.words", count=residents)):
        for line in words[-_LAST_SHOWN:]:
            st.caption(moment(line.sent_at))
            st.text(line.redacted)


def show_open_button(incident: Incident, key: str) -> None:
    label = t("area.open")
    if st.button(label, key=key, type="tertiary", icon=":material/open_in_new:"):
        open_incident(incident.id)


def _facts(incident: Incident) -> list[str]:
    residents = incident.resident_count
    facts = [
        incident.number,
        t("area.one_resident") if residents == 1 else t("area.residents", count=residents),
        ago(incident.last_message_at),
    ]
    owner = incident.assignee or incident.destination
    if owner:
        facts.append(escaped(owner_name(language(), owner, people())))
    return facts
