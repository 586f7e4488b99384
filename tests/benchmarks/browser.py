"""A real Chromium, timed from within: from a click until the page shows what was clicked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from core.demo import PASSWORD
from tests.e2e.screen import Screen

SIZE: Final = {"width": 1366, "height": 768}
_GIVE_UP_MS: Final = 10_000

_UNTIL: Final = """
const until = (stands) => new Promise((done, failed) => {
  const stop = performance.now() + 60000;
  const look = () => {
    if (stands()) requestAnimationFrame(() => done());
    else if (performance.now() > stop) failed(new Error("never stood"));
    else requestAnimationFrame(look);
  };
  look();
});
"""

_VISIT: Final = f"""async (path) => {{
  {_UNTIL}
  const main = () => document.querySelector('[data-testid="stMainBlockContainer"]');
  const before = main().innerText;
  const kinds = '[data-testid="stTopNavLink"], [data-testid="stTopNavDropdownLink"]';
  const at = (there) => [...document.querySelectorAll(kinds)]
    .map((one) => one.closest("a") ?? one.querySelector("a"))
    .find((one) => one?.pathname === there);
  let link = at(`/${{path}}`);
  for (const menu of document.querySelectorAll('[data-testid="stTopNavSection"]')) {{
    if (link) break;
    menu.click();
    await new Promise((later) => setTimeout(later, 200));
    link = at(`/${{path}}`);
  }}
  link ??= at("/");  /* the first page of a role has no path */
  const began = performance.now();
  link.click();
  await until(() => location.pathname === link.pathname
    && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
    && main().innerText !== before);
  return performance.now() - began;
}}"""

_PRESS: Final = f"""async (element, [where, words]) => {{
  {_UNTIL}
  const began = performance.now();
  element.click();
  await until(() => document.querySelector(where)?.innerText.includes(words));
  return performance.now() - began;
}}"""


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """A browser; None where none is installed."""
    path = shutil.which("chromium")
    if path is None:
        print("Chromium is not installed: nothing measured in a browser")
        yield None
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, login: str, path: str = "/") -> Screen:
    screen = Screen(browser.new_context(viewport=SIZE).new_page(), address)  # type: ignore[arg-type]
    screen.page.set_default_timeout(_GIVE_UP_MS)
    screen.sign_in(login, PASSWORD, path)
    return screen


def visit(page: Page, path: str) -> float:
    """Goes to another page by the menu; milliseconds until its script ended and all is drawn."""
    return float(page.evaluate(_VISIT, path))


def press(element: Locator, where: str, words: str) -> float:
    """Clicks; milliseconds until these words stand in what `where` selects."""
    return float(element.evaluate(_PRESS, [where, words]))
