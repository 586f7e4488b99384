"""Who is signed in, the language, the way out, and whether this is a demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

_HTML: Final = """
<div class="bar">
  <span class="demo" hidden></span>
  <span class="who"></span>
  <span class="choices" role="group"></span>
  <form method="post" action="/logout"><button type="submit" class="out"></button></form>
</div>
"""

_CSS: Final = """
.bar { display: flex; gap: .6rem; align-items: center; justify-content: flex-end;
  font: 400 .8rem var(--st-font); color: var(--st-text-color); white-space: nowrap; }
.demo { background: #ffd54a; color: #1c1600; font-weight: 700; padding: .1rem .5rem;
  border-radius: .6rem; cursor: help; }
.who { max-width: 11rem; overflow: hidden; text-overflow: ellipsis; }
form { margin: 0; }
button { font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
  border-radius: .4rem; padding: .15rem .5rem; }
button:hover, button[aria-pressed=true] {
  background: color-mix(in srgb, currentColor 14%, transparent); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.choices { display: inline-flex; } .choices button { border-radius: 0; margin-left: -1px; }
.choices button:first-child { border-radius: .4rem 0 0 .4rem; }
.choices button:last-child { border-radius: 0 .4rem .4rem 0; }
@media (max-width: 700px) { .who { display: none; } }
"""

_JS: Final = """
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  document.documentElement.lang = data.language;
  find(".who").textContent = data.name;
  find(".who").title = data.name + " (" + data.roles + ")";
  find(".out").textContent = data.texts.sign_out;
  find(".demo").hidden = !data.texts.demo;
  find(".demo").textContent = data.texts.demo;
  find(".demo").title = data.texts.demo_long;
  find(".choices").ariaLabel = data.texts.language;
  find(".choices").replaceChildren(...Object.entries(data.choices).map(([code, name]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = code;
    button.title = name;
    button.textContent = code.toUpperCase();
    /* What is seen stands in the name, so that speech input finds the button. */
    button.ariaLabel = `${button.textContent} – ${name}`;
    button.ariaPressed = String(code === data.language);
    button.onclick = () => setTriggerValue("language", code);
    return button;
  }));
}
"""

_account = st.components.v2.component("hnm_account", html=_HTML, css=_CSS, js=_JS)


def show_account(
    *,
    name: str,
    roles: str,
    language: str,
    choices: Mapping[str, str],
    texts: Mapping[str, str],
    key: str,
) -> str | None:
    """Shows the bar; gives the language just chosen, if one was."""
    given = {
        "name": name,
        "roles": roles,
        "language": language,
        "choices": dict(choices),
        "texts": dict(texts),
    }
    chosen = _account(data=given, key=key, on_language_change=lambda: None).language
    return str(chosen) if chosen else None
