"""Telegram for the common suite of live sources: a group at our own fake, behind a gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.servers.fake_telegram import FakeTelegram
from tests.servers.gate import Answer, Gate
from tests.servers.network import Read

SERVER = "telegram"
FOUNDS = None


class TelegramNetwork:
    """One supergroup, and residents by name; all of them pressed Start in our own chat once."""

    def __init__(self, server: FakeTelegram, gate: Gate) -> None:
        self.server, self.gate = server, gate
        self.us = server.bot()
        self.settings = {"telegram_server": gate.address}
        self.secret = self.us.token
        self.residents: dict[str, int] = {}
        self.group = server.group(self.who("Anna"), "Buren van de Bostonsingel")
        self.joins("Piet")
        self.ids = [str(self.who(name)) for name in ("Anna", "Piet")]

    def who(self, name: str) -> int:
        if name not in self.residents:
            self.residents[name] = self.server.person(name)
            self.server.opens_chat(self.residents[name], self.us)
        return self.residents[name]

    def asks(self) -> None:
        self.server.invites(self.group, self.who("Anna"), self.us)

    def throws_us_out(self) -> None:
        self.server.removes(self.group, self.who("Anna"), self.us)

    def joins(self, who: str) -> None:
        self.server.joins(self.group, self.who(who))

    def leaves(self, who: str) -> None:
        self.server.leaves(self.group, self.who(who))

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        more = {"answers": int(answers.partition(":")[2])} if answers else {}
        number = self.server.writes(self.group, self.who(who), text, **more)
        return f"{self.group.id}:{number}"

    def edits(self, who: str, message: str, text: str) -> None:
        self.server.edits(self.group, int(message.partition(":")[2]), text=text)

    def read(self) -> list[Read]:
        return self._ours(self.group.id)

    def read_alone(self, who: str) -> list[Read]:
        return self._ours(self.who(who))

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        wait = Answer.json(
            429,
            ok=False,
            error_code=429,
            description=f"Too Many Requests: retry after {after_s}",
            parameters={"retry_after": after_s},
        )
        return self.gate.failing(lambda method, path: wait)

    def away(self) -> AbstractContextManager[None]:
        return self.gate.failing(lambda method, path: Answer(status=0))

    def _ours(self, chat: int) -> list[Read]:
        messages = self.server.chats[chat].messages
        return [
            Read(text=one["text"], answers=_answers(one))
            for one in messages
            if one["from"]["id"] == self.us.id and "text" in one
        ]


@contextmanager
def network(server: FakeTelegram) -> Iterator[TelegramNetwork]:
    with Gate(server.address) as gate:
        yield TelegramNetwork(server, gate)


def _answers(message: dict[str, dict[str, int]]) -> str | None:
    answered = message.get("reply_to_message")
    return f"{answered['chat']['id']}:{answered['message_id']}" if answered else None  # type: ignore[index]
