"""leerstof: what people said of residents' messages, as a model may learn from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.domain import Location

Say = Callable[[str, float], None]
"""Told which stage a training is in and which share is done; may raise Stopped."""


class Stopped(Exception):
    """Somebody stopped the training, or another process took it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """leerbericht: one stored message, redacted, with what people or the model say it is.

    `is_example`: a person said it; otherwise it stands there as the talk around one that is. No
    topic means no report. `incident_id` where people corrected what belongs together.
    """

    key: str
    group_id: int
    resident: str
    sent_at: datetime
    reply_to: str | None
    text: str
    topic: str | None
    urgent: bool
    retracts: bool
    confidence: float
    location: Location
    is_example: bool = True
    incident_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """paar: two messages of which a person said that they are, or are not, one incident."""

    key: str
    other_key: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """leerstof: the messages, the members of incidents that people put together, the pairs."""

    messages: tuple[Taught, ...] = ()
    members: tuple[Taught, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def example_count(self) -> int:
        return sum(message.is_example for message in self.messages)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of every message of which anything is learned, sorted."""
        named = {message.key for message in self.messages if message.is_example}
        return tuple(sorted(named | {member.key for member in self.members}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """geleerd: a model that came out of training: its version, and its figures beside the old."""

    version: str
    replaces: str
    figures: dict[str, Any]


class Learner(Protocol):
    """leerling: makes a model from the corpus and what people said, beside the one in use.

    `learn` measures against `old` (None: the one that came with the product) and raises what `say`
    raises; `forget` takes what was judged of erased messages out of all that was kept.
    """

    def version_of(self, teaching: Teaching) -> str: ...

    def learn(self, teaching: Teaching, old: str | None, say: Say) -> Learned: ...

    def forget(self, erased: frozenset[str]) -> None: ...
