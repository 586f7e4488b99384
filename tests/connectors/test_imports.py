"""The worker and the imports that people asked for."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import imports
from connectors.imports import LEASE, Importer, work_one
from core import import_batches
from core.domain import Event, Group
from core.imports import Desk, ImportRequest, cancel_import, request_import
from core.store import Store
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece

HEAD = "group,message_id,author_id,sent_at,text\n"
Asker = Callable[..., int]


@pytest.fixture
def town(store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(store, clock, tmp_path)


@pytest.fixture
def ask(town: Neighbourhood, people: People) -> Asker:
    """Uploads a file as the administrator does; gives the import's id."""

    def upload(text: str, name: str = "x.csv", source: str = "csv_file", **options: Any) -> int:
        request = ImportRequest(source=source, group_id=town.group().id, file_name=name, **options)
        return request_import(io.BytesIO(text.encode()), request, people.ada, desk_of(town))

    return upload


def desk_of(town: Neighbourhood) -> Desk:
    services = town.services
    return Desk(store=services.store, vault=services.vault, settings=services.settings)


def rows(count: int) -> str:
    return HEAD + "".join(f"HNM Hoge Veld,{n},a,2021-04-10 19:15,regel {n}\n" for n in range(count))


def state(town: Neighbourhood, import_id: int) -> Any:
    with town.store.unit() as unit:
        row = unit.imports.get(import_id)
    assert row is not None
    return row


def files(town: Neighbourhood) -> list[Path]:
    settings = town.services.settings
    places = (settings.upload_folder, settings.key_folder / "files")
    return [path for place in places if place.exists() for path in place.iterdir()]


def waiting(town: Neighbourhood) -> int:
    with town.store.unit() as unit:
        return unit.inbox.waiting_count()


def test_the_oldest_import_is_done_first_and_its_file_is_destroyed(
    town: Neighbourhood, ask: Asker
) -> None:
    first, second = ask(rows(3)), ask(rows(5))
    assert work_one(town.services)
    assert (state(town, first).state, state(town, second).state) == ("done", "queued")
    assert work_one(town.services)
    done = state(town, second)
    assert (done.row_count, done.new_count, done.known_count) == (5, 2, 3)
    assert done.read_bytes == done.size_bytes
    assert done.key_id is None
    assert files(town) == []
    assert not work_one(town.services)


def test_bad_rows_and_the_end_stand_in_the_row_and_the_audit(
    town: Neighbourhood, ask: Asker
) -> None:
    import_id = ask(rows(1) + "HNM Hoge Veld,9,a,gisteren,x\n")
    work_one(town.services)
    row = state(town, import_id)
    assert row.error_count == 1
    assert row.errors == [
        {
            "code": "error.source_row",
            "params": {"line": 3, "why": "imports.why.time", "column": "sent_at"},
        }
    ]
    with town.store.unit() as unit:
        entries = unit.audit.of("import", import_id)
    assert [entry.action for entry in entries] == ["import_requested", "import_ended"]


def test_a_file_that_cannot_be_read_fails_with_its_reason(town: Neighbourhood, ask: Asker) -> None:
    import_id = ask("03/04/2021, 20:15 - Annie: hoi\n", "chat.txt", "whatsapp_export")
    work_one(town.services)
    row = state(town, import_id)
    assert row.state == "failed"
    assert row.failure == {
        "code": "error.file_unreadable",
        "params": {"why": "imports.why.day_order"},
    }
    assert files(town) == []


def test_the_order_of_dates_that_was_chosen_is_used(town: Neighbourhood, ask: Asker) -> None:
    chat = "03/04/2021, 20:15 - Annie: hoi\n"
    import_id = ask(chat, "chat.txt", "whatsapp_export", day_first=True)
    work_one(town.services)
    assert state(town, import_id).new_count == 1


def test_a_dry_run_from_the_page_leaves_the_inbox_empty(town: Neighbourhood, ask: Asker) -> None:
    import_id = ask(rows(700), dry_run=True)
    work_one(town.services)
    assert state(town, import_id).new_count == 700
    assert waiting(town) == 0


