"""The names behind logins, for every page that says who did something."""

from __future__ import annotations

from pages._frame import services
from pages.room.drawn import names_of


def people() -> dict[str, str]:
    """The name behind each login, and of each account outside."""
    return names_of(services().store)
