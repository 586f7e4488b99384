"""Signed-in control rooms that renew their board as things arrive, while one of them decides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Final

from playwright.sync_api import Page

from core.domain import Status
from core.store.queries import revision
from core.telling import status_name
from core.wiring import Services
from tests.benchmarks.browser import chromium, press, signed_in
from tests.benchmarks.figures import memory_mb, processor_s, say, spread
from tests.benchmarks.pages import cookies_of
from tests.benchmarks.screens import Drawing, SimulatedScreen, heads, says
from tests.benchmarks.worker import Residents, Worker
from tests.e2e.dashboard import Dashboard

ARRIVAL_EVERY_S: Final = 3.0
_PAUSE_S: Final = 0.7
"""Between two decisions: nobody is faster, and what the one before set off has begun."""

_LOOK_EVERY_S: Final = 0.03
_DISPATCHERS: Final = ("centralist", "centralist2")
_NEW, _ACCEPTED = (status_name("nl", status) for status in (Status.NEW, Status.ACCEPTED))
_HEAD: Final = ".st-key-room-head"
_COLUMNS: Final = (
    "screens",
    *(
        f"{kind} {figure}"
        for kind in ("decision", "in Chromium", "board renewed")
        for figure in ("p50", "p95", "worst")
    ),
    "MB a screen",
    "cores",
)


def measure_sessions(given: Services, counts: Sequence[int], seconds: float) -> None:
    """A row for each number of screens: decisions, boards, memory, and cores of the dashboard."""
    print(f"\n| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|")
    for count in counts:
        with Dashboard(given.settings.folder) as dashboard, Worker(given):
            try:
                print(asyncio.run(_under_load(given, dashboard, count, seconds)), flush=True)
            except BaseException:
                say(dashboard.log()[-2000:])
                raise


async def _under_load(given: Services, dashboard: Dashboard, count: int, seconds: float) -> str:
    assert dashboard.process is not None
    process_id = dashboard.process.pid
    await _warm_up(dashboard)
    before_mb = memory_mb(process_id)
    async with AsyncExitStack() as stack:
        say(f"{count} screens sign in")
        screens = [await stack.enter_async_context(_screen(dashboard, n)) for n in range(count)]
        for screen in screens:
            await screen.open()
            screen.follow()
        committed: dict[int, float] = {}
        watching = asyncio.create_task(_watch(given, committed))
        with Residents(given, ARRIVAL_EVERY_S):
            used_s, began = processor_s(process_id), time.monotonic()
            say(f"{count} screens, one of them decides")
            decisions = await _decide(screens[0], seconds)
            cores = (processor_s(process_id) - used_s) / (time.monotonic() - began)
            renewals = [ms for one in screens for ms in _renewals(one.drawings, committed)]
            mb_a_screen = (memory_mb(process_id) - before_mb) / count
            say(f"{count} screens, somebody decides in Chromium")
            in_browser = await asyncio.to_thread(_decide_in_browser, dashboard, seconds / 2)
        watching.cancel()
    cells = [str(count), *(spread(times) for times in (decisions, in_browser, renewals))]
    return f"| {' | '.join([*cells, f'{mb_a_screen:.1f}', f'{cores:.2f}'])} |"


async def _warm_up(dashboard: Dashboard) -> None:
    """What is shared between screens is made by the first, and not counted to any."""
    async with _screen(dashboard, 1) as screen:
        await screen.open()
        for incident_id in screen.rows[-3:]:
            await screen.trigger("room.queue", "chosen", incident_id, heads(f"HNM-{incident_id} "))
            await asyncio.sleep(_PAUSE_S)


def _screen(dashboard: Dashboard, number: int) -> SimulatedScreen:
    login = _DISPATCHERS[number % len(_DISPATCHERS)]
    return SimulatedScreen(dashboard.address, cookies_of(dashboard, login))


async def _decide(screen: SimulatedScreen, seconds: float) -> list[float]:
    """Milliseconds of each step, from the click until the new state is drawn."""
    times: list[float] = []
    until = time.monotonic() + seconds
    place = 0
    while time.monotonic() < until:
        incident_id = screen.rows[place % len(screen.rows)]
        place += 7
        await screen.look(incident_id)
        times.append(
            await screen.trigger("room.queue", "chosen", incident_id, heads(f"HNM-{incident_id} "))
        )
        await asyncio.sleep(_PAUSE_S)
        for key, words in (("accept", _ACCEPTED), ("undo", _NEW)):
            times.append(await screen.press(f"room.{key}", says(words)))
            await asyncio.sleep(_PAUSE_S)
    return [taken * 1000 for taken in times]


def _decide_in_browser(dashboard: Dashboard, seconds: float) -> list[float]:
    """The same in Chromium."""
    times: list[float] = []
    until = time.monotonic() + seconds
    with chromium() as browser:
        if browser is None:
            return times
        screen = signed_in(browser, dashboard.address, _DISPATCHERS[1])
        while not times or time.monotonic() < until:
            times += _decide_once(screen.page, len(times))
    return times


def _decide_once(page: Page, place: int) -> list[float]:
    number = page.locator("li[role=option]").nth(place % 20).get_attribute("data-id")
    steps = [(page.locator(f"li[data-id='{number}']"), f"HNM-{number} ")]
    for key, words in (("accept", _ACCEPTED), ("undo", _NEW)):
        steps.append((page.locator(f".st-key-room-{key} button"), words))
    times = []
    for element, words in steps:
        times.append(press(element, _HEAD, words))
        page.wait_for_timeout(_PAUSE_S * 1000)
    return times


async def _watch(given: Services, committed: dict[int, float]) -> None:
    """Notes when each revision was there."""
    while True:
        with given.store.read() as connection:
            committed.setdefault(revision(connection), time.perf_counter())
        await asyncio.sleep(_LOOK_EVERY_S)


def _renewals(drawings: Sequence[Drawing], committed: Mapping[int, float]) -> list[float]:
    """Milliseconds from the first change that a board did not show until it was drawn anew."""
    found = []
    for before, after in pairwise(drawings):
        missed = [at for number, at in committed.items() if before.revision < number]
        if missed:
            found.append((after.at - min(missed)) * 1000)
    return found
