"""Signalen for the common suite of destinations: the fake, with our token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from core.ports import Account
from tests.servers.fake import said
from tests.servers.fake_signalen import FakeSignalen


class Town(FakeSignalen):
    """A municipality, seen by the people who work there."""

    @property
    def account(self) -> Account:
        settings = {"address": self.address, "source": "Het Nieuwe Melden"}
        return Account(
            id=1,
            pilot_id=1,
            destination="signalen",
            name="Gemeente",
            settings=settings,
            secret=self.token,
        )

    def held(self) -> list[str]:
        """What is not cancelled; Signalen itself erases nothing, as the card says."""
        left = [row for row in self.reports if row["status"]["state"] != "a"]
        return [json.dumps(row, ensure_ascii=False) for row in left]

    def received(self) -> bytes:
        return b"\n".join(f"{a.path} {a.query}".encode() + a.body for a in self.requests)

    def refuses(self) -> AbstractContextManager[None]:
        return self.failing(lambda method, path: said(400, text=["Dit mag niet."]))

    def says(self, reference: str, text: str) -> None:
        self.moves(int(reference.removeprefix("SIG-")), "b", text)


@contextmanager
def there() -> Iterator[Town]:
    with Town() as town:
        yield town
