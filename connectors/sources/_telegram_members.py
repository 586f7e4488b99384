"""Who came into a group of Telegram or went, and what became of us there; knows no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connectors.sources._telegram_updates import (
    GROUPS,
    moment_in,
    number_in,
    object_in,
    words_in,
)
from core.domain import Event, EventKind
from core.in_chat import ASKED, WITHDRAWN
from core.ports import Heard

_IN: Final = ("creator", "administrator", "member")
_ANONYMOUS: Final = 1087968824
"""The account behind which an administrator of any group writes unnamed (GroupAnonymousBot)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """lidmaatschap: who came or went, or what became of us."""

    update: int
    chat: str
    kind: str
    title: str
    by: str
    who: int
    is_bot: bool
    was_in: bool
    is_in: bool
    is_administrator: bool
    at: datetime

    @classmethod
    def of(cls, update: int, told: Any) -> Membership:
        """Raises NotTelegram."""
        whole = object_in(told, "chat_member")
        chat = object_in(whole.get("chat"), "chat")
        before = object_in(whole.get("old_chat_member"), "old_chat_member")
        after = object_in(whole.get("new_chat_member"), "new_chat_member")
        user, number = object_in(after.get("user"), "user"), number_in(chat, "id")
        by = number_in(object_in(whole.get("from"), "from"), "id")
        return cls(
            update=update,
            chat=str(number),
            kind=str(chat.get("type")),
            title=words_in(chat, "title"),
            by=str(number if by == _ANONYMOUS else by),
            who=number_in(user, "id"),
            is_bot=user.get("is_bot") is True,
            was_in=is_in(before),
            is_in=is_in(after),
            is_administrator=after.get("status") in ("creator", "administrator"),
            at=moment_in(whole, "date"),
        )

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    def of_us(self) -> Heard | None:
        """Invited, or thrown out."""
        if self.was_in == self.is_in or not self.is_group:
            return None
        return self._heard(EventKind.CONSENT, self.by, ASKED if self.is_in else WITHDRAWN)

    def of_somebody(self) -> Heard | None:
        if self.was_in == self.is_in or not self.is_group or self.is_bot:
            return None
        return self._heard(EventKind.JOIN if self.is_in else EventKind.LEAVE, str(self.who), "")

    def _heard(self, kind: EventKind, author: str, text: str) -> Heard:
        event = Event(
            kind=kind,
            native_id=f"{self.chat}:u{self.update}",
            author=author,
            sent_at=self.at,
            text=text,
        )
        return Heard(group=self.chat, group_name=self.title, event=event)


def is_in(member: Mapping[str, Any]) -> bool:
    status = member.get("status")
    return status in _IN or (status == "restricted" and member.get("is_member") is True)
