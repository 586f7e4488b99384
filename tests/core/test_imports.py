"""What becomes of a file in the inbox: only what is new, whole batches, nothing readable."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import csv_file, jsonl_file, whatsapp_export
from core.domain import Event, Group
from core.errors import FileUnreadable, NoConsent, NotAllowed
from core.i18n import error_text, languages
from core.import_batches import BATCH, batches
from core.imports import (
    Desk,
    ImportRequest,
    ImportResult,
    Stopped,
    cancel_import,
    request_import,
    row_error_of,
    run,
    source_for,
)
from core.inbox import unseal
from core.lines import align
from core.privacy.vault import KeyDestroyed, Vault
from core.settings import Settings
from core.store import Store, Unit
from core.store.tables import import_lines, inbox
from tests.conftest import WITHOUT_CONSENT
from tests.core.lines_as_words import shown, stored
from tests.people import People

GROUP = "HNM Hoge Veld"
Importer = Callable[..., ImportResult]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys", timedelta(hours=1))


@pytest.fixture
def desk(sqlite_store: Store, vault: Vault, tmp_path: Path) -> Desk:
    return Desk(store=sqlite_store, vault=vault, settings=Settings(folder=tmp_path))


def group_of(store: Store, name: str = GROUP) -> Group:
    with store.unit() as unit:
        return next(group for group in unit.pilots.groups() if group.name == name)


def importer(store: Store, vault: Vault, source: Any) -> Importer:
    """Imports a text; `lines` of a chat are "HH:MM who: words" of one evening."""

    def bring(text: str, group: str | None = GROUP, **options: Any) -> ImportResult:
        if source is whatsapp_export:
            text = "".join(f"10-04-2021 {line[:5]} - {line[6:]}\n" for line in text.splitlines())
        chosen = group_of(store, group) if group else None
        file = io.BytesIO(text.encode())
        return run(source, file, "file", chosen, store, vault, **options)

    return bring


@pytest.fixture
def chat(store: Store, vault: Vault) -> Importer:
    return importer(store, vault, whatsapp_export)


@pytest.fixture
def table(store: Store, vault: Vault) -> Importer:
    return importer(store, vault, csv_file)


def waiting(store: Store, vault: Vault) -> list[str]:
    """What waits, oldest first: a letter for the message, kind, revision, words."""
    letters: dict[str, str] = {}
    names = iter("ABCDEFGHIJ")
    with store.unit() as unit:
        sealed = unit.inbox.claim(1000)
    lines = []
    for one in sealed:
        event = unseal(one, vault)
        letter = letters.setdefault(one.message_key, "") or next(names)
        letters[one.message_key] = letter
        lines.append(f"{letter} {event.kind.value} {event.revision} {event.text}".strip())
    return lines


def counts(result: ImportResult) -> str:
    return (
        f"{result.row_count} rows: {result.new_count} new, {result.known_count} known, "
        f"{result.erased_count} erased, {result.error_count} bad"
    )


def test_the_same_file_again_adds_nothing(chat: Importer) -> None:
    evening = "20:15 Annie: rook\n20:15 Annie: rook\n20:16 Bob: ik ruik het ook"
    assert counts(chat(evening)) == "3 rows: 3 new, 0 known, 0 erased, 0 bad"
    assert counts(chat(evening)) == "3 rows: 0 new, 3 known, 0 erased, 0 bad"


def test_a_longer_export_adds_only_its_new_lines(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: rook\n20:16 Bob: ja")
    assert counts(chat("20:15 Annie: rook\n20:16 Bob: ja\n20:17 Annie: vlammen")) == (
        "3 rows: 1 new, 2 known, 0 erased, 0 bad"
    )
    assert waiting(store, vault) == ["A message 0 rook", "B message 0 ja", "C message 0 vlammen"]


def test_an_export_that_lost_its_head_adds_nothing(chat: Importer) -> None:
    chat("20:15 Annie: een\n20:15 Annie: twee\n20:15 Annie: drie")
    assert counts(chat("20:15 Annie: drie")) == "1 rows: 0 new, 1 known, 0 erased, 0 bad"


def test_a_line_that_became_deleted_erases_that_message_and_no_other(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: een\n20:15 Annie: twee\n20:15 Annie: drie")
    result = chat("20:15 Annie: een\n20:15 Annie: Dit bericht is verwijderd\n20:15 Annie: drie")
    assert counts(result) == "3 rows: 0 new, 2 known, 1 erased, 0 bad"
    assert waiting(store, vault)[-1] == "B delete 0"


def test_a_deleted_line_is_found_when_lines_before_it_vanished_or_came(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: een\n20:15 Annie: twee\n20:15 Annie: drie")
    result = chat("20:15 Annie: twee\n20:15 Annie: vier\n20:15 Annie: Dit bericht is verwijderd")
    assert result.erased_count == 1
    assert result.new_count == 1
    assert "C delete 0" in waiting(store, vault)


def test_when_two_are_gone_and_one_is_deleted_doubt_erases_both(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: een\n20:15 Annie: twee\n20:15 Annie: drie")
    result = chat("20:15 Annie: een\n20:15 Annie: Dit bericht is verwijderd")
    assert result.erased_count == 2
    assert waiting(store, vault)[-2:] == ["B delete 0", "C delete 0"]


def test_a_line_that_was_deleted_before_we_ever_saw_it_erases_nothing(chat: Importer) -> None:
    assert counts(chat("20:15 Annie: Dit bericht is verwijderd\n20:16 Bob: huh")) == (
        "2 rows: 1 new, 1 known, 0 erased, 0 bad"
    )


def test_what_was_deleted_stays_deleted_however_often_it_is_imported(chat: Importer) -> None:
    first = "20:15 Annie: een\n20:15 Annie: een\n20:15 Annie: twee"
    later = "20:15 Annie: een\n20:15 Annie: Dit bericht is verwijderd\n20:15 Annie: twee"
    chat(first)
    assert chat(later).erased_count == 1
    assert counts(chat(later)) == "3 rows: 0 new, 3 known, 0 erased, 0 bad"
    assert counts(chat(first)) == "3 rows: 0 new, 3 known, 0 erased, 0 bad"


def test_an_export_from_before_an_edit_does_not_bring_the_old_words_back(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: rode jas")
    chat("20:15 Annie: blauwe jas <Dit bericht is bewerkt>")
    assert chat("20:15 Annie: rode jas").new_count == 0
    assert chat("20:15 Annie: blauwe jas <Dit bericht is bewerkt>").new_count == 0
    assert waiting(store, vault) == ["A message 0 rode jas", "A edit 1 blauwe jas"]


def test_the_same_words_said_again_after_a_deletion_are_a_new_message(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: rook")
    chat("20:15 Annie: Dit bericht is verwijderd")
    assert chat("20:15 Annie: Dit bericht is verwijderd\n20:15 Annie: rook").new_count == 1


def test_an_edited_line_is_the_next_revision_of_its_message(
    chat: Importer, store: Store, vault: Vault
) -> None:
    edited = " <Dit bericht is bewerkt>"
    chat("20:15 Annie: rook\n20:15 Annie: rode jas")
    chat(f"20:15 Annie: rook\n20:15 Annie: blauwe jas{edited}")
    again = chat(f"20:15 Annie: rook\n20:15 Annie: blauwe jas{edited}")
    chat(f"20:15 Annie: rook\n20:15 Annie: groene jas{edited}")
    assert again.new_count == 0
    assert waiting(store, vault) == [
        "A message 0 rook",
        "B message 0 rode jas",
        "B edit 1 blauwe jas",
        "B edit 2 groene jas",
    ]


def test_a_line_first_seen_edited_is_a_new_message(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie: rook <This message was edited>")
    assert waiting(store, vault) == ["A message 0 rook"]


def test_the_lines_remembered_hold_no_words_and_no_names(
    chat: Importer, store: Store, vault: Vault
) -> None:
    chat("20:15 Annie Vuurdoorn: rookpluim\n20:16 Bob: ja")
    with store.read() as connection:
        rows = connection.execute(sa.select(import_lines)).all()
    assert len(rows) == 2
    assert not any(word in str(rows) for word in ("Annie", "Vuurdoorn", "rookpluim"))


words = st.lists(st.sampled_from(["een", "twee", "drie"]), min_size=1, max_size=6)


@given(first=words, keep=st.lists(st.booleans(), min_size=6, max_size=6), more=words)
def test_lines_that_come_and_go_never_erase_or_edit(
    first: list[str], keep: list[bool], more: list[str]
) -> None:
    kept = [word for word, stays in zip(first, keep, strict=False) if stays]
    pairs = align(stored(first), shown([*kept, *more]))
    assert all(i is None or j is None or first[i] == [*kept, *more][j] for i, j in pairs)
    assert [i for i, _ in pairs if i is not None] == list(range(len(first)))
    assert [j for _, j in pairs if j is not None] == list(range(len(kept) + len(more)))


@given(first=words, gone=st.integers(0, 5), more=words)
def test_a_deleted_line_with_all_others_shown_is_always_the_right_one(
    first: list[str], gone: int, more: list[str]
) -> None:
    gone %= len(first)
    now = [*first[:gone], "", *first[gone + 1 :], *(f"nieuw {word}" for word in more)]
    pairs = align(stored(first), shown(now))
    erased = [i for i, j in pairs if j == gone]
    assert erased == [gone]


HEAD = "group,message_id,author_id,sent_at,text,action\n"


def test_an_id_seen_twice_is_one_message_and_an_edit_seen_twice_one_edit(
    table: Importer, store: Store, vault: Vault
) -> None:
    rows = (
        f"{GROUP},1,a,2021-04-10 20:15,rook,new\n"
        f"{GROUP},1,a,2021-04-10 20:15,rook,new\n"
        f"{GROUP},1,a,2021-04-10 20:16,vlammen,edit\n"
        f"{GROUP},1,a,2021-04-10 20:17,geen vlammen,edit\n"
    )
    assert counts(table(HEAD + rows)) == "4 rows: 3 new, 1 known, 0 erased, 0 bad"
    assert table(HEAD + rows).new_count == 0
    assert waiting(store, vault) == [
        "A message 0 rook",
        "A edit 1 vlammen",
        "A edit 2 geen vlammen",
    ]


def test_a_delete_row_erases_once(table: Importer) -> None:
    table(HEAD + f"{GROUP},1,a,2021-04-10 20:15,rook,new\n")
    delete = HEAD + f"{GROUP},1,a,2021-04-10 20:15,,delete\n{GROUP},9,a,2021-04-10 20:15,,delete\n"
    assert counts(table(delete)) == "2 rows: 0 new, 1 known, 1 erased, 0 bad"


def test_bad_rows_are_counted_and_told_in_both_languages(table: Importer) -> None:
    rows = f"{GROUP},1,a,gisteren,rook,new\n" * 250 + f"{GROUP},2,a,2021-04-10 20:15,ja,new\n"
    result = table(HEAD + rows)
    assert counts(result) == "251 rows: 1 new, 0 known, 0 erased, 250 bad"
    assert len(result.errors) == 200
    assert row_error_of(result.errors_json()[0]).params["line"] == 2
    for language in languages():
        assert "2" in error_text(language, result.errors[0])
        assert "imports.why" not in error_text(language, result.errors[0])


def test_without_a_group_the_rows_go_to_the_groups_they_name(table: Importer, store: Store) -> None:
    rows = (
        f"{GROUP},1,a,2021-04-10 20:15,hier,new\n"
        "hnm lage veld,2,a,2021-04-10 20:15,daar,new\n"
        f"{WITHOUT_CONSENT},3,a,2021-04-10 20:15,mag niet,new\n"
        "Onbekend,4,a,2021-04-10 20:15,nergens,new\n"
    )
    result = table(HEAD + rows, group=None)
    assert counts(result) == "4 rows: 2 new, 0 known, 0 erased, 2 bad"
    assert [error.params["why"].rpartition(".")[2] for error in result.errors] == [
        "group_without_consent",
        "unknown_group",
    ]
    with store.read() as connection:
        found = connection.execute(sa.select(inbox.c.group_id)).scalars().all()
    assert set(found) == {group_of(store).id, group_of(store, "HNM Lage Veld").id}


def test_a_chat_must_be_given_its_group(chat: Importer) -> None:
    with pytest.raises(FileUnreadable, match="one_group"):
        chat("20:15 Annie: hoi", group=None)


def test_a_group_without_consent_is_refused_before_anything_is_read(
    chat: Importer, store: Store
) -> None:
    with pytest.raises(NoConsent):
        chat("20:15 Annie: hoi", group=WITHOUT_CONSENT)
    with store.unit() as unit:
        assert unit.inbox.waiting_count() == 0


def test_a_dry_run_counts_what_would_be_new_and_writes_nothing(
    chat: Importer, table: Importer, store: Store
) -> None:
    many = "".join(f"{GROUP},{n % 700},a,2021-04-10 20:15,rook {n},new\n" for n in range(1400))
    assert counts(table(HEAD + many, dry_run=True)) == (
        "1400 rows: 700 new, 700 known, 0 erased, 0 bad"
    )
    chat("20:15 Annie: rook")
    assert counts(chat("20:15 Annie: rook\n20:16 Bob: ja", dry_run=True)) == (
        "2 rows: 1 new, 1 known, 0 erased, 0 bad"
    )
    with store.read() as connection:
        unit = Unit(connection, store.clock())
        assert unit.inbox.waiting_count() == 1
        assert (
            connection.execute(sa.select(sa.func.count()).select_from(import_lines)).scalar() == 1
        )


def test_a_crash_in_the_middle_keeps_whole_batches_and_a_repeat_adds_the_rest(
    table: Importer, store: Store
) -> None:
    rows = HEAD + "".join(f"{GROUP},{n},a,2021-04-10 20:15,rook {n},new\n" for n in range(1800))
    with pytest.raises(ZeroDivisionError):
        table(rows, progress=lambda result: 1 // (1000 - result.row_count))
    with store.unit() as unit:
        assert unit.inbox.waiting_count() == 1000
    assert counts(table(rows)) == "1800 rows: 800 new, 1000 known, 0 erased, 0 bad"
    with store.unit() as unit:
        assert unit.inbox.waiting_count() == 1800


def test_an_import_that_is_no_longer_ones_own_stops_and_undoes_its_batch(
    table: Importer, store: Store
) -> None:
    rows = HEAD + "".join(f"{GROUP},{n},a,2021-04-10 20:15,rook {n},new\n" for n in range(1200))
    answers = itertools.chain([True, False], itertools.repeat(True))
    with pytest.raises(Stopped):
        table(rows, save=lambda unit, result: next(answers))
    with store.unit() as unit:
        assert unit.inbox.waiting_count() == BATCH


def test_a_run_that_goes_on_counts_as_if_it_had_never_stopped(table: Importer) -> None:
    rows = HEAD + "".join(
        f"{GROUP},{n},a,{'gisteren' if n % 100 == 7 else '2021-04-10 20:15'},rook {n},new\n"
        for n in range(1300)
    )
    saved: list[ImportResult] = []
    with pytest.raises(ZeroDivisionError):
        table(rows, progress=lambda result: (saved.append(result), 1 // (1000 - result.row_count)))
    assert counts(table(rows, so_far=saved[-1])) == "1300 rows: 1287 new, 0 known, 0 erased, 13 bad"


def test_a_batch_of_a_chat_never_parts_one_minute(sqlite_store: Store) -> None:
    group = group_of(sqlite_store)
    lines = "".join(f"10-04-2021 20:{n // 200:02} - Annie: regel {n}\n" for n in range(3000))
    events = whatsapp_export.read(io.BytesIO(lines.encode()), "x", group)
    sizes = [
        len(batch)
        for batch in batches(
            ((group, event) for event in events if isinstance(event, Event)), whole_minutes=True
        )
    ]
    assert sizes == [600, 600, 600, 600, 600]


def test_the_source_is_found_by_the_files_name() -> None:
    sources = {"whatsapp_export": whatsapp_export, "csv_file": csv_file, "jsonl_file": jsonl_file}
    assert source_for("WhatsApp-chat met HNM.ZIP", sources) == "whatsapp_export"
    assert source_for("a.b.csv", sources) == "csv_file"
    with pytest.raises(FileUnreadable, match="file_type"):
        source_for("brief.docx", sources)


def ask(desk: Desk, people: People, raw: bytes = b"10-04-2021 20:15 - Annie: rookpluim\n") -> int:
    request = ImportRequest(
        source="whatsapp_export", group_id=group_of(desk.store).id, file_name="met Annie.txt"
    )
    return request_import(io.BytesIO(raw), request, people.ada, desk)


def test_an_upload_is_sealed_and_queued_under_the_groups_name(desk: Desk, people: People) -> None:
    import_id = ask(desk, people)
    with desk.store.unit() as unit:
        row = unit.imports.get(import_id)
        entries = unit.audit.of("import", import_id)
    assert row is not None
    assert (row.state, row.file_name) == ("queued", f"{GROUP}.txt")
    assert [entry.action for entry in entries] == ["import_requested"]
    (sealed,) = desk.settings.upload_folder.iterdir()
    assert b"rookpluim" not in sealed.read_bytes()
    with desk.vault.open_file(row.key_id, desk.settings.upload_folder) as file:
        assert b"rookpluim" in file.read()


def test_the_same_upload_can_be_asked_for_twice(desk: Desk, people: People) -> None:
    upload = io.BytesIO(b"10-04-2021 20:15 - Annie: rookpluim\n")
    for dry_run in (True, False):
        request = ImportRequest(
            source="whatsapp_export",
            group_id=group_of(desk.store).id,
            file_name="x.txt",
            dry_run=dry_run,
        )
        import_id = request_import(upload, request, people.ada, desk)
        with desk.store.unit() as unit:
            row = unit.imports.get(import_id)
        assert row is not None
        assert row.size_bytes == len(upload.getvalue())


def test_only_an_administrator_may_import_and_only_with_consent(desk: Desk, people: People) -> None:
    group = group_of(desk.store, WITHOUT_CONSENT)
    request = ImportRequest(source="csv_file", group_id=group.id, file_name="x.csv")
    with pytest.raises(NotAllowed):
        request_import(io.BytesIO(b"x"), request, people.dora, desk)
    with pytest.raises(NoConsent):
        request_import(io.BytesIO(b"x"), request, people.ada, desk)
    with pytest.raises(NotAllowed):
        cancel_import(1, people.dora, desk)
    assert not desk.settings.upload_folder.exists()


def test_an_upload_beyond_the_limit_leaves_nothing(desk: Desk, people: People) -> None:
    desk = Desk(
        store=desk.store,
        vault=desk.vault,
        settings=Settings(folder=desk.settings.folder, maximum_upload_mb=1),
    )
    with pytest.raises(FileUnreadable, match="too_large"):
        ask(desk, people, b"x" * (1 << 20) + b"y")
    assert list(desk.settings.upload_folder.iterdir()) == []
    assert list((desk.settings.key_folder / "files").iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 3 << 18])
def test_a_sealed_file_reads_and_seeks_as_the_plain_one(desk: Desk, size: int) -> None:
    raw = bytes(index % 251 for index in range(size))
    folder = desk.settings.upload_folder
    key_id, written = desk.vault.seal_file(io.BytesIO(raw), folder, 1 << 30)
    assert written == size
    with desk.vault.open_file(key_id, folder) as file:
        assert file.read() == raw
        for at in (0, size // 2, max(0, size - 5)):
            file.seek(at)
            assert file.read(100) == raw[at : at + 100]


def _cut(raw: bytes) -> bytes:
    return raw[: (1 << 18) + 16]


def _flipped(raw: bytes) -> bytes:
    return raw[:100] + bytes([raw[100] ^ 1]) + raw[101:]


def _swapped(raw: bytes) -> bytes:
    piece = (1 << 18) + 16
    return raw[piece : 2 * piece] + raw[:piece] + raw[2 * piece :]


@pytest.mark.parametrize("damage", [_cut, _flipped, _swapped])
def test_a_sealed_file_that_was_changed_is_not_read(
    desk: Desk, damage: Callable[[bytes], bytes]
) -> None:
    folder = desk.settings.upload_folder
    key_id, _ = desk.vault.seal_file(io.BytesIO(b"x" * (3 << 18)), folder, 1 << 30)
    path = folder / f"{key_id}.sealed"
    path.write_bytes(damage(path.read_bytes()))
    with (
        pytest.raises(FileUnreadable, match="seal_broken"),
        desk.vault.open_file(key_id, folder) as file,
    ):
        file.read()


def test_a_destroyed_file_cannot_be_opened_from_a_copy_either(desk: Desk) -> None:
    folder = desk.settings.upload_folder
    key_id, _ = desk.vault.seal_file(io.BytesIO(b"x"), folder, 100)
    copy = (folder / f"{key_id}.sealed").read_bytes()
    desk.vault.destroy_file(key_id, folder)
    (folder / f"{key_id}.sealed").write_bytes(copy)
    with pytest.raises(KeyDestroyed):
        desk.vault.open_file(key_id, folder)
