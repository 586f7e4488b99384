"""herhaling: the streets where something happened more than once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """herhaling: a street with its incidents, the oldest first, and how often each topic came."""

    street: str
    incidents: tuple[Incident, ...]
    topics: tuple[tuple[str, int], ...]

    @property
    def last_at(self) -> datetime:
        return max(incident.last_message_at for incident in self.incidents)


def repeats(incidents: Sequence[Incident], at_least: int = 2) -> list[Repeat]:
    """The streets with at least so many incidents, the busiest first, then the latest."""
    by_street: defaultdict[str, list[Incident]] = defaultdict(list)
    for incident in incidents:
        if incident.location.street:
            by_street[incident.location.street].append(incident)
    found = [
        Repeat(
            street=street,
            incidents=tuple(here),
            topics=tuple(Counter(incident.topic for incident in here).most_common()),
        )
        for street, here in by_street.items()
        if len(here) >= at_least
    ]
    return sorted(found, key=lambda repeat: (len(repeat.incidents), repeat.last_at), reverse=True)
