"""The list of conversations: a row each, with on whom it waits; it never moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent

_threads = st.components.v2.component(
    "hnm_thread_list",
    html='<button type="button" class="fresh" hidden></button>'
    '<ul class="threads" role="listbox" tabindex="0"></ul>',
    css=(_HERE / "thread_list.css").read_text(encoding="utf-8"),
    js=(_HERE / "thread_list.js").read_text(encoding="utf-8"),
)


def show_thread_list(
    rows: Sequence[Mapping[str, Any]],
    *,
    selected: str,
    revision: int,
    filters: str,
    words: Mapping[str, str],
    on_opened: Callable[[], None],
    on_news: Callable[[], None],
    key: str,
) -> None:
    """Shows the rows in their order; st.session_state[key]["opened"] is the id of a pressed one.

    A row: id, title, whom, channel, last, ours, at, at_exact, waits, waits_word, unread, urgent.
    Rows that move or are new wait behind a button as long as `filters` stay the same. `on_news` is
    called when the store has something newer than `revision`.
    """
    given = {
        "rows": list(rows),
        "selected": selected,
        "revision": revision,
        "filters": filters,
        "words": dict(words),
    }
    _threads(data=given, key=key, on_opened_change=on_opened, on_news_change=on_news)
