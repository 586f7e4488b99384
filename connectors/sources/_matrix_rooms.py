"""What stands in one room: who came, what was said, edited, taken back; where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from connectors.sources._matrix_direct import is_member
from connectors.sources._matrix_events import (
    ENCRYPTED,
    NotMatrix,
    Raw,
    delete_of,
    edit_of,
    inviter_of,
    membership_of,
    message_of,
    moved_of,
    renamed_of,
    restored,
    unread_of,
    was_invited_alone,
)
from connectors.sources._matrix_look import Look, list_in
from connectors.sources._matrix_server import Refused
from core.domain import Event, EventKind
from core.errors import SourceError
from core.in_chat import ASKED
from core.ports import Heard


def arrived(room: str, told: Mapping[str, Any], events: Sequence[Raw], seen: Look) -> None:
    """We came into a room: somebody wants it followed, or to write to us alone."""
    arrival = next((raw for raw in reversed(events) if _is_ours(raw, seen.me)), None)
    creator = next((raw.sender for raw in events if raw.type == "m.room.create"), "")
    name = _name_of(events)
    if arrival is None:
        return
    if creator == seen.me or was_invited_alone(arrival) or (not name and _are_two(told)):
        seen.direct.add(room)
        return
    seen.direct.discard(room)
    _ask(room, name, arrival, inviter_of(arrival) or creator, seen)
    for raw in events:
        if raw.type == "m.room.encryption":
            _unreadable(room, raw, seen)


def _is_ours(raw: Raw, me: str) -> bool:
    joined = raw.content.get("membership") == "join"
    return raw.type == "m.room.member" and raw.state_key == me and joined


def _name_of(events: Sequence[Raw]) -> str:
    names = [raw.content.get("name") for raw in events if raw.type == "m.room.name"]
    return names[-1] if names and isinstance(names[-1], str) else ""


def _are_two(told: Mapping[str, Any]) -> bool:
    summary = told.get("summary")
    summary = summary if isinstance(summary, dict) else {}
    counts = [summary.get(f"m.{what}_member_count", 0) for what in ("joined", "invited")]
    return all(isinstance(count, int) for count in counts) and 0 < sum(counts) <= 2


def _ask(room: str, name: str, raw: Raw, by: str, seen: Look) -> None:
    asked = Event(
        kind=EventKind.CONSENT, native_id=raw.id, author=by, sent_at=raw.sent_at, text=ASKED
    )
    seen.heard.append(Heard(group=room, group_name=name, event=asked))


def hear(room: str, raw: Raw, seen: Look) -> None:
    """One event of a room we are in; our own and other bots' are nothing."""
    try:
        if raw.type == "m.room.member":
            _came_or_went(room, raw, seen)
        elif raw.sender != seen.me:
            _said(room, raw, seen)
    except NotMatrix as wrong:
        seen.heard.append(SourceError(line=0, why=str(wrong)))


def _came_or_went(room: str, raw: Raw, seen: Look) -> None:
    event = membership_of(raw, seen.me)
    if event is None:
        return
    if room not in seen.direct:
        seen.heard.append(Heard(group=room, event=event))
    elif event.kind is EventKind.JOIN:
        _grew(room, "", raw, seen)


def _grew(room: str, name: str, raw: Raw, seen: Look) -> None:
    """A third person came, or it got a name: a group that wants to be followed, after all."""
    members = seen.server.get("rooms", room, "joined_members").get("joined")
    if name or (isinstance(members, dict) and len(members) > 2):
        seen.direct.discard(room)
        _ask(room, name, raw, raw.sender, seen)


def _said(room: str, raw: Raw, seen: Look) -> None:
    direct = room in seen.direct
    if raw.type == "m.room.message":
        event = _edited(room, raw, seen) if raw.edits else message_of(raw, direct=direct)
        _add(room, event, seen)
    elif raw.type == "m.room.redaction":
        _add(room, _taken_back(room, raw, seen), seen)
    elif raw.type in ENCRYPTED and not raw.is_gone:
        _unreadable(room, raw, seen)
    elif raw.type == "m.room.name" and not direct:
        _add(room, renamed_of(raw), seen)
    elif raw.type == "m.room.name":
        _grew(room, str(raw.content.get("name") or ""), raw, seen)
    elif raw.type == "m.room.tombstone" and not direct:
        _moved(room, raw, seen)


def _add(room: str, event: Event | None, seen: Look) -> None:
    if event is None:
        return
    heard = Heard(group=room, event=event)
    groups = _groups_with(event.author, seen) if event.direct else [room]
    seen.heard += [replace(heard, group=group) for group in groups]


def _unreadable(room: str, raw: Raw, seen: Look) -> None:
    direct = room in seen.direct
    event = unread_of(raw, direct=direct)
    groups = _groups_with(raw.sender, seen) if direct else [room]
    seen.heard += [Heard(group=group, event=event, unreadable=True) for group in groups]


def _edited(room: str, raw: Raw, seen: Look) -> Event | None:
    """An edit counts only by who wrote the original, which the server does not see to."""
    first_id = str(raw.edits)
    seen.edits[raw.id] = first_id
    return edit_of(raw, _event_of(room, first_id, seen), direct=room in seen.direct)


def _taken_back(room: str, raw: Raw, seen: Look) -> Event | None:
    """A message is erased with all its revisions; of an edit, what it said."""
    direct = room in seen.direct
    first_id = seen.edits.get(raw.redacts)
    original = _event_of(room, first_id, seen) if first_id else None
    if first_id is None or original is None or original.is_gone:
        gone = first_id or raw.redacts
        seen.forget_edits(gone)
        return delete_of(raw, gone, direct=direct)
    return restored(original, raw, direct=direct)


def _event_of(room: str, event_id: str, seen: Look) -> Raw | None:
    """An event with its newest edit; None when the server does not show it to us."""
    try:
        return Raw.of(seen.server.get("rooms", room, "event", event_id))
    except Refused:
        return None


def _moved(room: str, raw: Raw, seen: Look) -> None:
    event = moved_of(raw)
    _add(room, event, seen)
    via = raw.sender.partition(":")[2]
    with suppress(Refused):  # a room that lets in only who is invited: we come when we are
        seen.server.ask("POST", ("join", event.text), {"server_name": via}, {})


def _groups_with(user: str, seen: Look) -> list[str]:
    """The groups that we share with somebody who writes to us alone."""
    rooms = list_in(seen.server.get("joined_rooms"), "joined_rooms")
    groups = [room for room in rooms if isinstance(room, str) and room not in seen.direct]
    return [room for room in sorted(groups) if is_member(seen.server, room, user, ("join",))]
