"""Lines of a file that holds no ids: which stored message each line is, when words may change.

A message's id comes from its place (minute and author), its words and a number among equal ones. A
longer export thus adds only what is new, whatever lines came or went around it. A line that turned
into "deleted", or was edited, no longer has those words: it is found by its place. The lines stored
for that place and the lines now shown there are aligned with the fewest changes: equal words pair
first; a deleted or edited line pairs with a stored one that is no longer shown; order is kept. An
older file, from before an edit or a deletion, brings nothing back: earlier words stay known by key.

Its limit: when two lines of one person in one minute are gone and one "deleted" stands there, the
file does not tell which. Then doubt erases: both go. Likewise an edited line whose neighbour of the
same minute vanished may replace that neighbour. Names are as the exporting phone has them: exports
from two phones of one group may hold two names for one person, and do not meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from core.domain import Event, EventKind, Group
from core.privacy.vault import Vault
from core.store.import_rows import StoredLine
from core.store.unit import Unit

_CHANGED: Final = 1
_CAME_OR_WENT: Final = 2
_IMPOSSIBLE: Final = 1_000_000
_LARGEST_TABLE: Final = 40_000
"""Beyond 200 by 200 lines of one person in one minute only equal words are paired."""

Pair = tuple[int | None, int | None]
"""(index of a stored line, index of a shown line); None where the other side has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as a file shows it now."""

    order: int
    event: Event
    words_key: str

    @property
    def deleted(self) -> bool:
        return self.event.kind is EventKind.DELETE


def recognise(events: Sequence[Event], group: Group, unit: Unit, vault: Vault) -> list[Event]:
    """The events of a file without ids, each under the id of the stored message that it is.

    Edits get their message's next revision; deletes of what was never stored fall away. Remembers
    the lines, as keyed ids only.
    """
    places: dict[str, list[Shown]] = {}
    for order, event in enumerate(events):
        place, _, words = event.native_id.partition("#")
        shown = Shown(
            order=order,
            event=event,
            words_key=vault.message_key(group.id, f"{place}#{words.rpartition('.')[0]}"),
        )
        places.setdefault(vault.message_key(group.id, place), []).append(shown)
    stored = unit.imports.lines(list(places))
    changed: dict[str, list[StoredLine]] = {}
    settled: list[tuple[int, Event]] = []
    for place_key, lines in places.items():
        before = stored.get(place_key, [])
        after, found = _settle(before, lines, group, vault)
        if after != before:
            changed[place_key] = after
        settled += found
    unit.imports.save_lines(group.id, changed)
    return [event for _, event in sorted(settled, key=lambda pair: pair[0])]


def number_edits(events: Sequence[Event], group: Group, unit: Unit, vault: Vault) -> list[Event]:
    """Edits of a file with ids, each with the revision it is: the same edit twice is one edit."""
    return [
        _numbered(event, group, unit, vault) if event.kind is EventKind.EDIT else event
        for event in events
    ]


def _numbered(event: Event, group: Group, unit: Unit, vault: Vault) -> Event:
    place_key = vault.message_key(group.id, f"edits of {event.native_id}")
    words = f"{event.native_id}|{event.sent_at.isoformat()}|{event.text}|{event.lat}|{event.lon}"
    words_key = vault.message_key(group.id, words)
    seen = unit.imports.lines([place_key]).get(place_key, [])
    known = [line.revision for line in seen if line.words_key == words_key]
    if known:
        return replace(event, revision=known[0])
    revision = len(seen) + 1
    edit = StoredLine(line_key=words_key, words_key=words_key, revision=revision)
    unit.imports.save_lines(group.id, {place_key: [*seen, edit]})
    return replace(event, revision=revision)


def align(stored: Sequence[StoredLine], shown: Sequence[Shown]) -> list[Pair]:
    """Pairs stored with shown lines, in order, with the fewest changes."""
    if len(stored) * len(shown) > _LARGEST_TABLE:
        return _equal_pairs(stored, shown)
    costs = _costs(stored, shown)
    pairs: list[Pair] = []
    i, j = 0, 0
    while i < len(stored) or j < len(shown):
        if i < len(stored) and j < len(shown):
            change = _change(stored[i], shown[j])
            if costs[i][j] == change + costs[i + 1][j + 1]:
                pairs.append((i, j))
                i, j = i + 1, j + 1
                continue
        if i < len(stored) and costs[i][j] == _CAME_OR_WENT + costs[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _costs(stored: Sequence[StoredLine], shown: Sequence[Shown]) -> list[list[int]]:
    """costs[i][j]: the fewest changes that pair stored[i:] with shown[j:]."""
    rows, columns = len(stored), len(shown)
    costs = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            ways = []
            if i < rows and j < columns:
                ways.append(_change(stored[i], shown[j]) + costs[i + 1][j + 1])
            if i < rows:
                ways.append(_CAME_OR_WENT + costs[i + 1][j])
            if j < columns:
                ways.append(_CAME_OR_WENT + costs[i][j + 1])
            costs[i][j] = min(ways, default=0)
    return costs


def _change(stored: StoredLine, shown: Shown) -> int:
    if _is_same(stored, shown):
        return 0
    if shown.words_key in stored.earlier_keys:
        return _CHANGED  # an older file, from before the edit or the deletion
    may_change = shown.event.kind is not EventKind.MESSAGE
    return _CHANGED if may_change and not stored.deleted else _IMPOSSIBLE


def _is_same(stored: StoredLine, shown: Shown) -> bool:
    if stored.deleted or shown.deleted:
        return stored.deleted and shown.deleted
    return stored.words_key == shown.words_key


def _equal_pairs(stored: Sequence[StoredLine], shown: Sequence[Shown]) -> list[Pair]:
    pairs: list[Pair] = []
    at = 0
    places = {line.words_key: index for index, line in reversed(list(enumerate(stored)))}
    for j, line in enumerate(shown):
        i = places.get(line.words_key, -1)
        if i < at or line.deleted or stored[i].deleted:
            pairs.append((None, j))
            continue
        pairs += [(gone, None) for gone in range(at, i)]
        pairs.append((i, j))
        at = i + 1
    return pairs + [(gone, None) for gone in range(at, len(stored))]


def _settle(
    stored: Sequence[StoredLine], shown: Sequence[Shown], group: Group, vault: Vault
) -> tuple[list[StoredLine], list[tuple[int, Event]]]:
    """The lines of one place as they now stand, and the events that made them so, with order."""
    after: list[StoredLine] = []
    events: list[tuple[int, Event]] = []
    taken = {line.line_key for line in stored}
    for run in _runs(align(stored, shown), stored, shown):
        doubtful = _erasing(run, stored, shown)
        for i, j in run:
            seen = shown[j] if j is not None else doubtful
            if i is not None:
                line, event = _seen_again(stored[i], seen)
            else:
                assert seen is not None  # a pair has at least one side
                line, event = _first_seen(seen, taken, group, vault)
            after.append(line)
            events += [(seen.order, event)] if seen and event else []
    return after, events


def _runs(
    pairs: list[Pair], stored: Sequence[StoredLine], shown: Sequence[Shown]
) -> Iterator[list[Pair]]:
    """Pairs cut where words are equal: within a run it is not sure which line is which."""
    run: list[Pair] = []
    for i, j in pairs:
        if i is not None and j is not None and _is_same(stored[i], shown[j]):
            yield run
            yield [(i, j)]
            run = []
        else:
            run.append((i, j))
    yield run


def _erasing(run: list[Pair], stored: Sequence[StoredLine], shown: Sequence[Shown]) -> Shown | None:
    """A "deleted" of this run that changed a stored line; it may mean a vanished neighbour."""
    for i, j in run:
        if i is not None and j is not None and shown[j].deleted and not stored[i].deleted:
            return shown[j]
    return None


def _first_seen(
    shown: Shown, taken: set[str], group: Group, vault: Vault
) -> tuple[StoredLine, Event | None]:
    stem = shown.event.native_id.rpartition(".")[0]
    keys = (vault.message_key(group.id, f"{stem}.{number}") for number in count())
    line_key = next(key for key in keys if key not in taken)
    taken.add(line_key)
    if shown.deleted:
        return StoredLine(line_key=line_key, words_key="", deleted=True), None
    line = StoredLine(line_key=line_key, words_key=shown.words_key)
    event = replace(shown.event, native_id=line_key, kind=EventKind.MESSAGE, revision=0)
    return line, event


def _seen_again(line: StoredLine, shown: Shown | None) -> tuple[StoredLine, Event | None]:
    if shown is None or shown.words_key in line.earlier_keys:
        return line, None  # no longer shown, or shown as it was before: nothing is new
    event = replace(shown.event, native_id=line.line_key)
    if shown.deleted:
        return _with_words(line, "", deleted=True), event
    if shown.words_key != line.words_key:
        line = _with_words(line, shown.words_key, revision=line.revision + 1)
    kind = EventKind.EDIT if line.revision else EventKind.MESSAGE
    return line, replace(event, kind=kind, revision=line.revision)


def _with_words(line: StoredLine, words_key: str, **changes: Any) -> StoredLine:
    if line.deleted:
        return line
    earlier_keys = (*line.earlier_keys, line.words_key)
    return replace(line, words_key=words_key, earlier_keys=earlier_keys, **changes)
