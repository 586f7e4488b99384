"""werkvoorraad: how much lies open with each team and each person, before somebody adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.deadlines import Deadline
from core.domain import TEAM, Incident, Urgency
from core.store.room_queries import Colleague

USER = "user:"
"""Before the login of a person, where an owner may be a team too."""
NOBODY = ""
"""Whose work is what nobody has: it lies with the control room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """werkvoorraad: what is open with one owner; `oldest_at` is when its oldest began."""

    owner: str
    open_count: int = 0
    urgent_count: int = 0
    overdue_count: int = 0
    oldest_at: datetime | None = None


Due = Mapping[int, Sequence[Deadline]]


def loads(
    incidents: Iterable[Incident], due: Due, teams: Mapping[str, str], now: datetime
) -> dict[str, Load]:
    """By owner ("team:<name>", "user:<login>", an account outside, or nobody) what is open.

    A team has what was handed over to its work list and what its members have. Who has nothing is
    not there.
    """
    found: dict[str, list[Incident]] = {}
    for incident in incidents:
        if incident.status.is_open and not incident.waits:
            owner = incident.assignee or incident.destination or NOBODY
            team = team_of(owner, teams)
            for one in {owner, team} if owner.startswith(USER) else {team}:
                found.setdefault(one, []).append(incident)
    return {owner: _load(owner, theirs, due, now) for owner, theirs in found.items()}


def most_first(found: Mapping[str, Load]) -> list[Load]:
    """Who has most that is late in front, then who has most that is open."""
    return sorted(
        found.values(),
        key=lambda one: (-one.overdue_count, -one.urgent_count, -one.open_count, one.owner),
    )


def team_of(owner: str, teams: Mapping[str, str]) -> str:
    """The team that an owner is or is in; who has none stands for themselves."""
    if ":" not in owner and owner:
        return f"{TEAM}{owner}"  # a work list is that of the team of its name
    return teams.get(owner, owner)


def teams_of(staff: Iterable[Colleague]) -> dict[str, str]:
    """The team of each person who is in one, both as owners."""
    return {f"{USER}{one.login}": f"{TEAM}{one.team}" for one in staff if one.team}


def _load(owner: str, theirs: Sequence[Incident], due: Due, now: datetime) -> Load:
    return Load(
        owner=owner,
        open_count=len(theirs),
        urgent_count=sum(one.urgency is Urgency.URGENT for one in theirs),
        overdue_count=sum(any(d.is_overdue(now) for d in due.get(one.id, ())) for one in theirs),
        oldest_at=min(one.opened_at for one in theirs),
    )
