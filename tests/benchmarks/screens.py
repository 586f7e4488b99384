"""How fast the dashboard is with many screens open, and how soon a new incident is on them.

python -m tests.benchmarks.screens [--screens N] [--seconds S] [--arrivals N] [--filled N]

The whole product runs: the demo's store with `filled` more messages, the process that judges, and
the dashboard. First N signed-in screens, each over its own WebSocket as a browser would, run the
control room again every two seconds while messages arrive; then a real Chromium waits for each of a
row of new incidents, from "stored in the inbox" to "row in the queue".
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import websockets
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.demo import PASSWORD, seed_demo
from core.domain import Event, EventKind
from core.inbox import receive
from core.settings import ROOT, Settings, settings
from core.wiring import Services, build
from tests.benchmarks.fill import fill
from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import Screen

_PAUSE_S = 2.0
_GIVE_UP_S = 20.0
_WHO = "centralist"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--arrivals", type=int, default=30)
    parser.add_argument("--filled", type=int, default=1_000)
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        services = _services(Path(folder), chosen.filled)
        with Dashboard(services.settings.folder) as dashboard, _Worker(services):
            asyncio.run(_screens(dashboard, chosen.screens, chosen.seconds, services))
            print(f"dashboard: {_memory_mb(dashboard):.0f} MB after that")
            _arrivals(dashboard, chosen.arrivals, services)
        services.store.close()


def _services(folder: Path, filled: int) -> Services:
    services = build(Settings(folder=folder, model_folder=settings().models))
    seed_demo(services)
    fill(services, filled)
    return services


class _Worker:
    """The process role, over the same folder."""

    def __init__(self, services: Services) -> None:
        self._folder = str(services.settings.folder)
        self._models = str(services.settings.models)

    def __enter__(self) -> None:
        environment = {**os.environ, "HNM_FOLDER": self._folder, "HNM_MODEL_FOLDER": self._models}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "connectors", "process"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


def _say(services: Services, number: int, text: str) -> None:
    """One resident writes; it is stored in the inbox when this returns."""
    with services.store.unit() as unit:
        groups = [group for group in unit.pilots.groups() if not group.is_open_source]
        event = Event(
            kind=EventKind.MESSAGE,
            native_id=f"benchmark-{time.time_ns()}-{number}",
            author=f"resident {number}",
            sent_at=datetime.now(UTC),
            text=text,
        )
        receive([event], groups[number % len(groups)], unit, services.vault)


async def _screens(dashboard: Dashboard, count: int, seconds: float, services: Services) -> None:
    cookies = "; ".join(f"{k}={v}" for k, v in dashboard.signed_in(_WHO, PASSWORD).cookies.items())
    stop_at = time.monotonic() + seconds
    writing = asyncio.create_task(asyncio.to_thread(_keep_writing, services, stop_at))
    runs = await asyncio.gather(*(_screen(dashboard, cookies, n, stop_at) for n in range(count)))
    await writing
    times = sorted(ms for screen in runs for ms in screen[1:])
    if not times:
        print("no screen ran a second time")
        return
    p95 = times[int(len(times) * 0.95)]
    print(
        f"{count} screens, {len(times)} reruns of the control room: "
        f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, worst {times[-1]:.0f} ms"
    )


def _keep_writing(services: Services, stop_at: float) -> None:
    number = 0
    while time.monotonic() < stop_at:
        _say(services, number, "Er ligt weer grofvuil naast de container in de Berlijnstraat")
        number += 1
        time.sleep(1.0)


async def _screen(dashboard: Dashboard, cookies: str, number: int, stop_at: float) -> list[float]:
    """Milliseconds of each run of one screen, from asking until finished."""
    url = dashboard.address.replace("http", "ws") + "/_stcore/stream"
    headers = {"Cookie": cookies, "Origin": dashboard.address}
    await asyncio.sleep(number * _PAUSE_S / 20)
    times: list[float] = []
    async with websockets.connect(
        url, additional_headers=headers, subprotocols=["streamlit"], max_size=None
    ) as socket:
        while time.monotonic() < stop_at:
            began = time.perf_counter()
            await _rerun(socket)
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(_PAUSE_S)
    return times


async def _rerun(socket: Any) -> None:
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    await socket.send(asked.SerializeToString())
    until = time.monotonic() + _GIVE_UP_S
    while time.monotonic() < until:
        told = ForwardMsg()
        told.ParseFromString(await asyncio.wait_for(socket.recv(), _GIVE_UP_S))
        if told.WhichOneof("type") == "script_finished":
            return


def _arrivals(dashboard: Dashboard, count: int, services: Services) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed: time to the screen not measured")
        return
    streets = ["Bostonsingel", "Athenesingel", "Londensingel", "Keukenhoflaan", "Polanenhof"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        screen = Screen(
            browser.new_page(viewport={"width": 1366, "height": 768}), dashboard.address
        )
        screen.sign_in(_WHO, PASSWORD)
        times = [_arrival(screen, services, n, streets[n % len(streets)]) for n in range(count)]
        browser.close()
    seen = sorted(ms for ms in times if ms is not None)
    if seen:
        print(
            f"{len(seen)} of {count} arrivals on the screen: p50 {statistics.median(seen):.0f} ms, "
            f"p95 {seen[min(len(seen) - 1, int(len(seen) * 0.95))]:.0f} ms after being stored"
        )


def _arrival(screen: Screen, services: Services, number: int, street: str) -> float | None:
    """Milliseconds until the queue shows something new; None if it never did."""
    queue = screen.page.locator("ul[role=listbox]")
    before = queue.inner_text()
    _say(services, number, f"Er wordt nu ingebroken op de {street} {number * 7 + 3}, twee man!")
    began = time.perf_counter()
    while time.perf_counter() - began < _GIVE_UP_S:
        if queue.inner_text() != before:
            took = (time.perf_counter() - began) * 1000
            screen.page.wait_for_timeout(500)
            return took
        screen.page.wait_for_timeout(20)
    return None


def _memory_mb(dashboard: Dashboard) -> float:
    assert dashboard.process is not None
    status = Path(f"/proc/{dashboard.process.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
