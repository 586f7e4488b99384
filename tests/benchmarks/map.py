"""How fast the control room's map follows: what arrives, what is clicked, with many incidents.

python -m tests.benchmarks.map [--incidents 100 1000 10000] [--times N]

The demo's store is filled with open incidents, the dashboard runs, one Chromium looks at it. A
change is a real decision of a colleague: its time runs from the push over the event stream, as the
browser hears it, until two frames after the map holds the new rows. A click is a real one on a
mark: its time runs until the incident stands in the panel beside it. The queue shows the newest
2,000 that are open; drawing 10,000 marks is measured beside that, in the browser alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from core import triage
from core.demo import PASSWORD, seed_demo
from core.domain import Urgency
from core.settings import Settings, settings
from core.store.accounts import user_of
from core.store.room_queries import queue
from core.wiring import Services, build
from tests.benchmarks.fill import MESSAGES_PER_INCIDENT, fill
from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import Screen

_WHO: Final = "centralist"
_GIVE_UP_MS: Final = 20_000
_LISTEN: Final = """
const Native = window.WebSocket;
window.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    if (!String(given[0]).includes("/events")) return;
    this.addEventListener("message", (event) => {
      const { revision } = JSON.parse(event.data);
      if (revision !== window.hnmRevision) window.hnmPushedAt = performance.now();
      window.hnmRevision = revision;
    });
  }
};
"""
_AWAIT_ROWS: Final = """
() => {
  const live = window.hnmMaps.get("room.map");
  window.hnmPushedAt = null;
  window.hnmUpdate = new Promise((done) => {
    let first = true;
    live.onRows(() => {
      if (first || window.hnmPushedAt === null) { first = false; return; }
      requestAnimationFrame(() => requestAnimationFrame(() => {
        live.listeners.length = 0;
        done(performance.now() - window.hnmPushedAt);
      }));
    });
  });
}
"""
_PLACE: Final = """
(number) => {
  const live = window.hnmMaps.get("room.map");
  const row = live.rows[Math.floor(live.rows.length * number)];
  live.map.panTo([row[1], row[2]], { animate: false });
  const at = live.map.latLngToContainerPoint([row[1], row[2]]);
  const frame = live.map.getContainer().getBoundingClientRect();
  const [x, y] = [Math.round(frame.left + at.x), Math.round(frame.top + at.y)];
  const found = live.paint.nearest({ x: x - frame.left, y: y - frame.top });
  const note = () => { window.hnmClickedAt = performance.now(); };
  live.map.getContainer().addEventListener("click", note, { capture: true, once: true });
  window.hnmDetail = new Promise((done) => {
    const look = () => {
      const head = document.querySelector(".st-key-room-detail h3")?.textContent ?? "";
      const there = window.hnmClickedAt && head.includes(`HNM-${found[0]} `);
      if (there) done(performance.now() - window.hnmClickedAt);
      else requestAnimationFrame(look);
    };
    window.hnmClickedAt = null;
    look();
  });
  return [x, y];
}
"""
_DRAW: Final = """
(count) => {
  const live = window.hnmMaps.get("room.map");
  const topics = Object.keys(live.ground.topics);
  const at = (i) => [52.0148 + ((i * 0.618) % 1) * 0.03, 4.2727 + ((i * 0.414) % 1) * 0.035];
  const look = (i) => [topics[i % topics.length], 22 + (i % 5) * 4, i % 16, "", 0, 0];
  const rows = Array.from({ length: count }, (_, i) => [1e6 + i, ...at(i), ...look(i)]);
  const took = [];
  for (let turn = 0; turn < 20; turn++) {
    const began = performance.now();
    live.paint.takeRows(rows.slice());
    live.showMarks();
    live.paint.now();
    took.push(performance.now() - began);
  }
  live.draw();
  return took;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--times", type=int, default=25)
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for count in chosen.incidents:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), count, chosen.times)


def _measure(folder: Path, count: int, times: int) -> None:
    services = build(Settings(folder=folder, model_folder=settings().models))
    seed_demo(services)
    fill(services, count * MESSAGES_PER_INCIDENT, open_share=1.0)
    with Dashboard(folder) as dashboard, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.add_init_script(_LISTEN)
        page.set_default_timeout(_GIVE_UP_MS)
        screen = Screen(page, dashboard.address)
        screen.sign_in(_WHO, PASSWORD)
        screen.map.wait_for()
        shown = screen.map.get_attribute("data-count")
        print(f"{count} incidents in the store, {shown} on the map")
        _updates(screen, services, times)
        _clicks(screen, times)
        if count >= 1_000:
            _say("10,000 marks drawn anew", page.evaluate(_DRAW, 10_000))
        browser.close()
    services.store.close()


def _updates(screen: Screen, services: Services, times: int) -> None:
    screen.page.wait_for_timeout(2_000)
    screen.move_map(52.03, 4.285, 14.5)
    view = screen.map_view()
    took = []
    for number in range(times):
        screen.page.evaluate(_AWAIT_ROWS)
        _decide(services, number)
        took.append(float(screen.page.evaluate("window.hnmUpdate")))
        screen.page.wait_for_timeout(700)  # the queue asks at most twice a second
    _say("push to map", took)
    print(f"  view kept: {'yes' if screen.map_view() == view else 'NO'}")


def _decide(services: Services, number: int) -> None:
    """A colleague says of one incident that it is urgent, or that it is not."""
    with services.store.unit() as unit:
        incident = queue(unit.connection)[number % 50]
        user = user_of(unit.accounts.row(_WHO))
        urgent = incident.urgency is Urgency.URGENT
        wanted = Urgency.NOT_URGENT if urgent else Urgency.URGENT
        triage.set_urgency(incident.id, incident.version, user, unit, wanted)


def _clicks(screen: Screen, times: int) -> None:
    page = screen.page
    took = []
    for number in range(times):
        x, y = page.evaluate(_PLACE, (number + 0.5) / times)
        screen.settle()
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        took.append(_answered(page))
        screen.settle()
    _say("click to detail", [ms for ms in took if ms is not None])
    lost = took.count(None)
    if lost:
        print(f"  {lost} clicks without an answer")


def _answered(page: Page) -> float | None:
    script = (
        f"Promise.race([window.hnmDetail, new Promise(d => setTimeout(d, {_GIVE_UP_MS}, null))])"
    )
    found: Any = page.evaluate(script)
    return None if found is None else float(found)


def _say(what: str, took: Sequence[float]) -> None:
    if not took:
        print(f"  {what}: nothing measured")
        return
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"  {what}: median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, "
        f"worst {ordered[-1]:.0f} ms, {len(ordered)} times"
    )


if __name__ == "__main__":
    main()
