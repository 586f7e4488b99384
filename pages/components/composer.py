"""Writing to residents: a template to start from, and what they will read, with the 112 line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

_HERE: Final = Path(__file__).parent
_HTML: Final = """
<section class="form">
  <div class="title"></div>
  <div class="groups"></div>
  <label class="row"><span class="label-template"></span><select class="templates"></select></label>
  <label><span class="label-text"></span><textarea rows="3"></textarea></label>
  <div class="row"><span class="label-preview"></span><span class="count"></span></div>
  <div class="bubble" aria-live="off"></div>
  <div class="row"><button type="button" class="send"></button>
    <button type="button" class="cancel"></button><span class="note"></span></div>
</section>
"""

_composer = st.components.v2.component(
    "hnm_composer",
    html=_HTML,
    css=(_HERE / "composer.css").read_text(encoding="utf-8"),
    js=(_HERE / "composer.js").read_text(encoding="utf-8"),
)


def show_composer(
    *,
    draft: str,
    groups: Mapping[int, str],
    templates: Sequence[tuple[str, str]],
    rule: str,
    longest: int,
    words: Mapping[str, str],
    on_sent: Callable[[], None],
    on_cancelled: Callable[[], None],
    key: str,
    unticked: Sequence[int] = (),
    needs_group: bool = True,
) -> None:
    """Shows the form; st.session_state[key] holds `sent` ({text, groups}) or `cancelled`.

    Groups that are `unticked` get the text only when somebody ticks them; with `needs_group` off
    nothing has to be ticked. `draft` names the text being written; another name starts anew.
    `templates` are (name, text).
    """
    given = {
        "draft": draft,
        "groups": [
            {"id": group_id, "name": name, "off": group_id in unticked}
            for group_id, name in groups.items()
        ],
        "needs_group": needs_group,
        "templates": [{"name": name, "text": text} for name, text in templates],
        "rule": rule,
        "longest": longest,
        "words": dict(words),
    }
    _composer(data=given, key=key, on_sent_change=on_sent, on_cancelled_change=on_cancelled)
