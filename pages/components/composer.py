"""Writing to residents: a text to start from, what each channel carries, what they will read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from core.channel_limits import Limits

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="wide"><div class="form">
  <div class="title"></div>
  <div class="groups" role="group"></div>
  <label class="row"><span class="label-template"></span><select class="templates"></select></label>
  <div class="both">
    <div class="write">
      <label><span class="label-text"></span><textarea rows="4"></textarea></label>
      <div class="places row" role="group"></div>
      <ul class="channels"></ul>
    </div>
    <div class="read">
      <div class="row"><span class="label-preview"></span>
        <span class="tabs" role="group"></span></div>
      <div class="phone" aria-live="off"></div>
    </div>
  </div>
  <div class="row"><button type="button" class="send"></button>
    <button type="button" class="cancel"></button><span class="note"></span></div>
</div></section>
"""

_composer = st.components.v2.component(
    "hnm_composer",
    html=_HTML,
    css=(_HERE / "composer.css").read_text(encoding="utf-8"),
    js=(_HERE / "composer.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """begin: a text to start from, under `heading`; the 112 rule is added in its language."""

    name: str
    text: str
    heading: str = ""
    language: str = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """baan: one channel of a text: its name, what must be known of it, what it carries."""

    name: str
    notes: tuple[str, ...]
    limits: Limits


def show_composer(
    *,
    draft: str,
    groups: Mapping[int, str],
    starts: Sequence[Start],
    lanes: Sequence[Lane],
    rules: Mapping[str, str],
    promise: str,
    longest: int,
    words: Mapping[str, str],
    on_sent: Callable[[], None],
    on_cancelled: Callable[[], None],
    key: str,
    unticked: Sequence[int] = (),
    needs_group: bool = True,
    takes_focus: bool = True,
    clears: bool = False,
    places: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Shows the form; st.session_state[key] holds `sent` ({text, groups, language}) or `cancelled`.

    Groups that are `unticked` get the text only when somebody ticks them; with `needs_group` off
    nothing has to be ticked. With `clears` it stays open after sending, for the next. `draft` names
    the text being written; another name starts anew.
    `rules`: the 112 rule by language. `places`: what may be left open in braces, each with what it
    is called and an example, which the preview shows; none where a text is sent as it stands.
    """
    given = {
        "draft": draft,
        "groups": [
            {"id": group_id, "name": name, "off": group_id in unticked}
            for group_id, name in groups.items()
        ],
        "needs_group": needs_group,
        "takes_focus": takes_focus,
        "clears": clears,
        "starts": [asdict(start) for start in starts],
        "lanes": [_lane(lane) for lane in lanes],
        "rules": dict(rules),
        "promise": promise,
        "longest": longest,
        "places": [
            {"name": name, "called": called, "example": example}
            for name, (called, example) in (places or {}).items()
        ],
        "words": dict(words),
    }
    _composer(data=given, key=key, on_sent_change=on_sent, on_cancelled_change=on_cancelled)


def _lane(lane: Lane) -> dict[str, object]:
    limits = lane.limits
    return {
        "name": lane.name,
        "notes": list(lane.notes),
        "ways": list(limits.ways),
        "room": limits.room,
        "utf16": limits.utf16,
        "threads": limits.threads,
        "one_line": limits.is_closed,
        "shut": limits.is_shut,
        "tag": limits.tag,
        "names_whom": bool(limits.reserved) and not limits.tag,
        "subject": limits.subject,
    }
