"""samenhang: an incident as a small graph of messages, each tied to earlier ones, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ports import Tie, Weigher
from core.store.tie_queries import Whole

MOST_SHOWN: Final = 40
"""Messages of an incident in one picture: the latest; more than these nobody takes in."""
SURE: Final = 0.8
"""Below this strength a link is in doubt: where else the message may belong is shown."""
_MOST_TIES: Final = 3
_WORTH_SHOWING: Final = 0.5
"""A weaker tie is drawn only when a message has no stronger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """A message of an incident with its strongest ties to earlier ones, strongest first."""

    message_id: int
    ties: tuple[Tie, ...]


def tied(found: Sequence[Whole], weigher: Weigher) -> list[Tied]:
    """Each message with at most three ties; the first has none."""
    graph = []
    for place, (message, judged, location, member) in enumerate(found):
        earlier = [one[3] for one in found[:place]]
        ties = weigher.ties(message, judged, location, earlier)
        strong = [tie for tie in ties if tie.strength >= _WORTH_SHOWING]
        kept = tuple((strong or ties[:1])[:_MOST_TIES])
        graph.append(Tied(message_id=member.message_id, ties=kept))
    return graph
