"""werkmaten: what the product does to the work: pace, time an incident takes, nothing typed twice.

Nothing here is of one person: figures are of a role, and only of at least `FEWEST_PEOPLE` in it.
Worked time is what steps show: steps of one person with no longer pause between them than the
assumption says are one stretch of work (inactivity thresholds: Halfaker et al., WWW 2015).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from core.clock import local
from core.domain import Incident
from core.estimates import FEWEST, wilson
from core.hand_over_words import typed_fields
from core.status import Step
from core.topics import Topic
from core.work_form import Assumptions, Deed, PassedOn, Road
from core.work_intervals import FEWEST_PEOPLE, Figure, Lack, median, ratio

DECISIONS: Final = frozenset(
    {
        Step.ACCEPT, Step.REJECT, Step.HAND_OVER, Step.TAKE_ON, Step.HAND_BACK, Step.CLOSE,
        Step.REOPEN, Step.ASSIGN, Step.MERGE, Step.SPLIT, Step.LET_THROUGH, Step.NO_REPORT,
    }
)  # fmt: skip
"""Steps with which a person decides; telling, asking and correcting count as work, not as these."""
FIRST_DECISIONS: Final = frozenset({Step.ACCEPT, Step.REJECT, Step.HAND_OVER, Step.CLOSE})
ALL_ROLES: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """tempo of a role: decisions an hour worked, and minutes worked for each incident."""

    role: str
    decision_count: int
    incident_count: int
    worked_h: float
    an_hour: Figure
    minutes: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeying:
    """overtypen: how many reports went which way, and what nobody typed again."""

    counts: dict[Road, int]
    saved_fields: int
    saved_characters: int
    saved_min: float
    fields: Figure
    """Fields typed over for each incident passed on."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What one person did on one day."""

    decisions: int
    incidents: int
    worked_s: float


def paces(deeds: Sequence[Deed], given: Assumptions) -> list[Pace]:
    """All roles together first, then each that did something."""
    roles = sorted({deed.role for deed in deeds})
    parts = [(ALL_ROLES, list(deeds))]
    parts += [(role, [deed for deed in deeds if deed.role == role]) for role in roles]
    found = [_pace(role, part, given) for role, part in parts if part]
    return [_veiled(found[0], found[1:], deeds), *found[1:]] if found else []


def _veiled(everybody: Pace, of_roles: Sequence[Pace], deeds: Sequence[Deed]) -> Pace:
    """All together, unless what is shown of roles, taken off it, would tell of one or two."""
    hidden = {pace.role for pace in of_roles if pace.an_hour.lack is Lack.PEOPLE}
    left = {deed.person for deed in deeds if deed.role in hidden}
    if len(hidden) == len(of_roles) or not 0 < len(left) < FEWEST_PEOPLE:
        return everybody
    nothing = Figure(value=None, lack=Lack.PEOPLE)
    return replace(everybody, an_hour=nothing, minutes=nothing)


def _pace(role: str, deeds: Sequence[Deed], given: Assumptions) -> Pace:
    days = _days(deeds, given)
    decisions = [day.decisions for day in days]
    worked = [day.worked_s / 3600 for day in days]
    people = len({deed.person for deed in deeds})
    touched = [day.incidents for day in days]
    return Pace(
        role=role,
        decision_count=sum(decisions),
        incident_count=len({deed.incident_id for deed in deeds}),
        worked_h=sum(worked),
        an_hour=ratio(decisions, worked, count=sum(decisions), people=people),
        minutes=ratio([h * 60 for h in worked], touched, count=sum(touched), people=people),
    )


def _days(deeds: Iterable[Deed], given: Assumptions) -> list[_Day]:
    """One for each person and day on the pilot's clock; a stretch counts on the day it began."""
    of_person: dict[int, list[Deed]] = defaultdict(list)
    for deed in deeds:
        of_person[deed.person].append(deed)
    found: list[_Day] = []
    for own in of_person.values():
        by_day: dict[date, list[list[Deed]]] = defaultdict(list)
        for stretch in stretches(own, given):
            by_day[local(stretch[0].at).date()].append(stretch)
        found += [_day(day, given) for day in by_day.values()]
    return found


