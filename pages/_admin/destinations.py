"""bestemmingen: systems of others that take incidents over, and how each is doing."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import destination_accounts
from core.domain import Pilot
from core.hand_over_words import failure_line
from core.i18n import DEFAULT
from core.ports import DestinationCard
from core.store import Unit
from core.store.hand_over_queries import dead_letters
from core.wiring import outside_destinations
from pages._act import carry_out, show_table
from pages._admin.afresh import fields, taken
from pages._admin.destination import show_destination, show_settings, typed
from pages._admin.late import show_overdue
from pages._admin.pilots import choose_pilot
from pages._frame import ago, language, number, services, t, told


def show_destinations() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    show_overdue()
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).hand_overs.accounts(pilot.id)
        dead = {row.id: dead_letters(connection, row.id) for row in rows}
    st.caption(t("destinations.note"))
    if rows:
        columns = ("name", "kind", "state", "heard", "trouble", "dead")
        table = [_cells(row, len(dead[row.id])) for row in rows]
        show_table([t(f"destinations.{name}") for name in columns], table)
        for row in rows:
            show_destination(row, pilot, dead[row.id])
    else:
        st.info(t("destinations.none"), icon=":material/outbound:")
    _show_new(pilot)


def _cells(row: Any, dead_count: int) -> list[str]:
    return [
        row.name,
        called(row.destination),
        t("connections.on") if row.enabled else t("connections.off"),
        ago(row.heard_at) if row.heard_at else "–",
        _trouble(row),
        number(dead_count) if dead_count else "–",
    ]


def _trouble(row: Any) -> str:
    if not row.error:
        return "–"
    error = failure_line(language(), row.error)
    if not row.failure_count:
        return error
    return t("connections.fails", error=error, count=number(row.failure_count))


def called(destination: str) -> str:
    """What a kind of destination is called."""
    module = outside_destinations().get(destination)
    if module is None:
        return destination
    card: DestinationCard = module.CARD
    return card.name_nl if language() == DEFAULT else card.name_en


def _show_new(pilot: Pilot) -> None:
    with st.expander(t("destinations.new"), icon=":material/add:", expanded=False):
        chosen = st.selectbox(
            t("destinations.kind"),
            list(outside_destinations()),
            format_func=called,
            key="destinations.new.kind",
        )
        key = fields(_new(chosen))
        with st.form(key, border=False):
            st.text_input(t("destinations.name"), key=f"{key}.name", max_chars=200)
            show_settings(outside_destinations()[chosen].CARD, key, {})
            st.form_submit_button(t("admin.add"), on_click=_add, args=(pilot.id, chosen, key))


def _new(destination: str) -> str:
    return f"destinations.new.{destination}"


@told
def _add(pilot_id: int, destination: str, key: str) -> None:
    card: DestinationCard = outside_destinations()[destination].CARD
    settings, secret = typed(card, key)
    name, vault = str(st.session_state[f"{key}.name"]), services().vault
    carry_out(
        lambda me, unit: destination_accounts.add(
            pilot_id, destination, card, name, settings, secret, me, unit, vault
        ),
        lambda _: t("destinations.done.added"),
    )
    taken(_new(destination))
