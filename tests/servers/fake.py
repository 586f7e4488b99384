"""The frame of a fake: a small HTTP server that follows recorded facts where none can be had."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.gate import Answer

Fault = Callable[[str, str], Answer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def one(self, name: str, otherwise: str = "") -> str:
        return self.query.get(name, [otherwise])[0]

    def json(self) -> Any:
        try:
            return json.loads(self.body or b"null")
        except ValueError:
            raise Wrong(400, detail="JSON parse error") from None

    def form(self) -> dict[str, list[str]]:
        if self.headers.get("content-type", "").partition(";")[0] != (
            "application/x-www-form-urlencoded"
        ):
            raise Wrong(415, detail="form-encoded only")
        return parse_qs(self.body.decode(), keep_blank_values=True)


class Wrong(Exception):
    """The request breaks a recorded fact; the fake answers so."""

    def __init__(self, status: int, /, **said: Any) -> None:
        super().__init__(status, said)
        self.status, self.said = status, said


class Fake:
    """Subclasses give `respond(asked) -> Answer`; `clock` is the server's own."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.requests: list[Asked] = []
        self.fault: Fault | None = None
        self.loses_answers = False
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def respond(self, asked: Asked) -> Answer:
        raise NotImplementedError

    @contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        """The server does not even see the request."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """The server does what is asked, and its answer to a change never arrives."""
        self.loses_answers = True
        try:
            yield
        finally:
            self.loses_answers = False

    def busy(self, after_s: int) -> Any:
        headers = {"Retry-After": str(after_s)}
        return self.failing(lambda method, path: Answer(status=429, headers=headers))

    def away(self) -> Any:
        return self.failing(lambda method, path: Answer(status=0))

    def answer(self, asked: Asked) -> Answer:
        self.asked.append((asked.method, asked.path))
        self.requests.append(asked)
        own = self.fault(asked.method, asked.path) if self.fault else None
        if own is not None:
            return own
        try:
            with self._lock:
                given = self.respond(asked)
        except Wrong as wrong:
            return said(wrong.status, **wrong.said)
        return Answer(status=0) if self.loses_answers and asked.method != "GET" else given


def said(status: int, /, **values: Any) -> Answer:
    return _json(status, values)


def listed(rows: list[Any], status: int = 200) -> Answer:
    return _json(status, rows)


def _json(status: int, value: Any) -> Answer:
    headers = {"Content-Type": "application/json"}
    return Answer(status=status, body=json.dumps(value).encode(), headers=headers)


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            given = fake.answer(
                Asked(
                    method=self.command,
                    path=unquote(parts.path),
                    query=parse_qs(parts.query, keep_blank_values=True),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=body,
                )
            )
            if not given.status:
                self.close_connection = True
                return
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler
