"""The dashboard's launcher: its pages, its own routes, and what runs beside them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from core.settings import ROOT
from core.wiring import services
from pages.server import basemap, forms
from pages.server.gate import Gate
from pages.server.headers import SecurityHeaders, StartPage
from pages.server.health import healthz
from pages.server.stream import events, fan


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Opens the store and keeps the event stream going while the server runs."""
    await anyio.to_thread.run_sync(services)
    gc.freeze()  # what is loaded by now stays: the collector need not walk it again
    looking = asyncio.create_task(fan.run())
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        services().store.close()


app = st.App(
    ROOT / "pages" / "_start.py",
    lifespan=lifespan,
    routes=[
        Route("/login", forms.show_login, methods=["GET"]),
        Route("/login", forms.login, methods=["POST"]),
        Route("/logout", forms.logout, methods=["POST"]),
        Route("/setup", forms.show_setup, methods=["GET"]),
        Route("/setup", forms.setup, methods=["POST"]),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/basemap/{z:int}/{x:int}/{y:int}", basemap.tile, methods=["GET"]),
        WebSocketRoute("/events", events),
        Mount("/assets/vendor", StaticFiles(directory=ROOT / "static/vendor", check_dir=False)),
        Mount("/assets", StaticFiles(directory=ROOT / "static/site")),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(Gate), Middleware(StartPage)],
)

if __name__ == "__main__":
    app.run()
