"""One look at everything an account's rooms said since last time; gaps filled, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final

from connectors.sources._matrix_direct import remember_direct
from connectors.sources._matrix_events import TYPES, Raw, is_our_arrival
from connectors.sources._matrix_look import Look, Reached, list_in, object_in, raws
from connectors.sources._matrix_rooms import arrived, hear
from connectors.sources._matrix_server import Homeserver, Refused
from core.errors import AnswerUnreadable, SourceError
from core.ports import Heard

_STATE: Final = ("m.room.create", "m.room.name", "m.room.member", "m.room.encryption")
_EVENTS_AT_ONCE: Final = 100
_MOST_PAGES: Final = 200
_TIMELINE: Final = {"types": TYPES, "limit": _EVENTS_AT_ONCE}
_NOTHING: Final[Mapping[str, Any]] = {"types": []}
_FILTER: Final = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "timeline": _TIMELINE,
            "state": {"types": _STATE, "lazy_load_members": True},
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
)


def look(server: Homeserver, cursor: str | None) -> tuple[list[Heard | SourceError], str]:
    """What was heard since the cursor, and where to go on; raises what Homeserver raises."""
    me = server.me
    was = Reached.of(cursor, me)
    seen = Look(server=server, me=me, since=was.since if was else None)
    if was is not None:
        seen.direct, seen.edits = set(was.direct), dict(was.edits)
    query = {"timeout": "0", "filter": _FILTER, "set_presence": "offline"}
    answer = server.get("sync", **query, **({"since": seen.since} if seen.since else {}))
    since, rooms = answer.get("next_batch"), answer.get("rooms", {})
    if not isinstance(since, str) or not since or not isinstance(rooms, dict):
        raise AnswerUnreadable(why="sync")
    for room, told in _rooms(rooms, "invite"):
        _accept(room, told, seen)
    for room, told in chain(_rooms(rooms, "join"), _rooms(rooms, "leave")):
        _follow(room, told, seen)
    for room, _ in _rooms(rooms, "leave"):
        seen.direct.discard(room)
    return seen.heard, str(seen.reached(since))


def _rooms(rooms: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = rooms.get(name, {})
    if not isinstance(found, dict):
        raise AnswerUnreadable(why=name)
    return ((room, told) for room, told in found.items() if isinstance(told, dict))


def _accept(room: str, told: Mapping[str, Any], seen: Look) -> None:
    """Who invites us is answered by coming; what comes of it is asked in the room."""
    try:
        seen.server.post("join", room, body={})
    except Refused:
        # The invitation was taken back, or the room is gone.
        _leave(room, seen.server)
        return
    for event in list_in(object_in(told, "invite_state"), "events"):
        by = _invited_alone_by(event, seen.me)
        if by is not None:
            remember_direct(seen.server, by, room)


def _invited_alone_by(event: Any, me: str) -> str | None:
    """Who invites us to speak alone, by our own membership as an invitation shows it."""
    content = event.get("content") if isinstance(event, dict) else None
    if not isinstance(content, dict) or event.get("state_key") != me:
        return None
    by = event.get("sender")
    return by if content.get("is_direct") is True and isinstance(by, str) else None


def _leave(room: str, server: Homeserver) -> None:
    with suppress(Refused):  # we are out of it already
        server.post("rooms", room, "leave", body={})


def _follow(room: str, told: Mapping[str, Any], seen: Look) -> None:
    """One room: from our arrival, or from where we were."""
    state = list(raws(list_in(object_in(told, "state"), "events"), seen))
    if seen.since is None:
        written = raws(list_in(object_in(told, "timeline"), "events"), seen)
        arrived(room, told, [*state, *written], seen)
        return
    events = list(raws(_missed_and_told(room, told, seen), seen))
    arrival = _last_arrival(events, seen.me)
    if arrival is None and _last_arrival(state, seen.me) is not None:
        arrival = -1
    if arrival is not None:
        arrived(room, told, [*state, *events[: arrival + 1]], seen)
        events = events[arrival + 1 :]
    for raw in events:
        hear(room, raw, seen)
    _thrown_out(room, state, events, seen)


def _last_arrival(events: Sequence[Raw], me: str) -> int | None:
    found = [number for number, raw in enumerate(events) if is_our_arrival(raw, me)]
    return found[-1] if found else None


def _missed_and_told(room: str, told: Mapping[str, Any], seen: Look) -> list[Any]:
    """The room's events in order, with those that did not fit in the answer."""
    timeline = object_in(told, "timeline")
    events = list_in(timeline, "events")
    if timeline.get("limited") is True and isinstance(timeline.get("prev_batch"), str):
        events = [*_missed(room, timeline["prev_batch"], seen), *events]
    return events


def _missed(room: str, before: str, seen: Look) -> list[Any]:
    """What was said between where we were and `before`, oldest first."""
    found: list[Any] = []
    query = {"dir": "b", "to": str(seen.since), "limit": str(_EVENTS_AT_ONCE)}
    query["filter"] = json.dumps({"types": TYPES})
    for _ in range(_MOST_PAGES):
        try:
            page = seen.server.get("rooms", room, "messages", **query, **{"from": before})
        except Refused:
            seen.heard.append(SourceError(line=0, why="gap"))
            break
        chunk, end = list_in(page, "chunk"), page.get("end")
        found += chunk
        arrived = any(is_our_arrival(raw, seen.me) for raw in raws(chunk, None))
        if arrived or not chunk or not isinstance(end, str) or end == before:
            break
        before = end
    else:
        seen.heard.append(SourceError(line=0, why="gap"))
    return found[::-1]


def _thrown_out(room: str, state: Sequence[Raw], events: Sequence[Raw], seen: Look) -> None:
    """When it did not fit in what was told, the state of a room we are out of says it."""
    if room in seen.direct or any(_is_about(raw, seen.me) for raw in events):
        return
    for raw in state:
        if _is_about(raw, seen.me):
            hear(room, raw, seen)


def _is_about(raw: Raw, me: str) -> bool:
    return raw.type == "m.room.member" and raw.state_key == me
