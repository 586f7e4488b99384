"""Open311: another system that brings reports, as GeoReport v2 writes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import httpx

from tests.servers.door import Door
from tests.servers.network import Read

SERVER = "door"
FOUNDS = "line"
KEY = "sleutel-van-de-buren-4711"


class Neighbours:
    """A town nearby, whose residents report here; what was refused is brought again."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.settings: dict[str, str] = {}
        self.secret = KEY
        self.ids = [self.mail("Anna"), self.mail("Piet")]
        self.brought: list[dict[str, str]] = []
        self.is_away = False

    def mail(self, who: str) -> str:
        return f"{who.lower()}.jansen@example.nl"

    @property
    def endpoint(self) -> str:
        return f"{self.door.address}/open311/{self.door.connection_id}"

    def says(self, who: str, text: str, answers: str | None = None) -> str:
        form = {
            "api_key": KEY,
            "service_code": "melding",
            "address_id": "buurt",
            "email": self.mail(who),
            "first_name": who,
            "last_name": "Jansen",
            "description": text,
        }
        self.brought.append(form)
        return "" if self.is_away else self.post(form)

    def post(self, form: dict[str, str]) -> str:
        """The number it got; empty when it was refused, and then it is brought again."""
        answer = httpx.post(f"{self.endpoint}/requests.json", data=form)
        return str(answer.json()[0]["service_request_id"]) if answer.is_success else ""

    def knocks_again(self) -> None:
        for form in self.brought:
            self.post(form)

    @contextmanager
    def away(self) -> Iterator[None]:
        self.is_away = True
        try:
            yield
        finally:
            self.is_away = False
            self.knocks_again()

    def busy(self, after_s: int) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self) -> list[Read]:
        return []

    def read_alone(self, who: str) -> list[Read]:
        return []

    def asks(self) -> None: ...

    def throws_us_out(self) -> None: ...

    def joins(self, who: str) -> None: ...

    def leaves(self, who: str) -> None: ...

    def edits(self, who: str, message: str, text: str) -> None: ...

    def deletes(self, who: str, message: str) -> None: ...


@contextmanager
def network(door: Door) -> Iterator[Neighbours]:
    yield Neighbours(door)
