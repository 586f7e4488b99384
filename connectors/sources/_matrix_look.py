"""How far an account was listened to, and what one look gathers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.sources._matrix_events import NotMatrix, Raw
from connectors.sources._matrix_server import Homeserver
from core.errors import SourceError
from core.ports import Heard

_EDITS_REMEMBERED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """bereikt: how far we listened to an account, and what a later event cannot be read without.

    `direct`: the rooms in which somebody writes to us alone. `edits`: (edit, original), newest
    last: who takes an edit back names the edit only.
    """

    me: str
    since: str
    direct: frozenset[str] = frozenset()
    edits: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, cursor: str | None, me: str) -> Reached | None:
        """None when there is none yet, or it was another account's."""
        if cursor is None:
            return None
        told = json.loads(cursor)
        if told["me"] != me:
            return None
        edits = tuple((edit, first) for edit, first in told["edits"])
        return cls(me=me, since=told["since"], direct=frozenset(told["direct"]), edits=edits)

    def __str__(self) -> str:
        values = {"me": self.me, "since": self.since}
        return json.dumps(values | {"direct": sorted(self.direct), "edits": self.edits})


@dataclass(slots=True, kw_only=True)
class Look:
    """blik: what is gathered in one sync; it moves on only when all of it was had."""

    server: Homeserver
    me: str
    since: str | None
    direct: set[str] = field(default_factory=set)
    edits: dict[str, str] = field(default_factory=dict)
    heard: list[Heard | SourceError] = field(default_factory=list)

    def forget_edits(self, first_id: str) -> None:
        """A message that is erased leaves no ids behind either."""
        self.edits = {edit: first for edit, first in self.edits.items() if first != first_id}

    def reached(self, since: str) -> Reached:
        edits = tuple(self.edits.items())[-_EDITS_REMEMBERED:]
        return Reached(me=self.me, since=since, direct=frozenset(self.direct), edits=edits)


def raws(events: Iterable[Any], seen: Look | None) -> Iterator[Raw]:
    """The events that are as the protocol says; the others are noted, once, without words."""
    for event in events:
        try:
            yield Raw.of(event)
        except NotMatrix as wrong:
            if seen is not None:
                seen.heard.append(SourceError(line=0, why=str(wrong)))


def object_in(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def list_in(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    return found if isinstance(found, list) else []
