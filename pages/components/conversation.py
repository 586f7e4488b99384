"""The messages of an incident: redacted, with why each belongs and which words decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent

_conversation = st.components.v2.component(
    "hnm_conversation",
    html='<ul class="talk"></ul>',
    css=(_HERE / "conversation.css").read_text(encoding="utf-8"),
    js=(_HERE / "conversation.js").read_text(encoding="utf-8"),
)


def show_conversation(
    rows: Sequence[Mapping[str, Any]],
    *,
    words: Mapping[str, str],
    on_original: Callable[[], None] = lambda: None,
    on_not_here: Callable[[], None] = lambda: None,
    on_move: Callable[[], None] = lambda: None,
    key: str,
) -> None:
    """Shows the messages; st.session_state[key]["original"] is one whose original is asked for,
    "not_here" one that does not belong here, "move" such a one and the incident it goes to.

    A row: id, who, group, at, at_exact, urgent, text (see `marked`), may_see; and if there is
    something to say: strength with share and reasons, grounds, retracts, runner_up, role ("focus"
    for the one that matters, "around" for its talk), forwarded, may_correct with other (an
    incident's id) and move (what pressing says).
    """
    given = {"rows": list(rows), "words": dict(words)}
    _conversation(
        data=given,
        key=key,
        on_original_change=on_original,
        on_not_here_change=on_not_here,
        on_move_change=on_move,
    )


def marked(text: str, deciding: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that decided."""
    wanted = [re.escape(word) for word in sorted(set(deciding), key=len, reverse=True) if word]
    if not wanted or not text:
        return [(text, False)] if text else []
    pieces = re.split(rf"(?<!\w)({'|'.join(wanted)})(?!\w)", text, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]
