"""What an incident's destinations outside say of it, and the one thing to do about each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st

from core import asking_back, handing_over, outside_news, wiring
from core.domain import Incident, Status, User
from core.hand_over_words import copy_text, state_line
from core.i18n import DEFAULT, text_of
from core.permissions import Action, may
from core.status import Step, fits
from core.store import Unit
from core.store.hand_over_queries import HandOverLine, NewsLine, hand_over_lines
from core.store.room_queries import Dossier
from core.telling import place_name
from core.triage import hand_back
from core.work import finish
from pages._act import carry_out
from pages._frame import ago, language, services, t, told
from pages.components.words import escaped
from pages.room import state

_LONGEST_REASON = 400
_HANDED = (Status.HANDED_OVER, Status.IN_PROGRESS)


def show_outside(found: Dossier, me: User) -> None:
    """A line for each hand-over, newest last, with what it asks of somebody here."""
    incident = found.incident
    with services().store.read() as connection:
        lines = hand_over_lines(connection, incident.id)
    if handing_over.list_waits(incident, found.history):
        _show_unconfirmed_list(incident, me)
    for line in lines:
        _show_one(line, found, me)
    if incident.status in _HANDED or lines:
        with st.popover(t("outside.copy"), icon=":material/content_copy:"):
            st.code(copy_text(incident, services().topics), language=None, wrap_lines=True)


def _show_one(line: HandOverLine, found: Dossier, me: User) -> None:
    with st.container(border=True, key=f"room-outside-{line.id}", gap="xsmall"):
        said = escaped(state_line(language(), line, line.name))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/outbound: **{said}**", width="stretch")
            if line.state not in ("asked_back", "withdrawn") and may(me, Action.DECIDE):
                _show_withdraw(line)
        if line.is_unacknowledged:
            _show_unacknowledged(line, me)
        if line.state == "asked_back":
            _show_asked_back(line, me)
        for news in line.news:
            if _asks(news, found):
                _show_news(news, line, found.incident, me)


def _asks(news: NewsLine, found: Dossier) -> bool:
    """It waits for somebody here; a question no longer once the groups were asked since."""
    if news.settled_by is not None or news.state not in outside_news.ASKS:
        return False
    asked = [e.at for e in found.history if e.action == Step.ASK.value]
    return news.state != "question" or not any(at >= news.at for at in asked)


def _show_withdraw(line: HandOverLine) -> None:
    with st.popover(t("outside.withdraw"), type="tertiary"):
        st.caption(t("outside.withdraw_note", name=escaped(line.name)))
        if keeps := _keeps(line):
            st.caption(keeps)
        st.button(
            t("outside.withdraw_sure"),
            key=f"room.outside.withdraw.{line.id}",
            on_click=_withdraw,
            args=(line.id,),
        )


def _keeps(line: HandOverLine) -> str:
    """What the destination holds after a withdrawal, in its own card's words."""
    destination: Any = wiring.outside_destinations().get(line.destination)
    if destination is None:
        return ""
    card = destination.CARD
    return str(card.keeps_nl if language() == DEFAULT else card.keeps_en)


def _show_unacknowledged(line: HandOverLine, me: User) -> None:
    now = services().clock()
    late = handing_over.is_overdue(line, now)
    words = t("outside.unacknowledged", name=escaped(line.name), ago=ago(line.at))
    (st.error if late else st.warning)(words, icon=":material/front_hand:")
    if may(me, Action.WORK):
        _show_who(f"room.outside.who.{line.id}", lambda who: _confirm(line.id, who))


def _show_unconfirmed_list(incident: Incident, me: User) -> None:
    """A work list has something urgent, and nobody said yet that they have it."""
    st.warning(t("outside.unconfirmed_list"), icon=":material/front_hand:")
    if may(me, Action.WORK):
        _show_who(f"room.list.who.{incident.id}", lambda who: _confirm_list(incident.id, who))


def _show_who(key: str, act: Callable[[str], None]) -> None:
    with st.form(f"{key}.form", border=False):
        st.text_input(t("outside.by_whom"), key=key, max_chars=80)
        st.form_submit_button(
            t("outside.confirm"), on_click=lambda: act(str(st.session_state[key]))
        )


