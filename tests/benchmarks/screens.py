"""Screens without a browser: what a signed-in browser says and hears, over the same two sockets.

One is Streamlit's, over which a page is asked for and drawn; the other is the event stream, upon
which a control room asks for its board again, as pages/components/queue.js does.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ASK_EVERY_S: Final = 0.5
"""As in queue.js."""

GIVE_UP_S: Final = 60.0
_REVISION: Final = re.compile(r'"revision": ?(\d+)')
_ROW: Final = re.compile(r'\\?"id\\?": ?(\d+)')


@dataclass(frozen=True, slots=True)
class Widget:
    """knop of lijst: an element that can be pressed; its id, and the part it stands in."""

    id: str
    fragment: str


@dataclass(slots=True)
class Drawing:
    """tekening: when a screen drew which revision, and how long after it had asked."""

    revision: int
    at: float
    took_s: float


@dataclass(slots=True)
class SimulatedScreen:
    """nagebootst scherm: one session of somebody who signed in with these cookies."""

    address: str
    cookies: str
    path: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    received: int = 0
    _revision: int = 0
    _asked_at: float = 0.0
    _choosing: bool = False
    _kept: dict[str, bytes] = field(default_factory=dict)
    _waits: list[tuple[Callable[[ForwardMsg], bool], asyncio.Future[float]]] = field(
        default_factory=list
    )
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _socket: Any = None
    _events: Any = None

    async def __aenter__(self) -> Self:
        where = self.address.replace("http", "ws")
        headers = {"Cookie": self.cookies, "Origin": self.address}
        self._socket = await websockets.connect(
            f"{where}/_stcore/stream",
            additional_headers=headers,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            ping_interval=None,  # on a machine that is busy, late is no reason to hang up
        )
        self._events = await websockets.connect(
            f"{where}/events", additional_headers=headers, ping_interval=None
        )
        self._tasks.append(asyncio.create_task(self._read()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for socket in (self._socket, self._events):
            with suppress(Exception):
                await socket.close()

    async def open(self, query: str = "") -> float:
        """Runs the whole page; gives the seconds until its script has finished."""
        asked = BackMsg()
        asked.rerun_script.page_name = self.path
        asked.rerun_script.query_string = query
        return await self._ask(asked, has_finished)

    async def look(self, incident_id: int) -> None:
        """Tells colleagues' screens which incident is on this one."""
        await self._events.send(json.dumps({"looking": incident_id}))

    def follow(self) -> None:
        """From now on the board is asked for again when the event stream says so."""
        self._tasks.append(asyncio.create_task(self._hear()))

    async def press(self, key: str, until: Callable[[ForwardMsg], bool], **typed: str) -> float:
        """Presses a button once it is there; gives the seconds until something drawn is what is
        waited for.
        """
        until_s = time.perf_counter() + GIVE_UP_S
        while key not in self.widgets and time.perf_counter() < until_s:
            await asyncio.sleep(0.02)
        asked = self._message(self.widgets[key])
        asked.rerun_script.widget_states.widgets.add(id=self.widgets[key].id, trigger_value=True)
        for name, value in typed.items():
            asked.rerun_script.widget_states.widgets.add(
                id=self.widgets[name].id, string_value=value
            )
        return await self._ask(asked, until)

    async def trigger(
        self, key: str, event: str, value: int, until: Callable[[ForwardMsg], bool]
    ) -> float:
        """Lets a component say something; else as `press`."""
        is_choice = event == "chosen"
        self._choosing = self._choosing or is_choice
        widget = self.widgets[key]
        asked = self._message(widget)
        said = json.dumps([{"event": event, "value": value}])
        asked.rerun_script.widget_states.widgets.extend(
            [
                WidgetState(id=widget.id, json_value="{}"),
                WidgetState(id=_trigger_of(widget.id), json_trigger_value=said),
            ]
        )
        try:
            return await self._ask(asked, until)
        finally:
            self._choosing = self._choosing and not is_choice

    def _message(self, widget: Widget) -> BackMsg:
        asked = BackMsg()
        asked.rerun_script.fragment_id = widget.fragment
        asked.rerun_script.cached_message_hashes.extend(self._kept)
        return asked

    async def _ask(self, asked: BackMsg, until: Callable[[ForwardMsg], bool]) -> float:
        began = time.perf_counter()
        heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waits.append((until, heard))
        await self._socket.send(asked.SerializeToString())
        return await asyncio.wait_for(heard, GIVE_UP_S) - began

    async def _read(self) -> None:
        async for raw in self._socket:
            self.received += len(raw)
            told = ForwardMsg()
            told.ParseFromString(raw)
            if told.WhichOneof("type") == "ref_hash":
                hash_ = told.ref_hash
                told.ParseFromString(self._kept[hash_])
            elif told.metadata.cacheable:
                self._kept[told.hash] = raw
            self._take_in(told)

    def _take_in(self, told: ForwardMsg) -> None:
        self._note(told)
        now = time.perf_counter()
        for wait in list(self._waits):
            until, heard = wait
            if until(told) and not heard.done():
                heard.set_result(now)
                self._waits.remove(wait)

    def _note(self, told: ForwardMsg) -> None:
        """Remembers what can be pressed, and what stands in the queue."""
        if told.WhichOneof("type") != "delta":
            return
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        found: Mapping[str, Any] = {kind: getattr(element, kind)}
        identity = getattr(found[kind], "id", "")
        if isinstance(identity, str) and identity:
            self.widgets[_key_of(identity)] = Widget(identity, told.delta.fragment_id)
        if kind == "bidi_component" and found[kind].component_name == "hnm_queue":
            self._note_queue(_words_of(found[kind]))

    def _note_queue(self, drawn: str) -> None:
        revision = _REVISION.search(drawn)
        self.rows = [int(number) for number in _ROW.findall(drawn)]
        if revision and int(revision[1]) > self._revision:
            now = time.perf_counter()
            self._revision = int(revision[1])
            self.drawings.append(Drawing(self._revision, now, now - self._asked_at))

    async def _hear(self) -> None:
        """Asks no more often than the limit, and not while a choice waits for its answer."""
        async for said in self._events:
            wanted = json.loads(said)["revision"]
            while wanted > self._revision:
                await asyncio.sleep(max(0.0, self._asked_at + ASK_EVERY_S - time.perf_counter()))
                if wanted > self._revision and not self._choosing:
                    await self.trigger("room.queue", "arrived", wanted, has_finished)
                self._asked_at = time.perf_counter()


def has_finished(told: ForwardMsg) -> bool:
    """The script ran to its end; one that was cut short for another begins again."""
    ends = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    return told.WhichOneof("type") == "script_finished" and told.script_finished in ends


def heads(words: str) -> Callable[[ForwardMsg], bool]:
    """A heading with these words is drawn."""
    return lambda told: words in told.delta.new_element.heading.body


def says(words: str) -> Callable[[ForwardMsg], bool]:
    """A text with these words is drawn; a badge is one."""
    return lambda told: words in told.delta.new_element.markdown.body


def _words_of(component: Any) -> str:
    given: bytes = component.bytes
    return given.decode()


def _key_of(identity: str) -> str:
    """The key that a page gave: Streamlit's id ends in it."""
    return identity.split("-", 3)[-1] if identity.startswith("$$") else identity


def _trigger_of(identity: str) -> str:
    from streamlit.components.v2.bidi_component.main import _make_trigger_id

    return _make_trigger_id(identity, "events")
