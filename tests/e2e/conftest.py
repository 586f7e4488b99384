"""A town, its dashboard, and screens in a real Chromium: for every browser test.

    def test_something(town: Town, open_screen: OpenScreen) -> None:
        screen = open_screen("dora")                 # signed in, on the control room
        town.says("Anna", "Er is ingebroken op de Bostonsingel 36")
        screen.row("Inbraak").click()

Each test has its own store and process; a request that leaves 127.0.0.1 fails the test.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import PASSWORD, Town

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, closed with the file that asked for it: while Playwright runs, an event
    loop runs in this thread, and a test elsewhere that starts one of its own would fail."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town on the real clock, with nothing said yet."""
    made = Town(tmp_path / "town")
    yield made
    made.store.close()


@pytest.fixture
def dashboard(town: Town) -> Iterator[Dashboard]:
    """The town's dashboard."""
    with Dashboard(town.folder) as running:
        yield running


@pytest.fixture
def open_screen(browser: Browser, dashboard: Dashboard) -> Iterator[OpenScreen]:
    """Opens a screen for somebody; at the end nothing may have left this machine or failed."""
    screens: list[Screen] = []

    def open_it(login: str, path: str = "/", **options: Any) -> Screen:
        size = options.pop("viewport", {"width": 1366, "height": 768})
        context = browser.new_context(viewport=size, locale="nl-NL", **options)
        screen = Screen(context.new_page(), dashboard.address)
        screens.append(screen)
        screen.sign_in(login, PASSWORD, path)
        return screen

    yield open_it
    for screen in screens:
        assert screen.outside == []
        assert screen.failures == []
        screen.page.context.close()
