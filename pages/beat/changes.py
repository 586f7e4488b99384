"""What is new or changed in somebody's areas, and the streets where it keeps happening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain import Incident
from core.repeats import Repeat
from core.store.area_queries import words_of
from core.telling import status_name
from pages._frame import ago, language, moment, number, services, t
from pages._links import open_incident
from pages.beat.cards import WIDTH, show_heading, show_open_button, show_words
from pages.components.words import escaped

_A_PAGE = 15


def show_changes(changed: Sequence[Incident], since: datetime) -> None:
    """The latest first; more of them when asked."""
    if not changed:
        st.info(t("area.nothing_new", since=moment(since)), icon=":material/bedtime:")
        return
    shown = changed[: st.session_state.get("area.shown", _A_PAGE)]
    with services().store.read() as connection:
        words = words_of(connection, [incident.id for incident in shown])
    for incident in shown:
        with st.container(border=True, gap="small", width=WIDTH, key=f"area-change-{incident.id}"):
            show_heading(incident, t("area.is_new") if incident.opened_at > since else "")
            show_words(words.get(incident.id, []), incident.message_count)
            show_open_button(incident, f"area.change.{incident.id}.open")
    if len(changed) > len(shown):
        left = len(changed) - len(shown)
        st.button(t("area.show_more", count=left), key="area.show_more", on_click=_more)


def show_repeats(found: Sequence[Repeat]) -> None:
    if not found:
        st.info(t("area.no_repeats"), icon=":material/check_circle:")
        return
    st.caption(t("area.repeats_note"))
    for repeat in found[:_A_PAGE]:
        _show_repeat(repeat)


def _show_repeat(repeat: Repeat) -> None:
    topics = services().topics
    said = ", ".join(
        f"{topics[topic].name(language()).lower()} {number(count)}×"
        for topic, count in repeat.topics
    )
    with st.container(border=True, gap="small", width=WIDTH):
        st.markdown(
            f"**{escaped(repeat.street)}** · {t('area.times', count=len(repeat.incidents))}"
        )
        st.caption(f"{said} · {t('area.last', ago=ago(repeat.last_at))}")
        with st.expander(t("area.which")):
            for incident in reversed(repeat.incidents):
                _show_line(incident)


def _show_line(incident: Incident) -> None:
    topic = services().topics[incident.topic].name(language())
    status = status_name(language(), incident.status)
    label = f"{incident.number} · {moment(incident.opened_at)} · {topic} · {status}"
    if st.button(label, key=f"area.repeat.{incident.id}", type="tertiary"):
        open_incident(incident.id)


def _more() -> None:
    st.session_state["area.shown"] = st.session_state.get("area.shown", _A_PAGE) + _A_PAGE
