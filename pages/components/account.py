"""Who is signed in, the language, the way out, and whether this is a demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

_HTML: Final = """
<div class="bar">
  <span class="demo" hidden></span>
  <span class="who"></span>
  <span class="choices languages" role="group"></span>
  <button type="button" class="keys">⌨</button>
  <select class="theme" hidden></select>
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
.keys[aria-pressed=false] { text-decoration: line-through; }
.choices { display: inline-flex; }
.choices button { border-radius: 0; margin-left: -1px; }
.choices button:first-child { border-radius: .4rem 0 0 .4rem; }
.choices button:last-child { border-radius: 0 .4rem .4rem 0; }
/* Only the sign of what is chosen: the menu needs the room; the names stand in the list. */
.theme { font: inherit; color: inherit; background: transparent; cursor: pointer; appearance: none;
  width: 2rem; height: 1.75rem; padding: 0 0 0 .52rem; border-radius: .4rem; overflow: hidden;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
.theme[hidden] { display: none; }
.theme option { color: light-dark(#14202b, #e8edf2); background: light-dark(#ffffff, #1a242e); }
.theme:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
@media (max-width: 1420px) {
  .bar { gap: .35rem; } .demo { padding: .1rem .35rem; } }
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
  find(".languages").ariaLabel = data.texts.language;
  find(".languages").replaceChildren(...Object.entries(data.choices).map(([code, name]) => {
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
  showThemes(find(".theme"), data);
  showKeys(find(".keys"), data.texts);
  /* The server draws maps and plots: it must hear of another theme, whoever changed it. */
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const say = () => setTriggerValue("theme", scheme.matches ? "dark" : "light");
  const hear = () => setTimeout(say, 150);
  scheme.addEventListener("change", hear);
  return () => scheme.removeEventListener("change", hear);
}

const KEYS = "hnm.keys";
const areOff = () => localStorage.getItem(KEYS) === "off";

/* WCAG 2.1.4: who speaks to the computer, or touches a key by mistake, must not take a step by it.
   Switched off, a single letter goes no further than the field that it is typed in. */
function hold(event) {
  if (!areOff() || event.key?.length !== 1 || event.key === " ") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.composedPath()[0];
  const isField = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName ?? "");
  if (!isField && !at.closest?.(".leaflet-container")) event.stopImmediatePropagation();
}
if (!window.hnmHoldsKeys) {
  window.hnmHoldsKeys = true;
  window.addEventListener("keydown", hold, true);
}

function showKeys(button, texts) {
  const show = () => {
    button.ariaPressed = String(!areOff());
    button.title = button.ariaLabel = areOff() ? texts.keys_off : texts.keys_on;
  };
  button.onclick = () => {
    if (areOff()) localStorage.removeItem(KEYS); else localStorage.setItem(KEYS, "off");
    show();
  };
  show();
}

const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

/* static/site/theme.js decides; here is only the choice. */
function showThemes(list, data) {
  list.hidden = !window.hnmTheme;
  if (!window.hnmTheme) return;
  list.ariaLabel = list.title = data.texts.theme;
  list.replaceChildren(...Object.entries(data.themes).map(([name, said]) => {
    const option = document.createElement("option");
    option.value = name;
    option.textContent = `${SIGNS[name]}\\uFE0E\\u2003\\u2003${said}`;
    return option;
  }));
  list.value = window.hnmTheme.choice();
  list.onchange = () => window.hnmTheme.choose(list.value);
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
    themes: Mapping[str, str],
    key: str,
) -> str | None:
    """Shows the bar; gives the language just chosen, if one was.

    `themes`: what the choice of light or dark is called, by its name in static/site/theme.js.
    """
    given = {
        "name": name,
        "roles": roles,
        "language": language,
        "choices": dict(choices),
        "texts": dict(texts),
        "themes": dict(themes),
    }
    chosen = _account(
        data=given, key=key, on_language_change=lambda: None, on_theme_change=lambda: None
    ).language
    return str(chosen) if chosen else None
