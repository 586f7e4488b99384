"""One way to ask another system over HTTP: bounded, never redirected, each failure by its name."""

from __future__ import annotations

import ipaddress
import json
import math
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from core.clock import system_clock
from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceBusy,
)

_TIMEOUT: Final = httpx.Timeout(8.0, connect=3.0)
_LARGEST_ANSWER: Final = 32 * 2**20
_USUAL_WAIT_S: Final = 5.0
_LONGEST_WAIT_S: Final = 3600.0


class Refused(DeliveryError):
    """The server understood, and will not: trying again cannot help (why, status).

    `answer` is what it said, as far as it was JSON.
    """

    def __init__(self, *, status: int, why: str, answer: Any = None) -> None:
        super().__init__(permanent=True, status=status, why=why)
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """antwoord: what a server said; `json` is None when it is not JSON."""

    status: int
    raw: bytes
    headers: Mapping[str, str]
    json: Any = None

    def object(self) -> dict[str, Any]:
        """The answer as a JSON object. Raises AnswerUnreadable."""
        if not isinstance(self.json, dict):
            raise AnswerUnreadable(why=f"http_{self.status}")
        return self.json

    def rows(self) -> list[Any]:
        """The answer as a JSON list. Raises AnswerUnreadable."""
        if not isinstance(self.json, list):
            raise AnswerUnreadable(why=f"http_{self.status}")
        return self.json


class Caller:
    """Asks one server; `address` was checked, `headers` go with every question.

    Each raises SourceBusy (429), NetworkDown (5xx, no connection), SecretRefused (401),
    AnswerUnreadable (a redirect, too large) and Refused (any other 4xx).
    """

    def __init__(self, address: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.address = address.rstrip("/")
        self._headers = dict(headers or {})

    def get(self, path: str, **query: Any) -> Answer:
        return self.ask("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Answer:
        """`json=`, `data=` (a form) or `content=`, and `headers=` and `params=` if wanted."""
        return self.ask("POST", path, **body)

    def put(self, path: str, **body: Any) -> Answer:
        return self.ask("PUT", path, **body)

    def patch(self, path: str, **body: Any) -> Answer:
        return self.ask("PATCH", path, **body)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.ask("DELETE", path, params=query)

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **given: Any
    ) -> Answer:
        sent = {**self._headers, **(headers or {})}
        given = {name: value for name, value in given.items() if value is not None}
        try:
            request = _http().build_request(method, self.address + path, headers=sent, **given)
            answer = _exchange(request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NetworkDown(why=type(error).__name__) from None
        return _judged(answer)


def _exchange(request: httpx.Request) -> Answer:
    """Reads no more than we can bear, whatever the server says it sends."""
    response = _http().send(request, stream=True)
    try:
        raw = bytearray()
        for part in response.iter_bytes():
            raw += part
            if len(raw) > _LARGEST_ANSWER:
                raise AnswerUnreadable(why="too_large")
        return Answer(
            status=response.status_code,
            raw=bytes(raw),
            headers=response.headers,
            json=_json(bytes(raw)),
        )
    finally:
        response.close()


def _judged(answer: Answer) -> Answer:
    if answer.status >= 500:
        raise NetworkDown(why=f"http_{answer.status}")
    if answer.status == 429:
        raise SourceBusy(after_s=wait_s(answer))
    if answer.status == 401:
        raise SecretRefused(why="http_401")
    if 300 <= answer.status < 400 and answer.status != 304:
        raise AnswerUnreadable(why=f"http_{answer.status}")
    if answer.status >= 400:
        raise Refused(status=answer.status, why=f"http_{answer.status}", answer=answer.json)
    return answer


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def wait_s(answer: Answer) -> float:
    """How long we are asked to wait: by Retry-After (seconds or a date), or until a reset."""
    for name in ("Retry-After", "X-RateLimit-Reset", "x-rate-limit-reset", "RateLimit-Reset"):
        found = _seconds(answer.headers.get(name))
        if found is not None:
            return min(max(found, 0.0), _LONGEST_WAIT_S)
    return _said_wait_s(answer.json)


def _said_wait_s(said: Any) -> float:
    """What Matrix (`retry_after_ms`) and Telegram (`parameters.retry_after`) say in the answer."""
    said = said if isinstance(said, dict) else {}
    nested = said.get("parameters")
    try:
        if "retry_after_ms" in said:
            found = float(said["retry_after_ms"]) / 1000
        else:
            found = float(nested["retry_after"] if isinstance(nested, dict) else "nan")
    except (TypeError, ValueError, KeyError):
        return _USUAL_WAIT_S
    return min(max(found, 0.0), _LONGEST_WAIT_S) if math.isfinite(found) else _USUAL_WAIT_S


def _seconds(text: str | None) -> float | None:
    """Seconds, a Unix time (as some networks give) or a date as seconds from now."""
    if not text:
        return None
    now = system_clock().timestamp()  # servers speak of real time
    try:
        value = float(text)
    except ValueError:
        return _until(text, now)
    if not math.isfinite(value):
        return None
    return value - now if value > 1e9 else value


def _until(text: str, now: float) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError):
            continue
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.timestamp() - now
    return None


def checked_address(text: str, name: str) -> str:
    """An address that does not give our secret away: https, or this very machine.

    Raises BadSetting.
    """
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))
        usable = safe and bool(parts.hostname) and not (parts.query or parts.fragment)
        usable = usable and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(name=name, why="https://")
    return text


def public_address(text: str, name: str, *, allow_local: bool = False) -> str:
    """An address out on the internet, so that nobody has us knock inside our own network.

    Raises BadSetting; NetworkDown when the name is not known.
    """
    address = checked_address(text, name)
    host = urlsplit(address).hostname or ""
    for found in _addresses(host):
        if not (found.is_global or (allow_local and found.is_loopback)):
            raise BadSetting(name=name, why=host[:80])
    return address


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NetworkDown(why="unknown_host") from None
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]


def is_here(host: str | None) -> bool:
    """True for this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _http() -> httpx.Client:
    """One client a process: making one reads all certificates, too slow for each question."""
    return httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
