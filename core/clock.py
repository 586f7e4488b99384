"""The clock is a parameter everywhere; this is the one that production passes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

LOCAL_ZONE: Final = ZoneInfo("Europe/Amsterdam")


def system_clock() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The wall clock of the pilot."""
    return moment.astimezone(LOCAL_ZONE)


def from_local(moment: datetime) -> datetime:
    """A local time without zone as UTC; of the doubled hour in autumn the first is taken."""
    return moment.replace(tzinfo=LOCAL_ZONE, fold=0).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The first moment of a day on the pilot's clock."""
    return from_local(datetime.combine(day, time()))
