"""112 and 0900-8844: a call system that posts what was called in, signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.servers.app_maker import SECRET, AppMaker, Endpoint
from tests.servers.door import Door

SERVER = "door"
FOUNDS = "line"
NUMBERS = {"Anna": "06 12 34 56 78", "Piet": "+31 6 8765 4321"}


class CallSystem(AppMaker):
    """Notes what people call in; they are known by their numbers."""

    kind = "hnm.calls.v1"
    path = "calls"

    def __init__(self, door: Door, endpoint: Endpoint) -> None:
        super().__init__(door, endpoint, "line")
        self.settings = {}
        self.ids = [*NUMBERS.values(), "+31612345678", "+31687654321", "612345678"]

    def member(self, who: str) -> str:
        return NUMBERS.get(who, "")

    def writes(self, kind: str, who: str, message: str, text: str, **more: Any) -> None:
        more.pop("reply_to", None)
        kind = "call" if kind == "message" else "call_changed"
        self.brings(kind, call=message, what=text, called="112", caller=self.member(who), **more)

    def deletes(self, who: str, message: str) -> None:
        self.brings("call_withdrawn", call=message)

    def row(self, kind: str, **values: Any) -> dict[str, Any]:
        return {"type": kind, "at": self.now().isoformat(), **values}


@contextmanager
def network(door: Door) -> Iterator[CallSystem]:
    with Endpoint(SECRET) as endpoint:
        yield CallSystem(door, endpoint)
