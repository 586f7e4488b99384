"""WhatsApp for the common suite: a group of at most eight, played by signed webhooks at our door.

What we say goes to a fake of the Graph API: the real one cannot be run here.
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
FOUNDS = meta.GROUP

_NUMBERS = {"Anna": "31612340001", "Piet": "31612340002", "Nina": "31612340003"}


def person(name: str) -> dict[str, str]:
    return {"user_id": f"NL.{_NUMBERS[name]}990011", "wa_id": _NUMBERS[name]}


class WhatsAppNetwork:
    """One group, and residents by name; a webhook that is refused is kept to be brought again."""

    ids = tuple(one for name in ("Anna", "Piet") for one in person(name).values())
    secret = f"{meta.APP_SECRET} {meta.TOKEN}"

    def __init__(self, door: Door, graph: FakeGraph) -> None:
        self.door, self.graph = door, graph
        self.settings: Mapping[str, str] = {
            "phone_number_id": meta.PHONE_ID,
            "verify_token": "zeg het maar",
            "graph_address": graph.address,
        }
        graph.groups[meta.GROUP] = {"subject": "Buren"}
        graph.wrote(meta.GROUP)  # an earlier word in the group, so that its 24 hours run
        self.brought: list[dict[str, Any]] = []
        self.held: list[dict[str, Any]] | None = None
        self._second = int(datetime.now(UTC).timestamp())
        self._count = 0

    def asks(self) -> None:
        raise NotImplementedError("an administrator makes the group")

    def throws_us_out(self) -> None:
        raise NotImplementedError("we are the only one who can end it")

    def joins(self, who: str) -> None:
        self._happens("group_participants_add", added_participants=[person(who)])

    def leaves(self, who: str) -> None:
        self._happens(
            "group_participants_remove",
            initiated_by="participant",
            removed_participants=[person(who)],
        )

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        context = {"context": {"id": answers}} if answers else {}
        return self._writes(who, "text", text={"body": text}, **context)

    def edits(self, who: str, message: str, text: str) -> None:
        content = {"type": "text", "text": {"body": text}}
        self._writes(who, "edit", edit={"original_message_id": message, "message": content})

    def deletes(self, who: str, message: str) -> None:
        self._writes(who, "revoke", revoke={"original_message_id": message})

    def read(self) -> list[Read]:
        return [
            Read(text=sent.text, answers=sent.answers) for sent in self.graph.sent if sent.is_group
        ]

    def read_alone(self, who: str) -> list[Read]:
        alone = [sent for sent in self.graph.sent if sent.to in person(who).values()]
        return [Read(text=sent.text, answers=sent.answers) for sent in alone] or self.read()

    def knocks_again(self) -> None:
        for change in list(self.brought):
            self._post(change)

    @contextmanager
    def busy(self, after_s: int) -> Iterator[None]:
        with self.graph.failing(400, 130429):
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        self.held = []
        try:
            yield
        finally:
            held, self.held = self.held, None
            for change in held:
                self._post(change)

    def _writes(self, who: str, kind: str, **content: Any) -> str:
        self._count += 1
        found = f"wamid.{self._count}"
        self.graph.wrote(meta.GROUP)
        said = meta.message(kind, id=found, by=person(who), group_id=meta.GROUP, **content)
        self._brings(meta.written({**said, "timestamp": self._now()}, by=person(who)))
        return found

    def _happens(self, kind: str, **more: Any) -> None:
        row = {"timestamp": self._now(), "group_id": meta.GROUP, "type": kind, **more}
        self._brings(meta.change("group_participants_update", groups=[row]))

    def _now(self) -> str:
        """WhatsApp tells whole seconds; what happens later here happens a second later."""
        self._second = max(self._second + 1, int(datetime.now(UTC).timestamp()))
        return str(self._second)

    def _brings(self, change: dict[str, Any]) -> None:
        self.brought.append(change)
        if self.held is not None:
            self.held.append(change)
        else:
            self._post(change)

    def _post(self, change: dict[str, Any]) -> None:
        knock = meta.knock(meta.brought(change))
        httpx.post(self.door.knock_address, content=knock.body, headers=knock.headers)


@contextmanager
def network(door: Door) -> Iterator[WhatsAppNetwork]:
    with FakeGraph(meta.TOKEN, meta.PHONE_ID) as graph:
        yield WhatsAppNetwork(door, graph)
