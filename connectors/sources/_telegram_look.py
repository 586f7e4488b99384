"""How far an account was listened to, and what one look at Telegram gathers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from connectors.call import Refused
from connectors.sources._telegram_members import Membership, is_in
from connectors.sources._telegram_server import Bot, Us
from connectors.sources._telegram_updates import (
    ASKED_FOR,
    NotTelegram,
    Raw,
    heard_in,
    moved,
    said,
    update_id,
)
from core.domain import EventKind
from core.errors import AnswerUnreadable, SourceError
from core.in_chat import ASKED
from core.ports import Heard

_AT_ONCE: Final = 100
_MOST_GROUPS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """aangekomen: how far we listened, and the groups we are in (True: as administrator)."""

    me: int
    offset: int
    groups: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None, me: int) -> Arrived | None:
        """None when there is none yet, or it was another account's, whose numbers differ."""
        told = json.loads(cursor) if cursor else {}
        if told.get("me") != me:
            return None
        return cls(me=me, offset=told["offset"], groups=dict(told["groups"]))

    def __str__(self) -> str:
        return json.dumps({"me": self.me, "offset": self.offset, "groups": dict(self.groups)})


@dataclass(slots=True, kw_only=True)
class View:
    """uitzicht: what is gathered in one look at Telegram."""

    bot: Bot
    us: Us
    offset: int = 0
    groups: dict[str, bool] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    heard: list[Heard | SourceError] = field(default_factory=list)

    def add(self, heard: Iterable[Heard | None]) -> None:
        self.heard += [one for one in heard if one is not None]

    def arrived(self) -> str:
        groups = dict(list(self.groups.items())[-_MOST_GROUPS:])
        return str(Arrived(me=self.bot.id, offset=self.offset, groups=groups))


def look(bot: Bot, us: Us, cursor: str | None) -> tuple[list[Heard | SourceError], str | None]:
    """What was said since the cursor, and where to go on; raises what Bot raises.

    Asking from the offset on tells Telegram to forget what is before it: that was stored.
    """
    was = Arrived.of(cursor, bot.id)
    view = View(bot=bot, us=us)
    if was is not None:
        view.offset, view.groups = was.offset, dict(was.groups)
    from_here = {"offset": view.offset} if view.offset else {}
    updates = bot.ask(
        "getUpdates", limit=_AT_ONCE, timeout=0, allowed_updates=ASKED_FOR, **from_here
    )
    if not isinstance(updates, list):
        raise AnswerUnreadable(why="getUpdates")
    if not updates:
        return [], cursor
    for update in updates:
        _take(update, view)
    return _where_they_are_now(view), view.arrived()


def _take(update: Any, view: View) -> None:
    try:
        number = update_id(update)
        view.offset = max(view.offset, number + 1)
        for name in ("message", "edited_message"):
            if name in update:
                _message(Raw.of(number, update[name]), view)
        if "my_chat_member" in update:
            _of_us(Membership.of(number, update["my_chat_member"]), view)
        if "chat_member" in update:
            view.add([Membership.of(number, update["chat_member"]).of_somebody()])
    except NotTelegram as wrong:
        view.heard.append(SourceError(line=0, why=str(wrong)))


def _message(raw: Raw, view: View) -> None:
    if raw.is_direct:
        _to_us_alone(raw, view)
    elif raw.is_group:
        view.groups.setdefault(raw.chat, False)
        _moved(raw, view)
        tells = view.groups.get(raw.chat, False)
        view.add(heard_in(raw, view.us.username, tells_who_comes=tells))


def _moved(raw: Raw, view: View) -> None:
    move = moved(raw)
    if move is not None:
        new = move.event.text
        view.add([move])
        view.moves[move.group] = new
        view.groups[new] = view.groups.pop(move.group, False) or view.groups.get(new, False)


def _of_us(membership: Membership, view: View) -> None:
    view.add([membership.of_us()])
    if membership.is_in and membership.is_group:
        view.groups[membership.chat] = membership.is_administrator
    else:
        view.groups.pop(membership.chat, None)


def _to_us_alone(raw: Raw, view: View) -> None:
    """Belongs to the groups that we share with the writer; a stranger's words to none."""
    event = said(raw, view.us.username)
    if event is not None:
        shared = [group for group in sorted(view.groups) if _shares(group, event.author, view)]
        view.add(Heard(group=group, event=event) for group in shared)


def _shares(group: str, user: str, view: View) -> bool:
    try:
        member = view.bot.ask("getChatMember", chat_id=int(group), user_id=int(user))
    except Refused:  # they are not in it, or we are not
        return False
    return isinstance(member, dict) and is_in(member)


def _where_they_are_now(view: View) -> list[Heard | SourceError]:
    """A group that moved: the move comes first, and all that was said stands under the new id."""
    if not view.moves:
        return view.heard
    first = [one for one in view.heard if _is_move(one)]
    rest = [one for one in view.heard if not _is_move(one) and not _comes_of_moving(one, view)]
    return [*first, *(_moved_along(one, view) for one in rest)]


def _is_move(one: Heard | SourceError) -> bool:
    return isinstance(one, Heard) and one.event.kind is EventKind.GROUP_MOVED


def _comes_of_moving(one: Heard | SourceError, view: View) -> bool:
    """Out of what it was, into what it became: nobody throws us out, nobody invites us."""
    if isinstance(one, SourceError) or one.event.kind is not EventKind.CONSENT:
        return False
    of = view.moves.values() if one.event.text == ASKED else view.moves.keys()
    return one.group in of


def _moved_along(one: Heard | SourceError, view: View) -> Heard | SourceError:
    if isinstance(one, SourceError):
        return one
    return replace(one, group=view.moves.get(one.group, one.group))
