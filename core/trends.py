"""trends: what came in, what became of it, and how soon, over a period and the one before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.clock import local, midnight
from core.domain import Status
from core.pipeline import DISCARDED, KEPT
from core.store.trend_queries import Course, Tally

FEWEST_FOR_P90: Final = 10
"""Of fewer moments nobody can say what nine out of ten took."""

FEWEST_FOR_MEDIAN: Final = 3


class Grain(StrEnum):
    """maat: how wide a column of a plot over time is."""

    DAY = "day"
    WEEK = "week"


class Stage(StrEnum):
    """stap in de trechter: how far an incident came."""

    CAME_IN = "came_in"
    DECIDED = "decided"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    TOLD = "told"


class Wait(StrEnum):
    """wachttijd: what is waited for from the moment an incident is on the screen."""

    DECISION = "decision"
    HAND_OVER = "hand_over"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """periode: whole days on the pilot's clock, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on or after its first day")

    @property
    def day_count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        return midnight(self.last + timedelta(days=1))

    def before(self) -> Period:
        """The period of the same length that ended the day before this one began."""
        length = timedelta(days=self.day_count)
        return Period(first=self.first - length, last=self.first - timedelta(days=1))

    @classmethod
    def of_days(cls, last: date, day_count: int) -> Period:
        return cls(first=last - timedelta(days=day_count - 1), last=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """doorlooptijd: how long a wait took, in seconds; None where too few ended to say."""

    wait: Wait
    ended_count: int
    open_count: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """weging: what became of the messages of one group."""

    group: str
    kept: int
    forgotten: int
    refused: int

    @property
    def read(self) -> int:
        return self.kept + self.forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """kerncijfers of a period."""

    incident_count: int
    urgent_count: int
    kept_count: int
    forgotten_share: float | None
    decision_s: float | None
    told_share: float | None


def grain_for(period: Period) -> Grain:
    """Days while they can be told apart, else weeks."""
    return Grain.DAY if period.day_count <= 45 else Grain.WEEK


def columns_over_time(period: Period, grain: Grain) -> list[date]:
    """The first day of each column; weeks begin on Monday."""
    start, step = _column_of(period.first, grain), 1 if grain is Grain.DAY else 7
    return [
        start + timedelta(days=offset) for offset in range(0, (period.last - start).days + 1, step)
    ]


def topics_over_time(found: Sequence[Course], period: Period, grain: Grain) -> dict[str, list[int]]:
    """For each topic that occurs, the most frequent first: how many incidents in each column."""
    columns = columns_over_time(period, grain)
    place = {day: index for index, day in enumerate(columns)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(columns))
    for course in found:
        counts[course.topic][place[_column_of(local(course.opened_at).date(), grain)]] += 1
    return dict(sorted(counts.items(), key=lambda pair: (-sum(pair[1]), pair[0])))


def by_hour_and_weekday(found: Iterable[Course]) -> list[list[int]]:
    """A row for each weekday from Monday, in it a count for each hour, on the pilot's clock."""
    grid = [[0] * 24 for _ in range(7)]
    for course in found:
        moment = local(course.opened_at)
        grid[moment.weekday()][moment.hour] += 1
    return grid


def by_topic(found: Iterable[Course]) -> Counter[str]:
    """Incidents by topic."""
    return Counter(course.topic for course in found)


def by_hour(found: Iterable[Course]) -> Counter[int]:
    """Incidents by the hour in which they began, on the pilot's clock."""
    return Counter(local(course.opened_at).hour for course in found)


def by_weekday(found: Iterable[Course]) -> Counter[int]:
    """Incidents by the day on which they began, Monday is 0."""
    return Counter(local(course.opened_at).weekday() for course in found)


def by_area(found: Iterable[Course]) -> Counter[int | None]:
    """Incidents by area id; None where the area is not known."""
    return Counter(course.area_id for course in found)


def funnel(found: Sequence[Course]) -> list[tuple[Stage, int]]:
    """How many incidents came to each stage; the stages after the first do not wait in line."""
    reached: dict[Stage, Callable[[Course], bool]] = {
        Stage.CAME_IN: lambda _: True,
        Stage.DECIDED: lambda course: course.decided_at is not None,
        Stage.HANDED_OVER: lambda course: course.handed_over_at is not None,
        Stage.CLOSED: lambda course: not Status(course.status).is_open,
        Stage.TOLD: lambda course: course.told_at is not None,
    }
    return [(stage, sum(map(came, found))) for stage, came in reached.items()]


def delays(found: Sequence[Course]) -> list[Delay]:
    """How long people waited for each step; who still waits is counted, not guessed."""
    ends: dict[Wait, Callable[[Course], datetime | None]] = {
        Wait.DECISION: lambda course: course.decided_at,
        Wait.HAND_OVER: lambda course: course.handed_over_at,
        Wait.FEEDBACK: lambda course: course.told_at,
    }
    return [_delay(wait, found, end) for wait, end in ends.items()]


def weigh(tallies: Iterable[Tally]) -> list[Weighing]:
    """What became of the messages of each group, in the order of the groups."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for tally in tallies:
        what = tally.what if tally.what in (KEPT, DISCARDED) else "refused"
        counts[tally.group][what] += tally.count
    return [
        Weighing(group=group, kept=one[KEPT], forgotten=one[DISCARDED], refused=one["refused"])
        for group, one in counts.items()
    ]


def summarise(found: Sequence[Course], weighings: Sequence[Weighing]) -> Summary:
    told = sum(course.told_at is not None for course in found)
    read = sum(weighing.read for weighing in weighings)
    return Summary(
        incident_count=len(found),
        urgent_count=sum(course.urgent for course in found),
        kept_count=sum(weighing.kept for weighing in weighings),
        forgotten_share=sum(w.forgotten for w in weighings) / read if read else None,
        decision_s=delays(found)[0].median_s,
        told_share=told / len(found) if found else None,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, between two neighbours in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _delay(wait: Wait, found: Sequence[Course], end: Callable[[Course], datetime | None]) -> Delay:
    took = [
        max(0.0, (ended - _start(course, ended)).total_seconds())
        for course in found
        if (ended := end(course)) is not None
    ]
    return Delay(
        wait=wait,
        ended_count=len(took),
        open_count=len(found) - len(took),
        median_s=quantile(took, 0.5) if len(took) >= FEWEST_FOR_MEDIAN else None,
        p90_s=quantile(took, 0.9) if len(took) >= FEWEST_FOR_P90 else None,
    )


def _start(course: Course, ended: datetime) -> datetime:
    """From when somebody waited: what ended before it was on our screen was seen elsewhere."""
    return course.seen_at if ended >= course.seen_at else course.opened_at


def _column_of(day: date, grain: Grain) -> date:
    return day if grain is Grain.DAY else day - timedelta(days=day.weekday())
