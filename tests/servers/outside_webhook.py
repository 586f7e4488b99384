"""A receiver of webhooks: the standardwebhooks library verifies, and each id is taken once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from core.ports import Account
from tests.servers.fake import Asked, Fake, Wrong, said
from tests.servers.gate import Answer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver(Fake):
    """Somebody's own system behind one address."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = SECRET
        self.seen: set[str] = set()
        self.posts: list[dict[str, Any]] = []
        self.reports: dict[int, dict[str, Any]] = {}
        self.answer_with: dict[str, Any] = {}

    def respond(self, asked: Asked) -> Answer:
        try:
            post = Webhook(self.secret).verify(asked.body, dict(asked.headers))
        except WebhookVerificationError as error:
            raise Wrong(401, error=str(error)) from None
        if asked.headers["webhook-id"] in self.seen:
            return said(200)
        self.seen.add(asked.headers["webhook-id"])
        self.posts.append(post)
        self._take(post["type"], post["data"])
        return said(200, **self.answer_with)

    def _take(self, kind: str, told: dict[str, Any]) -> None:
        if kind in ("melding.overgedragen", "melding.bijgewerkt"):
            self.reports[told["hand_over"]] = told
        if kind == "melding.ingetrokken":
            self.reports.pop(told["hand_over"], None)

    @property
    def account(self) -> Account:
        settings = {"address": f"{self.address}/hnm", "events": ""}
        return Account(
            id=1,
            pilot_id=1,
            destination="webhook",
            name="Meldkamer",
            settings=settings,
            secret=self.secret,
        )

    def held(self) -> list[str]:
        return [json.dumps(told) for told in self.reports.values()]

    def received(self) -> bytes:
        return b"\n".join(asked.body + str(asked.headers).encode() for asked in self.requests)

    def refuses(self) -> AbstractContextManager[None]:
        return self.failing(lambda method, path: said(422, error="no"))

    def says(self, reference: str, text: str) -> None:
        raise NotImplementedError  # it posts to us: tests/connectors/test_webhook.py


@contextmanager
def there() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
