"""A small client of Bluesky's XRPC: a session of our account, searches, posts; nobody's profile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.call import Answer, Caller, Refused, checked_address
from connectors.sources._open_posts import batched, list_in, object_in
from core.errors import AnswerUnreadable, SecretRefused
from core.ports import Connection

_PAGE: Final = 100
MOST_PAGES: Final = 20
_LOOKED_UP_AT_ONCE: Final = 25
_STALE: Final = ("ExpiredToken", "InvalidToken")
_DID: Final = re.compile(r"did:[a-z]{1,20}:[\w.:%-]{1,200}", re.ASCII)
POSTS: Final = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """sessie: our account, signed in; lives in this process only."""

    did: str
    access: str
    refresh: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Session:
        """Raises AnswerUnreadable."""
        did, access, refresh = (told.get(name) for name in ("did", "accessJwt", "refreshJwt"))
        if not (isinstance(did, str) and _DID.fullmatch(did) and access and refresh):
            raise AnswerUnreadable(why="session")
        return cls(did=did, access=str(access), refresh=str(refresh))


_SESSIONS: Final[dict[tuple[str, str, int], Session]] = {}
"""Signing in is allowed a few hundred times a day only, so a session is kept and renewed."""


class Pds:
    """persoonlijke server: one account at one PDS, which passes questions on to the AppView.

    Raises BadSetting for an unsafe address.
    """

    def __init__(self, connection: Connection) -> None:
        self.address = checked_address(connection.settings.get("pds", ""), "pds")
        self._handle = connection.settings.get("handle", "").strip().lstrip("@")
        self._password = connection.secret
        self._key = (self.address, self._handle, hash(self._password))
        self._caller = Caller(f"{self.address}/xrpc")

    @property
    def me(self) -> str:
        """Our own id (a DID)."""
        return self._session().did

    def get(self, name: str, **query: Any) -> dict[str, Any]:
        return self._ask("GET", name, params=query).object()

    def post(self, name: str, **values: Any) -> dict[str, Any]:
        return self._ask("POST", name, json=values).object()

    def pages(self, name: str, rows: str, **query: Any) -> Iterator[list[Any]]:
        """A list in pages, newest first, as far as it goes."""
        cursor: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = self.get(name, limit=str(_PAGE), **query, **cursor)
            if not isinstance(page.get(rows), list):
                raise AnswerUnreadable(why=rows)
            yield page[rows]
            going_on = page.get("cursor")
            if not page[rows] or not isinstance(going_on, str) or not going_on:
                return
            cursor = {"cursor": going_on}

    def posts(self, uris: Sequence[str]) -> dict[str, Any]:
        """The posts of these uris that are there for us, by uri."""
        found: dict[str, Any] = {}
        for some in batched(uris, _LOOKED_UP_AT_ONCE):
            found |= self._posts(some)
            for one in some:
                if one not in found and len(some) > 1:  # an answer may be half: asked by itself
                    found |= self._posts([one])
        return {uri: found[uri] for uri in uris if uri in found}

    def _posts(self, uris: Sequence[str]) -> dict[str, Any]:
        told = self.get("app.bsky.feed.getPosts", uris=list(uris))
        if not isinstance(told.get("posts"), list):
            raise AnswerUnreadable(why="posts")
        posts = [post for post in told["posts"] if isinstance(post, dict)]
        return {str(post.get("uri")): post for post in posts}

    def record(self, key: str) -> dict[str, str] | None:
        """What a post of our own is called; None when there is none of this key."""
        where = {"repo": self.me, "collection": POSTS, "rkey": key}
        try:
            return _ref(self.get("com.atproto.repo.getRecord", **where))
        except Refused as refused:
            if object_in({"a": refused.answer}, "a").get("error") == "RecordNotFound":
                return None
            raise

    def write(self, key: str, record: Mapping[str, Any]) -> dict[str, str]:
        """Posts; gives what it is called: its uri and cid."""
        told = self.post(
            "com.atproto.repo.createRecord",
            repo=self.me,
            collection=POSTS,
            rkey=key,
            record={"$type": POSTS, **record},
        )
        return _ref(told)

    def _ask(self, method: str, name: str, **given: Any) -> Answer:
        """Asks as ourselves; a session that has run out is renewed, once."""
        try:
            return self._asked(method, name, **given)
        except SecretRefused:
            _SESSIONS.pop(self._key, None)
        except Refused as refused:
            if object_in({"a": refused.answer}, "a").get("error") not in _STALE:
                raise
            self._renew()
        return self._asked(method, name, **given)

    def _asked(self, method: str, name: str, **given: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self._session().access}"}
        return self._caller.ask(method, f"/{name}", headers=headers, **given)

    def _session(self) -> Session:
        if self._key not in _SESSIONS:
            body = {"identifier": self._handle, "password": self._password}
            path = "/com.atproto.server.createSession"
            try:
                told = self._caller.post(path, json=body).object()
            except Refused as refused:
                raise SecretRefused(why=f"http_{refused.status}") from None
            _SESSIONS[self._key] = Session.of(told)
        return _SESSIONS[self._key]

    def _renew(self) -> None:
        """With the refresh token, which counts once; when that is stale too, by signing in anew."""
        session = _SESSIONS.pop(self._key, None)
        if session is None:
            return
        headers = {"Authorization": f"Bearer {session.refresh}"}
        path = "/com.atproto.server.refreshSession"
        try:
            _SESSIONS[self._key] = Session.of(self._caller.post(path, headers=headers).object())
        except (Refused, SecretRefused):
            return


def _ref(told: Mapping[str, Any]) -> dict[str, str]:
    uri, cid = told.get("uri"), told.get("cid")
    if not isinstance(uri, str) or not isinstance(cid, str):
        raise AnswerUnreadable(why="uri")
    return {"uri": uri, "cid": cid}


def labels_of(row: Any) -> set[str]:
    """What is said of an account or a post by labels."""
    given = [one.get("val") for one in list_in(row, "labels") if isinstance(one, dict)]
    return {label for label in given if isinstance(label, str)}
