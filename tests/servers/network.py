"""What the common suite of live sources asks of a network: residents who do what residents do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A text of ours as residents read it, and the native id of the message it answers."""

    text: str
    answers: str | None = None


class Network(Protocol):
    """One group at a real server (or the best there is), founded by Anna; Piet is in it too.

    A file tests/servers/live_<source>.py has SERVER, the name of a fixture, and
    network(server) -> AbstractContextManager[Network].
    """

    settings: Mapping[str, str]
    secret: str

    def asks(self) -> None:
        """Anna invites us into her group."""

    def throws_us_out(self) -> None: ...

    def joins(self, who: str) -> None:
        """Somebody new comes into the group."""

    def leaves(self, who: str) -> None: ...

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        """Writes in the group; gives the message's native id."""

    def edits(self, who: str, message: str, text: str) -> None: ...

    def deletes(self, who: str, message: str) -> None: ...

    def read(self) -> list[Read]:
        """Our texts in the group, oldest first."""

    def read_alone(self, who: str) -> list[Read]:
        """Our texts to this resident alone."""

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        """The server asks everybody to come back later."""

    def away(self) -> AbstractContextManager[None]:
        """The server cannot be reached."""
