"""The door to the outside, really served, for networks that knock at it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import uvicorn

from connectors.doors.knock import known_sources
from connectors.web import door
from core.wiring import Services, services


class Door:
    """A free port on this machine; `connection_id` is where a network's address ends."""

    def __init__(self, given: Services, known: Mapping[str, Any]) -> None:
        app = door()
        app.dependency_overrides[services] = lambda: given
        app.dependency_overrides[known_sources] = lambda: dict(known)
        self.connection_id = 1
        self.clock = given.clock
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def knock_address(self) -> str:
        """Where the network of the connection knocks."""
        return f"{self.address}/in/{self.connection_id}"

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()
