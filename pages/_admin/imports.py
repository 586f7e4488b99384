"""inlezen: a chat export or table becomes waiting messages of a group; a dry run comes first."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.errors import HNMError
from core.i18n import error_text
from core.imports import (
    Desk,
    ImportRequest,
    cancel_import,
    request_import,
    row_error_of,
    source_for,
)
from core.store import Unit
from core.wiring import sources
from pages._act import show_table
from pages._admin.groups import source_name
from pages._frame import language, moment, notify, number, part, services, t, told, user
from pages.components.words import escaped

_ROUND: Final = "admin.import.round"
_OPEN: Final = ("queued", "running")
_COUNTS: Final = ("row", "new", "known", "erased", "error")
_MOST_SHOWN: Final = 8
_DAY_ORDERS: Final = {"found": None, "day": True, "month": False}


def show_imports() -> None:
    groups = _consenting()
    if groups:
        _show_form(groups)
    else:
        st.info(t("admin.no_consenting"), icon=":material/groups:")
    _show_latest()


def _consenting() -> dict[int, str]:
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        return {
            group.id: group.name
            for group in unit.pilots.groups()
            if unit.consents.group_consents(group.id)
        }


def _show_form(groups: dict[int, str]) -> None:
    """Another round has other keys: what was uploaded leaves the memory with its widget."""
    key = f"admin.import.{st.session_state.get(_ROUND, 0)}"
    kinds = sorted({kind for source in sources().values() for kind in source.CARD.file_types})
    st.selectbox(
        t("admin.import_group"),
        list(groups),
        format_func=groups.__getitem__,
        index=None,
        key=f"{key}.group",
        placeholder=t("admin.import_choose"),
        help=t("admin.import_group_help"),
        width=420,
    )
    listed = ", ".join(f".{kind}" for kind in kinds)
    most = number(services().settings.maximum_upload_mb)
    st.caption(t("admin.import_note", kinds=listed, most=most))
    file = st.file_uploader(
        t("admin.import_file"),
        type=kinds,
        key=f"{key}.file",
        max_upload_size=services().settings.maximum_upload_mb,
    )
    if file is not None:
        _show_source(file.name, key)
    ready = file is not None and st.session_state.get(f"{key}.group") is not None
    with st.container(horizontal=True):
        for dry_run, name, kind in ((True, "dry_run", "secondary"), (False, "import", "primary")):
            st.button(
                t(f"admin.{name}"),
                key=f"{key}.{name}",
                type=kind,  # type: ignore[arg-type]  # one of the three words it knows
                disabled=not ready,
                on_click=_ask,
                args=(key, dry_run),
            )


def _show_source(file_name: str, key: str) -> None:
    """What the file seems to be; the order of day and month where only a person can tell."""
    try:
        name = source_for(file_name, sources())
    except HNMError as error:
        st.error(error_text(language(), error))
        return
    st.caption(t("admin.import_as", source=source_name(name)))
    if sources()[name].CARD.asks_day_order:
        st.selectbox(
            t("admin.day_order"),
            list(_DAY_ORDERS),
            format_func=lambda order: t(f"admin.day_order_{order}"),
            key=_order_key(key),
            width=420,
        )


def _order_key(key: str) -> str:
    """Its options read otherwise in another language, and Streamlit knows them by how they read."""
    return f"{key}.order.{language()}"


@told
def _ask(key: str, dry_run: bool) -> None:
    file = st.session_state[f"{key}.file"]
    request = ImportRequest(
        source=source_for(file.name, sources()),
        group_id=int(st.session_state[f"{key}.group"]),
        file_name=file.name,
        dry_run=dry_run,
        day_first=_DAY_ORDERS[st.session_state.get(_order_key(key)) or "found"],
    )
    request_import(file, request, user(), desk())
    if not dry_run:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    notify(t("admin.done.dry_run" if dry_run else "admin.done.import"), kind="done")


def desk() -> Desk:
    given = services()
    return Desk(store=given.store, vault=given.vault, settings=given.settings)


@part("admin-imports", every_s=1.0)
def _show_latest() -> None:
    with services().store.read() as connection:
        latest = Unit(connection, services().clock()).imports.latest(_MOST_SHOWN)
    st.markdown(f"**{t('admin.imports')}**")
    if not latest:
        st.caption(t("admin.no_imports"))
    for row in latest:
        with st.container(border=True, key=f"admin-import-{row.id}"):
            _show_import(row)


def _show_import(row: Any) -> None:
    kind = t("admin.is_dry_run") if row.dry_run else t("admin.is_import")
    state = t(f"admin.import_{row.state}")
    st.markdown(f"**{escaped(row.file_name)}** · {kind} · {state}")
    st.caption(f"{moment(row.at)} · {escaped(source_name(row.source))} · {escaped(row.by)}")
    if row.state in _OPEN:
        share = min(1.0, row.read_bytes / max(1, row.size_bytes))
        st.progress(share, t("admin.rows", count=number(row.row_count)))
        label, key = t("admin.cancel"), f"admin.import.cancel.{row.id}"
        st.button(label, key=key, on_click=_cancel, args=(row.id,))
    else:
        heads = [t(f"admin.rows_{name}") for name in _COUNTS]
        show_table(heads, [[number(getattr(row, f"{name}_count")) for name in _COUNTS]])
    if row.failure:
        st.error(_said(row.failure))
    if row.errors:
        with st.expander(t("admin.row_errors", count=number(len(row.errors)))):
            for stored in row.errors:
                st.text(error_text(language(), row_error_of(stored)))


def _said(failure: dict[str, Any]) -> str:
    """The sentence of a failure as it was kept: its code and params."""
    error = HNMError(**failure["params"])
    error.code = failure["code"]  # type: ignore[misc]  # this one error has another's sentence
    return error_text(language(), error)


@told
def _cancel(import_id: int) -> None:
    cancel_import(import_id, user(), desk())
