"""What open sources share: who is addressed, texts made plain, looking again, keeping the pace.

Nothing here, and in no source that uses it, ever asks what somebody else has written: posts come in
because they address our account or carry an agreed tag, and for no other reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connectors.sources._reading import plain
from core.domain import Event, EventKind
from core.errors import BadSetting
from core.in_chat import command_of
from core.ports import Connection, Heard

GROUP: Final = "public"
SETTINGS: Final = ("tags", "seconds_apart", "look_again_minutes")
"""What each open source asks of an administrator, besides where its server is."""

_LONGEST_TEXT: Final = 10_000
_MOST_TAGS: Final = 5
_LONGEST_ADDRESS: Final = 400
_TAG: Final = re.compile(r"\w{2,60}")
_FINE_MS: Final = 10 * 24 * 3600 * 1000
_NEWEST_REVISION: Final = 2**31 - 1
_HIDDEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u2060-\u2064\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that show nothing and can hide or turn words around; direction marks go elsewhere."""


class NotAPost(ValueError):
    """A row that is not as its network describes a post; its text names what is wrong."""


def tags_of(connection: Connection) -> tuple[str, ...]:
    """The agreed tags, in small letters without "#". Raises BadSetting."""
    given = re.split(r"[\s,;]+", connection.settings.get("tags", "").strip())
    tags = tuple(dict.fromkeys(tag.lstrip("#").casefold() for tag in given if tag))
    if not 0 < len(tags) <= _MOST_TAGS or not all(_TAG.fullmatch(tag) for tag in tags):
        raise BadSetting(name="tags", why="#")
    return tags


def number_in(connection: Connection, name: str, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number that an administrator typed. Raises BadSetting."""
    text = connection.settings.get(name, "").strip()
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadSetting(name=name, why=f"{least}-{most}")
    return int(text)


def look_again_every(connection: Connection) -> timedelta:
    """How often a post that is kept is looked up again. Raises BadSetting."""
    return timedelta(minutes=number_in(connection, "look_again_minutes", most=24 * 60))


@dataclass(slots=True)
class Pace:
    """tempo: when each connection may be asked again, so that nobody's server is run down.

    Lives as long as the process: at worst a network is asked once too often. An account that was
    exchanged for another begins anew.
    """

    _next: dict[tuple[int, int], datetime] = field(default_factory=dict)

    def is_too_soon(self, connection: Connection, now: datetime) -> bool:
        return now < self._next.get(_account(connection), now)

    def asked(self, connection: Connection, now: datetime, wait_s: float = 0.0) -> None:
        """Notes that it was asked now; `wait_s` when the network itself wants a longer rest."""
        rest_s = max(number_in(connection, "seconds_apart", most=3600), wait_s)
        self._next[_account(connection)] = now + timedelta(seconds=rest_s)


def _account(connection: Connection) -> tuple[int, int]:
    return connection.id, hash((frozenset(connection.settings.items()), connection.secret))


def readable(text: str) -> str:
    """A text without what hides, turns or drowns words."""
    return plain(_HIDDEN.sub("", text[:_LONGEST_TEXT]))


def address_taken_off(text: str, names: Iterable[str], tags: Iterable[str]) -> str:
    """The words without our own name and the agreed tags at either end: they are the address."""
    known = [*(f"@{re.escape(name)}" for name in names), *(f"#{re.escape(tag)}" for tag in tags)]
    one = rf"(?:{'|'.join(sorted(known, key=len, reverse=True))})(?![\w@])[,:]?"
    first, last = re.compile(one, re.IGNORECASE), re.compile(rf"(?<!\S){one}$", re.IGNORECASE)
    text = text.strip()
    while found := first.match(text):
        text = text[found.end() :].lstrip()
    # Only the end is searched: a text of ten thousand spaces must not hold us up.
    while found := last.search(text, max(0, len(text) - _LONGEST_ADDRESS)):
        text = text[: found.start()].rstrip()
    return text


def obeyed(event: Event, *, to_us: bool) -> Event:
    """A command that is said to our account ("@melden stop") in the words that groups use for it.

    A sentence that happens to begin with such a word ("help, er is ingebroken") stays a sentence.
    """
    if not to_us or event.direct or command_of(event) is not None:
        return event
    found = command_of(replace(event, direct=True))
    return event if found is None else replace(event, text=f"!hnm {event.text}")


def revision_between(written: datetime, changed: datetime) -> int:
    """A number that grows with each edit: milliseconds at first, seconds later, to fit 31 bits."""
    since_ms = max(int((changed - written) / timedelta(milliseconds=1)), 1)
    later_s = max(since_ms - _FINE_MS, 0) // 1000
    return min(min(since_ms, _FINE_MS) + later_s, _NEWEST_REVISION)


def heard(event: Event) -> Heard:
    return Heard(group=GROUP, event=event)


def gone(native_id: str, now: datetime) -> Heard:
    """A post that is not there any more, or not for everybody: nothing of it stays here."""
    return heard(Event(kind=EventKind.DELETE, native_id=native_id, author="", sent_at=now))


def in_order(events: Iterable[Event]) -> list[Heard]:
    """Each post once, by when it was written; of one moment in the order they are given in."""
    once = {(event.native_id, event.revision): event for event in events}
    return [heard(event) for event in sorted(once.values(), key=lambda event: event.sent_at)]


def batched(values: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def text_in(row: Any, name: str, most: int = 500) -> str:
    """A text that a row must have. Raises NotAPost."""
    value = row.get(name) if isinstance(row, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # some servers give ids as numbers in one place and as texts in another
    if not isinstance(value, str) or not value or len(value) > most:
        raise NotAPost(name)
    return value


def object_in(row: Any, name: str) -> dict[str, Any]:
    """An object in a row; empty when there is none."""
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, dict) else {}


def list_in(row: Any, name: str) -> list[Any]:
    """A list in a row; empty when there is none."""
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, list) else []


def moment_in(row: Any, name: str) -> datetime:
    """A moment with its zone. Raises NotAPost."""
    try:
        moment = datetime.fromisoformat(text_in(row, name, 40))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise NotAPost(name) from None
