"""How fast the dashboard is: pages by the number of incidents, decisions by the number of screens.

python -m tests.benchmarks.dashboard [--only pages sessions arrivals] [--sizes N …] [--sessions N …]

The whole product runs: a store filled with invented incidents (as many ended as open), the process
that judges, and the dashboard. `pages`: each page as somebody who may see it, its rerun over a
WebSocket and the time until it stands in Chromium. `sessions`: signed-in control rooms that renew
their board whenever something arrives, while one of them decides. `arrivals`: from stored in the
inbox to a row on the screen. Prints Markdown tables for docs/benchmarks.md; progress on stderr.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Final

from core.demo import seed_demo
from core.settings import Settings, settings
from core.wiring import Services, build
from tests.benchmarks.arrivals import measure_arrivals
from tests.benchmarks.figures import say
from tests.benchmarks.fill import MESSAGES_PER_INCIDENT, fill
from tests.benchmarks.pages import PageTimes, measure_pages, page_table
from tests.benchmarks.sessions import measure_sessions

PARTS: Final = ("pages", "sessions", "arrivals")
_USUAL: Final = 1_000
"""How many incidents are open where the number of screens, or an arrival, is looked at."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1_000, 10_000])
    parser.add_argument("--sessions", type=int, nargs="*", default=[1, 10, 25, 50])
    parser.add_argument("--seconds", type=float, default=30.0, help="of decisions a row")
    parser.add_argument("--arrivals", type=int, default=20)
    chosen = parser.parse_args()
    began = time.monotonic()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        given = build(Settings(folder=Path(folder), model_folder=settings().models))
        seed_demo(given)
        _measure(given, chosen)
        given.store.close()
    say(f"all of it took {(time.monotonic() - began) / 60:.1f} minutes")


def _measure(given: Services, chosen: argparse.Namespace) -> None:
    """One store that grows; at the usual size come the parts that look at no other."""
    filled = 0
    pages: dict[int, list[PageTimes]] = {}
    for size in _sizes(chosen):
        _fill_up(given, size - filled)
        filled = size
        if "pages" in chosen.only and size in chosen.sizes:
            pages[size] = measure_pages(given, size)
        if size == _USUAL and "sessions" in chosen.only:
            measure_sessions(given, chosen.sessions, chosen.seconds)
        if size == _USUAL and "arrivals" in chosen.only:
            measure_arrivals(given, chosen.arrivals)
    if pages:
        print(page_table(pages))


def _sizes(chosen: argparse.Namespace) -> list[int]:
    wanted = set(chosen.sizes) if "pages" in chosen.only else set()
    return sorted(wanted | ({_USUAL} if {"sessions", "arrivals"} & set(chosen.only) else set()))


def _fill_up(given: Services, more: int) -> None:
    """Adds so many open incidents, and as many that have ended."""
    say(f"{more:,} more open incidents")
    fill(given, 2 * more * MESSAGES_PER_INCIDENT, open_share=0.5)


if __name__ == "__main__":
    main()
