"""What the trends page counts of a period: what every part needs at once, the rest when asked."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain import Pilot
from core.promises import Kept, count
from core.store.alert_queries import all_alerts
from core.store.loop_queries import (
    TakingPart,
    channels_per_incident,
    corrections,
    taking_part,
)
from core.store.question_queries import promises_made
from core.store.trend_queries import Course, courses, tallies
from core.trends import Period, Weighing, weigh
from core.warning.judging import Usefulness, usefulness
from pages._frame import services


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """tijdvak: what came in, what became of it, and what was promised."""

    courses: list[Course]
    weighings: list[Weighing]
    promised: Kept

    @property
    def is_empty(self) -> bool:
        return not self.courses and not self.weighings


def read_span(pilot: Pilot, period: Period) -> Span:
    given = services()
    span = (pilot.id, period.since, period.until)
    with given.store.read() as connection:
        return Span(
            courses=courses(connection, *span),
            weighings=weigh(tallies(connection, pilot.id, period.first, period.last)),
            promised=count(promises_made(connection, *span), given.clock()),
        )


def read_part(pilot: Pilot, period: Period) -> list[TakingPart]:
    with services().store.read() as connection:
        return taking_part(connection, pilot.id, period.since, period.until)


def read_corrected(pilot: Pilot, period: Period) -> dict[str, int]:
    with services().store.read() as connection:
        return corrections(connection, pilot.id, period.since, period.until)


def read_alerts(pilot: Pilot, period: Period) -> list[Usefulness]:
    with services().store.read() as connection:
        found = all_alerts(connection, pilot.id, period.since)
    return list(usefulness([alert for alert in found if alert.raised_at < period.until]))


def read_channels(pilot: Pilot, period: Period) -> dict[int, int]:
    with services().store.read() as connection:
        return channels_per_incident(connection, pilot.id, period.since, period.until)
