"""groepen maken: asking a network for a group, and the link by which residents join it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.domain import Area
from core.made_groups import invite_of, want_group, wanted_name
from core.store import Unit
from pages._act import carry_out
from pages._admin.afresh import fields, taken
from pages._frame import services, t, told
from pages.components.words import escaped


def show_made_groups(connection_id: int, key: str, areas: Sequence[Area]) -> None:
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).connections.groups_of(connection_id)
    for row in rows:
        _show_invite(row)
    names = {0: "–", **{area.id: area.name for area in areas}}
    st.markdown(f"**{t('connections.make_group')}**")
    st.caption(t("connections.make_group_note"))
    key = fields(f"{key}.made")
    with st.form(key, border=False):
        st.text_input(t("admin.group_name"), key=f"{key}.name", max_chars=100)
        st.text_area(t("connections.make_group_about"), key=f"{key}.about", max_chars=1000)
        st.text_input(t("connections.make_group_evidence"), key=f"{key}.evidence", max_chars=300)
        st.selectbox(t("admin.area"), list(names), format_func=names.__getitem__, key=f"{key}.area")
        st.form_submit_button(t("connections.make"), on_click=_make, args=(connection_id, key))


def _show_invite(row: Any) -> None:
    invite = invite_of(row, services().vault)
    if invite:
        st.caption(t("connections.invite", name=escaped(row.name)))
        st.code(invite, language=None)
    elif wanted_name(row.native_id) is not None:
        st.caption(t("connections.invite_waits", name=escaped(row.name)))


@told
def _make(connection_id: int, key: str) -> None:
    typed = st.session_state
    name, about, evidence = (str(typed[f"{key}.{one}"]) for one in ("name", "about", "evidence"))
    area_id = typed[f"{key}.area"] or None
    carry_out(
        lambda me, unit: want_group(connection_id, name, about, area_id, evidence, me, unit),
        lambda _: t("connections.done.group_asked"),
    )
    taken(f"connections.{connection_id}.made")
