"""A Facebook Page for the common suite: comments, played by signed webhooks at our door.

What we answer goes to a fake of the Graph API: the real one cannot be run here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.connectors import meta
from tests.servers.door import Door
from tests.servers.fake_graph import FakeGraph
from tests.servers.network import Read

SERVER = "door"
FOUNDS = "public"

PAGE = "286247441793403"
POST = f"{PAGE}_288731331545014"
_PEOPLE = {"Anna": "1914154345481707", "Piet": "1914154345481708"}


class FacebookPage:
    """One post of ours, under which residents write; what is refused is brought again."""

    ids = tuple(_PEOPLE.values())
    secret = f"{meta.APP_SECRET} {meta.TOKEN}"

    def __init__(self, door: Door, graph: FakeGraph) -> None:
        self.door, self.graph = door, graph
        self.settings: Mapping[str, str] = {
            "page_id": PAGE,
            "verify_token": "zeg het maar",
            "graph_address": graph.address,
        }
        self.brought: list[dict[str, Any]] = []
        self.held: list[dict[str, Any]] | None = None
        self._second = int(datetime.now(UTC).timestamp())
        self._count = 0

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        self._count += 1
        found = f"288731331545014_{self._count}"
        self.graph.comments.add(found)
        self._happens("add", found, who, message=text, parent_id=answers or POST)
        return found

    def edits(self, who: str, message: str, text: str) -> None:
        self._happens("edited", message, who, message=text, parent_id=POST)

    def deletes(self, who: str, message: str) -> None:
        self._happens("remove", message, who, parent_id=POST)

    def read(self) -> list[Read]:
        return [Read(text=sent.text, answers=sent.answers) for sent in self.graph.sent]

    def read_alone(self, who: str) -> list[Read]:
        return self.read()

    def asks(self) -> None:
        raise NotImplementedError("the page is ours")

    def throws_us_out(self) -> None:
        raise NotImplementedError("the page is ours")

    def joins(self, who: str) -> None:
        raise NotImplementedError("nobody joins a page")

    def leaves(self, who: str) -> None:
        raise NotImplementedError("nobody joins a page")

    def knocks_again(self) -> None:
        for body in list(self.brought):
            self._post(body)

    @contextmanager
    def busy(self, after_s: int) -> Iterator[None]:
        with self.graph.failing(400, 4):
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        self.held = []
        try:
            yield
        finally:
            held, self.held = self.held, None
            for body in held:
                self._post(body)

    def _happens(self, verb: str, comment: str, who: str, **more: Any) -> None:
        self._second = max(self._second + 1, int(datetime.now(UTC).timestamp()))
        value = {"item": "comment", "verb": verb, "comment_id": comment, "post_id": POST}
        value |= {"from": {"id": _PEOPLE[who], "name": who}, "created_time": self._second, **more}
        changes = [{"field": "feed", "value": value}]
        body = {
            "object": "page",
            "entry": [{"id": PAGE, "time": self._second, "changes": changes}],
        }
        self.brought.append(body)
        if self.held is not None:
            self.held.append(body)
        else:
            self._post(body)

    def _post(self, body: dict[str, Any]) -> None:
        knock = meta.knock(body)
        httpx.post(self.door.knock_address, content=knock.body, headers=knock.headers)


@contextmanager
def network(door: Door) -> Iterator[FacebookPage]:
    with FakeGraph(meta.TOKEN, PAGE) as graph:
        yield FacebookPage(door, graph)
