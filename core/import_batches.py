"""What an import counts, and how its rows are taken in batches that are whole or not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from core.domain import Event, EventKind, Group
from core.errors import HNMError, NoConsent, RowRemark, SourceError
from core.inbox import receive
from core.lines import number_edits, recognise
from core.ports import Placed
from core.privacy.vault import Vault
from core.store.unit import Unit

BATCH: Final = 500
_LARGEST_BATCH: Final = 5_000
_MOST_ERRORS: Final = 200

Row = tuple[Group, Event] | SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """uitkomst van een import: what became of the rows; the first 200 bad ones by line and why."""

    row_count: int = 0
    new_count: int = 0
    known_count: int = 0
    erased_count: int = 0
    error_count: int = 0
    errors: tuple[SourceError, ...] = ()

    def counts(self) -> dict[str, int]:
        names = ("row_count", "new_count", "known_count", "erased_count", "error_count")
        return {name: getattr(self, name) for name in names}

    def errors_json(self) -> list[dict[str, Any]]:
        """The errors as codes and params: which words of the file they are about is not kept."""
        return [error_json(error) for error in self.errors]


def error_json(error: HNMError) -> dict[str, Any]:
    return {"code": error.code, "params": error.params}


def row_error_of(stored: Mapping[str, Any]) -> SourceError:
    """A row's error as it was kept, for error_text."""
    kind = RowRemark if stored["code"] == RowRemark.code else SourceError
    return kind(**stored["params"])


def result_of(row: Any) -> ImportResult:
    """How far an import came, from its row in the store."""
    names = ("row_count", "new_count", "known_count", "erased_count", "error_count")
    return ImportResult(
        **{name: row._mapping[name] for name in names},
        errors=tuple(row_error_of(stored) for stored in row.errors),
    )


def require_consent(group: Group, unit: Unit) -> None:
    """Raises NoConsent."""
    if not unit.consents.group_consents(group.id):
        raise NoConsent(group=group.name)


def rows_of_group(read: Iterable[Event | SourceError], group: Group) -> Iterator[Row]:
    return (row if isinstance(row, SourceError) else (group, row) for row in read)


def rows_of_groups(
    read: Iterable[Placed | SourceError], groups: Sequence[Group], consenting: set[int]
) -> Iterator[Row]:
    """Rows under the groups of their names; an unknown or not consenting group is a bad row."""
    by_name = {name.casefold(): group for group in groups for name in (group.native_id, group.name)}
    for row in read:
        if isinstance(row, SourceError):
            yield row
            continue
        group = by_name.get(row.group.casefold())
        if group is None:
            yield _misplaced(row.line, "unknown_group")
        elif group.id not in consenting:
            yield _misplaced(row.line, "group_without_consent")
        else:
            yield group, row.event


def _misplaced(line: int, why: str) -> SourceError:
    return SourceError(line=line, why=f"imports.why.{why}", column="group")


def after(rows: Iterator[Row], count: int) -> Iterator[Row]:
    """The rows after the first `count`: what an earlier worker finished is not done again."""
    while count:
        row = next(rows, None)
        if row is None:
            return
        count -= not isinstance(row, RowRemark)
    yield from rows


def batches(rows: Iterable[Row], *, whole_minutes: bool) -> Iterator[list[Row]]:
    """Rows by about 500; with whole_minutes no batch ends between two rows of one minute."""
    batch: list[Row] = []
    last: datetime | None = None
    for row in rows:
        minute = _minute(row)
        goes_on = whole_minutes and minute is not None and minute == last
        if _is_full(batch) and (not goes_on or len(batch) >= _LARGEST_BATCH):
            yield batch
            batch = []
        batch.append(row)
        last = minute or last
    if batch:
        yield batch


def _is_full(batch: list[Row]) -> bool:
    return len(batch) >= BATCH and not isinstance(batch[-1], RowRemark)


def _minute(row: Row) -> datetime | None:
    return None if isinstance(row, SourceError) else row[1].sent_at.replace(second=0, microsecond=0)


@dataclass(slots=True)
class Intake:
    """Takes batches into the inbox and counts; a dry run counts the same and keeps nothing."""

    vault: Vault
    derives_ids: bool
    dry_run: bool = False
    _tried: set[int] = field(default_factory=set)

    def take(self, batch: Sequence[Row], unit: Unit, so_far: ImportResult) -> ImportResult:
        """The result with one batch more. The unit's transaction makes the batch whole."""
        if not self.dry_run:
            return self._take(batch, unit, so_far)
        with unit.trial():
            return self._take(batch, unit, so_far)

    def _take(self, batch: Sequence[Row], unit: Unit, so_far: ImportResult) -> ImportResult:
        errors = [row for row in batch if isinstance(row, SourceError)]
        groups: dict[int, tuple[Group, list[Event]]] = {}
        for row in batch:
            if not isinstance(row, SourceError):
                groups.setdefault(row[0].id, (row[0], []))[1].append(row[1])
        rows = sum(len(events) for _, events in groups.values())
        new = erased = 0
        for group, events in groups.values():
            added, gone = self._receive(group, events, unit)
            new, erased = new + added, erased + gone
        bad = sum(not isinstance(error, RowRemark) for error in errors)
        return replace(
            so_far,
            row_count=so_far.row_count + rows + bad,
            new_count=so_far.new_count + new,
            known_count=so_far.known_count + max(0, rows - new - erased),
            erased_count=so_far.erased_count + erased,
            error_count=so_far.error_count + bad,
            errors=(*so_far.errors, *errors)[:_MOST_ERRORS],
        )

    def _receive(self, group: Group, events: list[Event], unit: Unit) -> tuple[int, int]:
        """How many were new, and how many stored messages were erased."""
        settle = recognise if self.derives_ids else number_edits
        settled = self._untried(settle(events, group, unit, self.vault), group)
        told = [event for event in settled if event.kind is not EventKind.DELETE]
        deletes = [event for event in settled if event.kind is EventKind.DELETE]
        new = receive(told, group, unit, self.vault)
        keys = {self.vault.message_key(group.id, event.native_id) for event in deletes}
        erased = unit.imports.to_erase(list(keys)) if keys else set()
        receive(deletes, group, unit, self.vault)
        return new, len(erased)

    def _untried(self, events: list[Event], group: Group) -> list[Event]:
        """In a dry run the batches before left no trace: the ids they held are remembered here."""
        if not self.dry_run or self.derives_ids:  # derived ids repeat within a minute only
            return events
        fresh = []
        for event in events:
            mark = hash((group.id, event.native_id, event.revision, event.kind))
            if mark not in self._tried:
                self._tried.add(mark)
                fresh.append(event)
        return fresh
