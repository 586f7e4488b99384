"""terugkijken: which incidents of a period somebody picks out, in what order, and how many of what.

All of it is done on lines already read: what is picked changes often, what is read seldom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely

from core.areas import metres, within
from core.domain import Area, Status
from core.store.archive_queries import Line

PAGE: Final = 20
Order = Literal["newest", "oldest", "urgent", "residents", "topic", "area"]
ORDERS: Final[tuple[Order, ...]] = ("newest", "oldest", "urgent", "residents", "topic", "area")
_PRECISE_M: Final = 300.0
"""What is known less well than this is counted for its area, and makes no hot place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """uitgekozen: what a line must be; nothing named in a filter: anything fits.

    `ids`: of the sources that were picked; None without such a filter.
    """

    topics: frozenset[str] = frozenset()
    area_ids: frozenset[int] = frozenset()
    statuses: frozenset[Status] = frozenset()
    urgent: bool | None = None
    ids: frozenset[int] | None = None

    def fits(self, line: Line) -> bool:
        return (
            (not self.topics or line.topic in self.topics)
            and (not self.area_ids or line.area_id in self.area_ids)
            and (not self.statuses or line.status in self.statuses)
            and (self.urgent is None or line.urgent is self.urgent)
            and (self.ids is None or line.id in self.ids)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """telling: how many of each topic stand where; statuses only when there are any."""

    topics: tuple[str, ...]
    statuses: tuple[Status, ...]
    counts: Mapping[tuple[str, Status], int]

    def of_topic(self, topic: str) -> int:
        return sum(self.counts.get((topic, status), 0) for status in self.statuses)

    def of_status(self, status: Status) -> int:
        return sum(self.counts.get((topic, status), 0) for topic in self.topics)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def pick(lines: Iterable[Line], picked: Picked) -> list[Line]:
    return [line for line in lines if picked.fits(line)]


def with_inner(area_ids: Collection[int], areas: Sequence[Area]) -> frozenset[int]:
    """The areas that were picked and all within them; none where none was picked."""
    return within(area_ids, areas) if area_ids else frozenset()


def inside(lines: Sequence[Line], area: Area) -> list[Line]:
    """Those whose place lies in the area; what has no known place does not."""
    known = [line for line in lines if line.lat is not None and line.lon is not None]
    if not area.outline:
        return [line for line in known if _is_in_circle(line, area)]
    shape = shapely.union_all([_polygon(outline) for outline in area.outlines])
    shapely.prepare(shape)
    lats = np.array([line.lat for line in known], dtype=float)
    lons = np.array([line.lon for line in known], dtype=float)
    # A place on the edge is inside, as core.areas.contains has it.
    found = shapely.intersects_xy(shape, lons, lats)
    return [line for line, is_in in zip(known, found, strict=True) if is_in]


def ordered(
    lines: Iterable[Line],
    order: Order,
    topic_name: Callable[[str], str] = str,
    area_name: Callable[[int | None], str] = str,
) -> list[Line]:
    """In the order that was asked for; what is equal in it stands newest first."""
    newest = sorted(lines, key=lambda line: (line.opened_at, line.id), reverse=True)
    match order:
        case "oldest":
            return newest[::-1]
        case "urgent":
            return sorted(newest, key=lambda line: not line.urgent)
        case "residents":
            return sorted(newest, key=lambda line: -line.residents)
        case "topic":
            return sorted(newest, key=lambda line: topic_name(line.topic).casefold())
        case "area":
            return sorted(newest, key=lambda line: area_name(line.area_id).casefold())
        case _:
            return newest


def page_of(lines: Sequence[Line], number: int) -> tuple[list[Line], int, int]:
    """A page of the list (the first is 1), its number within what there is, and how many pages."""
    last = max(1, -(-len(lines) // PAGE))
    shown = min(max(1, number), last)
    return list(lines[(shown - 1) * PAGE : shown * PAGE]), shown, last


def tally(lines: Iterable[Line]) -> Tally:
    """Topics by how many, statuses in the order of the work."""
    counts = Counter((line.topic, line.status) for line in lines)
    by_topic: Counter[str] = Counter()
    for (topic, _), count in counts.items():
        by_topic[topic] += count
    statuses = {status for _, status in counts}
    return Tally(
        topics=tuple(sorted(by_topic, key=lambda topic: (-by_topic[topic], topic))),
        statuses=tuple(status for status in Status if status in statuses),
        counts=counts,
    )


def is_hot(line: Line) -> bool:
    """It is placed well enough to make a hot place, and was not rejected."""
    if line.lat is None or line.radius_m is None or line.status is Status.REJECTED:
        return False
    return line.radius_m <= _PRECISE_M


def hot_places(lines: Iterable[Line]) -> list[tuple[float, float, float]]:
    """(lat, lon, weight) of all that makes heat."""
    return [(line.lat or 0.0, line.lon or 0.0, 1.0) for line in lines if is_hot(line)]


def _is_in_circle(line: Line, area: Area) -> bool:
    assert line.lat is not None
    assert line.lon is not None
    return metres((area.lat, area.lon), (line.lat, line.lon)) <= area.radius_m


def _polygon(outline: Sequence[tuple[float, float]]) -> shapely.Polygon:
    return shapely.make_valid(shapely.Polygon([(lon, lat) for lat, lon in outline]))
