"""The maker of a neighbourhood app, who built the partner webhook from docs/partner-webhook.md.

It posts with the reference client of the documents, docs/partner_client.py, and keeps our texts.
"""

from __future__ import annotations

import base64
import importlib.util
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from types import ModuleType
from typing import Any

from core.settings import ROOT
from tests.servers.door import Door
from tests.servers.fake import Asked, Fake, Wrong
from tests.servers.gate import Answer
from tests.servers.network import Read

SECRET = "whsec_" + base64.b64encode(b"only for tests, thirty-two bytes").decode()


def reference_client() -> ModuleType:
    """The file that makers copy."""
    spec = importlib.util.spec_from_file_location("partner_client", ROOT / "docs/partner_client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Endpoint(Fake):
    """Where the app takes our texts: each once, and only those that we signed."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret, self.texts = secret, dict[str, dict[str, Any]]()
        self.client = reference_client()

    def respond(self, asked: Asked) -> Answer:
        try:
            now = self.clock().timestamp()
            text = self.client.read(self.secret, asked.headers, asked.body, now)
        except PermissionError:
            raise Wrong(401) from None
        self.texts.setdefault(text["id"], text)
        return Answer(status=200)


class AppMaker:
    """One group in the app, with residents by name; `shared` when each message carries a choice."""

    kind = "hnm.events.v1"
    path = "partner"

    def __init__(self, door: Door, endpoint: Endpoint, group: str, *, shared: bool = False) -> None:
        self.door, self.endpoint, self.group, self.shared = door, endpoint, group, shared
        endpoint.clock = door.clock
        self.settings = {"endpoint": endpoint.address}
        self.secret = SECRET
        self.ids = [self.member("Anna"), self.member("Piet")]
        self.brought: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.is_away = False
        self.numbers = itertools.count(1)

    def member(self, who: str) -> str:
        return f"lid-{who.lower()}-4711"

    def asks(self) -> None:
        self.brings("consent_asked", id=self.new_id(), member=self.member("Anna"), group_name="Wij")

    def throws_us_out(self) -> None:
        self.brings("consent_withdrawn", id=self.new_id(), member=self.member("Anna"))

    def joins(self, who: str) -> None:
        self.brings("join", id=self.new_id(), member=self.member(who))

    def leaves(self, who: str) -> None:
        self.brings("leave", id=self.new_id(), member=self.member(who))

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        message = self.new_id()
        self.writes("message", who, message, text, reply_to=answers)
        return message

    def edits(self, who: str, message: str, text: str) -> None:
        self.writes("edit", who, message, text, revision=next(self.numbers))

    def deletes(self, who: str, message: str) -> None:
        self.brings("delete", message=message)

    def read(self) -> list[Read]:
        return self._read(None)

    def read_alone(self, who: str) -> list[Read]:
        return self._read(self.member(who))

    def knocks_again(self) -> None:
        self.post(self.brought)

    def busy(self, after_s: int) -> Any:
        return self.endpoint.busy(after_s)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The app keeps what it has to bring, as the client does, and brings it afterwards."""
        self.is_away = True
        try:
            with self.endpoint.away():
                yield
        finally:
            self.is_away = False
            self.post(self.kept)
            self.kept = []

    def new_id(self) -> str:
        return f"{self.group}-{next(self.numbers)}"

    def writes(self, kind: str, who: str, message: str, text: str, **more: Any) -> None:
        choice = {"shared_with_municipality": True} if self.shared else {}
        self.brings(kind, message=message, author=self.member(who), text=text, **choice, **more)

    def brings(self, kind: str, **values: Any) -> None:
        row = self.row(kind, **values)
        self.brought.append(row)
        if self.is_away:
            self.kept.append(row)
        else:
            self.post([row])

    def row(self, kind: str, **values: Any) -> dict[str, Any]:
        return {"type": kind, "group": self.group, "sent_at": self.now().isoformat(), **values}

    def post(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What was refused; what the door cannot take now is brought again by `knocks_again`."""
        client = self.endpoint.client.Client(
            self.address, SECRET, wait=_does_not_wait, now=lambda: self.now().timestamp()
        )
        client.kind = self.kind
        with suppress(_TriesLater):
            refused: list[dict[str, Any]] = client.post(rows)
            return refused
        return []

    @property
    def address(self) -> str:
        return f"{self.door.address}/{self.path}/{self.door.connection_id}"

    def now(self) -> datetime:
        return self.door.clock()

    def _read(self, to: str | None) -> list[Read]:
        texts = [text for text in self.endpoint.texts.values() if text["to"] == to]
        return [Read(text=text["text"], answers=text["reply_to"]) for text in texts]


class _TriesLater(Exception):
    pass


def _does_not_wait(seconds: float) -> None:
    raise _TriesLater


@contextmanager
def app(door: Door, group: str, *, shared: bool = False) -> Iterator[AppMaker]:
    with Endpoint(SECRET) as endpoint:
        yield AppMaker(door, endpoint, group, shared=shared)
