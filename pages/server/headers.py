"""What every answer carries, and the start page in the user's language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import ROOT
from core.wiring import services
from pages.server import basemap
from pages.server.theme import script_tag

_DASHBOARD: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{tiles}; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_FORM: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
NO_PAGE: Final = "no_page"
"""The address of the page that says in the user's language that there is no such page."""
_PAGES: Final = ROOT / "pages"
_OTHERS: Final = frozenset(
    {"login", "logout", "setup", "healthz", "events", "assets", "static", "media", "component"}
)
"""First parts of addresses that are no pages."""
_FORM_PATHS: Final = frozenset({"/login", "/setup"})
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class SecurityHeaders:
    """Adds the headers that keep the browser from asking anybody else for anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = _FORM if scope["path"] in _FORM_PATHS else await _dashboard()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), policy)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class StartPage:
    """Puts the user's language, our title and the theme into Streamlit's start page.

    Streamlit's page says lang="en", and a screen reader would read Dutch aloud as English.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = scope.get("hnm_user")
        if scope["type"] != "http" or scope["method"] != "GET" or user is None:
            await self._app(scope, receive, send)
            return
        if _is_lost(scope):
            await RedirectResponse(f"/{NO_PAGE}", status_code=303)(scope, receive, send)
            return
        rewriter = _Rewriter(send, user.language)
        await self._app(_without_shortcuts(scope), receive, rewriter.send)


class _Rewriter:
    """Holds an html answer back until it is whole; passes everything else on."""

    def __init__(self, send: Send, language: str) -> None:
        self._send = send
        self._language = language
        self._start: dict[str, Any] | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = dict(message)
        elif self._start is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()

    async def _finish(self) -> None:
        assert self._start is not None  # a body follows its start
        opening = f'<html lang="{self._language}">'.encode()
        body = self._body.replace(b'<html lang="en">', opening, 1)
        body = body.replace(b"<title>Streamlit</title>", b"<title>Het Nieuwe Melden</title>", 1)
        first = f"<head>{script_tag(services().settings)}".encode()
        body = body.replace(b"<head>", first, 1)
        headers = MutableHeaders(scope=self._start)
        headers["content-length"] = str(len(body))
        headers["cache-control"] = "no-store"
        del headers["etag"]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


async def _dashboard() -> str:
    """The dashboard's policy; pictures come from one host more when an administrator chose it."""
    host = await basemap.host()
    return _DASHBOARD.format(tiles=f" {host}" if host else "")


def _is_lost(scope: Scope) -> bool:
    """A page is asked for that there is not: Streamlit would say so in English."""
    first, *others = scope["path"].strip("/").split("/")
    if not _wants_page(scope) or first.startswith("_") or first in _OTHERS:
        return False
    return bool(others) or first not in _addresses()


@lru_cache
def _addresses() -> frozenset[str]:
    """The addresses of all pages, whoever may see them, and the start."""
    return frozenset({"", NO_PAGE, *(path.stem for path in _PAGES.glob("[!_]*.py"))})


def _wants_page(scope: Scope) -> bool:
    return any(k == b"accept" and b"text/html" in v for k, v in scope["headers"])


def _without_shortcuts(scope: Scope) -> Scope:
    """The request without what would bring a packed or an unchanged answer: it is rewritten."""
    if not _wants_page(scope):
        return scope
    shortcuts = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(k, v) for k, v in scope["headers"] if k not in shortcuts]}


def _is_html(message: Message) -> bool:
    return MutableHeaders(scope=message).get("content-type", "").startswith("text/html")


def _add(headers: MutableHeaders, policy: str) -> None:
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers["content-security-policy"] = policy
    if services().settings.secure_cookies:
        headers["strict-transport-security"] = "max-age=31536000"
