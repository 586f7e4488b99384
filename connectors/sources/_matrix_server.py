"""A small client of the Matrix client-server API (v3): asks, and names what is wrong."""

from __future__ import annotations

import ipaddress
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceBusy,
)
from core.ports import Connection

_TIMEOUT: Final = httpx.Timeout(8.0, connect=3.0)
_LARGEST_ANSWER: Final = 32 * 2**20
_USUAL_WAIT_S: Final = 5.0
_NO_ACCOUNT: Final = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")


class Refused(DeliveryError):
    """The server understood, and will not: trying again cannot help (why, status)."""

    def __init__(self, *, status: int, why: str) -> None:
        super().__init__(permanent=True, status=status, why=why)
        self.status = status


class Homeserver:
    """thuisserver: one account at one Matrix server. Raises BadSetting for an unsafe address."""

    def __init__(self, connection: Connection) -> None:
        self.address = _checked(connection.settings.get("homeserver", ""))
        self._token = connection.secret

    @property
    def me(self) -> str:
        """Our own user id, asked once in the life of a process."""
        return _user_of(self.address, self._token)

    def get(self, *path: str, **query: str) -> dict[str, Any]:
        return self.ask("GET", path, query)

    def put(self, *path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.ask("PUT", path, {}, body)

    def post(self, *path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.ask("POST", path, {}, body)

    def ask(
        self,
        method: str,
        path: tuple[str, ...],
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The server's answer, a JSON object.

        Raises SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, Refused.
        """
        whole = "/".join(quote(part, safe="") for part in path)
        request = _http().build_request(
            method,
            f"{self.address}/_matrix/client/v3/{whole}",
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {self._token}"},
        )
        try:
            status, raw, headers = _exchange(request)
        except httpx.HTTPError as error:
            raise NetworkDown(why=type(error).__name__) from None
        return _judged(status, raw, headers)


def _exchange(request: httpx.Request) -> tuple[int, bytes, httpx.Headers]:
    """Reads no more than we can bear, whatever the server says it sends."""
    response = _http().send(request, stream=True)
    try:
        raw = bytearray()
        for part in response.iter_bytes():
            raw += part
            if len(raw) > _LARGEST_ANSWER:
                raise AnswerUnreadable(why="too_large")
        return response.status_code, bytes(raw), response.headers
    finally:
        response.close()


def _judged(status: int, raw: bytes, headers: httpx.Headers) -> dict[str, Any]:
    if status >= 500:
        raise NetworkDown(why=f"http_{status}")
    answer = _object(raw)
    if status == 429:
        raise SourceBusy(after_s=_wait_s(answer or {}, headers))
    code = (answer or {}).get("errcode")
    if status == 401 or code in _NO_ACCOUNT:
        raise SecretRefused(why=str(code)[:40])
    if answer is None or 300 <= status < 400:
        raise AnswerUnreadable(why=f"http_{status}")
    if status >= 400:
        raise Refused(status=status, why=str(code)[:40])
    return answer


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _wait_s(answer: Mapping[str, Any], headers: httpx.Headers) -> float:
    """How long we are asked to wait; by the header, which is newer, or in the answer."""
    try:
        wait_ms = float(answer.get("retry_after_ms", float("nan")))
        wait_s = float(headers.get("Retry-After", wait_ms / 1000))
    except (TypeError, ValueError):
        return _USUAL_WAIT_S
    return wait_s if math.isfinite(wait_s) else _USUAL_WAIT_S


def _checked(address: str) -> str:
    """An address that does not give our token away: https, or this very machine."""
    try:
        parts = urlsplit(address.strip().rstrip("/"))
        safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
        usable = safe and bool(parts.hostname) and not (parts.query or parts.fragment)
        usable = usable and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(name="homeserver", why="https://")
    return address.strip().rstrip("/")


def _is_here(host: str | None) -> bool:
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


@lru_cache(maxsize=64)
def _user_of(address: str, token: str) -> str:
    secret = Connection(
        id=0, pilot_id=0, source="", name="", settings={"homeserver": address}, secret=token
    )
    user = Homeserver(secret).get("account", "whoami").get("user_id")
    if not isinstance(user, str) or not user.startswith("@"):
        raise AnswerUnreadable(why="user_id")
    return user
