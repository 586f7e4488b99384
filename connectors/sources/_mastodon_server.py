"""A small client of the Mastodon API: what the programme needs of it, and nothing about people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from connectors.call import Answer, Caller, Refused, checked_address, wait_s
from connectors.sources._open_posts import NotAPost, batched, text_in
from core.errors import AnswerUnreadable
from core.ports import Connection

_PAGE: Final = 40
_MOST_PAGES: Final = 50
_LOOKED_UP_AT_ONCE: Final = 20
_KEPT_FREE: Final = 30
"""Requests of a period that reading leaves for answers to residents."""
_LINK: Final = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="prev"')
_GONE: Final = (403, 404, 410)


@dataclass(frozen=True, slots=True)
class Us:
    """wij: our own account at an instance."""

    id: str
    name: str


class Instance:
    """instantie: one account at one Mastodon server. Raises BadSetting for an unsafe address."""

    def __init__(self, connection: Connection) -> None:
        self.address = checked_address(connection.settings.get("instance", ""), "instance")
        self._token = connection.secret
        self._caller = Caller(
            self.address, headers={"Authorization": f"Bearer {connection.secret}"}
        )
        self.rest_s = 0.0
        """How long the server wants to be left alone, as it says itself."""

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def us(self) -> Us:
        """Our own account, asked once in the life of a process."""
        return _us(self.address, self._token)

    def newest(self, path: str, **query: str) -> str:
        """The id of the newest row of a list; "0" when it is empty."""
        rows = self._get(path, limit="1", **query).rows()
        return _id_of(rows[0]) if rows else "0"

    def since(self, path: str, min_id: str, **query: str) -> Iterator[tuple[list[Any], str]]:
        """Pages of a list from `min_id` on, oldest page first, each with where to go on."""
        for _ in range(_MOST_PAGES):
            answer = self._get(path, limit=str(_PAGE), min_id=min_id, **query)
            rows = answer.rows()
            if not rows:
                return
            min_id = _going_on(answer) or _id_of(rows[0])
            yield rows, min_id
            if self.rest_s:
                return

    def statuses(self, ids: Sequence[str]) -> dict[str, Any]:
        """The posts of these ids that are still there for us, by id."""
        found: dict[str, Any] = {}
        for some in batched(ids, _LOOKED_UP_AT_ONCE):
            found |= self._at_once(some)
            for one in some:
                # Before Mastodon 4.3 nothing can be looked up at once; and what misses in an answer
                # counts as gone only when the server says so of it alone.
                if one not in found and (status := self.status(one)) is not None:
                    found[one] = status
        return found

    def _at_once(self, ids: Sequence[str]) -> dict[str, Any]:
        try:
            rows = self._get("/api/v1/statuses", **{"id[]": list(ids)}).rows()
        except Refused:
            return {}
        named = {str(row.get("id")): row for row in rows if isinstance(row, dict)}
        return {one: named[one] for one in ids if one in named}

    def status(self, id_: str) -> dict[str, Any] | None:
        """One post; None when it is not there, or not for us."""
        try:
            return self._get(f"/api/v1/statuses/{quote(id_, safe='')}").object()
        except Refused as refused:
            if refused.status in _GONE:
                return None
            raise

    def post(self, once: str, **values: Any) -> str:
        """Posts; gives the id. The server knows `once` for an hour: sent again it is one post."""
        body = {name: value for name, value in values.items() if value}
        headers = {"Idempotency-Key": once}
        answer = self._caller.post("/api/v1/statuses", json=body, headers=headers)
        return _id_of(answer.object())

    def _get(self, path: str, **query: Any) -> Answer:
        answer = self._caller.get(path, **query)
        left = answer.headers.get("X-RateLimit-Remaining", "")
        if re.fullmatch(r"\d{1,9}", left, re.ASCII) and int(left) < _KEPT_FREE:
            self.rest_s = max(self.rest_s, wait_s(answer))
        return answer


def _going_on(answer: Answer) -> str | None:
    """`min_id` of the server's own link to what is newer; the link itself is never followed."""
    found = _LINK.search(answer.headers.get("Link", "")[:5000])
    ids = parse_qs(urlsplit(found[1]).query).get("min_id", []) if found else []
    return ids[0] if ids and len(ids[0]) <= 100 else None


def _id_of(row: Any) -> str:
    try:
        return text_in(row, "id", 100)
    except NotAPost:
        raise AnswerUnreadable(why="id") from None


@lru_cache(maxsize=64)
def _us(address: str, token: str) -> Us:
    caller = Caller(address, headers={"Authorization": f"Bearer {token}"})
    told = caller.get("/api/v1/accounts/verify_credentials").object()
    name = told.get("username")
    if not isinstance(name, str) or not re.fullmatch(r"[\w.-]{1,100}", name):
        raise AnswerUnreadable(why="username")
    return Us(_id_of(told), name)
