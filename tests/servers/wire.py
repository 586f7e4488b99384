"""A wire to a real server that can be cut, or on which a server asks everybody to come later."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

Speak = Callable[[socket.socket], None]


class Wire:
    """Forwards bytes both ways; `cut` hangs up on everybody and takes nobody."""

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self._instead: Speak | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._hang_up()
        self._thread.join()

    @contextmanager
    def cut(self) -> Iterator[None]:
        with self.answering(lambda one: None):
            yield

    @contextmanager
    def answering(self, instead: Speak) -> Iterator[None]:
        """Something else than the server answers: it gets the connection, then that is closed."""
        self._instead = instead
        self._hang_up()
        try:
            yield
        finally:
            self._instead = None

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connected, args=(one,), daemon=True).start()

    def _connected(self, one: socket.socket) -> None:
        if self._instead is not None:
            one.settimeout(5)
            with one, suppress(OSError):
                self._instead(one)
            return
        server = socket.create_connection(("127.0.0.1", self.behind))
        with self._lock:
            self._open |= {one, server}
        back = threading.Thread(target=self._pump, args=(server, one), daemon=True)
        back.start()
        self._pump(one, server)
        back.join()
        with self._lock:
            self._open -= {one, server}
        one.close()
        server.close()

    def _pump(self, given: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while raw := given.recv(65536):
                to.sendall(raw)
        for side in (given, to):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        with self._lock:
            waiting = list(self._open)
        for one in waiting:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