def _day(parts: Sequence[Sequence[Deed]], given: Assumptions) -> _Day:
    all_of = [deed for part in parts for deed in part]
    return _Day(
        decisions=sum(deed.step in DECISIONS and not deed.undone for deed in all_of),
        incidents=len({deed.incident_id for deed in all_of}),
        worked_s=sum(_length_s(part, given) for part in parts),
    )


def stretches(deeds: Iterable[Deed], given: Assumptions) -> Iterator[list[Deed]]:
    """The steps of one person, cut where the pause was too long to have been work here."""
    pause = timedelta(minutes=given.pause_min)
    stretch: list[Deed] = []
    for deed in sorted(deeds, key=lambda one: one.at):
        if stretch and deed.at - stretch[-1].at > pause:
            yield stretch
            stretch = []
        stretch.append(deed)
    if stretch:
        yield stretch


def _length_s(stretch: Sequence[Deed], given: Assumptions) -> float:
    return (stretch[-1].at - stretch[0].at).total_seconds() + given.lead_min * 60


def waits(deeds: Sequence[Deed], begins: Step, ends: frozenset[Step]) -> list[float]:
    """Seconds from a person's `begins` with an incident to that person's next of `ends` with it."""
    begun: dict[tuple[int, int], datetime] = {}
    found: list[float] = []
    for deed in sorted(deeds, key=lambda one: one.at):
        key = (deed.person, deed.incident_id)
        if deed.undone:
            continue
        if deed.step == begins:
            begun[key] = deed.at
        elif deed.step in ends and key in begun:
            found.append((deed.at - begun.pop(key)).total_seconds())
    return found


def handling(deeds: Sequence[Deed], begins: Step, ends: frozenset[Step]) -> Figure:
    """The median of `waits`; as every figure, of at least some people together."""
    took = waits(deeds, begins, ends)
    people = len({deed.person for deed in deeds if deed.step == begins and not deed.undone})
    if took and people < FEWEST_PEOPLE:
        return Figure(value=None, lack=Lack.PEOPLE)
    return median(took)


def passed(found: Iterable[tuple[Incident, Road]], known: Mapping[str, Topic]) -> list[PassedOn]:
    """What the report of each incident holds that could have been typed over."""
    return [_passed(incident, road, typed_fields(incident, known)) for incident, road in found]


def _passed(incident: Incident, road: Road, fields: Sequence[str]) -> PassedOn:
    return PassedOn(
        incident_id=incident.id,
        road=road,
        field_count=len(fields),
        character_count=sum(map(len, fields)),
    )


def rekeying(passed: Sequence[PassedOn], given: Assumptions) -> Rekeying:
    """What went by connection, or was done in this product, nobody typed again."""
    saving = {Road.CONNECTION} | ({Road.HERE} if given.lists_count else set())
    saved = [one for one in passed if one.road in saving]
    fields = sum(one.field_count for one in saved)
    characters = sum(one.character_count for one in saved)
    return Rekeying(
        counts={road: sum(one.road is road for one in passed) for road in Road},
        saved_fields=fields,
        saved_characters=characters,
        saved_min=characters / given.letters_per_min + fields * given.field_s / 60,
        fields=_typed_over(passed, saving),
    )


def _typed_over(passed: Sequence[PassedOn], saving: set[Road]) -> Figure:
    """The share that is typed over (Wilson's interval) times the fields of a report."""
    if len(passed) < FEWEST:
        return Figure(value=None, of=len(passed), lack=Lack.LITTLE)
    each = sum(one.field_count for one in passed) / len(passed)
    typed = sum(one.road not in saving for one in passed)
    low, high = wilson(typed, len(passed))
    share = typed / len(passed)
    return Figure(value=share * each, low=low * each, high=high * each, of=len(passed))
