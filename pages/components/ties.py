"""The graph of an incident: a row a message, arcs to what it rests on, the reasons in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent

_ties = st.components.v2.component(
    "hnm_ties",
    html='<div class="ties"><svg aria-hidden="true"></svg><ol></ol></div>',
    css=(_HERE / "ties.css").read_text(encoding="utf-8"),
    js=(_HERE / "ties.js").read_text(encoding="utf-8"),
)


def show_ties_drawn(
    rows: Sequence[Mapping[str, Any]],
    *,
    words: Mapping[str, str],
    on_move: Callable[[], None],
    key: str,
) -> None:
    """Shows the graph; st.session_state[key]["move"] is a message and the incident it goes to.

    A row, oldest first: id, when, group, text, urgent, share and link (of the message with its
    incident), by_hand, ties (to, share, line), and if there is one: other, runner_up, move.
    """
    _ties(data={"rows": list(rows), "words": dict(words)}, key=key, on_move_change=on_move)
