"""Dark at night for who chose nothing, on the pilot's clock; what somebody chose stays."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from core.settings import Settings
from pages.server.theme import form_theme, is_night, script_tag
from tests.tables import table

TWENTY, SEVEN = time(20), time(7)


@pytest.mark.parametrize(
    "row",
    table("""
        utc              | from  | until | night
        2026-01-10 18:59 | 20:00 | 07:00 | no
        2026-01-10 19:00 | 20:00 | 07:00 | yes
        2026-01-10 23:30 | 20:00 | 07:00 | yes
        2026-01-11 05:59 | 20:00 | 07:00 | yes
        2026-01-11 06:00 | 20:00 | 07:00 | no
        2026-07-10 18:00 | 20:00 | 07:00 | yes
        2026-07-10 05:00 | 20:00 | 07:00 | no
        2026-01-10 12:30 | 12:00 | 14:00 | yes
        2026-01-10 13:00 | 12:00 | 14:00 | no
        2026-01-10 23:30 | 00:00 | 00:00 | no
    """),
    ids=lambda row: f"{row['utc']} {row['from']}",
)
def test_night_is_by_the_clock_of_the_pilot(row: dict[str, str]) -> None:
    now = datetime.fromisoformat(row["utc"]).replace(tzinfo=UTC)
    found = is_night(now, time.fromisoformat(row["from"]), time.fromisoformat(row["until"]))
    assert found is (row["night"] == "yes")


@pytest.mark.parametrize(
    ("cookie", "theme"),
    [
        (None, "dark"),
        ("auto", "dark"),
        ("light", "light"),
        ("dark", "dark"),
        ("<script>", "dark"),
        ("", "dark"),
    ],
)
def test_what_was_chosen_by_hand_stays_at_night(
    cookie: str | None, theme: str, tmp_path: Path
) -> None:
    night = datetime(2026, 1, 10, 23, 0, tzinfo=UTC)
    assert form_theme(cookie, night, Settings(folder=tmp_path)) == theme


def test_by_day_the_browsers_own_wish_decides(tmp_path: Path) -> None:
    noon = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    assert form_theme(None, noon, Settings(folder=tmp_path)) == ""


def test_the_start_page_is_told_the_hours_of_this_installation(tmp_path: Path) -> None:
    tag = script_tag(Settings(folder=tmp_path, dark_from=time(21, 30), dark_until=time(6)))
    assert 'data-from="21:30" data-until="06:00" data-zone="Europe/Amsterdam"' in tag


def test_the_ground_is_that_of_the_dark_theme(tmp_path: Path) -> None:
    config = Path(".streamlit/config.toml").read_text(encoding="utf-8")
    dark = config.partition("[theme.dark]")[2]
    ground = script_tag(Settings(folder=tmp_path)).partition('data-ground="')[2][:7]
    assert f'backgroundColor = "{ground}"' in dark
