"""The pilot's clock: local times become moments, in summer, winter and between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.clock import from_local, local, system_clock
from tests.tables import table

TIMES = table("""
    on the wall         | in UTC              | why
    2021-04-10 20:00:00 | 2021-04-10 18:00:00 | summer
    2021-01-10 20:00:00 | 2021-01-10 19:00:00 | winter
    2021-10-31 02:30:00 | 2021-10-31 00:30:00 | twice on the wall: the first is taken
    2021-03-28 02:30:00 | 2021-03-28 01:30:00 | never on the wall: an hour later on it
""")


@pytest.mark.parametrize("row", TIMES, ids=lambda row: row["why"])
def test_a_wall_clock_time_is_one_moment(row: dict[str, str]) -> None:
    wall = datetime.fromisoformat(row["on the wall"])
    assert from_local(wall) == datetime.fromisoformat(row["in UTC"]).replace(tzinfo=UTC)


def test_local_gives_the_wall_clock_back() -> None:
    wall = datetime(2021, 7, 1, 12, 0)
    assert local(from_local(wall)).replace(tzinfo=None) == wall


def test_the_system_clock_knows_its_zone() -> None:
    assert system_clock().tzinfo is UTC
