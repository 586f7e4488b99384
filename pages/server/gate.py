"""Nobody comes in without a session: every request and every WebSocket is checked here first.

Streamlit itself lets a WebSocket open without signing in; pages check once more on every run.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts import session
from core.domain import User
from core.errors import NotSignedIn
from core.wiring import services

COOKIE: Final = "hnm_session"
ENDED: Final = 4401
"""The WebSocket's closing code for a session that has ended."""

_OPEN: Final = ("/assets/", "/static/")
_OPEN_PATHS: Final = frozenset(
    {"/login", "/setup", "/healthz", "/_stcore/health", "/favicon.ico", "/favicon.png"}
)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """poort: lets through what is open to all, and who has a session."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif _is_foreign(scope):
            await _refuse(scope, receive, send, 403)
        elif _is_open(scope["path"]) or await _signed_in(scope):
            await self._app(scope, receive, send)
        elif _wants_page(scope):
            await RedirectResponse("/login", status_code=303)(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 401)


def user_of(token: str | None) -> User | None:
    """The user of a cookie's token, or None; asks the database."""
    given = services()
    try:
        return session(token, given.store, given.settings.session_idle).user
    except NotSignedIn:
        return None


async def _signed_in(scope: Scope) -> bool:
    token = HTTPConnection(scope).cookies.get(COOKIE)
    user = await anyio.to_thread.run_sync(user_of, token) if token else None
    scope["hnm_user"] = user
    return user is not None


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_OPEN)


def _is_foreign(scope: Scope) -> bool:
    """True for what another site makes a browser send: a changing request or a WebSocket."""
    headers = Headers(scope=scope)
    if scope["type"] == "websocket":
        return not _same_host(headers.get("origin"), headers, absent_is_fine=True)
    if scope["method"] in _SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    return not _same_host(headers.get("origin"), headers, absent_is_fine=False)


def _same_host(origin: str | None, headers: Headers, *, absent_is_fine: bool) -> bool:
    if origin is None:
        return absent_is_fine
    return urlsplit(origin).netloc == headers.get("host")


def _wants_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": ENDED})
    else:
        await PlainTextResponse("", status_code=status)(scope, receive, send)
