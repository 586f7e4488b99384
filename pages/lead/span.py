"""Everything that the trends page counts of a period, read at once."""

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
    """tijdvak: what came in, what became of it, and what people and residents did."""

    courses: list[Course]
    weighings: list[Weighing]
    part: list[TakingPart]
    promised: Kept
    corrected: dict[str, int]
    alerts: list[Usefulness]
    channels: dict[int, int]

    @property
    def is_empty(self) -> bool:
        return not self.courses and not self.weighings


def read_span(pilot: Pilot, period: Period) -> Span:
    given = services()
    span = (pilot.id, period.since, period.until)
    with given.store.read() as connection:
        alerts = [a for a in all_alerts(connection, *span[:2]) if a.raised_at < period.until]
        return Span(
            courses=courses(connection, *span),
            weighings=weigh(tallies(connection, pilot.id, period.first, period.last)),
            part=taking_part(connection, *span),
            promised=count(promises_made(connection, *span), given.clock()),
            corrected=corrections(connection, *span),
            alerts=list(usefulness(alerts)),
            channels=channels_per_incident(connection, *span),
        )
