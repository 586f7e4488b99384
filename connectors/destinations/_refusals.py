"""Why a destination did not take an incident, each with a sentence of its own for staff."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from connectors.call import Refused
from core.errors import DeliveryError

_LONGEST: Final = 300
_DEEPEST: Final = 4


class PlaceMissing(DeliveryError):
    """The destination takes nothing without a point on the map (number)."""

    code = "error.place_missing"

    def __init__(self, *, number: str) -> None:
        super().__init__(permanent=True, number=number)


class CategoryMissing(DeliveryError):
    """The destination has no category for this topic (topic)."""

    code = "error.category_missing"

    def __init__(self, *, topic: str) -> None:
        super().__init__(permanent=True, topic=topic)


class NotTaken(DeliveryError):
    """The destination refused it, in its own words (why)."""

    code = "error.not_taken"

    def __init__(self, *, why: str) -> None:
        super().__init__(permanent=True, why=why)


class PerhapsTaken(DeliveryError):
    """Nobody can tell whether it arrived, and sending it again could make a second one."""

    code = "error.perhaps_taken"

    def __init__(self) -> None:
        super().__init__(permanent=True)


class OnlyOneWay(DeliveryError):
    """The destination only takes in: to add or to take back, somebody has to ask them."""

    code = "error.only_one_way"

    def __init__(self) -> None:
        super().__init__(permanent=True)


def in_their_words(error: Refused) -> NotTaken:
    """A refusal with what the destination says is wrong, field by field."""
    found = "; ".join(_faults(error.answer, "", 0)) or f"http_{error.status}"
    return NotTaken(why="".join(c for c in found if c.isprintable())[:_LONGEST])


def _faults(answer: Any, field: str, depth: int) -> Iterator[str]:
    """Each sentence after the name of its field, however deep it stands."""
    if depth > _DEEPEST:
        return
    if isinstance(answer, dict):
        for name, value in list(answer.items())[:10]:
            yield from _faults(value, f"{field}.{name}" if field else str(name), depth + 1)
    elif isinstance(answer, list):
        for value in answer[:5]:
            yield from _faults(value, field, depth + 1)
    elif isinstance(answer, str):
        yield f"{field}: {answer}" if field else answer
