"""achtergrondkaart: what lies under all maps, and what choosing it tells others."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import map_file
from core.basemap import (
    MOST_ZOOM,
    PDOK,
    Basemap,
    BasemapKind,
    current,
    own_file,
    preset_of,
    set_basemap,
    tiles,
)
from core.errors import BadBasemap
from core.i18n import error_text
from core.store import Unit
from core.tile_address import LONGEST_ADDRESS, LONGEST_CREDIT
from pages._act import carry_out
from pages._frame import language, number, services, t, told
from pages.components.choice import show_choice
from pages.components.words import escaped
from pages.server.basemap import forget

_KINDS: Final = ("none", "pdok", "tiles", "pmtiles")
_WIDTH: Final = 560
_ROUND: Final = "admin.basemap.round"


def show_basemap() -> None:
    with services().store.read() as connection:
        now = current(Unit(connection, services().clock()))
    st.caption(t("basemap.note"))
    st.markdown(f"**{escaped(_said(now))}**")
    names = {name: t(f"basemap.kind_{name}") for name in _KINDS}
    _FORMS[show_choice(t("basemap.kind"), names, param="basemap")](now)


def _said(now: Basemap) -> str:
    """What lies under the maps now, in a sentence."""
    style = preset_of(now)
    if style:
        return t("basemap.now_pdok", style=t(f"basemap.style_{style}"))
    if now.kind is BasemapKind.TILES:
        return t("basemap.now_tiles", host=now.host.removeprefix("https://"))
    if now.kind is BasemapKind.PMTILES:
        return t("basemap.now_pmtiles", file=now.file)
    return t("basemap.now_none")


def _show_none(now: Basemap) -> None:
    st.text(t("basemap.none_means"))
    st.button(
        t("basemap.set_none"),
        key="admin.basemap.none",
        on_click=_set_none,
        disabled=now == Basemap(),
    )


def _show_pdok(now: Basemap) -> None:
    st.selectbox(
        t("basemap.style"),
        list(PDOK),
        index=list(PDOK).index(preset_of(now) or "grijs"),
        format_func=lambda name: t(f"basemap.style_{name}"),
        key=_style_key(),
        width=_WIDTH,
    )
    _show_meaning("pdok", t("basemap.pdok_means"))
    st.button(
        t("basemap.set"),
        key="admin.basemap.pdok",
        type="primary",
        on_click=_set_pdok,
    )


def _show_tiles(now: Basemap) -> None:
    is_own = now.kind is BasemapKind.TILES and not preset_of(now)
    st.text_input(
        t("basemap.address"),
        now.address if is_own else "",
        key="admin.basemap.address",
        max_chars=LONGEST_ADDRESS,
        placeholder="https://tegels.example.nl/kaart/{z}/{x}/{y}.png",
        help=t("basemap.address_help"),
        width=_WIDTH,
    )
    _show_credit(now.credit if is_own else "")
    with st.container(horizontal=True, width=_WIDTH):
        for name, value in (("min", now.min_zoom), ("max", now.max_zoom)):
            given = value if is_own else {"min": 8, "max": 18}[name]
            st.number_input(
                t(f"basemap.{name}_zoom"), 0, MOST_ZOOM, given, key=f"admin.basemap.{name}_zoom"
            )
    _show_meaning("tiles", t("basemap.tiles_means"))
    st.button(t("basemap.set"), key="admin.basemap.tiles", type="primary", on_click=_set_tiles)


def _show_pmtiles(now: Basemap) -> None:
    st.text(t("basemap.pmtiles_means"))
    names = map_file.names_in(services().settings)
    if names:
        st.selectbox(
            t("basemap.file"),
            names,
            index=names.index(now.file) if now.file in names else 0,
            key="admin.basemap.file",
            width=_WIDTH,
        )
        _show_file(str(st.session_state["admin.basemap.file"]))
        _show_credit(now.credit if now.file else "")
        st.button(t("basemap.set"), key="admin.basemap.own", type="primary", on_click=_set_file)
    else:
        st.info(t("basemap.no_files"), icon=":material/map:")
    _show_upload()


def _show_file(name: str) -> None:
    """What a file says of itself, or why it cannot be used."""
    try:
        found = map_file.look(map_file.folder_of(services().settings) / name)
    except BadBasemap as error:
        st.error(error_text(language(), error))
        return
    st.caption(
        t(
            "basemap.file_holds",
            tiles=number(found.tile_count),
            first=found.min_zoom,
            last=found.max_zoom,
            size=number(found.size_bytes / 1e6, 1),
        )
    )


def _show_upload() -> None:
    """Another round has another key: what was uploaded leaves the memory with its widget."""
    key = f"admin.basemap.upload.{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        t("basemap.upload"),
        type=["pmtiles"],
        key=key,
        max_upload_size=services().settings.maximum_upload_mb,
        on_change=_upload,
        args=(key,),
        help=t("basemap.upload_help"),
        width=_WIDTH,
    )


def _show_credit(now: str) -> None:
    st.text_input(
        t("basemap.credit"),
        now,
        key="admin.basemap.credit",
        max_chars=LONGEST_CREDIT,
        help=t("basemap.credit_help"),
        width=_WIDTH,
    )


def _show_meaning(name: str, said: str) -> None:
    """What others get to see; nothing is set before somebody said to know."""
    st.warning(said, icon=":material/visibility:")
    st.checkbox(t("basemap.confirm"), key=f"admin.basemap.confirm.{name}")


def _style_key() -> str:
    """A key a language: what is chosen is kept as it was shown."""
    return f"admin.basemap.style.{language()}"


@told
def _set_none() -> None:
    _set(Basemap())


@told
def _set_pdok() -> None:
    _set(PDOK[str(st.session_state[_style_key()])], "pdok")


@told
def _set_tiles() -> None:
    state = st.session_state
    made = tiles(
        str(state["admin.basemap.address"]),
        str(state["admin.basemap.credit"]),
        int(state["admin.basemap.min_zoom"]),
        int(state["admin.basemap.max_zoom"]),
    )
    _set(made, "tiles")


@told
def _set_file() -> None:
    name, credit = (str(st.session_state[f"admin.basemap.{field}"]) for field in ("file", "credit"))
    _set(own_file(name, credit, services().settings))


def _set(chosen: Basemap, confirmed_by: str = "") -> None:
    key = f"admin.basemap.confirm.{confirmed_by}"
    carry_out(
        lambda me, unit: set_basemap(
            chosen, me, unit, confirmed=bool(st.session_state.get(key, False))
        ),
        lambda _: t("basemap.done"),
    )
    st.session_state.pop(key, None)
    forget()


@told
def _upload(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        carry_out(
            lambda me, unit: map_file.keep_upload(file.name, file, me, unit, services().settings),
            lambda name: t("basemap.done_upload", file=name),
        )
    finally:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


_FORMS: Final = {
    "none": _show_none,
    "pdok": _show_pdok,
    "tiles": _show_tiles,
    "pmtiles": _show_pmtiles,
}
