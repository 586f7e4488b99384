"""From stored in the inbox to a row in the queue of a real Chromium."""

from __future__ import annotations

import time
from typing import Final

from core.wiring import Services
from tests.benchmarks.browser import chromium, signed_in
from tests.benchmarks.figures import say, spread
from tests.benchmarks.worker import Worker, write
from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import Screen

_WHO: Final = "centralist"
_STREETS: Final = ("Bostonsingel", "Athenesingel", "Londensingel", "Keukenhoflaan", "Polanenhof")
_GIVE_UP_S: Final = 20.0


def measure_arrivals(given: Services, count: int) -> None:
    with Dashboard(given.settings.folder) as dashboard, Worker(given), chromium() as browser:
        if browser is None:
            return
        screen = signed_in(browser, dashboard.address, _WHO)
        say(f"{count} arrivals in Chromium")
        _arrival(screen, given, 0)  # the worker loads its models before the first
        times = [_arrival(screen, given, number + 1) for number in range(count)]
    seen = [ms for ms in times if ms is not None]
    print("\n| from stored in the inbox to in the queue | seen | p50 ms | p95 ms | worst ms |")
    print("|---|---|---|---|---|")
    print(f"| one screen | {len(seen)} of {count} | {spread(seen)} |")


def _arrival(screen: Screen, given: Services, number: int) -> float | None:
    """Milliseconds until the queue shows something new; None if it never did."""
    queue = screen.page.locator("ul[role=listbox]")
    before = queue.inner_text()
    street = _STREETS[number % len(_STREETS)]
    write(given, number, f"Er wordt nu ingebroken op de {street} {number * 7 + 3}, twee man!")
    began = time.perf_counter()
    while time.perf_counter() - began < _GIVE_UP_S:
        if queue.inner_text() != before:
            took = (time.perf_counter() - began) * 1000
            screen.page.wait_for_timeout(500)
            return took
        screen.page.wait_for_timeout(20)
    return None
