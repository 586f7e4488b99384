"""How fast we may speak: one text a second in a chat, twenty a minute in a group."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from core.errors import SourceBusy

_MINUTE: Final = timedelta(minutes=1)
_A_MINUTE: Final = 20
_AT_ONCE: Final = 5
"""Telegram minds a rate, not a short burst: so many in as many seconds."""

_SAID: Final[dict[tuple[str, str], deque[datetime]]] = {}


def wait_for_turn(account: str, chat: str, now: datetime) -> None:
    """Notes that a text goes to a chat now. Raises SourceBusy when it is too soon."""
    said = _SAID.setdefault((account, chat), deque(maxlen=_A_MINUTE))
    while said and not timedelta(0) <= now - said[0] < _MINUTE:
        said.popleft()
    waits = [_MINUTE - (now - said[0])] if len(said) == _A_MINUTE else []
    recent = [one for one in said if now - one < timedelta(seconds=_AT_ONCE)]
    if len(recent) >= _AT_ONCE:
        waits.append(timedelta(seconds=_AT_ONCE) - (now - recent[0]))
    if waits:
        raise SourceBusy(after_s=max(waits).total_seconds())
    said.append(now)
