"""Weergaven: filters kept under a name, opened with one click, and a link for a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from core.saved_views import remove_view, save_view
from core.store import Unit
from pages._act import carry_out
from pages._frame import services, t, told, user
from pages.components.words import escaped

_PAGE: Final = "control_room"
_NAME: Final = "room.views.name"
_KNOWN: Final = "room.views.known"

Filters = Mapping[str, bool | str | list[str]]
Views = Mapping[str, Mapping[str, Any]]


def show_views(filters: Filters) -> None:
    """One's own views, each opened at a click; keeping the one on screen; its link."""
    kept = _kept_views()
    st.markdown(f"**{t('views.title')}**")
    for place, (name, query) in enumerate(kept.items()):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                escaped(name),
                key=f"room.views.open.{place}",
                on_click=_open,
                args=(query, filters),
            )
            st.button(
                "",
                key=f"room.views.remove.{place}",
                icon=":material/delete:",
                type="tertiary",
                help=t("views.remove", name=name),
                on_click=_remove,
                args=(name,),
            )
    with st.form("room.views", border=False, clear_on_submit=True):
        st.text_input(t("views.name"), key=_NAME, max_chars=60)
        st.form_submit_button(t("views.keep"), on_click=_keep, args=(filters,))
    st.caption(t("views.link"))


def _kept_views() -> Views:
    """Read once for each screen: the board draws them at every change, open or not."""
    known: Views | None = st.session_state.get(_KNOWN)
    if known is None:
        with services().store.read() as connection:
            known = Unit(connection, services().clock()).views.of(user().id, _PAGE)
        st.session_state[_KNOWN] = known
    return known


@told
def _keep(filters: Filters) -> None:
    name = str(st.session_state.get(_NAME, ""))
    query = {key: st.session_state.get(key, usual) for key, usual in filters.items()}
    carry_out(
        lambda me, unit: save_view(_PAGE, name, query, me, unit),
        lambda _: t("views.done.kept", name=name.strip()),
    )
    st.session_state[_KNOWN] = None


@told
def _open(query: Mapping[str, Any], filters: Filters) -> None:
    """Filters that the view does not know stand as they always do."""
    for key, usual in filters.items():
        found = query.get(key, usual)
        st.session_state[key] = found if isinstance(found, type(usual)) else usual


@told
def _remove(name: str) -> None:
    carry_out(
        lambda me, unit: remove_view(_PAGE, name, me, unit), lambda _: t("views.done.removed")
    )
    st.session_state[_KNOWN] = None
