"""The event stream: one look at the revision counter a moment, told to every screen.

Over a WebSocket, because a browser keeps only six ordinary connections to a host, and each open
tab would hold one; and because a server that stops closes WebSockets by itself.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from typing import Any, Final

import anyio.to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.permissions import Action, may
from core.store.queries import Change, Pulse, changes_after, lag, pulse, revision
from core.wiring import Services, services
from pages.server.gate import COOKIE, ENDED, user_of

_LOOK_EVERY_S: Final = 0.15
_BEAT_EVERY_S: Final = 3.0
_CHECK_EVERY_S: Final = 15.0
_MOST_WAITING: Final = 50
_ARRIVED: Final = ("opened", "entered")
"""What brings an incident into the queue: it opened there, or its evidence sufficed."""

log = logging.getLogger(__name__)


class Fan:
    """waaier: looks at the store once for all screens of this process."""

    def __init__(self) -> None:
        self._name = secrets.token_hex(4)
        self._screens: set[asyncio.Queue[dict[str, Any]]] = set()
        self._revision = 0
        self._pulse: Pulse | None = None
        self._beat_at = 0.0

    async def run(self) -> None:
        """Looks and tells until it is cancelled; a store that fails for a while is tried again."""
        given = await anyio.to_thread.run_sync(services)
        self._revision = await anyio.to_thread.run_sync(_revision, given)
        while True:
            try:
                await self._look(given)
            except Exception as error:  # whatever the database driver raises, screens must not die
                log.warning("event stream: the store does not answer (%s)", type(error).__name__)
                await asyncio.sleep(1.0)
            await asyncio.sleep(_LOOK_EVERY_S)

    def join(self) -> asyncio.Queue[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_MOST_WAITING)
        queue.put_nowait(self._message([]))
        self._screens.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._screens.discard(queue)

    async def _look(self, given: Services) -> None:
        news = await anyio.to_thread.run_sync(_changes, given, self._revision)
        beat_due = time.monotonic() - self._beat_at > _BEAT_EVERY_S
        if beat_due:
            self._pulse = await anyio.to_thread.run_sync(_pulse, given)
            self._beat_at = time.monotonic()
        if news:
            self._revision = news[-1].revision
        if news or beat_due:
            self._tell(self._message(news, given))

    def _message(self, news: list[Change], given: Services | None = None) -> dict[str, Any]:
        behind = lag(self._pulse, given.clock()).total_seconds() if self._pulse and given else 0.0
        return {
            "server": self._name,
            "revision": self._revision,
            "changed": sorted({change.incident_id for change in news}),
            "urgent": sorted({c.incident_id for c in news if c.what in _ARRIVED and c.urgent}),
            "lag_s": round(behind, 1),
        }

    def _tell(self, message: dict[str, Any]) -> None:
        for queue in self._screens:
            if queue.full():  # a slow screen gets the newest; its rows come by revision anyway
                queue.get_nowait()
            queue.put_nowait(message)


fan: Final = Fan()


async def events(socket: WebSocket) -> None:
    """Tells one screen what is new, until it leaves or its session ends."""
    user = socket.scope.get("hnm_user")
    if user is None or not may(user, Action.SEE_INCIDENTS):
        await socket.close(ENDED)
        return
    await socket.accept()
    queue = fan.join()
    tasks = [asyncio.create_task(_send(socket, queue)), asyncio.create_task(_listen(socket))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        fan.leave(queue)
        for task in tasks:
            task.cancel()
        with suppress(Exception):  # the screen may be gone already
            await socket.close(ENDED)


async def _send(socket: WebSocket, queue: asyncio.Queue[dict[str, Any]]) -> None:
    token = socket.cookies.get(COOKIE)
    checked_at = time.monotonic()
    while True:
        message = await queue.get()
        if time.monotonic() - checked_at > _CHECK_EVERY_S:
            if await anyio.to_thread.run_sync(user_of, token) is None:
                return
            checked_at = time.monotonic()
        await socket.send_json(message)


async def _listen(socket: WebSocket) -> None:
    """Ends when the screen leaves; what a screen says is not listened to."""
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


def _revision(given: Services) -> int:
    with given.store.read() as connection:
        return revision(connection)


def _changes(given: Services, after: int) -> list[Change]:
    with given.store.read() as connection:
        return changes_after(connection, after)


def _pulse(given: Services) -> Pulse:
    with given.store.read() as connection:
        return pulse(connection)
