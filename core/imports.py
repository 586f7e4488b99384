"""inlezen: a file that a person brought becomes waiting messages of a group, row by row.

From the command line a file is read where it stands (`run`). From the admin page it is sealed and
queued (`request_import`); a worker takes it up (connectors/imports.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

from core.domain import Group, User
from core.errors import FileUnreadable, HNMError, NotFound
from core.import_batches import (
    ImportResult,
    Intake,
    Row,
    after,
    batches,
    error_json,
    require_consent,
    result_of,
    row_error_of,
    rows_of_group,
    rows_of_groups,
)
from core.permissions import Action, require
from core.privacy.vault import Vault
from core.settings import Settings
from core.store import Store, Unit
from core.store.import_rows import DONE, FAILED

__all__ = [
    "DONE",
    "FAILED",
    "Desk",
    "ImportRequest",
    "ImportResult",
    "Stopped",
    "cancel_import",
    "error_json",
    "request_import",
    "result_of",
    "row_error_of",
    "run",
    "source_for",
    "steps",
]


class Stopped(HNMError):
    """The import was cancelled, or another worker has taken it over; what was done stays."""

    code = "error.import_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """balie: where imports come in: the store, the vault and where sealed files wait."""

    store: Store
    vault: Vault
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """aanvraag: which file goes into which group, read by which source."""

    source: str
    group_id: int
    file_name: str
    dry_run: bool = False
    day_first: bool | None = None


def source_for(file_name: str, sources: Mapping[str, Any]) -> str:
    """The source that reads files of this name. Raises FileUnreadable."""
    ending = PurePath(file_name).suffix.lstrip(".").lower()
    for name, source in sources.items():
        if ending and ending in source.CARD.file_types:
            return name
    raise FileUnreadable(why="imports.why.file_type")


def run(
    *arguments: Any, progress: Callable[[ImportResult], None] = lambda _: None, **options: Any
) -> ImportResult:
    """Reads a whole file: `steps` to the end, with their arguments and errors."""
    result = options.get("so_far") or ImportResult()
    for result in steps(*arguments, **options):
        progress(result)
    return result


def steps(
    source: Any,
    file: BinaryIO,
    name: str,
    group: Group | None,
    store: Store,
    vault: Vault,
    *,
    dry_run: bool = False,
    day_first: bool | None = None,
    so_far: ImportResult | None = None,
    save: Callable[[Unit, ImportResult], bool] = lambda _unit, _result: True,
) -> Iterator[ImportResult]:
    """Reads a file into the inbox of a group, batch by batch; gives the result so far after each.

    Group None spreads the rows over groups by name. A batch is one transaction, and `save` notes
    the result within it: False ends the import. `so_far` is where an earlier run of the same file
    stopped. A dry run writes no row. Raises NoConsent, FileUnreadable, Stopped.
    """
    result = so_far or ImportResult()
    rows = after(_rows(source, file, name, group, store, day_first), result.row_count)
    intake = Intake(vault=vault, derives_ids=source.CARD.derives_ids, dry_run=dry_run)
    for batch in batches(rows, whole_minutes=source.CARD.derives_ids):
        with store.unit() as unit:
            result = intake.take(batch, unit, result)
            if not save(unit, result):
                raise Stopped
        yield result


def _rows(
    source: Any,
    file: BinaryIO,
    name: str,
    group: Group | None,
    store: Store,
    day_first: bool | None,
) -> Iterator[Row]:
    with store.unit() as unit:
        groups = unit.pilots.groups()
        consenting = {known.id for known in groups if unit.consents.group_consents(known.id)}
        if group is not None:
            require_consent(group, unit)
    if group is None:
        if not hasattr(source, "spread"):
            raise FileUnreadable(why="imports.why.one_group")
        return rows_of_groups(source.spread(file, name), groups, consenting)
    options = {"day_first": day_first} if source.CARD.asks_day_order else {}
    return rows_of_group(source.read(file, name, group, **options), group)


def request_import(file: BinaryIO, request: ImportRequest, user: User, desk: Desk) -> int:
    """Seals an uploaded file and queues it; gives the import's id.

    No readable byte of it touches the disk. The name that people see is the group's: a chat's own
    file name may hold a person's. Raises NotAllowed, NotFound, NoConsent, FileUnreadable.
    """
    require(user, Action.ADMINISTER)
    with desk.store.unit() as unit:
        group = _group(request.group_id, unit)
        require_consent(group, unit)
    file.seek(0)  # the same upload may have been read for a dry run
    limit_bytes = desk.settings.maximum_upload_mb << 20
    key_id, size = desk.vault.seal_file(file, desk.settings.upload_folder, limit_bytes)
    with desk.store.unit() as unit:
        import_id = unit.imports.add(
            group_id=group.id,
            source=request.source,
            file_name=_shown_name(group, request.file_name),
            dry_run=request.dry_run,
            day_first=request.day_first,
            key_id=key_id,
            size_bytes=size,
            by=user.login,
        )
        unit.audit.add(
            user.login,
            "import_requested",
            "import",
            import_id,
            {"group": group.id, "source": request.source, "dry_run": request.dry_run},
        )
    return import_id


def cancel_import(import_id: int, user: User, desk: Desk) -> bool:
    """Stops an import between two batches; what it brought stays. False when it had ended.

    Raises NotAllowed.
    """
    require(user, Action.ADMINISTER)
    with desk.store.unit() as unit:
        cancelled = unit.imports.cancel(import_id)
        if cancelled:
            unit.audit.add(user.login, "import_cancelled", "import", import_id)
    return cancelled


def _shown_name(group: Group, file_name: str) -> str:
    ending = PurePath(file_name).suffix.lower()[:6]
    return f"{group.name}{ending}" if ending[1:].isalnum() else group.name


def _group(group_id: int, unit: Unit) -> Group:
    group = unit.pilots.group(group_id)
    if group is None:
        raise NotFound(what="group", id=group_id)
    return group
