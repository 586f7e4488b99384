"""Bluesky for the common suite of live sources: its own servers, behind a gate that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.servers.bluesky_network import Account, BlueskyNetwork, marked
from tests.servers.gate import Answer, Gate
from tests.servers.network import Read

SERVER = "bluesky"
FOUNDS = "public"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"


class Public:
    """A tag and an account of ours. Anna addresses the account, everybody else uses the tag."""

    def __init__(self, server: BlueskyNetwork, gate: Gate) -> None:
        self.server, self.gate = server, gate
        self.us = server.account("melden")
        self.tag = f"meldhogeveld{next(server.numbers)}x"
        self.settings = {
            "pds": gate.address,
            "handle": self.us.handle,
            "tags": f"#{self.tag}",
            "seconds_apart": "0",
            "look_again_minutes": "0",
        }
        self.secret = self.us.password
        self.residents: dict[str, Account] = {}
        self.ids = [word for name in ("Anna", "Piet") for word in self._ids(self.who(name))]

    def who(self, name: str) -> Account:
        if name not in self.residents:
            self.residents[name] = self.server.account(name)
        return self.residents[name]

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        writer, more = self.who(who), {}
        if answers:
            answered = writer.ref(answers)
            more["reply"] = {"root": answered, "parent": answered}
        if who == "Anna":
            text = f"@{self.us.handle} {text}"
            facets = [marked(text, f"@{self.us.handle}", type=MENTION, did=self.us.did)]
        else:
            text = f"{text} #{self.tag}"
            facets = [marked(text, f"#{self.tag}", type=TAG, tag=self.tag)]
        return writer.posts(text, facets, **more)

    def deletes(self, who: str, message: str) -> None:
        self.who(who).deletes(message)

    def read(self) -> list[Read]:
        """Our texts, each a thread of posts."""
        wrote = {one["uri"]: one["value"] for one in self.us.wrote()}
        after = {
            value["reply"]["parent"]["uri"]: uri for uri, value in wrote.items() if "reply" in value
        }
        threads = []
        for value in wrote.values():
            about = value["reply"]["parent"]["uri"] if "reply" in value else None
            if about in wrote:
                continue
            uri = next(name for name, one in wrote.items() if one is value)
            text = value["text"]
            while (uri := after.get(uri)) in wrote:
                text += f" {wrote[uri]['text']}"
            threads.append(Read(text=text, answers=about))
        return threads

    def read_alone(self, who: str) -> list[Read]:
        return self.read()

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        wait = Answer(status=429, body=b"{}", headers={"Retry-After": str(after_s)})
        return self.gate.failing(lambda method, path: wait)

    def away(self) -> AbstractContextManager[None]:
        return self.gate.failing(lambda method, path: Answer(status=0))

    @staticmethod
    def _ids(account: Account) -> tuple[str, str]:
        return account.did, account.handle


@contextmanager
def network(server: BlueskyNetwork) -> Iterator[Any]:
    with Gate(server.address) as gate:
        yield Public(server, gate)
