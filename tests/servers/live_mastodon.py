"""Mastodon for the common suite of live sources: mastodon-mock, behind a gate that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from connectors.sources._mail_html import text_of_html
from tests.servers.gate import Answer, Gate
from tests.servers.mastodon_mock import Account, MastodonMock
from tests.servers.network import Read

SERVER = "mastodon"
FOUNDS = "public"


class MastodonNetwork:
    """A tag and an account of ours. Anna addresses the account, everybody else uses the tag."""

    def __init__(self, server: MastodonMock, gate: Gate) -> None:
        self.server, self.gate = server, gate
        self.us = server.account("Melden")
        self.tag = f"MeldHogeVeld{next(server.numbers)}"
        self.settings = {
            "instance": gate.address,
            "tags": f"#{self.tag}",
            "seconds_apart": "0",
            "look_again_minutes": "0",
        }
        self.secret = self.us.token
        self.residents: dict[str, Account] = {}
        self.ids = [self.who(name).name for name in ("Anna", "Piet")]

    def who(self, name: str) -> Account:
        if name not in self.residents:
            self.residents[name] = self.server.account(name)
        return self.residents[name]

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        more = {"in_reply_to_id": answers} if answers else {}
        return self.who(who).posts(self._addressed(who, text), **more)

    def edits(self, who: str, message: str, text: str) -> None:
        self.who(who).edits(message, self._addressed(who, text))

    def deletes(self, who: str, message: str) -> None:
        self.who(who).deletes(message)

    def read(self) -> list[Read]:
        """Our texts, each a thread of posts."""
        threads: dict[str, tuple[str, str | None]] = {}
        last: dict[str, str] = {}
        for post in self.us.wrote():
            answered, words = post["in_reply_to_id"], text_of_html(post["content"])
            first = last.pop(answered, post["id"])
            before, about = threads.get(first, ("", answered))
            threads[first] = (f"{before} {words}", about)
            last[post["id"]] = first
        return [Read(text=text, answers=about) for text, about in threads.values()]

    def read_alone(self, who: str) -> list[Read]:
        return self.read()

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        wait = Answer(status=429, body=b"{}", headers={"Retry-After": str(after_s)})
        return self.gate.failing(lambda method, path: wait)

    def away(self) -> AbstractContextManager[None]:
        return self.gate.failing(lambda method, path: Answer(status=0))

    def _addressed(self, who: str, text: str) -> str:
        return f"@{self.us.name} {text}" if who == "Anna" else f"{text} #{self.tag}"


@contextmanager
def network(server: MastodonMock) -> Iterator[Any]:
    with Gate(server.address) as gate:
        gate.after = found_by_all
        yield MastodonNetwork(server, gate)


def found_by_all(method: str, path: str, body: bytes) -> bytes:
    """Everybody agreed to be found, which cannot be set at the mock."""
    return body.replace(b'"indexable":false', b'"indexable":true')
