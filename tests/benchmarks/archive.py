"""How fast looking back is: a period of ten thousand incidents drawn, filtered and played back.

python -m tests.benchmarks.archive [--incidents N]

A store filled with invented incidents, the dashboard, one screen in Chromium. Prints a table for
docs/benchmarks.md: the server's reads, the first drawing, a filter, an area, a frame of replay.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from core.demo import seed_demo
from core.settings import Settings, settings
from core.store.archive_queries import lines
from core.wiring import Services, build
from pages.look_back.found import rows
from tests.benchmarks.browser import chromium, signed_in
from tests.benchmarks.figures import percentile, say
from tests.benchmarks.fill import MESSAGES_PER_INCIDENT, fill
from tests.e2e.dashboard import Dashboard

_LOGIN: Final = "projectleider"
_REPEATS: Final = 5
_COUNT: Final = """() => [...document.querySelectorAll('*')].map((one) => one.shadowRoot)
  .map((one) => one?.querySelector('.live-map')).find(Boolean)?.dataset.count"""
_CHANGED: Final = f"(before) => {{ const now = ({_COUNT})(); return now && now !== before; }}"

_PLAYED: Final = """async () => {
  const root = [...document.querySelectorAll('*')].map((one) => one.shadowRoot)
    .find((one) => one?.querySelector('.replay'));
  const find = (name) => root.querySelector(name);
  find('.mode').value = 'until';
  find('.step').value = 'hour';
  find('.step').dispatchEvent(new Event('change'));
  find('.speed').value = 'fast';
  find('.slider').value = Math.floor(find('.slider').max * 0.9);
  find('.slider').dispatchEvent(new Event('input'));
  const frames = [], steps = [];
  find('.play').click();
  let before = performance.now();
  const stop = before + 6000;
  while (performance.now() < stop) {
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - before);
    steps.push(Number(find('.replay').dataset.stepMs));
    before = now;
  }
  find('.whole').click();
  return { frames, steps };
}"""
"""Everything up to each hour: at nine tenths of the period most of it is drawn in every step."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=10_000)
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        given = build(Settings(folder=Path(folder), model_folder=settings().models))
        seed_demo(given)
        say(f"{chosen.incidents:,} incidents")
        fill(given, chosen.incidents * MESSAGES_PER_INCIDENT, open_share=0.3)
        measured = _server(given)
        given.store.close()
        with Dashboard(Path(folder)) as server, chromium() as browser:
            if browser is not None:
                measured |= _screen(signed_in(browser, server.address, _LOGIN).page, server)
    print("| | p50 | worst |\n|---|---|---|")
    for name, found in measured.items():
        print(f"| {name} | {percentile(found, 0.5):.0f} ms | {max(found):.0f} ms |")


def _server(given: Services) -> dict[str, list[float]]:
    """The read of a period, and its rows for the map, made for the first time."""
    now = given.clock()
    with given.store.read() as connection:
        span = (connection, 1, now - timedelta(days=90), now)
        reads = [_timed(lambda: lines(*span)) for _ in range(_REPEATS)]
        found = lines(*span)
    return {
        "period read from the database": reads,
        "rows for the map, first time": [_timed(lambda: rows(found, "nl"))],
        "rows for the map, again": [_timed(lambda: rows(found, "nl")) for _ in range(_REPEATS)],
    }


def _screen(page: Page, server: Dashboard) -> dict[str, list[float]]:
    page.set_default_timeout(60_000)
    base = f"{server.address}/archive?span=quarter"
    first = _until_drawn(page, lambda: page.goto(base))
    page.goto("about:blank")
    again = _until_drawn(page, lambda: page.goto(base))
    filters = []
    for chosen in ("urgent", "calm", "urgent", "calm", ""):
        label = {"urgent": "Alleen spoed", "calm": "Zonder spoed", "": "Alles"}[chosen]
        page.get_by_text("Filter", exact=False).first.click()
        button = page.get_by_role("radio", name=label).or_(page.get_by_role("button", name=label))
        filters.append(_until_drawn(page, button.first.click))
        page.keyboard.press("Escape")
    played: Any = page.evaluate(_PLAYED)
    return {
        "page opened by its address, until the map is drawn": [first],
        "the same, opened again": [again],
        "another filter, until the map is drawn": filters,
        "a step of replay, the browser's work": played["steps"],
        "between two frames while it plays": played["frames"],
    }


def _until_drawn(page: Page, act: Callable[[], Any]) -> float:
    """Milliseconds until the map says another count of incidents than before."""
    before = page.evaluate(_COUNT)
    began = time.perf_counter()
    act()
    # Not wait_for_function: it evaluates in the page, which the security policy refuses.
    waiting = f"""async (before) => {{
      while (!({_CHANGED})(before)) await new Promise(requestAnimationFrame);
    }}"""
    page.evaluate(waiting, before)
    return (time.perf_counter() - began) * 1000


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
