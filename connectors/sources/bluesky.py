"""Bluesky: posts that address our account or carry an agreed tag.

The protocol is the XRPC of docs.bsky.app: app.bsky and com.atproto.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.sources._bluesky_posts import Reader, as_view, key_of, record_of, sorted_at
from connectors.sources._bluesky_server import MOST_PAGES, Pds
from connectors.sources._open_posts import (
    SETTINGS,
    NotAPost,
    Pace,
    gone,
    in_order,
    moment_in,
    object_in,
    tags_of,
)
from core.channel_limits import parts_of
from core.domain import Event, Receipt
from core.errors import DeliveryError, SourceError
from core.ports import Connection, Heard, Listened, Outgoing, SourceCard

_LONGEST: Final = 300
"""Characters; the network counts what people see as one, which is never more."""

CARD = SourceCard(
    name_nl="Bluesky",
    name_en="Bluesky",
    listens=True,
    settings=("pds", "handle", *SETTINGS),
    deletes=True,
    replies=True,
    group_send=True,
    is_open_source=True,
    longest_text=_LONGEST,
    threads=True,
    founds="public",
    tested="server",
    limits_nl=(
        "Alles op Bluesky is openbaar: wie antwoord krijgt, krijgt dat in het openbaar. "
        "Een verwijderd bericht valt op als het opnieuw wordt opgezocht, niet meteen."
    ),
    limits_en=(
        "Everything on Bluesky is public: whoever is answered is answered in public. "
        "A deleted post is noticed when it is looked up again, not at once."
    ),
)

PACE: Final = Pace()
_OVERLAP: Final = timedelta(minutes=2)
"""Posts are not found in the order in which they were written: a little is read twice."""
_MOST_SEEN: Final = 5000


@dataclass(slots=True, kw_only=True)
class Reached:
    """bereikt: how far each list was read; `seen`: what of it is read twice, as hashes."""

    me: str
    begun: datetime
    lists: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None, me: str, now: datetime) -> Reached:
        """What was written before we were there stays unread."""
        told = json.loads(cursor) if cursor else {}
        if told.get("me") != me:
            return cls(me=me, begun=now)
        lists, seen = (
            {name: datetime.fromisoformat(at) for name, at in told[which].items()}
            for which in ("lists", "seen")
        )
        return cls(me=me, begun=datetime.fromisoformat(told["begun"]), lists=lists, seen=seen)

    def since(self, name: str) -> datetime:
        return max(self.begun, self.lists.get(name, self.begun) - _OVERLAP)

    def __str__(self) -> str:
        oldest = min(map(self.since, self.lists), default=self.begun)
        seen = {mark: at for mark, at in self.seen.items() if at >= oldest}
        seen = dict(sorted(seen.items(), key=lambda one: one[1])[-_MOST_SEEN:])
        lists, marks = ({n: at.isoformat() for n, at in w.items()} for w in (self.lists, seen))
        told = {"me": self.me, "begun": self.begun.isoformat(), "lists": lists, "seen": marks}
        return json.dumps(told, sort_keys=True)


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What was posted to us or with an agreed tag since the cursor; at first only from now on.

    Raises BadSetting, SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, DeliveryError.
    """
    if PACE.is_too_soon(connection, now):
        return Listened(heard=(), cursor=cursor)
    tags, server = tags_of(connection), Pds(connection)
    reached = Reached.of(cursor, server.me, now)
    reader = _reader(connection, server, tags)
    bad: list[SourceError] = []
    posts = [
        event
        for name, pages in _lists(server, tags, reached)
        for view in _new(name, pages, reached, bad)
        if (event := _read(view, name, reader, bad)) is not None
    ]
    PACE.asked(connection, now)
    return Listened(heard=(*in_order(posts[::-1]), *bad), cursor=str(reached))


