"""The event stream: one look at the revision counter a moment, told to every screen.

Over a WebSocket, because a browser keeps only six ordinary connections to a host, and each open
tab would hold one; and because a server that stops closes WebSockets by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import anyio.to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.accounts import hash_token
from core.permissions import Action, may
from core.store.exercise_queries import Exercise, inside
from core.store.queries import Change, Pulse, changes_after, lag, pulse, revision
from core.wiring import Services, services
from pages.server.gate import COOKIE, ENDED, user_of
from pages.server.stages import stage

_LOOK_EVERY_S: Final = 0.15
_BEAT_EVERY_S: Final = 3.0
_CHECK_EVERY_S: Final = 15.0
_MOVED_EVERY_S: Final = 2.0
"""What a screen hears of the store it left meanwhile are numbers; it reads its own."""
_GAP_S: Final = 0.04
_LONGEST_ROUND_S: Final = 2.0
"""Screens are told of a change one after the other, about as fast as the server draws a board: all
at once, whoever decides meanwhile would wait for every one of them."""

_MOST_WAITING: Final = 50
_LONGEST_SAID: Final = 200
_ARRIVED: Final = ("opened", "entered")
"""What brings an incident into the queue: it opened there, or its evidence sufficed."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Screen:
    """scherm: whose it is, which incident is on it now, and of which revision it was told."""

    login: str
    name: str
    looking: int | None = None
    told: int = 0


class Fan:
    """waaier: looks at one store for all its screens in this process: the house's, or that of an
    exercise.
    """

    def __init__(self, opened: Callable[[], Services] = services) -> None:
        self._opened = opened
        self._name = secrets.token_hex(4)
        self._screens: dict[asyncio.Queue[dict[str, Any]], Screen] = {}
        self._revision = 0
        self._pulse: Pulse | None = None
        self._beat_at = 0.0

    async def run(self) -> None:
        """Looks and tells until it is cancelled; a store that fails for a while is tried again."""
        given = await anyio.to_thread.run_sync(self._opened)
        self._revision = await anyio.to_thread.run_sync(_revision, given)
        while True:
            try:
                await self._look(given)
            except Exception as error:  # whatever the database driver raises, screens must not die
                log.warning("event stream: the store does not answer (%s)", type(error).__name__)
                await asyncio.sleep(1.0)
            await asyncio.sleep(_LOOK_EVERY_S)

    def join(self, login: str, name: str) -> asyncio.Queue[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_MOST_WAITING)
        self._screens[queue] = Screen(login=login, name=name, told=self._revision)
        queue.put_nowait(self._message([]) | {"looking": self._company(login)})
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        gone = self._screens.pop(queue, None)
        if gone is not None and gone.looking is not None:
            self._tell_company()

    def looks(self, queue: asyncio.Queue[dict[str, Any]], incident_id: int | None) -> None:
        """Notes which incident a screen has; nobody stores who looked at what for how long."""
        screen = self._screens.get(queue)
        if screen is not None and screen.looking != incident_id:
            screen.looking = incident_id
            self._tell_company()

    def _company(self, login: str) -> dict[int, list[str]]:
        """By incident the colleagues who have it on screen, but for oneself."""
        found: dict[int, set[str]] = {}
        for screen in self._screens.values():
            if screen.looking is not None and screen.login != login:
                found.setdefault(screen.looking, set()).add(screen.name)
        return {incident_id: sorted(names) for incident_id, names in found.items()}

    def _tell_company(self) -> None:
        for queue, screen in self._screens.items():
            known = {"revision": screen.told, "looking": self._company(screen.login)}
            self._put(queue, self._message([]) | known)

    async def _look(self, given: Services) -> None:
        news = await anyio.to_thread.run_sync(_changes, given, self._revision)
        beat_due = time.monotonic() - self._beat_at > _BEAT_EVERY_S
        if beat_due:
            self._pulse = await anyio.to_thread.run_sync(_pulse, given)
            self._beat_at = time.monotonic()
        if news:
            self._revision = news[-1].revision
        if news:
            await self._tell_in_turn(self._message(news, given))
        elif beat_due:
            self._tell(self._message([], given))

    def _message(self, news: list[Change], given: Services | None = None) -> dict[str, Any]:
        behind = lag(self._pulse, given.clock()).total_seconds() if self._pulse and given else 0.0
        return {
            "server": self._name,
            "revision": self._revision,
            "changed": sorted({change.incident_id for change in news}),
            "urgent": sorted({c.incident_id for c in news if c.what in _ARRIVED and c.urgent}),
            "lag_s": round(behind, 1),
        }

    async def _tell_in_turn(self, message: dict[str, Any]) -> None:
        """What is urgent is heard on all screens at once; each draws it in its turn.

        What changes during a round is told in the next: a screen draws once for all of it.
        """
        if message["urgent"]:
            for queue, screen in self._screens.items():
                self._put(queue, message | {"revision": screen.told})
        gap_s = min(_GAP_S, _LONGEST_ROUND_S / max(1, len(self._screens)))
        for place, (queue, screen) in enumerate(list(self._screens.items())):
            if place:
                await asyncio.sleep(gap_s)
            if queue in self._screens:
                screen.told = max(screen.told, message["revision"])
                self._put(queue, message | {"urgent": []})

    def _tell(self, message: dict[str, Any]) -> None:
        for queue in self._screens:
            self._put(queue, message)

    def _put(self, queue: asyncio.Queue[dict[str, Any]], message: dict[str, Any]) -> None:
        if queue.full():  # a slow screen gets the newest; its rows come by revision anyway
            queue.get_nowait()
        queue.put_nowait(message)

    @property
    def is_watched(self) -> bool:
        return bool(self._screens)


