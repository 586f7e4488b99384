"""A group as its residents see it: what they wrote that was kept, and what they were told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent

_chat = st.components.v2.component(
    "hnm_group_chat",
    html='<ol class="chat" tabindex="0"></ol><button type="button" class="below" hidden></button>',
    css=(_HERE / "group_chat.css").read_text(encoding="utf-8"),
    js=(_HERE / "group_chat.js").read_text(encoding="utf-8"),
)


def show_group_chat(
    rows: Sequence[Mapping[str, Any]],
    *,
    group: str,
    words: Mapping[str, str],
    on_retry: Callable[[], None],
    on_due: Callable[[], None],
    key: str,
    on_undo: Callable[[], None] = lambda: None,
    on_posted: Callable[[], None] = lambda: None,
    on_not_posted: Callable[[], None] = lambda: None,
    is_short: bool = False,
) -> int | None:
    """Shows the rows, the oldest first; gives an incident that somebody wants to open.

    A row: id, ours, who, day, at, at_exact, text, incidents ((id, label) pairs), and for our own
    texts what, state, state_word, state_exact, why, due_ms, may_retry, may_undo, may_post,
    may_take_back. st.session_state[key]["retry"] holds the id of a text to be sent again, "posted"
    and "not_posted" of one that somebody copied to its group, or did not; `on_undo` is called when
    a text is to be taken back, `on_due` when a waiting one should have left. `group` names the
    conversation: another begins at its end. `is_short` leaves room for an answer below it.
    """
    given = {"rows": list(rows), "group": group, "words": dict(words), "is_short": is_short}
    chosen = _chat(
        data=given,
        key=key,
        on_opened_change=lambda: None,
        on_retry_change=on_retry,
        on_due_change=on_due,
        on_undo_change=on_undo,
        on_posted_change=on_posted,
        on_not_posted_change=on_not_posted,
    ).opened
    return chosen if isinstance(chosen, int) else None
