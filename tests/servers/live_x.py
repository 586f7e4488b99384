"""X for the common suite of live sources: a fake that answers as the documentation says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.servers.fake_x import BEARER, KEYS, FakeX
from tests.servers.network import Read

SERVER = "x"
FOUNDS = "public"
HANDLE = "MeldenDenHaag"
TAG = "meldhogeveld"


class Public:
    """A tag and an account of ours. Anna addresses the account, everybody else uses the tag."""

    def __init__(self, server: FakeX) -> None:
        self.server = server
        self.settings = {
            "x_server": server.address,
            "handle": HANDLE,
            "tags": f"#{TAG}",
            "seconds_apart": "0",
            "look_again_minutes": "0",
            "reads_per_day": "5000",
            "reads_per_month": "20000",
        }
        self.secret = " ".join((BEARER, *KEYS))
        self.ids = [str(abs(hash(name)) % 10**12) for name in ("Anna", "Piet")]

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        return self.server.says(who, self._addressed(who, text), answers)

    def edits(self, who: str, message: str, text: str) -> None:
        self.server.edits(message, self._addressed(who, text))

    def deletes(self, who: str, message: str) -> None:
        self.server.deletes(message)

    def read(self) -> list[Read]:
        """Our texts, each a thread of posts."""
        ours = [post for post in self.server.posts.values() if post.author == "us"]
        first: dict[str, str] = {}
        threads: dict[str, tuple[str, str | None]] = {}
        for post in ours:
            start = first.get(post.answers or "", post.id)
            text, about = threads.get(start, ("", post.answers))
            threads[start] = (f"{text} {post.text}".strip(), about)
            first[post.id] = start
        return [Read(text=text, answers=about) for text, about in threads.values()]

    def read_alone(self, who: str) -> list[Read]:
        return self.read()

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        return self.server.busy(after_s)

    def away(self) -> AbstractContextManager[None]:
        return self.server.away()

    def _addressed(self, who: str, text: str) -> str:
        return f"@{HANDLE} {text}" if who == "Anna" else f"{text} #{TAG}"


@contextmanager
def network(server: FakeX) -> Iterator[Any]:
    yield Public(server)
