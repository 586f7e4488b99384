"""The worker's side of imports: takes up what is queued, and destroys each file when it is done."""

from __future__ import annotations

import io
import logging
import os
import secrets
import time
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast

from core.audit import SYSTEM
from core.errors import FileUnreadable, HNMError
from core.imports import DONE, FAILED, ImportResult, Stopped, error_json, result_of, steps
from core.store import Unit
from core.wiring import Services, sources

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
"""A worker that gave no sign for this long is held dead, and its import taken up again."""
_SIGN_EVERY_S: Final = 0.4
_NOBODYS_AFTER: Final = timedelta(hours=1)


class Importer:
    """inlezer: takes imports up a batch at a time, so that live sources wait for no large file."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._steps: Generator[None, None, None] | None = None

    def step(self) -> int:
        """Does the next batch of the import in hand, or takes one up; 0 when there was none."""
        if self._steps is None:
            self._steps = _take_up(self._services)
        if next(self._steps, self) is self:
            self._steps = None
            return 0
        return 1

    def close(self) -> None:
        """Gives an import in hand back, to be gone on with by the next worker."""
        if self._steps is not None:
            self._steps.close()


def work_one(services: Services) -> bool:
    """Takes up the oldest import that waits, to its end; False when there was none."""
    importer = Importer(services)
    worked = False
    while importer.step():
        worked = True
    return worked


def _take_up(services: Services) -> Generator[None, None, None]:
    _destroy_ended(services)
    holder = f"{os.getpid()}-{secrets.token_hex(6)}"
    with services.store.unit() as unit:
        row = unit.imports.take(holder, LEASE)
    if row is None:
        return
    try:
        yield from _work(row, holder, services)
    except Stopped:
        log.info("import stopped id=%s", row.id)
    except GeneratorExit:
        with services.store.unit() as unit:
            unit.imports.give_back(row.id, holder)
        raise
    except Exception as error:
        # Whatever a file does to its reader ends this import, not the worker. The log gets the
        # kind of error, never a text of the file.
        known = error if isinstance(error, HNMError) else HNMError()
        log.warning("import failed id=%s error=%s", row.id, type(error).__name__)
        _finish(row, holder, services, FAILED, failure=error_json(known))
    _destroy_ended(services)
    yield


def _work(row: Any, holder: str, services: Services) -> Generator[None, None, None]:
    """Raises what the file, its reader or the store raises; and Stopped."""
    with services.store.unit() as unit:
        group = unit.pilots.group(row.group_id)
    reader = sources().get(row.source)
    if group is None or not hasattr(reader, "read"):
        raise FileUnreadable(why="imports.why.file_type")

    def live() -> None:
        with services.store.unit() as unit:
            if not unit.imports.keep(row.id, holder):
                raise Stopped

    def save(unit: Unit, result: ImportResult) -> bool:
        progress = {"read_bytes": file.position, "errors": result.errors_json()}
        return unit.imports.keep(row.id, holder, **progress, **result.counts())

    sealed = services.vault.open_file(row.key_id, services.settings.upload_folder)
    with _Watched(sealed, live) as file:
        for _ in steps(
            reader,
            cast(BinaryIO, file),
            row.file_name,
            group,
            services.store,
            services.vault,
            dry_run=row.dry_run,
            day_first=row.day_first,
            so_far=result_of(row),
            save=save,
        ):
            yield
    _finish(row, holder, services, DONE, read_bytes=row.size_bytes)


class _Watched(io.RawIOBase):
    """A file that gives a sign of life while it is read, however long the reader takes."""

    def __init__(self, file: BinaryIO, sign: Callable[[], None]) -> None:
        super().__init__()
        self._file = file
        self._sign = sign
        self._signed_at = time.monotonic()
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.position = at = self._file.seek(offset, whence)
        return at

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, target: Any) -> int:
        if time.monotonic() - self._signed_at > _SIGN_EVERY_S:
            self._sign()
            self._signed_at = time.monotonic()
        part = self._file.read(len(target))
        target[: len(part)] = part
        self.position += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def _finish(row: Any, holder: str, services: Services, state: str, **values: Any) -> None:
    with services.store.unit() as unit:
        if unit.imports.finish(row.id, holder, state, **values):
            ended = unit.imports.get(row.id)
            assert ended is not None  # it was written a line above
            detail = {"state": state, "dry_run": row.dry_run, **result_of(ended).counts()}
            unit.audit.add(SYSTEM, "import_ended", "import", row.id, detail)


def _destroy_ended(services: Services) -> None:
    """Destroys the sealed files of imports that ended, cancelled ones too, with their keys."""
    with services.store.unit() as unit:
        for import_id, key_id in unit.imports.ended_keys():
            services.vault.destroy_file(key_id, services.settings.upload_folder)
            unit.imports.forget_key(import_id)
        # A process that died between sealing a file and queueing it leaves a file of nobody.
        for key_id in services.vault.file_keys(unit.now - _NOBODYS_AFTER) - unit.imports.key_ids():
            services.vault.destroy_file(key_id, services.settings.upload_folder)
