"""A ZGW register of zaken for the common suite of destinations: the fake, with our client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from core.ports import Account
from tests.servers.fake import said
from tests.servers.fake_zgw import RSIN, FakeZgw


class Register(FakeZgw):
    """A register, seen by the people who work in it."""

    @property
    def account(self) -> Account:
        settings = {
            "address": self.api,
            "client_id": self.client,
            "bronorganisatie": RSIN,
            "zaaktype": self.zaaktype(),
            "first_statustype": self.statustype(1),
            "withdrawn_statustype": self.statustype(3),
            "withdrawn_resultaattype": self.resultaattype,
        }
        return Account(
            id=1,
            pilot_id=1,
            destination="zgw",
            name="Zaaksysteem",
            settings=settings,
            secret=self.secret,
        )

    def held(self) -> list[str]:
        """The zaken that still have a place: withdrawn, ours is taken out of them."""
        left = [zaak for zaak in self.zaken.values() if zaak["zaakgeometrie"]]
        return [json.dumps(zaak, ensure_ascii=False) for zaak in left]

    def received(self) -> bytes:
        return b"\n".join(f"{a.path} {a.query}".encode() + a.body for a in self.requests)

    def refuses(self) -> AbstractContextManager[None]:
        return self.failing(lambda method, path: said(400, code="invalid", detail="Mag niet."))

    def says(self, reference: str, text: str) -> None:
        self.gives_status(f"{self.api}/zaken/{reference.rpartition('/')[2]}", 2, text)


@contextmanager
def there() -> Iterator[Register]:
    with Register() as register:
        yield register
