"""What the common suite of destinations asks of a place that takes incidents over.

A driver is a file tests/servers/outside_<destination>.py with `there()`, which gives this.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from core.ports import Account


class There(Protocol):
    """A running destination, seen from its own side."""

    account: Account
    """One that fits: its address and its secret."""

    def held(self) -> list[str]:
        """The reports that stand there, a text each: all that its people can read of one."""
        ...

    def received(self) -> bytes:
        """Every byte that ever reached it."""
        ...

    def refuses(self) -> AbstractContextManager[None]:
        """It understands every request, and will not."""
        ...

    def busy(self, after_s: int) -> AbstractContextManager[None]: ...

    def away(self) -> AbstractContextManager[None]: ...

    def losing_answers(self) -> AbstractContextManager[None]:
        """It does what is asked, and its answer never arrives."""
        ...

    def says(self, reference: str, text: str) -> None:
        """Somebody there takes the report in hand (asked only of those that report back)."""
        ...
