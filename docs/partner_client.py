"""A client of the partner webhook in one file: no packages, Python 3.9 or later; copy it freely.

It signs what is posted to the municipality, posts it again until it arrives, and reads what the
municipality posts back. Every other language needs the same four things: HMAC-SHA256, base64, JSON
and HTTPS. docs/partner-webhook.md explains the rows and has test vectors.

    client = Client("https://melden.example.nl/partner/7", "whsec_...")
    client.post([{"type": "message", "group": "hoge-veld", "message": "m-1", "author": "lid-4711",
                  "sent_at": "2026-11-21T20:03:11+01:00", "text": "Ingebroken op nummer 36"}])
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

MOST_ROWS = 500
WAITS_S = (1, 5, 30, 120, 600, 3600, 3600, 3600, 3600, 3600, 3600)
"""How long to wait before each further try: some seven hours together."""


class Refused(Exception):
    """The municipality will not take this, and posting it again cannot help: somebody must look."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status} {why}")
        self.status = status


def sign(secret: str, once: str, seconds: int, body: bytes) -> str:
    """The value of webhook-signature."""
    key = base64.b64decode(secret[len("whsec_") :])
    mac = hmac.new(key, f"{once}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


class Client:
    """Posts events to one address. `wait` and `now` are there for tests."""

    kind = "hnm.events.v1"

    def __init__(
        self,
        address: str,
        secret: str,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.address, self.secret, self.wait, self.now = address, secret, wait, now

    def post(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Posts rows in order; gives those that were refused: [{"row": 0, "why": "..."}].

        Posting the same rows again does no harm. Raises Refused, and ConnectionError when the
        municipality stayed out of reach.
        """
        refused = []
        for start in range(0, len(rows), MOST_ROWS):
            answer = self._post_until_there(list(rows[start : start + MOST_ROWS]))
            refused += [{**one, "row": one["row"] + start} for one in answer["refused"]]
        return refused

    def _post_until_there(self, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
        once = f"msg_{uuid.uuid4().hex}"  # the same at every try
        for pause in (*WAITS_S, None):
            try:
                return self._try(once, rows)
            except urllib.error.HTTPError as error:
                if error.code != 429 and error.code < 500:
                    raise Refused(error.code, _why(error)) from None
                asked = error.headers.get("Retry-After") or ""
                pause = max(pause, int(asked)) if pause and asked.isdecimal() else pause
            except OSError:
                pass
            if pause is None:
                raise ConnectionError("out of reach")
            self.wait(pause)
        raise AssertionError

    def _try(self, once: str, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
        moment = self.now()
        at = datetime.fromtimestamp(moment, timezone.utc).isoformat()  # noqa: UP017 - older Python
        body = json.dumps({"type": self.kind, "timestamp": at, "data": rows}).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": once,
            "webhook-timestamp": str(int(moment)),
            "webhook-signature": sign(self.secret, once, int(moment), body),
        }
        request = urllib.request.Request(self.address, body, headers)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found


def read(
    secret: str, headers: Mapping[str, str], body: bytes, now: float | None = None
) -> dict[str, Any]:
    """The text that the municipality posted to you. Raises PermissionError for one it did not.

    Check the body exactly as it came, before anything parses it. Answer 200 once you have kept it;
    a text with an `id` that you have already is the same text.
    """
    given = {name.lower(): value for name, value in headers.items()}
    once, seconds = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not seconds.isdecimal() or abs(int(seconds) - (now or time.time())) > 300:
        raise PermissionError("too old, or no timestamp")
    right = sign(secret, once, int(seconds), body)
    found = given.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(one.encode(), right.encode()) for one in found):
        raise PermissionError("not signed by the municipality")
    text: dict[str, Any] = json.loads(body)["data"]
    return text


def _why(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error).get("error", ""))
    except (ValueError, AttributeError):
        return ""
