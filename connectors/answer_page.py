"""The page behind an answer link: plain words and one form, no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from core.i18n import languages, text_of

_STYLE: Final = """
:root{color-scheme:light dark}
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:38rem;margin:0 auto;padding:1.5rem 1rem;
color:#1d1d1d;background:#fff}
h1{font-size:1.35rem}h2{font-size:1.15rem;margin-top:2rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;
border-left:4px solid #154273;padding:.25rem 0 .25rem .9rem}
p.said{background:#e8f0f8;padding:.6rem .9rem}p.wrong{background:#fbe3e3;padding:.6rem .9rem}
label,legend{font-weight:600}textarea{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;
min-height:6rem}fieldset{border:0;padding:0;margin:1.6rem 0}legend{padding:0}
fieldset p{margin:.4rem 0}
fieldset p label{display:flex;gap:.7rem;align-items:center;font-weight:400;
padding:.65rem .75rem;border:1px solid #767b82;border-radius:.25rem;cursor:pointer}
fieldset p label:has(:checked){border-color:#154273;background:#e8f0f8;
box-shadow:0 0 0 1px #154273}
fieldset p label:focus-within{outline:3px solid #b45f00;outline-offset:2px}
input{accent-color:#154273;width:1.25rem;height:1.25rem;flex:none;margin:0}
button{font:inherit;padding:.6rem 1rem;margin:.25rem .4rem .25rem 0;border:2px solid #154273;
background:#fff;color:#154273;border-radius:.25rem;cursor:pointer}
button.first{background:#154273;color:#fff}button:focus-visible,textarea:focus-visible{
outline:3px solid #b45f00;outline-offset:2px}small{color:#4a4a4a}
@media(prefers-color-scheme:dark){body{background:#16181c;color:#ececec}pre{border-color:#8ab4e8}
p.said{background:#20334a}p.wrong{background:#552626}button{border-color:#8ab4e8;background:#16181c;
color:#cfe2fa}button.first{background:#8ab4e8;color:#10151c}small{color:#b9bdc4}
textarea{background:#20242a;color:#ececec;border:1px solid #8a8f98}a{color:#a8c8f0}
fieldset p label:has(:checked){border-color:#8ab4e8;background:#20334a;
box-shadow:0 0 0 1px #8ab4e8}
fieldset p label:focus-within{outline-color:#f0a34a}input{accent-color:#8ab4e8}}
""".replace("\n", "")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}
"""Who opens it stays unknown to others, and it is kept nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """blad: what the page shows; `choices` are states, `once` makes the same form count once."""

    language: str
    title: str
    text: str
    state: str
    choices: Sequence[str]
    once: str = ""
    said: str = ""
    wrong: str = ""
    longest: int = 2000


def page(sheet: Sheet) -> str:
    """The whole page in HTML; every word of it escaped."""
    say = sheet.language
    parts = [f"<h1>{escape(sheet.title)}</h1>"]
    if sheet.said:
        parts.append(f'<p class="said" role="status">{escape(sheet.said)}</p>')
    if sheet.wrong:
        parts.append(f'<p class="wrong" role="alert">{escape(sheet.wrong)}</p>')
    if sheet.text:
        parts.append(f"<pre>{escape(sheet.text)}</pre>")
    if sheet.state:
        stands = text_of(say, "answer.stands", state=text_of(say, f"outside.state_{sheet.state}"))
        parts.append(f"<p>{escape(stands)}</p>")
    if sheet.choices:
        parts.append(_form(sheet))
    return framed(say, sheet.title, "".join(parts))


def _form(sheet: Sheet) -> str:
    say = sheet.language
    buttons = "".join(
        f'<button name="state" value="{state}"{" class=first" if not place else ""}>'
        f"{escape(text_of(say, f'answer.do_{state}'))}</button>"
        for place, state in enumerate(sheet.choices)
    )
    return (
        '<form method="post" autocomplete="off">'
        f'<input type="hidden" name="once" value="{escape(sheet.once)}">'
        f'<label for="text">{escape(text_of(say, "answer.text"))}</label>'
        f'<textarea id="text" name="text" maxlength="{sheet.longest}"></textarea>'
        f"<small>{escape(text_of(say, 'answer.text_note'))}</small>"
        f"<fieldset><legend>{escape(text_of(say, 'answer.how'))}</legend>{buttons}</fieldset>"
        "</form>"
    )


def framed(language: str, title: str, body: str) -> str:
    """A whole page around a body that was escaped; with a link to the other languages."""
    others = " · ".join(
        f'<a href="?lang={code}" hreflang="{code}">{escape(text_of(code, "language.name"))}</a>'
        for code in languages()
        if code != language
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main><p><small>{others}</small></p></body></html>"
    )
