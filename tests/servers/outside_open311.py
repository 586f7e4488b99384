"""Open311 for the common suite of destinations: the fake, with the updates extension."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from core.ports import Account
from tests.servers.fake import listed
from tests.servers.fake_open311 import KEY, FakeOpen311


class Endpoint(FakeOpen311):
    """An endpoint, seen by the people behind it."""

    @property
    def account(self) -> Account:
        settings = {"address": self.endpoint, "service_code": "afval"}
        return Account(
            id=1,
            pilot_id=1,
            destination="open311",
            name="Buurgemeente",
            settings=settings,
            secret=KEY,
        )

    def held(self) -> list[str]:
        """Each request with the updates to it."""
        return [
            json.dumps([row, *(u for u in self.updates if u["service_request_id"] == number)])
            for number, row in self.rows.items()
        ]

    def received(self) -> bytes:
        return b"\n".join(f"{a.path} {a.query}".encode() + a.body for a in self.requests)

    def refuses(self) -> AbstractContextManager[None]:
        no = listed([{"code": 400, "description": "Dit mag niet."}], 400)
        return self.failing(lambda method, path: no)

    def says(self, reference: str, text: str) -> None:
        self.says_of(reference, "IN_PROGRESS", text)


@contextmanager
def there() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint
