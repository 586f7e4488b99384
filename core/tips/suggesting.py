"""voorstellen: which advice is timely now, for which groups, and why; nothing leaves by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from core.clock import local
from core.domain import Area, Group, Pilot
from core.store.alert_queries import Alert, AlertKind, AlertState
from core.store.tip_queries import Opened, TipLine
from core.tips import Advice, Occasion
from core.topics import Topic

LATELY: Final = timedelta(days=7)
AFTER_ALERT: Final = timedelta(days=14)
RESTS: Final = timedelta(days=42)
"""An advice that was sent, or set aside for a season, is not proposed again for so long."""
MANY: Final = 3
"""So many incidents of a topic in an area within `LATELY` make its advice timely; of what makes
the next one likelier, a burglary, one does."""
MOST_AT_ONCE: Final = 2
"""Of one occasion no more are proposed: a list of ten is read by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """voorstel (preventietip): an advice that is timely, why, and for whom.

    `mark` names the occasion: what was sent or set aside for it is not proposed for it again.
    """

    advice: Advice
    occasion: Occasion
    mark: str
    area_id: int | None = None
    count: int = 0
    incident_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """omstandigheden: what of a pilot makes advice timely."""

    pilot: Pilot
    alerts: Sequence[Alert]
    opened: Sequence[Opened]
    tips: Sequence[TipLine]
    topics: Mapping[str, Topic]


def suggest(around: Around, library: Mapping[str, Advice], now: datetime) -> list[Suggestion]:
    """What is timely now, the most pressing occasion first."""
    followed = [advice for advice in library.values() if advice.topic in around.pilot.topics]
    found = [
        *_after_alerts(around, followed, now),
        *_after_incidents(around, followed, now),
        *_in_season(followed, local(now).date()),
    ]
    fresh = [one for one in found if not _was_answered(one, around.tips, now)]
    return list(_few_of_each(_each_once(fresh)))


def groups_for(
    suggestion: Suggestion, groups: Sequence[Group], areas: Sequence[Area]
) -> list[Group]:
    """The groups of the area it is about; all of them when none is, or it is about all."""
    inside = [group for group in groups if group.area_id == suggestion.area_id]
    return inside or list(groups)


def _after_alerts(around: Around, advices: Sequence[Advice], now: datetime) -> Iterator[Suggestion]:
    kinds = {AlertKind.NEAR_REPEAT: Occasion.NEAR_REPEAT, AlertKind.RISE: Occasion.RISE}
    for alert in around.alerts:
        occasion = kinds.get(alert.kind)
        stands = alert.state is not AlertState.DISMISSED and now - alert.last_at <= AFTER_ALERT
        if occasion is None or not stands:
            continue
        for advice in advices:
            if occasion in advice.when and advice.topic == alert.topic:
                yield Suggestion(
                    advice=advice,
                    occasion=occasion,
                    mark=f"alert:{alert.id}",
                    area_id=alert.area_id,
                    incident_ids=alert.incident_ids,
                    count=len(alert.incident_ids),
                )


def _after_incidents(
    around: Around, advices: Sequence[Advice], now: datetime
) -> Iterator[Suggestion]:
    """In an area where it happened, or happened several times, in the last days."""
    lately = [one for one in around.opened if now - one.opened_at <= LATELY]
    for (topic, area_id), some in _by_place(lately):
        known = around.topics.get(topic)
        if len(some) < (1 if known and known.near_repeats else MANY):
            continue
        week = local(now).isocalendar()
        for advice in advices:
            if Occasion.INCIDENT in advice.when and advice.topic == topic:
                yield Suggestion(
                    advice=advice,
                    occasion=Occasion.INCIDENT,
                    mark=f"week:{week.year}-{week.week}:{topic}:{area_id}",
                    area_id=area_id,
                    incident_ids=tuple(one.incident_id for one in some),
                    count=len(some),
                )


def _by_place(
    opened: Sequence[Opened],
) -> Iterator[tuple[tuple[str, int | None], list[Opened]]]:
    """Topic and area with their incidents, most of them first."""

    def key(one: Opened) -> tuple[str, int]:
        return one.topic, one.area_id or 0

    found = [list(some) for _, some in groupby(sorted(opened, key=key), key=key)]
    for some in sorted(found, key=len, reverse=True):
        yield (some[0].topic, some[0].area_id), some


def _in_season(advices: Sequence[Advice], today: date) -> Iterator[Suggestion]:
    for advice in advices:
        if Occasion.SEASON in advice.when and advice.season and advice.is_in_season(today):
            yield Suggestion(advice=advice, occasion=Occasion.SEASON, mark=f"season:{today.year}")


def _was_answered(one: Suggestion, tips: Sequence[TipLine], now: datetime) -> bool:
    """Sent lately, or set aside for this very occasion (a season: for as long as it rests)."""
    for tip in tips:
        if tip.advice != one.advice.id:
            continue
        if tip.state == "sent" and now - tip.at < RESTS:
            return True
        resting = one.occasion is Occasion.SEASON and now - tip.at < RESTS
        if (
            tip.state == "dismissed"
            and tip.mark == one.mark
            and (resting or one.occasion is not Occasion.SEASON)
        ):
            return True
    return False


def _each_once(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Each advice for its most pressing occasion only."""
    first: dict[str, Suggestion] = {}
    for one in found:
        first.setdefault(one.advice.id, one)
    return list(first.values())


def _few_of_each(found: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """At most so many of one occasion; each advice in season is an occasion of its own."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.mark] = counts.get(one.mark, 0) + 1
        if one.occasion is Occasion.SEASON or counts[one.mark] <= MOST_AT_ONCE:
            yield one
