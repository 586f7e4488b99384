"""The vault: nothing readable on disk, pseudonyms that tell nothing, keys that are really gone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import local
from core.privacy.vault import KeyDestroyed, Vault

NOON = datetime(2021, 4, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXT = "er wordt ingebroken op nummer 36"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path, HOUR)


def test_what_is_sealed_opens_again_also_half_characters(vault: Vault) -> None:
    for text in (TEXT, "", "é 🚲", "half \ud83d"):
        assert vault.open_original(vault.seal_original(text)) == text
        assert vault.open_from_inbox(*vault.seal_for_inbox(text, NOON)) == text


def test_sealing_twice_never_looks_the_same(vault: Vault) -> None:
    assert vault.seal_original(TEXT) != vault.seal_original(TEXT)


def test_a_changed_payload_does_not_open(vault: Vault) -> None:
    key_id, sealed = vault.seal_for_inbox(TEXT, NOON)
    with pytest.raises(KeyDestroyed):
        vault.open_from_inbox(key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_one_person_has_one_pseudonym_in_a_source(vault: Vault) -> None:
    assert vault.pseudonym("demo", "Anna") == vault.pseudonym("demo", "Anna")
    assert vault.pseudonym("demo", "Anna") != vault.pseudonym("twitter", "Anna")
    assert vault.pseudonym("demo", "Anna") != vault.pseudonym("demo", "Bram")


def test_the_same_id_in_two_groups_is_two_messages(vault: Vault) -> None:
    assert vault.message_key(1, "m1") != vault.message_key(2, "m1")


def test_ids_and_names_with_half_characters_have_keys_too(vault: Vault) -> None:
    assert vault.pseudonym("demo", "\ud83d")
    assert vault.message_key(1, "\ud83d")


def test_another_installation_makes_other_pseudonyms(tmp_path: Path) -> None:
    here, there = Vault(tmp_path / "a", HOUR), Vault(tmp_path / "b", HOUR)
    assert here.pseudonym("demo", "Anna") != there.pseudonym("demo", "Anna")


def test_a_restart_keeps_the_secret(tmp_path: Path) -> None:
    sealed = Vault(tmp_path, HOUR).seal_original(TEXT)
    assert Vault(tmp_path, HOUR).open_original(sealed) == TEXT


def test_keys_change_each_hour_and_the_zone_does_not_matter(vault: Vault) -> None:
    assert vault.current_key(NOON) == vault.current_key(local(NOON))
    assert vault.current_key(NOON) == vault.current_key(NOON + timedelta(minutes=59))
    assert vault.current_key(NOON) != vault.current_key(NOON + HOUR)


def test_an_old_key_is_destroyed_and_its_payload_is_closed_for_good(vault: Vault) -> None:
    key_id, sealed = vault.seal_for_inbox(TEXT, NOON)
    assert vault.destroy_keys(NOON + 2 * HOUR, needed=()) == 1
    with pytest.raises(KeyDestroyed):
        vault.open_from_inbox(key_id, sealed)


def test_a_key_that_a_waiting_payload_needs_stays(vault: Vault) -> None:
    key_id, sealed = vault.seal_for_inbox(TEXT, NOON)
    assert vault.destroy_keys(NOON + 5 * HOUR, needed=[key_id]) == 0
    assert vault.open_from_inbox(key_id, sealed) == TEXT


def test_a_key_stays_five_minutes_for_what_is_not_committed_yet(vault: Vault) -> None:
    key_id, sealed = vault.seal_for_inbox(TEXT, NOON + timedelta(minutes=59, seconds=59))
    assert vault.destroy_keys(NOON + HOUR + timedelta(minutes=4), needed=()) == 0
    assert vault.open_from_inbox(key_id, sealed) == TEXT
    assert vault.destroy_keys(NOON + HOUR + timedelta(minutes=6), needed=()) == 1


def test_a_key_destroyed_by_one_process_is_gone_in_the_others(tmp_path: Path) -> None:
    one, other = Vault(tmp_path, HOUR), Vault(tmp_path, HOUR)
    key_id, sealed = one.seal_for_inbox(TEXT, NOON)
    assert other.open_from_inbox(key_id, sealed) == TEXT
    one.destroy_keys(NOON + 2 * HOUR, needed=())
    with pytest.raises(KeyDestroyed):
        other.open_from_inbox(key_id, sealed)


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    found: list[str] = []
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait()
        found.append(Vault(tmp_path, HOUR).pseudonym("demo", "Anna"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_only_the_operating_user_can_read_the_keys(tmp_path: Path) -> None:
    Vault(tmp_path, HOUR).current_key(NOON)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_no_draft_of_a_key_is_left_behind(tmp_path: Path) -> None:
    Vault(tmp_path, HOUR).current_key(NOON)
    assert all(path.suffix == ".key" for path in tmp_path.rglob("*") if path.is_file())
