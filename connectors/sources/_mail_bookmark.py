"""How far a mailbox was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

_IDS_REMEMBERED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """leeslint: how far a mailbox was read.

    `ids`: digests of the ids of the newest mails, for when the server numbers all anew.
    `done`: the mails that were stored, to be removed there.
    """

    validity: int
    last: int
    since: date
    ids: tuple[str, ...] = ()
    done: tuple[int, ...] = ()

    @classmethod
    def of(cls, cursor: str | None) -> Bookmark | None:
        if cursor is None:
            return None
        told = json.loads(cursor)
        return cls(
            validity=told["validity"],
            last=told["last"],
            since=date.fromisoformat(told["since"]),
            ids=tuple(told["ids"]),
            done=tuple(told["done"]),
        )

    def __str__(self) -> str:
        values = {"validity": self.validity, "last": self.last, "since": self.since.isoformat()}
        return json.dumps(values | {"ids": self.ids[-_IDS_REMEMBERED:], "done": self.done})
