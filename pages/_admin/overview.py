"""overzicht: whether everything runs, what waits, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core.administration import give_up_messages, retry_messages
from core.deliveries import try_again
from core.domain import User
from core.store import Unit
from core.store.admin_queries import Health, departures, health_of
from pages._act import carry_out, show_table
from pages._admin.attention import show_attention
from pages._admin.late import show_overdue
from pages._frame import ago, number, part, services, t, told

ROLES: Final = ("fetch", "process", "deliver")
"""The workers that must be there; a role beyond these is shown when it is."""
_SILENT_AFTER: Final = timedelta(seconds=20)


def show_overview() -> None:
    show_overdue()
    show_attention()
    _show_health()


@part("admin-health", every_s=5.0)
def _show_health() -> None:
    now = services().clock()
    with services().store.read() as connection:
        health = health_of(connection, now)
    _show_figures(health, now)
    st.markdown(f"**{t('admin.roles')}**")
    _show_roles(health, now)
    _show_dead(health)
    _show_failed(health)


def _show_figures(health: Health, now: datetime) -> None:
    waited = now - health.oldest_at if health.oldest_at else timedelta(0)
    figures = {
        "waiting": number(health.waiting_count),
        "oldest": t("admin.seconds", count=number(waited.total_seconds())),
        "dead": number(sum(line.count for line in health.dead)),
        "failed": number(health.failed_count),
    }
    for column, (name, figure) in zip(st.columns(4), figures.items(), strict=True):
        column.metric(t(f"admin.figure_{name}"), figure, border=True)


def _show_roles(health: Health, now: datetime) -> None:
    seen = {line.role: line for line in health.roles}
    rows = []
    for role in (*ROLES, *(name for name in seen if name not in ROLES)):
        line = seen.get(role)
        alive = line is not None and now - line.at < _SILENT_AFTER
        said = t("admin.alive") if alive else t("admin.silent")
        done = number(line.figures.get("done", 0)) if line else "–"
        rows.append([t(f"admin.role_{role}"), said, ago(line.at) if line else "–", done])
    show_table([t(f"admin.role_{name}") for name in ("name", "state", "seen", "done")], rows)
    if any(row[1] == t("admin.silent") for row in rows[: len(ROLES)]):
        st.error(t("admin.silent_note"), icon=":material/heart_broken:")


def _show_dead(health: Health) -> None:
    if not health.dead:
        return
    st.markdown(f"**{t('admin.dead')}**")
    st.caption(t("admin.dead_note"))
    show_table(
        [t("admin.group"), t("admin.error"), t("admin.count")],
        [[line.group, line.error, number(line.count)] for line in health.dead],
    )
    with st.container(horizontal=True):
        st.button(t("admin.retry"), key="admin.retry_messages", on_click=_retry_messages)
        with st.popover(t("admin.give_up"), icon=":material/delete:"):
            st.caption(t("admin.give_up_note"))
            st.button(t("admin.give_up_sure"), key="admin.give_up", on_click=_give_up_messages)


def _show_failed(health: Health) -> None:
    if health.failed_count:
        st.markdown(f"**{t('admin.failed')}**")
        st.caption(t("admin.failed_note"))
        st.button(t("admin.retry_all"), key="admin.retry_all", on_click=retry_departures)


@told
def _retry_messages() -> None:
    carry_out(retry_messages, lambda count: t("admin.done.retried", count=count))
    st.rerun()


@told
def _give_up_messages() -> None:
    carry_out(give_up_messages, lambda count: t("admin.done.given_up", count=count))
    st.rerun()


@told
def retry_departures() -> None:
    """Everything that failed to leave tries again."""
    with services().store.read() as connection:
        failed = [line.id for line in departures(connection, ["failed"])]
    carry_out(
        lambda me, unit: _retry_each(failed, me, unit),
        lambda count: t("admin.done.retried", count=count),
    )
    st.rerun()


def _retry_each(row_ids: Sequence[int], me: User, unit: Unit) -> int:
    for row_id in row_ids:
        try_again(row_id, me, unit)
    return len(row_ids)
