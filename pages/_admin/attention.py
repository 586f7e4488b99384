"""nu: what waits for an administrator, a sentence each, with the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core.domain import Pilot, Role
from core.store import Unit
from core.store.admin_queries import UserLine, user_lines
from core.store.audit_queries import AuditSearch, audit_found
from core.store.consent_queries import group_states
from core.store.health_queries import source_health
from core.store.resident_queries import corrections_of
from pages._frame import ago, counted, services, t
from pages.components.choice import go_to
from pages.components.words import escaped

_CHECKED_EVERY: Final = timedelta(days=31)
_CLEANED_EVERY: Final = timedelta(minutes=10)
_TALKED_IN: Final = timedelta(hours=24)

Todo = tuple[str, str]
"""What is said, and the tab where it is done."""


def show_attention() -> None:
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        todo = [*_setting_up(unit), *_asked(unit), *_failing(unit), *_accountable(unit)]
        todo += _accounts(user_lines(connection), unit.now)
    st.markdown(f"**{t('attention.title')}**")
    if not todo:
        st.success(t("attention.nothing"), icon=":material/check_circle:")
    for place, (said, tab) in enumerate(todo):
        with st.container(horizontal=True, vertical_alignment="center", key=f"attention-{place}"):
            st.button(
                t(f"admin.tab_{tab}"),
                key=f"attention.{place}.{tab}",
                icon=":material/arrow_forward:",
                on_click=go_to,
                args=("tab", tab),
                width=260,
            )
            st.markdown(said)


def _setting_up(unit: Unit) -> Iterator[Todo]:
    pilots = unit.pilots.all()
    if not pilots:
        yield t("attention.no_pilot"), "pilots"
    for pilot in pilots:
        yield from _lacking(pilot, unit)


def _lacking(pilot: Pilot, unit: Unit) -> Iterator[Todo]:
    """What a pilot still needs before it can follow anything, in the order of doing it."""
    name = escaped(pilot.name)
    if not unit.pilots.areas(pilot.id):
        yield t("attention.no_areas", name=name), "areas"
    elif not any(place.kind == "street" for place in unit.pilots.places(pilot.id)):
        yield t("attention.no_streets", name=name), "areas"
    states = group_states(unit.connection, pilot.id)
    without = sum(not state.consents for state in states)
    if not states:
        yield t("attention.no_groups", name=name), "groups"
    elif without:
        said = counted("count.groups", without)
        yield t("attention.no_consent", groups=said, name=name), "groups"


def _asked(unit: Unit) -> Iterator[Todo]:
    waiting = len(corrections_of(unit.connection, state="open"))
    if waiting:
        yield t("attention.corrections", count=counted("count.requests", waiting)), "requests"
    for pilot in unit.pilots.all():
        for row in unit.connections.asking(pilot.id):
            if row.agreed_at is not None and not unit.consents.group_consents(row.id):
                yield t("attention.asks", name=escaped(row.name)), "connections"


def _failing(unit: Unit) -> Iterator[Todo]:
    for line in source_health(unit.connection, unit.now - _TALKED_IN):
        if line.error and line.enabled:
            yield t("attention.source", name=escaped(line.name or line.source)), "health"


def _accountable(unit: Unit) -> Iterator[Todo]:
    """Whether what must be forgotten is, and whether anybody looks at the audit log."""
    looked = [row.looked_at for row in unit.retention.rows().values() if row.looked_at]
    if not looked or unit.now - max(looked) > _CLEANED_EVERY:
        when = ago(max(looked)) if looked else t("attention.never")
        yield t("attention.not_cleaned", when=when), "retention"
    checked = audit_found(unit.connection, AuditSearch(action="chain_checked"), 1)
    if not checked or unit.now - checked[0].at > _CHECKED_EVERY:
        when = ago(checked[0].at) if checked else t("attention.never")
        yield t("attention.not_checked", when=when), "audit"


def _accounts(lines: list[UserLine], now: datetime) -> Iterator[Todo]:
    active = [line for line in lines if line.active]
    if sum(Role.ADMINISTRATOR.value in line.roles for line in active) == 1:
        yield t("attention.one_administrator"), "users"
    for line in active:
        if line.locked_until is not None and line.locked_until > now:
            yield t("attention.locked", name=escaped(line.name)), "users"