def look_again(
    connection: Connection, cursor: str | None, posts: Sequence[str], now: datetime
) -> Listened:
    """Which of these kept posts are gone: deleted, or of an account that is no longer there.

    Raises as `listen` does.
    """
    there = Pds(connection).posts(posts)
    lost: list[Heard] = [gone(uri, now) for uri in posts if uri not in there]
    return Listened(heard=tuple(lost), cursor=cursor)


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Answers a post, or writes to all with the agreed tag; a long text becomes a thread.

    Raises as `listen` does; DeliveryError is permanent.
    """
    if outgoing.to and not outgoing.reply_to:
        raise DeliveryError(permanent=True, why="alone")
    server = Pds(connection)
    root, parent = _answered(server, outgoing.reply_to)
    end = "" if parent else f"\n\n#{tags_of(connection)[0]}"
    first: dict[str, str] | None = None
    for number, part in enumerate(parts_of(outgoing.text, _LONGEST - len(end))):
        key = key_of(connection.id, outgoing.id, number, part, outgoing.reply_to)
        written = server.record(key) or server.write(key, record_of(part + end, now, root, parent))
        first, root, parent = first or written, root or written, written
    return Receipt(reference=first["uri"] if first else "", delivered_at=now)


def _reader(connection: Connection, server: Pds, tags: tuple[str, ...]) -> Reader:
    handle = connection.settings.get("handle", "").strip().lstrip("@")
    return Reader(me=server.me, handle=handle, tags=tags)


def _lists(
    server: Pds, tags: Sequence[str], reached: Reached
) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Each list that is followed, newest first: what is to us, and each tag."""
    name, reasons = "app.bsky.notification.listNotifications", ["mention", "reply"]
    yield "@", server.pages(name, "notifications", reasons=reasons)
    for tag in tags:
        since = reached.since(f"#{tag}").isoformat().replace("+00:00", "Z")
        query = {"q": f"#{tag}", "tag": tag, "sort": "latest", "since": since}
        yield f"#{tag}", server.pages("app.bsky.feed.searchPosts", "posts", **query)


def _new(
    name: str, pages: Iterator[list[Any]], reached: Reached, bad: list[SourceError]
) -> Iterator[dict[str, Any]]:
    """What a list has since it was read last, without what was read then."""
    since = newest = reached.since(name)
    for number, page in enumerate(pages, 1):
        oldest = newest
        for row in page:
            view = as_view(row)
            try:
                at = moment_in(view, "indexedAt") if name == "@" else sorted_at(view)
            except NotAPost as wrong:
                bad.append(SourceError(line=0, why=str(wrong).lower()))
                continue
            mark = hashlib.sha256(str(view.get("uri")).encode(errors="replace")).hexdigest()[:20]
            newest, oldest = max(newest, at), min(oldest, at)
            if at > since and mark not in reached.seen:
                reached.seen[mark] = at
                yield view
        if oldest < since or not page:
            break
        if number == MOST_PAGES:
            bad.append(SourceError(line=0, why="gap"))
    reached.lists[name] = max(newest, reached.lists.get(name, newest))


def _read(view: dict[str, Any], name: str, reader: Reader, bad: list[SourceError]) -> Event | None:
    told_us = name == "@" and view.get("reason") in ("mention", "reply")
    try:
        return reader.post(view, told_us=told_us)
    except NotAPost as wrong:
        bad.append(SourceError(line=0, why=str(wrong).lower()))
        return None


def _answered(server: Pds, uri: str | None) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """(root, parent) of an answer. Raises DeliveryError when the post that is answered is gone."""
    if not uri:
        return None, None
    post = server.posts([uri]).get(uri)
    if post is None or not isinstance(post.get("cid"), str):
        raise DeliveryError(permanent=True, why="gone")
    parent = {"uri": uri, "cid": post["cid"]}
    root = object_in(object_in(object_in(post, "record"), "reply"), "root")
    known = all(isinstance(root.get(name), str) for name in ("uri", "cid"))
    return ({"uri": root["uri"], "cid": root["cid"]} if known else parent), parent
