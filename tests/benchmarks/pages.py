"""Every page as somebody who may see it: its rerun over a WebSocket, and in Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser

from core.demo import ACCOUNTS, PASSWORD
from core.wiring import Services
from pages._bar import cards
from pages._frame import Card
from pages.admin import TABS
from pages.evaluation import PARTS
from tests.benchmarks.browser import chromium, signed_in, visit
from tests.benchmarks.figures import percentile, say
from tests.benchmarks.screens import SimulatedScreen
from tests.e2e.dashboard import Dashboard

_RERUNS: Final = 5
_VISITS: Final = 3
_LIGHT: Final = "help"
"""Every role sees it: from here one goes to the page that is timed."""

_PARTS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "admin": ("tab", list(TABS)),
    "evaluation": ("part", list(PARTS)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTimes:
    """How long a page takes, in milliseconds; of one with parts, its slowest part too."""

    name: str
    reruns: list[float]
    visits: list[float]


def measure_pages(given: Services, size: int) -> list[PageTimes]:
    with Dashboard(given.settings.folder) as dashboard:
        reruns = asyncio.run(_reruns(dashboard, size))
        with chromium() as browser:
            visits = _visits(browser, dashboard, size) if browser else {}
    return [
        PageTimes(name=name, reruns=times, visits=visits.get(name, []))
        for name, times in reruns.items()
    ]


def page_table(pages: Mapping[int, Sequence[PageTimes]]) -> str:
    """A row a page: median and worst, by the number of open incidents."""
    heads = [f"{what}, {size:,}" for what in ("rerun", "in Chromium") for size in pages]
    lines = [f"| page | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for row in zip(*pages.values(), strict=True):
        times = [page.reruns for page in row] + [page.visits for page in row]
        lines.append(f"| {row[0].name} | {' | '.join(_cell(each) for each in times)} |")
    return "\n".join(["", "Milliseconds: median (worst).", "", *lines])


def _cell(times: Sequence[float]) -> str:
    return f"{percentile(times, 0.5):.0f} ({max(times):.0f})" if times else ""


async def _reruns(dashboard: Dashboard, size: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for name, card in cards().items():
        say(f"{size:,} incidents, rerun of {name}")
        found[name] = await _rerun(dashboard, name, card)
        param, parts = _PARTS.get(name, ("", ()))
        slowest = {part: await _rerun(dashboard, name, card, f"{param}={part}") for part in parts}
        if slowest:
            part = max(slowest, key=lambda part: percentile(slowest[part], 0.5))
            found[f"{name}, its slowest part"] = slowest[part]
            say(f"slowest part of {name}: {part}")
    return found


async def _rerun(dashboard: Dashboard, name: str, card: Card, query: str = "") -> list[float]:
    """Milliseconds of each run but the first, which fills what is shared."""
    cookies = cookies_of(dashboard, _login(card))
    async with SimulatedScreen(dashboard.address, cookies, name) as screen:
        times = [await screen.open(query) * 1000 for _ in range(_RERUNS + 1)]
    return times[1:]


def cookies_of(dashboard: Dashboard, login: str) -> str:
    """A session of its own for somebody of the demonstration."""
    client = dashboard.signed_in(login, PASSWORD)
    client.close()
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def _login(card: Card) -> str:
    return next(account.login for account in ACCOUNTS if account.role in card.roles)


def _visits(browser: Browser, dashboard: Dashboard, size: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    by_login: dict[str, list[str]] = {}
    for name, card in cards().items():
        by_login.setdefault(_login(card), []).append(name)
    for login, names in by_login.items():
        screen = signed_in(browser, dashboard.address, login, f"/{_LIGHT}")
        for name in names:
            say(f"{size:,} incidents, {name} in Chromium")
            if name == _LIGHT:
                visit(screen.page, names[0])
            for _ in range(_VISITS):
                found.setdefault(name, []).append(visit(screen.page, name))
                visit(screen.page, _LIGHT if name != _LIGHT else names[0])
        screen.page.context.close()
    return found
