"""Takes the pictures of docs/screenshots from a running demonstration.

Start one with `python -m connectors run` in an empty folder, wait a minute, then:
python -m tests.benchmarks.screenshots --address http://127.0.0.1:8501
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from core.demo import PASSWORD
from core.settings import ROOT

FOLDER: Final = ROOT / "docs" / "screenshots"
DESK: Final = (1366, 768)
PHONE: Final = (390, 844)
SHOTS: Final = {
    "centralist": {
        "control-room": ("/", DESK),
        "conversations": ("/conversations", DESK),
        "early-warning": ("/warnings", DESK),
        "trends": ("/trends", DESK),
    },
    "wijkagent": {"area": ("/area", PHONE)},
    "projectleider": {"evaluation": ("/evaluation", DESK)},
    "beheerder": {
        "admin": ("/admin?tab=overview", DESK),
        "connections": ("/admin?tab=connections", DESK),
    },
}
LOOKS: Final = (("nl", "light"), ("en", "dark"))
_SETTLE_MS: Final = 1500
_COLOURS: Final = 128


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--address", default="http://127.0.0.1:8501")
    asked.add_argument("--browser", default="/usr/bin/chromium")
    given = asked.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
        for login in SHOTS:
            for language, theme in LOOKS:
                _take(browser, given.address, login, language, theme)
        browser.close()


def _take(browser: Browser, address: str, login: str, language: str, theme: str) -> None:
    """All pictures of one role in one look."""
    page = browser.new_context(color_scheme="dark" if theme == "dark" else "light").new_page()
    _sign_in(page, address, login)
    _choose(page, language)
    for name, (path, (width, height)) in SHOTS[login].items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}{path}")
        _settle(page)
        _keep(page.screenshot(), FOLDER / f"{name}-{language}-{theme}.png")
    page.context.close()


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


def _keep(picture: bytes, path: Path) -> None:
    """As few colours as still look right: a repository keeps every version of a picture."""
    with Image.open(io.BytesIO(picture)) as full:
        full.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
