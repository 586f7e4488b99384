"""One network: joining it, its settings and address, switching it, adding its groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import connections
from core.domain import Area, Pilot
from core.errors import BadInput
from core.i18n import catalogue
from core.live_groups import found
from core.ports import SourceCard
from core.wiring import sources
from pages._act import carry_out, show_table
from pages._admin.afresh import fields, taken
from pages._admin.groups import source_name
from pages._admin.made_groups import show_made_groups
from pages._frame import language, number, services, t, told
from pages.components.words import escaped


def show_network(row: Any, areas: Sequence[Area]) -> None:
    card = sources()[row.source].CARD if row.source in sources() else None
    if card is None:
        return
    key = f"connections.{row.id}"
    with st.expander(escaped(row.name), icon=":material/hub:"):
        show_limits(card)
        _show_grounds(row)
        _show_switch(row, card, key)
        if card.posts:
            st.markdown(t("connections.address"))
            st.code(f"{services().settings.outside_url}/{card.door}/{row.id}", language=None)
        _show_refused(row)
        with st.form(f"{key}.settings", border=False):
            _show_settings(card, key, dict(row.settings))
            st.form_submit_button(
                t("connections.save"), on_click=_change, args=(row.id, row.source, key)
            )
        if card.adds_groups:
            _show_new_group(row.id, key, areas)
        if card.makes_groups:
            show_made_groups(row.id, key, areas)


def has_limits(card: SourceCard) -> bool:
    return bool(card.limits_nl) or card.tested != "server"


def show_limits(card: SourceCard) -> None:
    """What its network cannot do, and how far it was tried."""
    limits = card.limits_nl if language() == "nl" else card.limits_en
    if limits:
        st.caption(escaped(limits))
    if card.tested != "server":
        st.caption(f":material/science: {t(f'connections.tested.{card.tested}')}")


def _show_grounds(row: Any) -> None:
    if row.purpose:
        st.caption(
            t("connections.grounds", purpose=escaped(row.purpose), basis=escaped(row.legal_basis))
        )


def _show_switch(row: Any, card: SourceCard, key: str) -> None:
    """An open source is switched on only by who says to have read what its network forbids."""
    must_read = card.is_open_source and not row.enabled
    if must_read:
        st.checkbox(t("connections.have_read"), key=f"{key}.read")
    st.button(
        t("connections.switch_off") if row.enabled else t("connections.switch_on"),
        key=f"{key}.switch",
        on_click=_switch,
        args=(row.id, not row.enabled, f"{key}.read" if must_read else None),
    )


def _show_refused(row: Any) -> None:
    if not row.counts:
        return
    st.caption(t("connections.refused"))
    rows = [[_reason(what), number(count)] for what, count in sorted(row.counts.items())]
    show_table([t("connections.why"), t("admin.count")], rows)


def _reason(what: str) -> str:
    key = f"connections.refusal.{what}"
    return t(key) if key in catalogue(language()) else what


def _show_new_group(connection_id: int, key: str, areas: Sequence[Area]) -> None:
    names = {0: "–", **{area.id: area.name for area in areas}}
    st.markdown(f"**{t('connections.add_group')}**")
    key = fields(f"{key}.group")
    with st.form(key, border=False):
        st.text_input(t("admin.group_name"), key=f"{key}.name", max_chars=200)
        st.text_input(
            t("admin.native_id"),
            key=f"{key}.native",
            max_chars=200,
            help=t("admin.native_id_help"),
        )
        st.text_input(t("connections.evidence"), key=f"{key}.evidence", max_chars=300)
        st.selectbox(t("admin.area"), list(names), format_func=names.__getitem__, key=f"{key}.area")
        st.form_submit_button(t("admin.add"), on_click=_add_group, args=(connection_id, key))


def show_new_network(pilot: Pilot) -> None:
    able = [name for name, source in sources().items() if source.CARD.is_live]
    with st.expander(t("connections.new"), icon=":material/add_link:", expanded=False):
        source = st.selectbox(
            t("connections.network"),
            able,
            format_func=source_name,
            key=f"connections.new.source.{language()}",
        )
        if source is None:
            return
        card, key = sources()[source].CARD, fields(_new(source))
        show_limits(card)
        with st.form(key, border=False):
            st.text_input(t("connections.name"), key=f"{key}.name", max_chars=200)
            if card.founds:
                st.text_input(t("connections.purpose"), key=f"{key}.purpose", max_chars=500)
                st.text_input(t("connections.legal_basis"), key=f"{key}.basis", max_chars=500)
            _show_settings(card, key, {})
            st.form_submit_button(t("admin.add"), on_click=_add, args=(pilot.id, source, key))


def _new(source: str) -> str:
    return f"connections.new.{source}"


def _show_settings(card: SourceCard, key: str, given: dict[str, str]) -> None:
    for name in card.settings:
        st.text_input(
            t(f"connections.setting.{name}"),
            value=given.get(name, ""),
            key=f"{key}.{name}",
            max_chars=500,
        )
    st.text_input(
        t(f"connections.{card.key_label}"),
        type="password",
        key=f"{key}.secret",
        max_chars=500,
        help=t("connections.secret_help"),
    )


def _given(source: str, key: str) -> tuple[dict[str, str], str]:
    """(settings, secret) as typed."""
    typed = st.session_state
    names = sources()[source].CARD.settings
    return {name: str(typed[f"{key}.{name}"]) for name in names}, str(typed[f"{key}.secret"])


@told
def _add(pilot_id: int, source: str, key: str) -> None:
    settings, secret = _given(source, key)
    name, card, vault = _typed(f"{key}.name"), sources()[source].CARD, services().vault
    purpose, basis = _typed(f"{key}.purpose"), _typed(f"{key}.basis")
    carry_out(
        lambda me, unit: connections.add(
            pilot_id,
            source,
            card,
            name,
            settings,
            secret,
            me,
            unit,
            vault,
            purpose=purpose,
            legal_basis=basis,
        ),
        lambda _: t("connections.done.added"),
    )
    taken(_new(source))


@told
def _change(connection_id: int, source: str, key: str) -> None:
    settings, secret = _given(source, key)
    card, vault = sources()[source].CARD, services().vault
    carry_out(
        lambda me, unit: connections.change(connection_id, card, settings, secret, me, unit, vault),
        lambda _: t("connections.done.changed"),
    )


@told
def _switch(connection_id: int, enabled: bool, read_key: str | None) -> None:
    if read_key and not st.session_state.get(read_key):
        raise BadInput(field="terms", why="")
    read = bool(read_key)
    carry_out(
        lambda me, unit: connections.switch(connection_id, enabled, me, unit, terms_read=read),
        lambda _: t("connections.done.on" if enabled else "connections.done.off"),
    )


@told
def _add_group(connection_id: int, key: str) -> None:
    name, native_id = _typed(f"{key}.name"), _typed(f"{key}.native")
    evidence, area_id = _typed(f"{key}.evidence"), st.session_state[f"{key}.area"]
    carry_out(
        lambda me, unit: found(connection_id, native_id, name, area_id or None, evidence, me, unit),
        lambda _: t("connections.done.group_added"),
    )
    taken(f"connections.{connection_id}.group")


def _typed(key: str) -> str:
    return str(st.session_state.get(key, ""))
