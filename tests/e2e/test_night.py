"""Dark at night in a real browser: by the pilot's clock, from the first moment, unless chosen."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import Screen
from tests.e2e.town import PASSWORD, Town

NIGHT = datetime(2026, 1, 10, 22, 30, tzinfo=UTC)
NOON = datetime(2026, 1, 11, 11, 0, tzinfo=UTC)
DARK = "rgb(16, 22, 28)"
LIGHT = "rgb(255, 255, 255)"
_PAINTED = """
  window.painted = new Set();
  const look = () => {
    for (const part of [document.documentElement, document.querySelector('.stApp')]) {
      if (part) window.painted.add(getComputedStyle(part).backgroundColor);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""


def ground(page: Page) -> str:
    return str(page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor"))


def test_who_chose_nothing_gets_the_dark_at_night_and_a_choice_stays(
    town: Town, dashboard: Dashboard, browser: Browser
) -> None:
    # A machine that likes light, in another part of the world: neither decides.
    context = browser.new_context(color_scheme="light", timezone_id="America/New_York")
    page = context.new_page()
    page.clock.set_fixed_time(NIGHT)
    page.add_init_script(_PAINTED)
    screen = Screen(page, dashboard.address)
    screen.sign_in("dora", PASSWORD)
    assert ground(page) == DARK
    assert LIGHT not in page.evaluate("[...window.painted]"), "nothing flashed white"
    switch = page.get_by_role("combobox", name="Licht of donker")
    switch.select_option("light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    screen.settle()
    assert ground(page) == LIGHT
    page.reload()
    screen.settle()
    assert ground(page) == LIGHT, "a choice by hand stays"
    switch.select_option("auto")
    screen.settle()
    assert ground(page) == DARK
    page.clock.set_fixed_time(NOON)
    page.reload()
    screen.settle()
    assert ground(page) == LIGHT, "by day the machine decides"
    assert (screen.outside, screen.failures) == ([], [])
    context.close()
