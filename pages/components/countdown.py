"""A line that counts down to a moment and stays in sight when that has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import streamlit as st

_HERE: Final = Path(__file__).parent

_countdown = st.components.v2.component(
    "hnm_countdown",
    html='<ul class="moments"></ul>',
    css=(_HERE / "countdown.css").read_text(encoding="utf-8"),
    js=(_HERE / "countdown.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that is due: what it says, and when; `calm` when being late is nobody's fault.

    `stands_until`: its clock stands still until then, because somebody else must answer first.
    """

    text: str
    at: datetime
    calm: bool = False
    stands_until: datetime | None = None


def show_countdown(
    lines: Sequence[Due], *, now: datetime, words: Mapping[str, str], key: str
) -> None:
    """Shows the lines; `words` has left, late, paused ("…" stands for the time), d, h, min, s."""
    rows = [
        {
            "text": line.text,
            "due_ms": _ms(line.at),
            "calm": line.calm,
            "until_ms": line.stands_until and _ms(line.stands_until),
        }
        for line in lines
    ]
    # The product's own clock counts: a demo lives in another year than its browser.
    given = {"rows": rows, "words": dict(words), "now_ms": _ms(now)}
    _countdown(data=given, key=key)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
