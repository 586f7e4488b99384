"""The bar above every page: which pages somebody has, in which menus, and their account.

Pages are found by walking the folder; a page that is not for somebody's roles, or that is not
there, says so in their own language.
"""

from __future__ import annotations

import importlib
import logging
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from core.accounts import set_language
from core.domain import User
from core.errors import NotSignedIn
from core.i18n import languages, text_of
from pages._frame import (
    FOLDER,
    SITE,
    Card,
    arrive,
    exercise_here,
    house,
    language,
    say_notice,
    say_signed_out,
    speak,
    t,
)
from pages.components.account import show_account
from pages.components.nowhere import show_nowhere
from pages.server.headers import NO_PAGE
from pages.server.theme import CHOICES

IN_EXERCISE: Final = ("control_room", "doubt", "conversations", "exercise", "help")
"""The pages that a trainee has; after the evening only the one that looks back on it."""
_NAMED: Final = "_named"

log = logging.getLogger("pages")


def run(above: Callable[[], None] = lambda: None) -> None:
    """Draws the frame and runs the page that the address names; `above` stands over every page."""
    # Before st.navigation: without an icon of our own Streamlit asks Google for one.
    st.set_page_config(page_icon=str(SITE / "icon.png"), layout="wide")
    st.html(SITE / "frame.css")
    try:
        here = arrive()
    except NotSignedIn as error:
        say_signed_out(error)
        return
    chosen = st.navigation(_menus(here), position="top")
    _show_account(here)
    above()
    say_notice()
    chosen.run()


@lru_cache
def cards(folder: Path = FOLDER) -> dict[str, Card]:
    """The cards of all pages by file name, in menu order; a page that fails to load is left out."""
    found: dict[str, Card] = {}
    for path in sorted(folder.glob("[!_]*.py")):
        try:
            found[path.stem] = importlib.import_module(f"{folder.name}.{path.stem}").CARD
        except Exception as error:  # one broken page must not close the others
            log.error("page %s does not load: %s", path.stem, type(error).__name__, exc_info=error)
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))


def _menus(here: User) -> dict[str, list[Any]]:
    """The bar: pages of every day by themselves, the others in menus; nothing in a menu alone."""
    menus: dict[str, list[Any]] = {"": []}
    shared = Counter(card.menu for name, card in cards().items() if _is_for(name, card, here))
    for page in _pages(here):
        card = cards().get(page.url_path or "")
        menu = card.menu if card is not None and shared[card.menu] > 1 else ""
        menus.setdefault(t(f"frame.menu_{menu}") if menu else "", []).append(page)
    return menus


def _pages(here: User) -> list[Any]:
    """A page a card; one that is not for this user's roles is not in the bar, and says so."""
    mine = {name: card for name, card in cards().items() if _is_for(name, card, here)}
    first = next(iter(mine), "")
    arrival = "" if _is_named(first) else first
    ways = [
        st.Page(FOLDER / f"{name}.py", **_called(name, card), default=name == arrival)
        for name, card in mine.items()
    ]
    others = [
        st.Page(_refusal(card, ways), **_called(name, card), visibility="hidden")
        for name, card in cards().items()
        if name not in mine
    ]
    lost = st.Page(
        lambda: _say_no_page(ways),
        title=t("frame.no_page"),
        url_path=NO_PAGE,
        visibility="hidden" if mine else "visible",
        default=not arrival,
    )
    return [*ways, *others, lost]


def _is_for(name: str, card: Card, here: User) -> bool:
    exercise = exercise_here()
    if exercise is not None and exercise.state.is_over:
        return name == "exercise"
    return bool(card.roles & here.roles) and (exercise is None or name in IN_EXERCISE)


def _is_named(first: str) -> bool:
    """Whether this screen was opened by the own name of the page where its user arrives.

    Streamlit knows that page by the bare address alone, and would say in English that there is no
    such page. Decided once a screen: a page must not change its name under somebody's hands.
    """
    named = urlsplit(str(st.context.url or "")).path.strip("/") == first
    return bool(st.session_state.setdefault(f"{_NAMED}.{first}", named))


def _called(name: str, card: Card) -> dict[str, Any]:
    return {"title": card.title(language()), "icon": card.icon, "url_path": name}


def _refusal(card: Card, ways: list[Any]) -> Callable[[], None]:
    """What stands in place of a page that is for other roles."""

    def refuse() -> None:
        exercise = exercise_here()
        if exercise is not None and exercise.state.is_over:
            st.switch_page(FOLDER / "exercise.py")
        if exercise is not None:
            why = t("exercise.not_here_why")
            show_nowhere(t("exercise.not_here"), why, t("frame.yours"), ways, ":material/school:")
            return
        roles = sorted(t(f"role.{role.value}").lower() for role in card.roles)
        why = t("frame.not_yours_why", page=card.title(language()), roles=", ".join(roles))
        show_nowhere(t("frame.not_yours"), why, t("frame.yours"), ways, ":material/lock:")

    return refuse


def _say_no_page(ways: list[Any]) -> None:
    why = t("frame.no_page_why" if ways else "frame.no_role")
    show_nowhere(t("frame.no_page"), why, t("frame.yours"), ways, ":material/explore_off:")


def _show_account(here: User) -> None:
    demo = house().settings.demo
    chosen = show_account(
        name=here.name,
        roles=", ".join(t(f"role.{role.value}") for role in sorted(here.roles)),
        language=here.language,
        choices={code: text_of(code, "language.name") for code in languages()},
        texts={
            "sign_out": t("frame.sign_out"),
            "language": t("frame.language"),
            "theme": t("frame.theme"),
            "keys_on": t("frame.keys_on"),
            "keys_off": t("frame.keys_off"),
            "demo": t("frame.demo") if demo else "",
            "demo_long": t("frame.demo_long") if demo else "",
        },
        themes={name: t(f"frame.theme_{name}") for name in CHOICES},
        key="frame.account",
    )
    if chosen and chosen != here.language and chosen in languages():
        set_language(here, chosen, house().store)
        speak(chosen)
        st.rerun()
