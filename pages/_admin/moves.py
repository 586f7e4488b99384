"""verzettingen: what was moved of a setting, by whom and why; the newest can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from core.audit import AuditEntry
from core.moves import Moves
from pages._act import show_table
from pages._frame import moment, t, user
from pages.components.words import escaped
from pages.room.names import people

_MOST: Final = 8
_COLUMNS: Final = ("at", "who", "step", "moved", "why")


def show_moves(
    history: Sequence[AuditEntry],
    moves: Moves,
    pilot_id: int,
    *,
    title: str,
    difference: Callable[[AuditEntry], str],
    take_back: Callable[[int], None],
) -> None:
    """The newest moves of a pilot's setting; `difference` says what one changed, `take_back`
    (a callback, given the pilot) undoes the user's own newest.
    """
    if not history:
        return
    st.markdown(f"**{escaped(title)}**")
    rows = [_row(entry, difference) for entry in history[:_MOST]]
    show_table([t(f"moves.column_{name}") for name in _COLUMNS], rows)
    newest = moves.newest(history)
    if newest is not None and newest.actor == user().login:
        st.button(
            t("moves.undo"),
            key=f"admin.{moves.taken_back}.{pilot_id}",
            on_click=take_back,
            args=(pilot_id,),
            icon=":material/undo:",
        )


def _row(entry: AuditEntry, difference: Callable[[AuditEntry], str]) -> list[str]:
    return [
        moment(entry.at),
        people().get(entry.actor, entry.actor),
        t(f"audit.{entry.action}"),
        difference(entry),
        entry.reason or "",
    ]
