"""X: posts that address our account or carry an agreed tag; what X forbids is shown beforehand.

The interface is X API v2 of docs.x.com, as documented: it was never tried at X itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.call import Refused
from connectors.sources._open_posts import (
    SETTINGS,
    NotAPost,
    Pace,
    gone,
    heard,
    in_order,
    number_in,
    tags_of,
)
from connectors.sources._x_posts import Reader, newest_of, query_of
from connectors.sources._x_server import FEWEST, Api, is_too_old, moment
from core.channel_limits import parts_of
from core.domain import Event, Receipt
from core.errors import BadSetting, DeliveryError, ReadBudgetSpent, SourceError
from core.ports import Connection, Heard, Listened, Outgoing, SourceCard

_LONGEST: Final = 280

CARD = SourceCard(
    name_nl="X (Twitter)",
    name_en="X (Twitter)",
    listens=True,
    settings=("x_server", "handle", *SETTINGS, "reads_per_day", "reads_per_month"),
    edits=True,
    deletes=True,
    replies=True,
    group_send=True,
    is_open_source=True,
    longest_text=_LONGEST,
    threads=True,
    founds="public",
    tested="fixtures",
    limits_nl=(
        "X verbiedt het gebruik van zijn gegevens voor toezicht door de overheid, en om over "
        "iemand af te leiden dat die een strafbaar feit pleegde of daarvan wordt verdacht; "
        "een overheid moet X vooraf om toestemming vragen. Elk gelezen bericht kost geld."
    ),
    limits_en=(
        "X forbids the use of its data for surveillance by a government, and to derive that "
        "somebody committed a crime or is suspected of one; governments need leave from X "
        "beforehand. Each post that is read costs money."
    ),
)

PACE: Final = Pace()
_GOES_BACK: Final = timedelta(days=6, hours=23)
_NAME: Final = re.compile(r"\w{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """bereikt: the newest post that was read, and how many were read this day and month (UTC)."""

    begun: str
    since: str = ""
    day: str = ""
    day_count: int = 0
    month_count: int = 0

    @classmethod
    def of(cls, cursor: str | None, now: datetime) -> Reached:
        told = json.loads(cursor) if cursor else {}
        was = cls(**told) if told else cls(begun=now.isoformat())
        day = f"{now:%Y-%m-%d}"
        if was.day == day:
            return was
        month_count = was.month_count if was.day[:7] == day[:7] else 0
        return replace(was, day=day, day_count=0, month_count=month_count)

    def __str__(self) -> str:
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, sort_keys=True)

    def read(self, count: int, since: str = "") -> Reached:
        return replace(
            self,
            since=since or self.since,
            day_count=self.day_count + count,
            month_count=self.month_count + count,
        )

    def left(self, connection: Connection) -> int:
        """How many posts may still be read. Raises BadSetting."""
        day = number_in(connection, "reads_per_day") - self.day_count
        return max(0, min(day, number_in(connection, "reads_per_month") - self.month_count))


def listen(connection: Connection, cursor: str | None, now: datetime) -> Listened:
    """What was posted to us or with an agreed tag since the cursor; at first only from now on.

    When the budget is spent nothing is asked, and the note says so. Raises BadSetting, SourceBusy,
    NetworkDown, SecretRefused, AnswerUnreadable, DeliveryError.
    """
    reader, reached = _reader(connection), Reached.of(cursor, now)
    left = reached.left(connection)
    note = ReadBudgetSpent.code if left < FEWEST else ""
    if note or PACE.is_too_soon(connection, now):
        return Listened(heard=(), cursor=cursor or str(reached), note=note)
    server = Api(connection)
    rows, bad = list[Any](), list[SourceError]()
    newest = _search(server, reader, left, reached, now, rows, bad)
    PACE.asked(connection, now, server.rest_s)
    posts = _read(reader, rows[::-1], bad)
    return Listened(heard=(*in_order(posts), *bad), cursor=str(reached.read(len(rows), newest)))


def look_again(
    connection: Connection, cursor: str | None, posts: Sequence[str], now: datetime
) -> Listened:
    """What became of posts that are kept: edited, gone, or for followers only.

    Counts as reading, but is done even when the budget is spent: what is gone has to go here too.
    Raises as `listen` does.
    """
    reader, reached = _reader(connection), Reached.of(cursor, now)
    server = Api(connection)
    there, lost = server.look_up(posts)
    newer = _newest(server, there)
    bad = list[SourceError]()
    edits = _read(reader, [row for row in newer.values() if len(_history(row)) > 1], bad)
    unaddressed = [id_ for id_, row in newer.items() if _is_no_longer_ours(reader, row)]
    found: list[Heard | SourceError] = [gone(id_, now) for id_ in (*sorted(lost), *unaddressed)]
    found += [heard(event) for event in edits]
    count = len(there) + sum(newer[id_] is not there.get(id_) for id_ in newer)
    return Listened(heard=(*found, *bad), cursor=str(reached.read(count)))


def say(connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
    """Answers a post, or writes to all with the agreed tag; a long text becomes a thread.

    X knows no key by which a text sent again is known: after a failure half-way one may come twice.
    Raises as `listen` does; DeliveryError is permanent.
    """
    if outgoing.to and not outgoing.reply_to:
        raise DeliveryError(permanent=True, why="alone")
    server = Api(connection)
    end = "" if outgoing.reply_to else f"\n\n#{tags_of(connection)[0]}"
    answered, first = outgoing.reply_to, ""
    for part in parts_of(outgoing.text, _LONGEST - len(end)):
        answered = server.post(part + end, answered, now)
        first = first or answered
    return Receipt(reference=first, delivered_at=now)


def _reader(connection: Connection) -> Reader:
    handle = connection.settings.get("handle", "").strip().lstrip("@")
    if not _NAME.fullmatch(handle):
        raise BadSetting(name="handle", why="@")
    return Reader(handle=handle, tags=tags_of(connection))


def _search(
    server: Api,
    reader: Reader,
    left: int,
    reached: Reached,
    now: datetime,
    rows: list[Any],
    bad: list[SourceError],
) -> str:
    """Adds what is found to `rows`; gives the newest id. What cannot be had is noted as a gap."""
    query, newest = query_of(reader.handle, reader.tags), ""
    begun = max(datetime.fromisoformat(reached.begun), now - _GOES_BACK)
    since = {"since_id": reached.since} if reached.since else {"start_time": moment(begun)}
    try:
        for page, first in server.search(query, left, **since):
            rows += page
            newest = newest or first
    except Refused as refused:
        if not is_too_old(refused):
            raise
        bad.append(SourceError(line=0, why="gap"))
        for page, first in server.search(query, left, start_time=moment(begun)):
            rows += page
            newest = newest or first
    if server.stopped_early:
        bad.append(SourceError(line=0, why="gap"))
    return newest


def _read(reader: Reader, rows: Sequence[Any], bad: list[SourceError]) -> list[Event]:
    found = []
    for row in rows:
        try:
            event = reader.post(row)
        except NotAPost as wrong:
            bad.append(SourceError(line=0, why=str(wrong)))
            continue
        if event is not None:
            found.append(event)
    return found


def _history(row: Any) -> list[Any]:
    given = row.get("edit_history_tweet_ids")
    return given if isinstance(given, list) else []


def _newest(server: Api, there: dict[str, Any]) -> dict[str, Any]:
    """Each post in its newest version, by the id of its first."""
    wanted = {}
    for id_, row in there.items():
        try:
            wanted[id_] = newest_of(row)
        except NotAPost:
            continue
    later = [newest for id_, newest in wanted.items() if newest != id_]
    found, _ = server.look_up(later) if later else ({}, set())
    return {id_: found.get(newest, there[id_]) for id_, newest in wanted.items()}


def _is_no_longer_ours(reader: Reader, row: Any) -> bool:
    try:
        return reader.post(row) is None
    except NotAPost:
        return False