fan: Final = Fan()


class Exercises:
    """waaiers van oefeningen: one for each that somebody has on screen; gone with its last."""

    def __init__(self) -> None:
        self._fans: dict[int, tuple[Fan, asyncio.Task[None]]] = {}

    def of(self, exercise: Exercise) -> Fan:
        if exercise.id not in self._fans:
            found = Fan(lambda: stage.of(exercise))
            self._fans[exercise.id] = (found, asyncio.create_task(found.run()))
        return self._fans[exercise.id][0]

    def tidy(self) -> None:
        """Stops looking at exercises that nobody has on screen any more."""
        for exercise_id, (found, looking) in list(self._fans.items()):
            if not found.is_watched:
                looking.cancel()
                del self._fans[exercise_id]


exercises: Final = Exercises()


async def events(socket: WebSocket) -> None:
    """Tells one screen what is new, until it leaves, its session ends or changes worlds."""
    user = socket.scope.get("hnm_user")
    if user is None or not may(user, Action.SEE_INCIDENTS):
        await socket.close(ENDED)
        return
    here = await anyio.to_thread.run_sync(_exercise_of, socket.cookies.get(COOKIE))
    await socket.accept()
    watched = fan if here is None else exercises.of(here)
    queue = watched.join(user.login, user.name)
    tasks = [
        asyncio.create_task(_send(socket, queue, here)),
        asyncio.create_task(_listen(socket, queue, watched)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watched.leave(queue)
        exercises.tidy()
        for task in tasks:
            task.cancel()
        with suppress(Exception):  # the screen may be gone already
            await socket.close(ENDED)


def _exercise_of(token: str | None) -> Exercise | None:
    """The running exercise in which a session is."""
    with services().store.read() as connection:
        found = inside(connection, hash_token(token or ""))
    return None if found is None or found.state.is_over else found


async def _send(
    socket: WebSocket, queue: asyncio.Queue[dict[str, Any]], here: Exercise | None
) -> None:
    """Ends when the session ended, or is in another exercise than the screen joined."""
    token = socket.cookies.get(COOKIE)
    checked_at = moved_at = time.monotonic()
    while True:
        message = await queue.get()
        if time.monotonic() - moved_at > _MOVED_EVERY_S:
            now = await anyio.to_thread.run_sync(_exercise_of, token)
            if (now and now.id) != (here and here.id):
                return
            moved_at = time.monotonic()
        if time.monotonic() - checked_at > _CHECK_EVERY_S:
            if await anyio.to_thread.run_sync(user_of, token) is None:
                return
            checked_at = time.monotonic()
        await socket.send_json(message)


async def _listen(socket: WebSocket, queue: asyncio.Queue[dict[str, Any]], watched: Fan) -> None:
    """Ends when the screen leaves; all it may say is which incident is on it."""
    with suppress(WebSocketDisconnect):
        while True:
            said = await socket.receive_text()
            if len(said) <= _LONGEST_SAID:
                watched.looks(queue, looked_at(said))


def looked_at(said: str) -> int | None:
    """The incident that a screen says it shows; None for none, and for what makes no sense."""
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return None
    number = found.get("looking") if isinstance(found, dict) else None
    return number if isinstance(number, int) and 0 < number < 2**31 else None


def _revision(given: Services) -> int:
    with given.store.read() as connection:
        return revision(connection)


def _changes(given: Services, after: int) -> list[Change]:
    with given.store.read() as connection:
        return changes_after(connection, after)


def _pulse(given: Services) -> Pulse:
    with given.store.read() as connection:
        return pulse(connection)
