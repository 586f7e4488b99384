"""Mastodon: public posts that address our account or carry an agreed tag.

The protocol is the API of docs.joinmastodon.org, versions 1 and up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from connectors.sources._mastodon_posts import Reader, acct_of, edit_of
from connectors.sources._mastodon_server import Instance
from connectors.sources._open_posts import (
    SETTINGS,
    NotAPost,
    Pace,
    gone,
    heard,
    in_order,
    tags_of,
)
from core.channel_limits import parts_of
from core.domain import Event, Receipt
from core.errors import DeliveryError, SourceError
from core.ports import Connection, Heard, Listened, Outgoing, SourceCard

_LONGEST: Final = 500

CARD = SourceCard(
    name_nl="Mastodon",
    name_en="Mastodon",
    listens=True,
    settings=("instance", *SETTINGS),
    edits=True,
    deletes=True,
    replies=True,
    group_send=True,
    direct=True,
    is_open_source=True,
    longest_text=_LONGEST,
    threads=True,
    names_whom=True,
    founds="public",
    tested="mock",
    limits_nl=(
        "Een gewijzigd of verwijderd bericht valt op als het opnieuw wordt opgezocht, niet meteen; "
        "een bericht dat eerst niets meldde, wordt na een wijziging niet opnieuw gelezen."
    ),
    limits_en=(
        "A changed or deleted post is noticed when it is looked up again, not at once; a post that "
        "reported nothing at first is not read again after a change."
    ),
)

PACE: Final = Pace()
_NOTIFICATIONS: Final = "/api/v1/notifications"
_MENTIONS: Final = {"types[]": "mention"}


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What was posted to us or with an agreed tag since the cursor; at first only from now on.

    Raises BadSetting, SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, DeliveryError.
    """
    if PACE.is_too_soon(connection, now):
        return Listened(heard=(), cursor=cursor)
    server, tags = Instance(connection), tags_of(connection)
    reader = Reader(us=server.us, host=server.host, tags=tags)
    reached = _reached(cursor, server.us.id)
    rows: list[Any] = []
    for name, path, query in _lists(tags):
        reached[name] = _follow(server, path, query, reached.get(name), rows)
    PACE.asked(connection, now, server.rest_s)
    posts, bad = _read(reader, rows)
    kept = {name: reached[name] for name, _, _ in _lists(tags)}
    told = json.dumps({"me": server.us.id, "lists": kept}, sort_keys=True)
    return Listened(heard=(*in_order(posts), *bad), cursor=told)


def look_again(
    connection: Connection, cursor: str | None, posts: Sequence[str], now: datetime
) -> Listened:
    """What became of posts that are kept: edited, or gone; nothing of those that still stand.

    Raises as `listen` does.
    """
    server = Instance(connection)
    reader = Reader(us=server.us, host=server.host, tags=tags_of(connection))
    there = server.statuses(posts)
    found = [_became(post, there.get(post), reader, now) for post in posts]
    return Listened(heard=tuple(one for one in found if one is not None), cursor=cursor)


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Answers a post (unlisted), writes to one person (direct), or to all with the agreed tag.

    A long text becomes a thread. Raises as `listen` does; DeliveryError is permanent.
    """
    server = Instance(connection)
    name, visibility = _addressee(server, outgoing)
    begin = f"@{name} " if name else ""
    end = "" if name else f"\n\n#{tags_of(connection)[0]}"
    answered, first = outgoing.reply_to, ""
    for number, part in enumerate(parts_of(outgoing.text, _LONGEST - len(begin) - len(end))):
        answered = server.post(
            f"hnm-{connection.id}-{outgoing.id}-{number}",
            status=f"{begin}{part}{end}",
            visibility=visibility,
            in_reply_to_id=answered,
            language="nl",
        )
        first = first or answered
    return Receipt(reference=first, delivered_at=now)


def _lists(tags: Sequence[str]) -> list[tuple[str, str, dict[str, str]]]:
    """(name, path, query) of each list that is followed."""
    path = "/api/v1/timelines/tag"
    tagged = [(f"#{tag}", f"{path}/{quote(tag, safe='')}", dict[str, str]()) for tag in tags]
    return [("@", _NOTIFICATIONS, _MENTIONS), *tagged]


def _reached(cursor: str | None, me: str) -> dict[str, str]:
    """How far each list was read; nothing when it was another account's."""
    told = json.loads(cursor) if cursor else {}
    return dict(told["lists"]) if told.get("me") == me else {}


def _follow(
    server: Instance, path: str, query: dict[str, str], was: str | None, rows: list[Any]
) -> str:
    """Adds what is new to `rows`; gives where to go on. What was said before us stays unread."""
    if was is None:
        return server.newest(path, **query)
    for page, reached in server.since(path, was, **query):
        rows += page[::-1]
        was = reached
    return was


def _read(reader: Reader, rows: Sequence[Any]) -> tuple[list[Event], list[SourceError]]:
    posts, bad = list[Event](), list[SourceError]()
    for row in rows:
        # A mention comes wrapped in a notification.
        wrapped = isinstance(row, dict) and "content" not in row and "type" in row
        try:
            event = reader.post(row.get("status") if wrapped else row)
        except NotAPost as wrong:
            bad.append(SourceError(line=0, why=str(wrong)))
            continue
        if event is not None:
            posts.append(event)
    return posts, bad


def _became(post: str, status: Any, reader: Reader, now: datetime) -> Heard | SourceError | None:
    """Gone, other words, or nothing; a post that is no longer to us or public is gone too."""
    if status is None:
        return gone(post, now)
    try:
        event = reader.post(status)
        if event is None or event.direct:
            return gone(post, now)
        edited = edit_of(event, status)
    except NotAPost as wrong:
        return SourceError(line=0, why=str(wrong))
    return heard(edited) if edited else None


def _addressee(server: Instance, outgoing: Outgoing) -> tuple[str, str]:
    """(name, visibility). Raises DeliveryError when the post that is answered is gone."""
    if outgoing.to:
        return outgoing.to.removesuffix(f"@{server.host}"), "direct"
    if not outgoing.reply_to:
        return "", "public"
    try:
        return acct_of(server.status(outgoing.reply_to), server.host), "unlisted"
    except NotAPost:
        raise DeliveryError(permanent=True, why="gone") from None
