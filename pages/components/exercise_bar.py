"""The bar above every page of an exercise: that it is one, its clock, its pace and the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from pages.components.words import dates_in

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="bar">
  <strong class="word"></strong>
  <span class="evening"></span>
  <time class="clock" role="timer" aria-live="off"></time>
  <span class="state" role="status"></span>
  <span class="quiet"></span>
  <span class="does">
    <button type="button" class="pause"></button>
    <label><span class="label"></span><select class="speed"></select></label>
    <button type="button" class="stop"></button>
    <button type="button" class="leave"></button>
  </span>
</section>
"""

_bar = st.components.v2.component(
    "hnm_exercise_bar",
    html=_HTML,
    css=(_HERE / "exercise_bar.css").read_text(encoding="utf-8"),
    js=(_HERE / "exercise_bar.js").read_text(encoding="utf-8"),
)


def show_exercise_bar(
    *,
    evening: str,
    shown_ms: int,
    until_ms: int,
    speed: int,
    speeds: Sequence[int],
    is_paused: bool,
    is_over: bool,
    language: str,
    zone: str,
    words: Mapping[str, str],
    on_do: Callable[[], None],
    key: str,
) -> None:
    """Shows the bar; st.session_state[key]["do"] holds what was asked: "pause", "resume", "stop",
    "leave" or "speed:5".

    `shown_ms`: what the exercise's clock shows now. While the bar is there `window.hnmNow` gives
    the exercise's time to components that count from now.
    """
    given: dict[str, Any] = {
        "evening": evening,
        "shown_ms": shown_ms,
        "until_ms": until_ms,
        "speed": speed,
        "speeds": list(speeds),
        "is_paused": is_paused,
        "is_over": is_over,
        "language": dates_in(language),
        "zone": zone,
        "words": dict(words),
    }
    _bar(data=given, key=key, on_do_change=on_do)
