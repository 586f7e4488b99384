"""Replay: a slider over a period beside the live map, stepped and played by the browser alone.

No frame asks the server for anything: the map's rows carry their moment (`Spot.at`), and the slider
shows those of an hour or a day, or all until then (`between` of the live map). Under it stands how
much happened when, so that a quiet night is seen before it is played.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.clock import LOCAL_ZONE
from core.i18n import text_of
from pages.components.words import dates_in

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="replay" role="group">
  <div class="bar">
    <button type="button" class="play"><span aria-hidden="true"></span>
      <span class="said"></span></button>
    <button type="button" class="back">‹</button><button type="button" class="on">›</button>
    <select class="step"></select><select class="mode"></select><select class="speed"></select>
    <label class="skip"><input type="checkbox"><span></span></label>
    <button type="button" class="whole"></button>
  </div>
  <canvas class="amounts" aria-hidden="true"></canvas>
  <input type="range" class="slider" min="0" value="0" step="1">
  <div class="foot"><span class="first"></span><output class="now"></output>
    <span class="last"></span></div>
  <p class="keys"></p>
</section>
"""
_NAMES: Final = (
    "replay play pause back on step step_hour step_day mode mode_step mode_until speed speed_calm "
    "speed_usual speed_fast skip whole slider keys calm hour until all urgent count_one count_many"
).split()
SHORT_DAYS: Final = 8
"""A period of at most so many days is stepped by the hour unless somebody says otherwise."""

_replay = st.components.v2.component(
    "hnm_replay",
    html=_HTML,
    css=(_HERE / "replay.css").read_text(encoding="utf-8"),
    js=(_HERE / "replay.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """bewegende warmte: what the heat of one step is made of.

    `cold`: incidents that make no heat; `by_area`: the incidents of each area, by its id.
    """

    cold: Collection[int] = ()
    by_area: Mapping[int, Collection[int]] | None = None


def show_replay(
    edges: Sequence[datetime],
    *,
    map_key: str,
    language: str,
    key: str,
    moving: Moving | None = None,
    shows_marks: bool = True,
) -> None:
    """Shows the slider for the live map with `map_key`.

    edges: the midnights of the period, its end included; a day is from one to the next, whatever
    the clock does in between. moving: given where the map shows heat, so that it follows.
    shows_marks: whether the incidents themselves are drawn, or their heat alone.
    """
    heat = moving or Moving()
    _replay(
        data={
            "map": map_key,
            "edges": [int(edge.timestamp() * 1000) for edge in edges],
            "step": "hour" if len(edges) - 1 <= SHORT_DAYS else "day",
            "language": dates_in(language),
            "zone": str(LOCAL_ZONE),
            "words": words_of(language),
            "moves": moving is not None,
            "marks": shows_marks,
            "cold": sorted(heat.cold),
            "areas": {str(area): sorted(ids) for area, ids in (heat.by_area or {}).items()},
        },
        key=key,
    )


@lru_cache(maxsize=8)
def words_of(code: str) -> dict[str, Any]:
    """Every word that the browser writes here."""
    return {name: text_of(code, f"replay.{name}") for name in _NAMES}
