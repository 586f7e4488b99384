"""Ids and moments of messages in a chat export, which holds neither ids nor time zones."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from connectors.sources._chat_content import Content
from core.clock import LOCAL_ZONE, from_local
from core.domain import EventKind

_SECOND_ROUND: Final = timedelta(minutes=5)
"""In the hour that comes twice, a step back this large begins the second round."""


@dataclass(slots=True)
class Ids:
    """Ids of messages: "place#words.n", where n tells equal words in one place apart."""

    _hour: str = ""
    _seen: Counter[str] = field(default_factory=Counter)

    def make(self, author: str, sent_at: datetime, content: Content) -> str:
        minute = sent_at.strftime("%Y%m%dT%H%M")
        if minute[:-2] != self._hour:
            self._hour, self._seen = minute[:-2], Counter()
        place = _digest(f"{minute}|{author}")
        stem = f"{place}#{'deleted' if content.kind is EventKind.DELETE else _words(content)}"
        number = self._seen[stem]
        self._seen[stem] += 1
        return f"{stem}.{number}"


def _words(content: Content) -> str:
    return _digest(f"{content.text}|{content.media_count}|{content.lat}|{content.lon}")


def _digest(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=10).hexdigest()


@dataclass(slots=True)
class WallClock:
    """Local times as moments; knows which round of autumn's doubled hour it is in."""

    _last: datetime | None = None
    _second_round: bool = False

    def is_first_of_doubled_hour(self, local: datetime) -> bool:
        last = self._last
        return _is_doubled(local) and (
            last is None or last.date() != local.date() or (not _is_doubled(last) and last < local)
        )

    def moment(self, local: datetime) -> datetime:
        if not _is_doubled(local):
            self._second_round = False
        elif self._last is not None and self._last - local > _SECOND_ROUND:
            self._second_round = True
        self._last = local
        first = from_local(local)
        return first + timedelta(hours=1) if self._second_round else first


def _is_doubled(local: datetime) -> bool:
    return _is_doubled_hour(local.replace(minute=0, second=0))


@lru_cache(maxsize=64)
def _is_doubled_hour(hour: datetime) -> bool:
    first, second = (hour.replace(tzinfo=LOCAL_ZONE, fold=fold) for fold in (0, 1))
    # In spring the two differ as well, for an hour that does not exist; then the first is later.
    return first.astimezone(UTC) < second.astimezone(UTC)
