"""What the common suite of live sources asks of a network: residents who do what residents do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    A file tests/servers/live_<source>.py has SERVER, the name of a fixture ("door" for a network
    that knocks), FOUNDS, and network(server) -> AbstractContextManager[Network]. FOUNDS is None for
    a network whose groups ask to be followed, "line" or "public" when one comes with a connection,
    otherwise the native id of the group that an administrator adds.

    What a source's card does not claim is never asked of its network.
    """

    settings: Mapping[str, str]
    secret: str
    ids: Sequence[str]
    """What must be readable nowhere: the network's own ids of Anna and Piet."""

    def asks(self) -> None:
        """Anna invites us into her group."""

    def throws_us_out(self) -> None: ...

    def joins(self, who: str) -> None:
        """Somebody new comes into the group."""

    def leaves(self, who: str) -> None: ...

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        """Writes in the group (or to the line, or in public); gives the message's native id."""

    def edits(self, who: str, message: str, text: str) -> None: ...

    def deletes(self, who: str, message: str) -> None: ...

    def read(self) -> list[Read]:
        """Our texts in the group (or to whoever wrote to the line), oldest first."""

    def read_alone(self, who: str) -> list[Read]:
        """Our texts to this resident alone; where we cannot, those in the group."""

    def knocks_again(self) -> None:
        """A network that knocks brings all it ever brought once more, and what was refused."""

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        """The server asks everybody to come back later."""

    def away(self) -> AbstractContextManager[None]:
        """The server cannot be reached; one that knocks keeps its news until the end of it."""
