"""Takes the pictures of docs/screenshots from a running demonstration.

Start one with `python -m connectors run` in an empty folder, wait a minute, then:
python -m tests.benchmarks.screenshots --address http://127.0.0.1:8501
"""

from __future__ import annotations

import argparse
import io
from dataclasses import dataclass
from itertools import groupby, product
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from core.demo import PASSWORD
from core.domain import Role
from core.i18n import languages
from core.settings import ROOT
from pages._bar import cards
from pages._frame import Card
from pages.admin import TABS
from pages.evaluation import PARTS

FOLDER: Final = ROOT / "docs" / "screenshots"
DESK: Final = (1366, 768)
PHONE: Final = (390, 844)
LOGINS: Final = {
    Role.DISPATCHER: "centralist",
    Role.COMMUNITY_OFFICER: "wijkagent",
    Role.PROJECT_LEAD: "projectleider",
    Role.RESEARCHER: "onderzoeker",
    Role.ADMINISTRATOR: "beheerder",
    Role.WATCH_TEAM: "buurtpreventie",
}
ON_A_PHONE: Final = {"area": Role.COMMUNITY_OFFICER}
"""Pages that are made for a phone, and whose they are."""

_QUALITY: Final = 60
_SETTLE_MS: Final = 1500


Looks = frozenset[tuple[str, str]]
EVERY: Final[Looks] = frozenset(product(languages(), ("light", "dark")))
TWO: Final[Looks] = frozenset({("nl", "light"), ("en", "dark")})
"""In both languages and both themes, but not each in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page as one role sees it."""

    name: str
    path: str
    role: Role
    size: tuple[int, int] = DESK
    looks: Looks = EVERY


def shots() -> list[Shot]:
    """Every page as the first role that may see it, and every tab and part twice."""
    found = [_shot(name, card) for name, card in cards().items() if name != "admin"]
    overview, *tabs = TABS
    return [
        *found,
        Shot(name=f"admin-{overview}", path=f"/admin?tab={overview}", role=Role.ADMINISTRATOR),
        *(_part("admin", "tab", tab, Role.ADMINISTRATOR) for tab in tabs),
        *(_part("evaluation", "part", part, Role.PROJECT_LEAD) for part in [*PARTS][1:]),
    ]


def _part(page: str, param: str, part: str, role: Role) -> Shot:
    path = f"/{page}?{param}={part}"
    return Shot(name=f"{page}-{part}", path=path, role=role, looks=TWO)


def _shot(name: str, card: Card) -> Shot:
    role = ON_A_PHONE.get(name) or next(role for role in LOGINS if role in card.roles)
    path = "/" if name == "control_room" else f"/{name}"
    return Shot(name=name, path=path, role=role, size=PHONE if name in ON_A_PHONE else DESK)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--address", default="http://127.0.0.1:8501")
    asked.add_argument("--browser", default="/usr/bin/chromium")
    asked.add_argument("--only", default="", help="take only pages whose name begins with this")
    given = asked.parse_args()
    wanted = [shot for shot in shots() if shot.name.startswith(given.only)]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
        for role, of_role in groupby(sorted(wanted, key=lambda s: s.role), lambda s: s.role):
            _take(browser, given.address, LOGINS[role], list(of_role))
        browser.close()


def _take(browser: Browser, address: str, login: str, wanted: list[Shot]) -> None:
    """All pictures of one role."""
    for language, theme in sorted(EVERY):
        page = browser.new_context(color_scheme="dark" if theme == "dark" else "light").new_page()
        _sign_in(page, address, login)
        _choose(page, language)
        for shot in wanted:
            if (language, theme) in shot.looks:
                _picture(page, address, shot, f"{shot.name}-{language}-{theme}")
        page.context.close()


def _picture(page: Page, address: str, shot: Shot, name: str) -> None:
    width, height = shot.size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}{shot.path}")
    _settle(page)
    with Image.open(io.BytesIO(page.screenshot())) as full:
        full.save(FOLDER / f"{name}.webp", quality=_QUALITY, method=6)
    print(name, flush=True)


def _sign_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/login")
    page.fill("input[name=login]", login)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    _settle(page)


def _choose(page: Page, language: str) -> None:
    page.locator(f"button[lang={language}]").click()
    _settle(page)


def _settle(page: Page) -> None:
    """Waits until the page drew itself: a script that ended, no skeletons, the maps in place."""
    page.get_by_test_id("stMainBlockContainer").wait_for()
    page.wait_for_timeout(_SETTLE_MS)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector('[data-testid="stSkeleton"]', state="detached")
    page.wait_for_timeout(_SETTLE_MS)


if __name__ == "__main__":
    main()
