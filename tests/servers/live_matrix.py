"""Matrix for the common suite of live sources: a room at Synapse, behind a gate that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.servers.gate import Answer, Gate
from tests.servers.network import Read
from tests.servers.synapse import Account, Synapse

SERVER = "synapse"
FOUNDS = None


class MatrixNetwork:
    """One room, and residents by name."""

    ids = ("@piet", "@anna")

    def __init__(self, server: Synapse, gate: Gate) -> None:
        self.server, self.gate = server, gate
        self.us = server.account("Melden")
        self.settings = {"homeserver": gate.address}
        self.secret = self.us.token
        self.residents: dict[str, Account] = {}
        self.room = self.who("Anna").makes_room("Buren van de Bostonsingel")
        self.joins("Piet")

    def who(self, name: str) -> Account:
        if name not in self.residents:
            self.residents[name] = self.server.account(name)
        return self.residents[name]

    def asks(self) -> None:
        self.who("Anna").invites(self.room, self.us.user)

    def throws_us_out(self) -> None:
        self.who("Anna").kicks(self.room, self.us.user)

    def joins(self, who: str) -> None:
        self.who("Anna").invites(self.room, self.who(who).user)
        self.who(who).joins(self.room)

    def leaves(self, who: str) -> None:
        self.who(who).leaves(self.room)

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        return self.who(who).says(self.room, text, answers)

    def edits(self, who: str, message: str, text: str) -> None:
        self.who(who).edits(self.room, message, text)

    def deletes(self, who: str, message: str) -> None:
        self.who(who).takes_back(self.room, message)

    def read(self) -> list[Read]:
        return self._ours("Anna", self.room)

    def read_alone(self, who: str) -> list[Read]:
        for room in self.who(who).invitations():
            self.who(who).joins(room)
        rooms = self.who(who).call("GET", "joined_rooms")["joined_rooms"]
        return [read for room in rooms if room != self.room for read in self._ours(who, room)]

    def knocks_again(self) -> None:
        raise NotImplementedError("Matrix is asked")

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        wait = Answer.json(429, errcode="M_LIMIT_EXCEEDED", retry_after_ms=after_s * 1000)
        return self.gate.failing(lambda method, path: wait)

    def away(self) -> AbstractContextManager[None]:
        return self.gate.failing(lambda method, path: Answer(status=0))

    def _ours(self, reader: str, room: str) -> list[Read]:
        events = [e for e in self.who(reader).reads(room) if e["sender"] == self.us.user]
        return [Read(text=e["content"].get("body", ""), answers=_answers(e)) for e in events]


@contextmanager
def network(server: Synapse) -> Iterator[MatrixNetwork]:
    with Gate(server.address) as gate:
        yield MatrixNetwork(server, gate)


def _answers(event: dict[str, dict[str, dict[str, dict[str, str]]]]) -> str | None:
    relation = event["content"].get("m.relates_to", {})
    return relation.get("m.in_reply_to", {}).get("event_id")
