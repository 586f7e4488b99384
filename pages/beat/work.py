"""The work list: take on, hand back with a reason, close and tell the neighbourhood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from core import triage
from core.domain import Incident, User
from core.report_back import with_emergency_rule
from core.status import Step, fits
from core.store import Unit
from core.store.area_queries import Words, words_of
from core.wiring import means
from core.work import finish, is_taken_on_by
from pages._act import carry_out
from pages._frame import language, services, t, told
from pages.beat.cards import WIDTH, show_heading, show_open_button, show_words

_MOST_CARDS = 25


def show_work(work: Sequence[Incident], me: User) -> None:
    """Mine first, then what nobody has taken yet."""
    if not work:
        st.info(t("area.no_work"), icon=":material/check_circle:")
        return
    ordered = sorted(work, key=lambda incident: not is_taken_on_by(incident, me))
    shown = ordered[:_MOST_CARDS]
    with services().store.read() as connection:
        words = words_of(connection, [incident.id for incident in shown])
    for incident in shown:
        _show_card(incident, words.get(incident.id, []))
    if len(work) > len(shown):
        st.caption(t("area.more", count=len(work) - len(shown)))


def _show_card(incident: Incident, words: Sequence[Words]) -> None:
    key = f"area.work.{incident.id}.{incident.version}"
    with st.container(border=True, gap="small", width=WIDTH, key=f"area-work-{incident.id}"):
        show_heading(incident)
        show_words(words, incident.message_count)
        with st.container(horizontal=True, gap="small"):
            _show_steps(incident, key)
            show_open_button(incident, f"{key}.open")


def _show_steps(incident: Incident, key: str) -> None:
    """Only the steps that fit; the first of them stands out."""
    if fits(Step.TAKE_ON, incident):
        st.button(
            t("area.take_on"),
            key=f"{key}.take",
            type="primary",
            icon=":material/back_hand:",
            on_click=take_on,
            args=(incident.id, incident.version),
        )
    else:
        _ask(incident, key, "finish", end, rule=True)
    if fits(Step.HAND_BACK, incident):
        _ask(incident, key, "hand_back", hand_back)


def _ask(
    incident: Incident,
    key: str,
    what: str,
    act: Callable[[int, int, str], None],
    rule: bool = False,
) -> None:
    """A button that opens a form with one text."""
    icon = ":material/check:" if rule else ":material/undo:"
    with (
        st.popover(
            t(f"area.{what}"),
            icon=icon,
            key=f"{key}.{what}",
        ),
        st.form(f"{key}.{what}.form", border=False),
    ):
        st.text_area(
            t(f"area.{what}_text"),
            key=f"{key}.{what}.text",
            max_chars=1000 if rule else 300,
            placeholder=t(f"area.{what}_hint"),
        )
        if rule:
            st.caption(t("area.rule", rule=with_emergency_rule("", language()).strip()))
        st.form_submit_button(
            t(f"area.{what}_button"),
            type="primary",
            on_click=_with_text,
            args=(act, incident.id, incident.version, f"{key}.{what}.text"),
        )


def _with_text(
    act: Callable[[int, int, str], None], incident_id: int, version: int, key: str
) -> None:
    act(incident_id, version, str(st.session_state.get(key) or ""))


@told
def take_on(incident_id: int, version: int) -> None:
    _take("taken_on", lambda me, unit: triage.take_on(incident_id, version, me, unit))


@told
def hand_back(incident_id: int, version: int, reason: str) -> None:
    _take("handed_back", lambda me, unit: triage.hand_back(incident_id, version, me, unit, reason))


@told
def end(incident_id: int, version: int, text: str) -> None:
    hold = timedelta(seconds=services().settings.undo_seconds)
    _take(
        "finished_told" if text.strip() else "finished",
        lambda me, unit: finish(
            incident_id, version, me, unit, text=text, hold=hold, means=means(services())
        ),
    )


def _take(done: str, step: Callable[[User, Unit], Incident]) -> None:
    carry_out(step, lambda changed: t(f"area.done.{done}", number=changed.number))
