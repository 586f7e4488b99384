"""bronnen: every source there is, what its network can do, and the groups that use it."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.store import Unit
from core.wiring import sources
from pages._act import show_table
from pages._admin.groups import source_name
from pages._frame import counted, language, services, t
from pages.components.words import escaped

_FLAGS: Final = ("reads_files", "edits", "deletes", "joins", "replies", "group_send")


def show_sources() -> None:
    st.caption(t("admin.sources_note"))
    cards: dict[str, Any] = {name: source.CARD for name, source in sources().items()}
    rows = [
        [source_name(name), *(_mark(bool(getattr(card, flag))) for flag in _FLAGS), _kinds(card)]
        for name, card in cards.items()
    ]
    heads = [t("admin.source"), *(t(f"admin.can_{flag}") for flag in _FLAGS), t("admin.files")]
    show_table(heads, rows)
    for name, card in cards.items():
        limits = card.limits_nl if language() == "nl" else card.limits_en
        if limits:
            st.caption(f"**{escaped(source_name(name))}**: {escaped(limits)}")
    _show_use()


def _mark(able: bool) -> str:
    return f"✓ {t('admin.yes')}" if able else f"– {t('admin.no')}"


def _kinds(card: Any) -> str:
    return ", ".join(f".{kind}" for kind in card.file_types) or "–"


def _show_use() -> None:
    """Each group, when its source last gave something, and the error it last met."""
    with services().store.read() as connection:
        pilots = Unit(connection, services().clock()).pilots
        groups = pilots.groups()
        progress = {group.id: pilots.progress(group.id) for group in groups}
    st.markdown(f"**{t('admin.in_use')}**")
    for name in sources():
        mine = [group for group in groups if group.source == name]
        if not mine:
            continue
        failing = [group for group in mine if progress[group.id].error]
        st.markdown(f"{escaped(source_name(name))}: {counted('count.groups', len(mine))}")
        for group in failing:
            error = str(progress[group.id].error)
            st.error(t("admin.source_fails", group=escaped(group.name), error=escaped(error)))