def test_a_worker_that_died_is_followed_by_another_without_doubles(
    town: Neighbourhood, ask: Asker, clock: Timepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = ask(rows(1800))
    taken = import_batches.Intake.take

    def dies(self: Any, batch: Any, unit: Any, so_far: Any) -> Any:
        if so_far.row_count == 1000:
            raise KeyboardInterrupt  # as a killed process: nothing is tidied up
        return taken(self, batch, unit, so_far)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(import_batches.Intake, "take", dies)
        work_one(town.services)
    assert (state(town, import_id).state, state(town, import_id).row_count) == ("running", 1000)
    assert not work_one(town.services)  # it may still live
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert work_one(town.services)
    row = state(town, import_id)
    assert (row.state, row.row_count, row.new_count, row.known_count) == ("done", 1800, 1800, 0)
    assert waiting(town) == 1800
    assert files(town) == []


def test_a_cancelled_import_stops_between_batches_and_its_file_is_destroyed(
    town: Neighbourhood, ask: Asker, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = ask(rows(1800))
    taken = import_batches.batches

    def cancelled_meanwhile(rows: Any, *, whole_minutes: bool) -> Any:
        for number, batch in enumerate(taken(rows, whole_minutes=whole_minutes)):
            if number == 2:
                assert cancel_import(import_id, people.ada, desk_of(town))
            yield batch

    monkeypatch.setattr("core.imports.batches", cancelled_meanwhile)
    assert work_one(town.services)
    row = state(town, import_id)
    assert (row.state, row.row_count, waiting(town)) == ("cancelled", 1000, 1000)
    assert files(town) == []
    assert not cancel_import(import_id, people.ada, desk_of(town))


def test_an_import_cancelled_before_it_began_never_begins(
    town: Neighbourhood, ask: Asker, people: People
) -> None:
    import_id = ask(rows(3))
    cancel_import(import_id, people.ada, desk_of(town))
    assert not work_one(town.services)
    assert waiting(town) == 0
    assert files(town) == []


def test_an_import_goes_batch_by_batch_and_is_given_back_when_the_worker_ends(
    town: Neighbourhood, ask: Asker
) -> None:
    import_id = ask(rows(1800))
    worker = Importer(town.services)
    assert worker.step() == 1
    assert (state(town, import_id).state, waiting(town)) == ("running", 500)
    assert worker.step() == 1
    worker.close()
    assert (state(town, import_id).state, waiting(town)) == ("queued", 1000)
    assert work_one(town.services)
    row = state(town, import_id)
    assert (row.state, row.new_count, row.known_count) == ("done", 1800, 0)
    assert waiting(town) == 1800


def test_whatever_a_reader_raises_ends_the_import_not_the_worker(
    town: Neighbourhood, ask: Asker, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    class Broken:
        CARD = imports.sources()["csv_file"].CARD

        def read(self, file: Any, name: str, group: Group) -> list[Event]:
            raise RuntimeError("regel van Annie Vuurdoorn")

    monkeypatch.setattr(imports, "sources", lambda: {"csv_file": Broken()})
    import_id = ask(rows(1))
    assert work_one(town.services)
    assert state(town, import_id).failure == {"code": "error.unknown", "params": {}}
    assert "Vuurdoorn" not in caplog.text


def test_a_slow_reader_gives_signs_of_life(
    town: Neighbourhood, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(10_000))
    monkeypatch.setattr("connectors.imports.time.monotonic", lambda: next(moments))
    signs: list[dict[str, Any]] = []
    keep = imports._Watched.__init__

    def counting(self: Any, file: Any, sign: Any) -> None:
        keep(self, file, lambda: (signs.append({}), sign()))

    monkeypatch.setattr(imports._Watched, "__init__", counting)
    ask(rows(2000))
    work_one(town.services)
    assert len(signs) > 5


def test_a_sealed_file_that_nobody_queued_is_destroyed_after_an_hour(
    town: Neighbourhood, clock: Timepiece
) -> None:
    folder = town.services.settings.upload_folder
    town.services.vault.seal_file(io.BytesIO(b"x"), folder, 100)
    work_one(town.services)
    assert len(files(town)) == 2
    clock.now = clock.now.replace(year=2199)
    work_one(town.services)
    assert files(town) == []