def _show_asked_back(line: HandOverLine, me: User) -> None:
    asked = line.asked_back_at
    words = t("outside.asked_back", name=escaped(line.name), ago=ago(asked) if asked else "–")
    (st.error if handing_over.is_overdue(line, services().clock()) else st.info)(words)
    if keeps := _keeps(line):
        st.caption(keeps)
    if may(me, Action.WORK):
        st.button(
            t("outside.confirm_withdrawn"),
            key=f"room.outside.gone.{line.id}",
            on_click=_confirm_withdrawn,
            args=(line.id,),
        )


def _show_news(news: NewsLine, line: HandOverLine, incident: Incident, me: User) -> None:
    st.markdown(t(f"outside.says_{news.state}", name=escaped(line.name), ago=ago(news.said_at)))
    if news.text:
        st.text(f"“{news.text}”")
    if not may(me, Action.WORK):
        return
    with st.container(horizontal=True, gap="small"):
        ACTS[news.state](news, line, incident)
        st.button(
            t("outside.not_needed"),
            key=f"room.outside.leave.{news.id}",
            type="tertiary",
            on_click=_settle,
            args=(news.id,),
        )


def _show_question(news: NewsLine, line: HandOverLine, incident: Incident) -> None:
    if fits(Step.ASK, incident):
        st.button(
            t("outside.ask_group"),
            key=f"room.outside.ask.{news.id}",
            type="primary",
            on_click=_ask,
            args=(news.text,),
        )


def _show_done(news: NewsLine, line: HandOverLine, incident: Incident) -> None:
    if not fits(Step.CLOSE, incident):
        return
    key = f"room.outside.end.{news.id}"
    with st.popover(t("outside.end"), type="primary"), st.form(f"{key}.form", border=False):
        st.text_area(t("outside.end_text"), value=_outcome(news, incident), key=key, height=140)
        st.caption(t("outside.end_note"))
        st.form_submit_button(
            t("outside.end_sure"),
            type="primary",
            on_click=lambda: _end(
                incident.id, incident.version, news.id, str(st.session_state[key])
            ),
        )


def _show_rejected(news: NewsLine, line: HandOverLine, incident: Incident) -> None:
    if fits(Step.HAND_BACK, incident):
        st.button(
            t("outside.take_back"),
            key=f"room.outside.back.{news.id}",
            type="primary",
            on_click=_take_back,
            args=(incident.id, incident.version, news.id, f"{line.name}: {news.text}"),
        )


ACTS = {"question": _show_question, "done": _show_done, "rejected": _show_rejected}


def _outcome(news: NewsLine, incident: Incident) -> str:
    """The text residents would read: ours, and what the destination wrote."""
    topic = services().topics[incident.topic].name_nl.lower()
    place = place_name(DEFAULT, incident.location)
    ours = text_of(DEFAULT, "template.tell_closed", topic=topic, place=place)
    return f"{ours} {news.text}".strip()


@told
def _withdraw(hand_over_id: int) -> None:
    _take("withdrawn", lambda me, unit: asking_back.withdraw(hand_over_id, me, unit))


@told
def _confirm(hand_over_id: int, who: str) -> None:
    _take("confirmed", lambda me, unit: handing_over.confirm_receipt(hand_over_id, who, me, unit))


@told
def _confirm_list(incident_id: int, who: str) -> None:
    _take("confirmed", lambda me, unit: handing_over.confirm_list(incident_id, who, me, unit))


@told
def _confirm_withdrawn(hand_over_id: int) -> None:
    _take("gone", lambda me, unit: asking_back.confirm_withdrawn(hand_over_id, me, unit))


@told
def _settle(news_id: int) -> None:
    _take("settled", lambda me, unit: outside_news.settle(news_id, me, unit))


@told
def _ask(text: str) -> None:
    """Opens the form that asks the groups, to start from their question."""
    state.quote(text)


@told
def _end(incident_id: int, version: int, news_id: int, text: str) -> None:
    hold = timedelta(seconds=services().settings.undo_seconds)

    def step(me: User, unit: Unit) -> Any:
        outside_news.settle(news_id, me, unit)
        return finish(
            incident_id, version, me, unit, text=text, hold=hold, means=wiring.means(services())
        )

    _take("ended", step)


@told
def _take_back(incident_id: int, version: int, news_id: int, reason: str) -> None:
    def step(me: User, unit: Unit) -> Any:
        outside_news.settle(news_id, me, unit)
        return hand_back(incident_id, version, me, unit, reason[:_LONGEST_REASON])

    _take("taken_back", step)


def _take(done: str, step: Callable[[User, Unit], Any]) -> None:
    carry_out(step, lambda _: t(f"outside.done.{done}"))
    st.rerun([state.DETAIL, state.BOARD])
