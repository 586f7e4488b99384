"""aansluitingen: networks followed live, their health, and groups that ask to take part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.domain import Area
from core.hand_over_words import failure_line
from core.live_groups import let_in, refuse
from core.store import Unit
from pages._act import carry_out, show_table
from pages._admin.groups import source_name
from pages._admin.network import show_network, show_new_network
from pages._admin.pilots import choose_pilot
from pages._frame import ago, language, number, services, t, told
from pages.components.words import escaped


def show_connections() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        rows, asking = unit.connections.all(pilot.id), unit.connections.asking(pilot.id)
        asking = [row for row in asking if _is_asking(row, unit)]
        areas, unreadable = unit.pilots.areas(pilot.id), unit.connections.unreadable(pilot.id)
    for name in unreadable:
        st.error(t("connections.unreadable", name=escaped(name)), icon=":material/lock:")
    _show_notes(rows)
    for row in asking:
        _show_asking(row, areas)
    if rows:
        _show_list(rows)
        for row in rows:
            show_network(row, areas)
    else:
        st.info(t("connections.none"), icon=":material/hub:")
    show_new_network(pilot)


def _show_notes(rows: Sequence[Any]) -> None:
    """What an administrator must mend although the network is heard."""
    for row in rows:
        if row.enabled and row.error and not row.failure_count:
            st.warning(f"**{escaped(row.name)}** · {_trouble(row)}", icon=":material/build:")


def _is_asking(row: Any, unit: Unit) -> bool:
    """Neither followed, nor one that ended it and has not agreed anew."""
    if unit.consents.group_consents(row.id):
        return False
    return row.agreed_at is not None or not unit.consents.has_ended(row.id)


def _show_list(rows: Sequence[Any]) -> None:
    columns = ("name", "network", "state", "heard", "trouble")
    table = [
        [
            row.name,
            source_name(row.source),
            t("connections.on") if row.enabled else t("connections.off"),
            ago(row.heard_at) if row.heard_at else "–",
            _trouble(row),
        ]
        for row in rows
    ]
    show_table([t(f"connections.{name}") for name in columns], table)


def _trouble(row: Any) -> str:
    if not row.error:
        return "–"
    error = failure_line(language(), row.error)
    if not row.failure_count:
        return error
    return t("connections.fails", error=error, count=number(row.failure_count))


def _show_asking(row: Any, areas: Sequence[Area]) -> None:
    """A group that invited us: whether it agreed, and letting it in or not."""
    names = {0: "–", **{area.id: area.name for area in areas}}
    key = f"connections.asking.{row.id}"
    with st.container(border=True):
        st.markdown(f"**{t('connections.asks', name=escaped(row.name))}**")
        agreed = t("connections.agreed", ago=ago(row.agreed_at)) if row.agreed_at else None
        st.caption(agreed or t("connections.not_agreed"))
        with st.form(key, border=False):
            st.text_input(t("connections.evidence"), key=f"{key}.evidence", max_chars=300)
            st.selectbox(
                t("admin.area"), list(names), format_func=names.__getitem__, key=f"{key}.area"
            )
            with st.container(horizontal=True):
                st.form_submit_button(
                    t("connections.let_in"),
                    type="primary",
                    disabled=row.agreed_at is None,
                    on_click=_let_in,
                    args=(row.id, key),
                )
                st.form_submit_button(t("connections.refuse"), on_click=_refuse, args=(row.id, key))


@told
def _let_in(group_id: int, key: str) -> None:
    given = st.session_state
    evidence, area_id = str(given[f"{key}.evidence"]), given[f"{key}.area"] or None
    carry_out(
        lambda me, unit: let_in(group_id, area_id, evidence, me, unit),
        lambda _: t("connections.done.let_in"),
    )


@told
def _refuse(group_id: int, key: str) -> None:
    why = str(st.session_state[f"{key}.evidence"])
    carry_out(
        lambda me, unit: refuse(group_id, why, me, unit),
        lambda _: t("connections.done.refused"),
    )
