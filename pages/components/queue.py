"""The queue: what waits, newest urgency first, kept live by the event stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.clock import LOCAL_ZONE
from core.topics import Topic
from pages.components.colours import topic_marks
from pages.components.words import dates_in

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("queue.js", "queue_forms.js")
_HTML: Final = """
<section class="queue">
  <div class="head"><span class="live" role="status"></span><span class="behind" hidden></span>
    <span class="waiting"></span><button class="sound" type="button"></button>
    <button class="help" type="button">?</button></div>
  <ul class="list" role="listbox" tabindex="0"></ul>
  <div class="empty" hidden></div>
  <div class="more" hidden></div>
  <div class="keys"></div>
  <dialog class="keyboard"><h2></h2><dl></dl><form method="dialog"><button></button></form></dialog>
</section>
"""

_queue = st.components.v2.component(
    "hnm_queue",
    html=_HTML,
    css=(_HERE / "queue.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def show_queue(
    rows: Sequence[str],
    *,
    revision: int,
    selected: int | None,
    urgent_waiting: int,
    topics: Mapping[str, Topic],
    language: str,
    words: Mapping[str, Any],
    on_chosen: Callable[[], None],
    on_arrived: Callable[[], None],
    key: str,
) -> None:
    """Shows the rows; st.session_state[key] holds `chosen` (an incident's id) or `arrived`.

    What is urgent is heard, unless its button says no. `words["keyboard"]`: (key, what it does) of
    the overlay that "?" opens.

    A row is JSON already, as all screens show the same: id, number, topic, urgent, ended, where,
    state, owner, residents, opened_ms, and what it counts down to (duty, at_ms, soon_ms, until_ms)
    or null.
    """
    given = {
        "revision": revision,
        "selected": selected,
        "urgent_waiting": urgent_waiting,
        "topics": topic_marks(topics, language),
        "language": dates_in(language),
        "zone": str(LOCAL_ZONE),
        "words": dict(words),
    }
    rest = json.dumps(given, ensure_ascii=False)
    packed = f'{{"given":{rest},"rows":[{",".join(rows)}]}}'.encode()
    _queue(data=packed, key=key, on_chosen_change=on_chosen, on_arrived_change=on_arrived)
