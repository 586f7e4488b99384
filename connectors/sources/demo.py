"""The demo: an invented neighbourhood whose messages take the same road as real ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from connectors.sources._group_view import send
from core.domain import Event, EventKind, Group
from core.ports import Fetched, SourceCard
from core.settings import settings

__all__ = ["CARD", "fetch", "send"]

CARD: Final = SourceCard(
    name_nl="Demonstratie (verzonnen berichten)",
    name_en="Demo (invented messages)",
    replies=True,
    group_send=True,
)

_STORY: Final = Path(__file__).with_suffix(".jsonl")
_EVENING_STARTS: Final = 20160.0
"""Minutes from the story's start: what comes before is the past when the demo first starts."""
_CATCH_UP: Final = 5
"""After a pause this many messages come at once, not a pause's worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    id: str
    at: float
    group: str
    author: str
    reply_to: str | None
    text: str


def fetch(group: Group, cursor: str | None, now: datetime) -> Fetched:
    """The next lines of the story: at first the past two weeks at once, then one every few seconds.

    The cursor is "number of lines told|moment of the last". When the story ends it starts again,
    with new ids.
    """
    if cursor is None:
        told = sum(line.at < _EVENING_STARTS for line in story())
        past = [
            _event(line, 0, _moment_of(line, now)) for line in story()[:told] if _is_in(line, group)
        ]
        return Fetched(events=tuple(past), cursor=f"{told}|{now.isoformat()}")
    number, _, at = cursor.partition("|")
    told, last = int(number), datetime.fromisoformat(at)
    interval = timedelta(seconds=settings().demo_interval_s)
    due = int((now - last) / interval)
    if due <= 0:
        return Fetched(events=(), cursor=cursor)
    step = min(due, _CATCH_UP)
    last = last + interval * step if due <= _CATCH_UP else now
    lines = [(number, *_line(number)) for number in range(told, told + step)]
    events = [_event(line, round_, now) for _, round_, line in lines if _is_in(line, group)]
    return Fetched(events=tuple(events), cursor=f"{told + step}|{last.isoformat()}")


@lru_cache
def story() -> tuple[_Line, ...]:
    """The lines of the story in order."""
    rows = _STORY.read_text(encoding="utf-8").splitlines()
    return tuple(_Line(**json.loads(row)) for row in rows if row.strip())


def _line(number: int) -> tuple[int, _Line]:
    round_, index = divmod(number, len(story()))
    return round_, story()[index]


def _is_in(line: _Line, group: Group) -> bool:
    return line.group == group.native_id


def _moment_of(line: _Line, now: datetime) -> datetime:
    scale = settings().demo_history_days * 24 * 60 / _EVENING_STARTS
    return now - timedelta(minutes=(_EVENING_STARTS - line.at) * scale)


def _event(line: _Line, round_: int, sent_at: datetime) -> Event:
    return Event(
        kind=EventKind.MESSAGE,
        native_id=f"{round_}-{line.id}",
        author=line.author,
        sent_at=sent_at,
        text=line.text,
        reply_to=f"{round_}-{line.reply_to}" if line.reply_to else None,
    )
