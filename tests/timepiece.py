"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2021, 4, 10, 18, 0, tzinfo=UTC)
"""20:00 on the wall in The Hague, a Saturday in the second pilot."""


class Timepiece:
    """Gives the same moment until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **steps: float) -> datetime:
        self.now += timedelta(**steps)
        return self.now

    def at(self, wall: str) -> datetime:
        """The moment of a wall-clock time "HH:MM" on the day the clock started."""
        hour, minute = map(int, wall.split(":"))
        midnight = START.replace(hour=0, minute=0) - timedelta(hours=2)
        return midnight + timedelta(hours=hour, minutes=minute)
