"""The open alerts: each says what it saw, what it rests on, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from core.domain import User
from core.permissions import Action, may
from core.store import Unit
from core.store.alert_queries import Alert, AlertKind, AlertState, Told, told_of
from core.warning import judging
from core.warning.judging import number_of
from pages._act import carry_out
from pages._frame import ago, moment, services, t, told, user
from pages._links import open_incident
from pages.alerts.words import Names, sentences, title_of
from pages.components.words import escaped

_ICONS: Final = {
    AlertKind.RISE: ":material/trending_up:",
    AlertKind.NEAR_REPEAT: ":material/radar:",
    AlertKind.SPREADING: ":material/hub:",
}
_MOST_LINKS: Final = 8
_MOST_LINES: Final = 12


def show_alerts(alerts: Sequence[Alert], names: Names) -> None:
    """The alerts, newest first; below them what they never do."""
    if not alerts:
        st.info(t("warnings.none_open"), icon=":material/check_circle:")
    with services().store.read() as connection:
        wanted = {incident for alert in alerts for incident in alert.incident_ids}
        told_about = told_of(connection, wanted) if wanted else []
    for alert in alerts:
        mine = [one for one in told_about if one.incident_id in alert.incident_ids]
        _show_alert(alert, names, mine)
    st.caption(t("warnings.nobody_told"))


def _show_alert(alert: Alert, names: Names, told_about: Sequence[Told]) -> None:
    with st.container(border=True, gap="small", key=f"alert-{alert.id}"):
        _show_heading(alert, names)
        for sentence in sentences(alert, names, told_about):
            st.markdown(escaped(sentence))
        if may(user(), Action.SEE_INCIDENTS):
            _show_grounds(alert, told_about)
        _show_steps(alert)


def _show_heading(alert: Alert, names: Names) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(f"**{escaped(title_of(alert, names))}**", width="content")
        st.badge(t(f"warnings.kind_{alert.kind.value}"), icon=_ICONS[alert.kind], color="violet")
        if alert.state is not AlertState.OPEN:
            st.badge(t(f"warnings.state_{alert.state.value}"), color="blue")
    said = [
        t("warnings.number", id=alert.id),
        t("warnings.since", moment=moment(alert.began_at)),
        t("warnings.raised", moment=ago(alert.raised_at)),
    ]
    st.caption(" · ".join(said))


def _show_grounds(alert: Alert, told_about: Sequence[Told]) -> None:
    """Links to the incidents it rests on, and what residents wrote, redacted."""
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        st.caption(t("warnings.rests_on"), width="content")
        for incident_id in alert.incident_ids[:_MOST_LINKS]:
            if st.button(
                f"HNM-{incident_id}",
                key=f"alert.{alert.id}.{incident_id}",
                type="tertiary",
                help=t("warnings.open_incident"),
            ):
                open_incident(incident_id)
    messages = list({one.message_id: one for one in told_about}.values())
    if messages:
        with st.expander(t("warnings.messages", count=len(messages))):
            for one in messages[-_MOST_LINES:]:
                st.caption(f"{moment(one.sent_at)} · HNM-{one.incident_id}")
                st.text(one.redacted)


def _show_steps(alert: Alert) -> None:
    me = user()
    if not may(me, Action.JUDGE_ALERTS):
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if alert.state is AlertState.OPEN:
            _button(alert, "acknowledge", judging.acknowledge, "done_acknowledged", "primary")
        if alert.state in (AlertState.OPEN, AlertState.ACKNOWLEDGED):
            _button(alert, "note", judging.take_note, "done_noted")
            if may(me, Action.CORRECT):
                _make_incident_button(alert)
            _dismiss_form(alert)
        if alert.judged_by == me.login:
            _button(alert, "undo", judging.undo, "done_undone")


def _button(
    alert: Alert,
    name: str,
    step: Callable[[int, int, User, Unit], Alert],
    done: str,
    kind: str = "secondary",
) -> None:
    st.button(
        t(f"warnings.{name}"),
        key=f"alert.{alert.id}.{name}",
        type="primary" if kind == "primary" else "secondary",
        on_click=_take,
        args=(alert, step, done),
    )


def _make_incident_button(alert: Alert) -> None:
    st.button(
        t("warnings.make_incident"),
        key=f"alert.{alert.id}.incident",
        on_click=_make_incident,
        args=(alert,),
    )


def _dismiss_form(alert: Alert) -> None:
    key = f"alert.{alert.id}.dismiss"
    with (
        st.popover(t("warnings.dismiss"), key=key),
        st.form(f"{key}.form", border=False),
    ):
        st.text_area(
            t("warnings.dismiss_why"),
            key=f"{key}.why",
            max_chars=500,
            placeholder=t("warnings.dismiss_hint"),
        )
        st.form_submit_button(
            t("warnings.dismiss"), type="primary", on_click=_dismiss, args=(alert, f"{key}.why")
        )


@told
def _take(alert: Alert, step: Callable[[int, int, User, Unit], Alert], done: str) -> None:
    carry_out(
        lambda me, unit: step(alert.id, alert.version, me, unit),
        lambda _: t(f"warnings.{done}", number=number_of(alert)),
    )


@told
def _dismiss(alert: Alert, key: str) -> None:
    reason = str(st.session_state.get(key) or "")
    carry_out(
        lambda me, unit: judging.dismiss(alert.id, alert.version, me, unit, reason),
        lambda _: t("warnings.done_dismissed", number=number_of(alert)),
    )


@told
def _make_incident(alert: Alert) -> None:
    def step(me: User, unit: Unit) -> Alert:
        areas = unit.pilots.areas(alert.pilot_id)
        topics = services().topics
        return judging.make_incident(alert.id, alert.version, me, unit, topics, areas)

    carry_out(
        step,
        lambda made: t(
            "warnings.done_incident", number=number_of(alert), incident=made.incident_id
        ),
    )
