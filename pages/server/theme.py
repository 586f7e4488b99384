"""Light or dark before anything is drawn: as somebody chose, else dark at night.

static/site/theme.js decides in the browser; the sign-in pages, which run no script, are told here.
"""

from __future__ import annotations

from datetime import datetime, time
from html import escape
from typing import Final

from core.clock import LOCAL_ZONE, local
from core.settings import Settings

COOKIE: Final = "hnm_theme"
CHOICES: Final = ("auto", "light", "dark")
_GROUND: Final = "#10161c"
"""The background of the dark theme in .streamlit/config.toml."""


def is_night(now: datetime, dark_from: time, dark_until: time) -> bool:
    """True between the two on the pilot's clock, over midnight when the second is the earlier."""
    clock = local(now).time()
    if dark_from <= dark_until:
        return dark_from <= clock < dark_until
    return clock >= dark_from or clock < dark_until


def form_theme(cookie: str | None, now: datetime, settings: Settings) -> str:
    """The theme of a page without script; empty when the browser's own wish decides."""
    if cookie in ("light", "dark"):
        return cookie
    return "dark" if is_night(now, settings.dark_from, settings.dark_until) else ""


def script_tag(settings: Settings) -> str:
    """What the start page runs first; it holds up drawing, so that nothing flashes white."""
    given = {
        "from": f"{settings.dark_from:%H:%M}",
        "until": f"{settings.dark_until:%H:%M}",
        "zone": str(LOCAL_ZONE),
        "ground": _GROUND,
    }
    said = " ".join(f'data-{name}="{escape(value)}"' for name, value in given.items())
    return f'<script src="/assets/theme.js" {said}></script>'
