"""werking: what is counted around a tip; counts, and no claim that the tip is their cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.domain import Event, EventKind, Group
from core.estimates import Estimate, share_of
from core.store.tip_queries import (
    Counts,
    Departure,
    TipLine,
    answers_of,
    counts_around,
    departures_of,
)
from core.store.unit import Unit

STOP_WINDOW: Final = timedelta(hours=48)
REPORT_DAYS: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """werking: how a tip arrived, who answered or stopped, and reports on its topic around it.

    `days`: whole days since it arrived, at most 14; reports are counted over as many before it.
    """

    departure: Departure
    answers: int
    counts: Counts | None
    days: int
    stops_are_in: bool

    @property
    def after_share(self) -> Estimate | None:
        """Of the reports around it, the share after it: half when nothing changed."""
        if self.counts is None:
            return None
        before, after = self.counts.reports_before, self.counts.reports_after
        return share_of(after, before + after)


def effect_of(tip: TipLine, unit: Unit) -> Effect:
    """What is counted around a tip up to now."""
    connection, now = unit.connection, unit.now
    departure = departures_of(connection, tip.id)
    at = departure.first_at
    days = min(REPORT_DAYS, (now - at).days) if at is not None else 0
    counts = counts_around(connection, tip, at, STOP_WINDOW, days) if at is not None else None
    return Effect(
        departure=departure,
        answers=answers_of(connection, tip.id),
        counts=counts,
        days=days,
        stops_are_in=_is_past(at, now),
    )


def _is_past(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at >= STOP_WINDOW


def note_answer(event: Event, group: Group, unit: Unit) -> None:
    """Counts that somebody answered a tip; what they said goes the way of every message."""
    if event.kind is not EventKind.MESSAGE or event.reply_to is None:
        return
    tip_id = unit.tips.answered(group.id, event.reply_to)
    if tip_id is not None:
        unit.tips.count_answer(tip_id, group.id)
