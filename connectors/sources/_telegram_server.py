"""A small client of the Telegram Bot API: asks, and names what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.call import Caller, Refused, checked_address
from core.errors import AnswerUnreadable, InUseElsewhere, SecretRefused
from core.ports import Connection

_TOKEN: Final = re.compile(r"(\d{1,18}):[A-Za-z0-9_-]{20,120}")
_LOOKED_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """wij: our account in Telegram; `reads_all` is None when the server does not say."""

    id: int
    username: str
    reads_all: bool | None


class Bot:
    """botaccount: one account at one server. Raises BadSetting, and SecretRefused for no token."""

    def __init__(self, connection: Connection) -> None:
        address = checked_address(connection.settings.get("telegram_server", ""), "telegram_server")
        found = _TOKEN.fullmatch(connection.secret.strip())
        if found is None:
            raise SecretRefused(why="token")
        self.id = int(found[1])
        # The token is part of every address here, so no address of these may be logged.
        self._caller = Caller(f"{address}/bot{found[0]}")

    def ask(self, method: str, **body: Any) -> Any:
        """What Telegram calls `result`.

        Raises SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, InUseElsewhere, Refused.
        """
        try:
            answer = self._caller.post(f"/{method}", json=body).object()
        except Refused as error:
            raise _named(error) from None
        if answer.get("ok") is not True or "result" not in answer:
            raise AnswerUnreadable(why=method)
        return answer["result"]

    def us(self, now: datetime) -> Us:
        """Our account as the server has it; asked again every few minutes, for it may change."""
        at, known = _KNOWN.get(self._caller.address, (now, None))
        if known is None or not timedelta(0) <= now - at < _LOOKED_EVERY:
            known = _us(self.ask("getMe"))
            _KNOWN[self._caller.address] = (now, known)
        return known


_KNOWN: Final[dict[str, tuple[datetime, Us]]] = {}


def _us(told: Any) -> Us:
    told = told if isinstance(told, dict) else {}
    number, name = told.get("id"), told.get("username")
    reads_all = told.get("can_read_all_group_messages")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(name, str):
        raise AnswerUnreadable(why="getMe")
    return Us(id=number, username=name, reads_all=reads_all if reads_all in (True, False) else None)


def _named(error: Refused) -> Exception:
    """A refusal by what it means here; Telegram says "404" to a token that it does not know."""
    if not isinstance(error.answer, dict):
        return AnswerUnreadable(why=f"http_{error.status}")
    if error.status == 404:
        return SecretRefused(why="http_404")
    if error.status == 409:
        return InUseElsewhere(why="http_409")
    return error
