"""A gate before a real server: lets everything through, until a test makes it fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gate says in place of the server; status 0 hangs up without a word."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, **values: object) -> Answer:
        return cls(status=status, body=json.dumps(values).encode())


_ASKED_WITH = ("authorization", "content-type", "idempotency-key")
_ANSWERED_WITH = ("link", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")

Fault = Callable[[str, str], Answer | None]
"""(method, path) -> what the gate answers itself; None: the server may."""


class Gate:
    """Forwards to `behind`; `after` changes what the server answered."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.asked: list[tuple[str, str]] = []
        self.fault: Fault | None = None
        self.after: Callable[[str, str, bytes], bytes] | None = None
        self._client = httpx.Client(timeout=30, verify=False)  # plain http only
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Gate:
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
        self._client.close()

    @contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.asked.append((method, path))
        own = self.fault(method, path) if self.fault else None
        if own is not None:
            return own
        kept = {k: v for k, v in headers.items() if k.lower() in _ASKED_WITH}
        given = self._client.request(method, self.behind + path, content=body, headers=kept)
        raw = self.after(method, path, given.content) if self.after else given.content
        told = {k: v for k, v in given.headers.items() if k.lower() in _ANSWERED_WITH}
        return Answer(status=given.status_code, body=raw, headers=told)


def _handler(gate: Gate) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = gate.answer(self.command, self.path, body, dict(self.headers))
            if answer.status == 0:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _forward

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
