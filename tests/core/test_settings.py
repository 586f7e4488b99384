"""Settings come from HNM_<NAME>; the defaults work offline."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("HNM_")]:
        monkeypatch.delenv(name)


def test_without_any_setting_all_stays_on_this_machine() -> None:
    settings = Settings()
    assert settings.url == f"sqlite:///{ROOT / 'var' / 'hnm.sqlite'}"
    assert settings.host == "127.0.0.1"


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HNM_PORT", "9000")
    monkeypatch.setenv("HNM_DATABASE_URL", "postgresql+psycopg://hnm@db/hnm")
    assert (Settings().port, Settings().url) == (9000, "postgresql+psycopg://hnm@db/hnm")


def test_everything_written_stands_in_one_folder(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path)
    for path in (settings.models, settings.key_folder, settings.upload_folder):
        assert path.is_relative_to(tmp_path)


def test_a_relative_folder_is_made_absolute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HNM_FOLDER", "~/here")
    assert Settings().folder == Path.home().resolve() / "here"


@pytest.mark.parametrize(
    ("name", "value"),
    [("demo_interval_s", 0), ("inbox_key_minutes", 0), ("turn_hours", -1), ("undo_seconds", -1)],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})


def test_texts_to_residents_are_held_for_a_moment_and_keys_live_an_hour() -> None:
    settings = Settings()
    assert settings.undo_seconds == 10
    assert timedelta(minutes=settings.inbox_key_minutes) == timedelta(hours=1)
