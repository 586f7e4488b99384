"""The door to the outside: machines of others knock here, never at the dashboard.

Another process on another port, so that an overload or a hole in one is not one in the other.
Every file in connectors/doors is a door; /openapi.json describes them all.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import connectors.doors
from core.errors import HNMError
from core.i18n import DEFAULT, error_text
from core.settings import Settings

log = logging.getLogger(__name__)

MOST_BYTES: Final = 4_000_000
"""A larger request is refused before it is read."""


class TooLarge(Exception):
    """A request goes on for longer than it may."""


class LimitedBody:
    """Refuses a request that says it is too large, and ends one that turns out to be."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _announced(scope) > self._most:
            await _refusal(413, f"more than {self._most} bytes")(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise TooLarge
            return message

        return counted


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


def door() -> FastAPI:
    """The outside process's app, with every door of the folder."""
    app = FastAPI(
        title="Het Nieuwe Melden",
        description="What other systems may ask of Het Nieuwe Melden.",
        docs_url=None,  # its page loads scripts from others
        redoc_url=None,
    )
    folder = connectors.doors
    for module in pkgutil.iter_modules(folder.__path__):
        found = importlib.import_module(f"{folder.__name__}.{module.name}")
        app.include_router(found.router)
        _describe(app, getattr(found, "SCHEMAS", {}))
    app.add_exception_handler(RequestValidationError, _say_what_is_wrong)
    app.add_exception_handler(HTTPException, _say_refused)
    app.add_exception_handler(HNMError, _say_failure)
    app.add_middleware(LimitedBody)
    return app


def _describe(app: FastAPI, schemas: dict[str, Any]) -> None:
    """Adds what a door reads as raw bytes, which the framework cannot see, to /openapi.json."""
    known = app.openapi

    def openapi() -> dict[str, Any]:
        found = known()
        found["components"]["schemas"] |= schemas
        return found

    if schemas:
        app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def serve(given: Settings) -> None:
    """Runs the door until asked to stop."""
    uvicorn.run(
        door(),
        host=given.web_host,
        port=given.outside_port,
        log_level="warning",
        server_header=False,
    )


def _say_what_is_wrong(_: Request, error: Exception) -> JSONResponse:
    """Which field is wrong and why, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    found = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return _refusal(400, "; ".join(found[:5]))


def _say_refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _refusal(error.status_code, str(error.detail))


def _say_failure(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HNMError)
    log.warning("outside door failed error=%s", type(error).__name__)
    return _refusal(503, error_text(DEFAULT, error))


def _refusal(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status_code=status)
