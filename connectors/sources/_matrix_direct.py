"""Rooms in which we speak to one person; our account at the server remembers which."""

from __future__ import annotations

from connectors.sources._matrix_server import Homeserver, Refused


def is_member(server: Homeserver, room: str, user: str, as_: tuple[str, ...]) -> bool:
    try:
        answer = server.get("rooms", room, "state", "m.room.member", user)
    except Refused:
        return False
    return answer.get("membership") in as_


def direct_rooms(server: Homeserver) -> dict[str, list[str]]:
    """The rooms in which we speak to one person, by user, as our account remembers them."""
    try:
        answer = server.get("user", server.me, "account_data", "m.direct")
    except Refused:
        return {}
    return {
        user: [room for room in rooms if isinstance(room, str)]
        for user, rooms in answer.items()
        if isinstance(rooms, list)
    }


def remember_direct(server: Homeserver, user: str, room: str) -> None:
    known = direct_rooms(server)
    known[user] = [room, *(other for other in known.get(user, []) if other != room)]
    server.put("user", server.me, "account_data", "m.direct", body=known)
