"""nieuwsbronnen: what others publish (RSS, P2000) and may stand beside an incident."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.bulletins import KINDS, add_feed, remove_feed, switch_feed
from core.domain import Pilot
from core.hand_over_words import failure_line
from core.store import Unit
from pages._act import carry_out, show_table
from pages._admin.afresh import fields, taken
from pages._admin.pilots import choose_pilot
from pages._frame import ago, language, number, services, t, told
from pages.components.words import escaped

_NEW: Final = "feeds"


def show_feeds() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    st.caption(t("feeds.note"))
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).feeds.all(pilot.id)
    if rows:
        _show_list(rows)
        for row in rows:
            _show_one(row)
    else:
        st.info(t("feeds.none"), icon=":material/rss_feed:")
    _show_new(pilot)


def _show_list(rows: list[Any]) -> None:
    columns = ("name", "kind", "state", "read", "passed", "trouble")
    show_table(
        [t(f"feeds.{name}") for name in columns],
        [
            [
                row.name,
                t(f"feeds.kind_{row.kind}"),
                t("feeds.on") if row.enabled else t("feeds.off"),
                ago(row.read_at) if row.read_at else "–",
                _passed(row),
                _trouble(row),
            ]
            for row in rows
        ],
    )


def _passed(row: Any) -> str:
    """What of the last reading was no bulletin, and why."""
    parts = [f"{number(count)} {t(f'feeds.passed_{why}')}" for why, count in row.counts.items()]
    return ", ".join(parts) or "–"


def _trouble(row: Any) -> str:
    if not row.error:
        return "–"
    error = failure_line(language(), row.error)
    return t("connections.fails", error=error, count=number(row.failure_count))


def _show_one(row: Any) -> None:
    key = f"feeds.{row.id}"
    with st.expander(escaped(row.name), icon=":material/rss_feed:"):
        st.code(row.address, language=None)
        if row.towns:
            st.text(t("feeds.only_towns", towns=", ".join(row.towns)))
        with st.container(horizontal=True):
            st.button(
                t("connections.switch_off") if row.enabled else t("connections.switch_on"),
                key=f"{key}.switch",
                on_click=_switch,
                args=(row.id, not row.enabled),
            )
            st.button(t("feeds.remove"), key=f"{key}.remove", on_click=_remove, args=(row.id,))


def _show_new(pilot: Pilot) -> None:
    key = fields(_NEW)
    with (
        st.expander(t("feeds.new"), icon=":material/add:"),
        st.form(f"{key}.new", border=False),
    ):
        st.selectbox(
            t("feeds.kind"),
            KINDS,
            format_func=lambda kind: t(f"feeds.kind_{kind}"),
            key=_kind_key(key),
        )
        st.text_input(t("feeds.name"), key=f"{key}.name", max_chars=200)
        st.text_input(t("feeds.address"), key=f"{key}.address", max_chars=500)
        st.text_input(
            t("feeds.towns"), key=f"{key}.towns", max_chars=300, help=t("feeds.towns_help")
        )
        st.form_submit_button(t("admin.add"), on_click=_add, args=(pilot.id, key))


def _kind_key(key: str) -> str:
    """A key a language: what is chosen is kept as it was shown."""
    return f"{key}.kind.{language()}"


@told
def _add(pilot_id: int, key: str) -> None:
    kind = str(st.session_state[_kind_key(key)])
    name, address, towns = (
        str(st.session_state[f"{key}.{field}"]) for field in ("name", "address", "towns")
    )
    carry_out(
        lambda me, unit: add_feed(pilot_id, kind, name, address, towns.split(","), me, unit),
        lambda _: t("feeds.done.added"),
    )
    taken(_NEW)


@told
def _switch(feed_id: int, enabled: bool) -> None:
    carry_out(
        lambda me, unit: switch_feed(feed_id, enabled, me, unit),
        lambda _: t("feeds.done.on" if enabled else "feeds.done.off"),
    )


@told
def _remove(feed_id: int) -> None:
    carry_out(lambda me, unit: remove_feed(feed_id, me, unit), lambda _: t("feeds.done.removed"))
