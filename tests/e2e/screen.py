"""One screen in a browser: signed in, watched for requests to others and for script failures."""

from __future__ import annotations

import time
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, WebSocket, expect

_OWN = ("127.0.0.1",)
_PATIENCE_S = 20.0
_WHERE_IS_FOCUS = """one => {
    const root = one.getRootNode(), at = root.activeElement;
    const form = root === document ? one.closest(".st-key-room-form") : root;
    if (at === one) return "here";
    return at && form?.contains(at) ? "near" : "elsewhere";
}"""
_SETTLED = '[data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'


class OpenScreen(Protocol):
    """Opens a screen for somebody who signs in; `options` are Playwright's for a context."""

    def __call__(self, login: str, path: str = "/", **options: Any) -> Screen: ...


class Screen:
    """A page with the words of the control room."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.outside: list[str] = []
        self.failures: list[str] = []
        page.on("request", self._note_request)
        page.on("websocket", self._note_socket)
        page.on("pageerror", lambda error: self.failures.append(str(error)))

    def sign_in(self, login: str, password: str, path: str = "/") -> None:
        self.page.goto(f"{self.address}/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button")
        self.page.wait_for_url(f"{self.address}/")
        if path != "/":
            self.page.goto(f"{self.address}{path}")
        self.settle()

    def settle(self) -> None:
        """Waits until the script has run."""
        self.page.wait_for_selector(_SETTLED, timeout=30_000)
        self.page.wait_for_timeout(50)  # a run that a click asks for starts a moment after it
        self.page.wait_for_selector(_SETTLED, timeout=30_000)

    @property
    def rows(self) -> Locator:
        return self.page.locator("li[role=option]")

    def row(self, text: str) -> Locator:
        return self.rows.filter(has_text=text)

    def choose(self, text: str) -> None:
        """Chooses an incident in the queue by what its row says, and waits until it is shown."""
        row = self.row(text).first
        number = row.get_attribute("data-id")
        row.click()
        expect(self.heading).to_contain_text(f"HNM-{number} ")
        self.settle()

    def press(self, key: str) -> None:
        """Presses a key once the buttons it may belong to are there."""
        self.settle()
        self.page.keyboard.press(key)

    def press_by_tab(self, wanted: Locator) -> None:
        """Presses a form's button by Enter, reached by Tab alone once the form has the focus."""
        expect(wanted).to_be_visible()
        self.settle()
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            match wanted.evaluate(_WHERE_IS_FOCUS):
                case "here":
                    self.page.keyboard.press("Enter")
                    return
                case "near":
                    self.page.keyboard.press("Tab")
                case _:
                    self.page.wait_for_timeout(50)
        raise AssertionError("the focus does not come there")

    @property
    def detail(self) -> Locator:
        return self.page.locator(".st-key-room-detail")

    @property
    def heading(self) -> Locator:
        return self.detail.locator("h3").first

    def step(self, name: str) -> Locator:
        return self.page.locator(f".st-key-room-{name} button")

    def submit(self, name: str) -> Locator:
        return self.page.locator(f".st-key-room-submit-{name} button")

    @property
    def live(self) -> Locator:
        return self.page.locator(".live")

    @property
    def map(self) -> Locator:
        """The live map, once it is drawn."""
        return self.page.locator(".live-map[data-count]")

    def map_view(self) -> list[float]:
        """Latitude, longitude and zoom of the map."""
        script = """() => { const { map } = window.hnmMaps.get("room.map");
            return [map.getCenter().lat, map.getCenter().lng, map.getZoom()]; }"""
        self.map.wait_for()
        return [round(value, 4) for value in self.page.evaluate(script)]

    def move_map(self, lat: float, lon: float, zoom: float) -> None:
        self.map.wait_for()
        script = "to => window.hnmMaps.get('room.map').map.setView([to[0], to[1]], to[2])"
        self.page.evaluate(script, [lat, lon, zoom])

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in _OWN:
            self.outside.append(request.url)

    def _note_socket(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).hostname not in _OWN:
            self.outside.append(socket.url)
