"""A small client of the Matrix client-server API (v3): asks, and names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from connectors.call import Caller, Refused, checked_address
from core.errors import AnswerUnreadable, SecretRefused
from core.ports import Connection

__all__ = ["Homeserver", "Refused"]

_NO_ACCOUNT: Final = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")


class Homeserver:
    """thuisserver: one account at one Matrix server. Raises BadSetting for an unsafe address."""

    def __init__(self, connection: Connection) -> None:
        self.address = checked_address(connection.settings.get("homeserver", ""), "homeserver")
        self._token = connection.secret
        self._caller = Caller(
            f"{self.address}/_matrix/client/v3",
            headers={"Authorization": f"Bearer {self._token}"},
        )

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
        whole = "/" + "/".join(quote(part, safe="") for part in path)
        try:
            return self._caller.ask(method, whole, params=query, json=body).object()
        except Refused as error:
            raise _named(error) from None


def _named(error: Refused) -> Exception:
    """A refusal by Matrix's own code for it."""
    answer = error.answer
    if not isinstance(answer, dict):
        return AnswerUnreadable(why=f"http_{error.status}")
    code = str(answer.get("errcode"))[:40]
    if code in _NO_ACCOUNT:
        return SecretRefused(why=code)
    return Refused(status=error.status, why=code)


@lru_cache(maxsize=64)
def _user_of(address: str, token: str) -> str:
    secret = Connection(
        id=0, pilot_id=0, source="", name="", settings={"homeserver": address}, secret=token
    )
    user = Homeserver(secret).get("account", "whoami").get("user_id")
    if not isinstance(user, str) or not user.startswith("@"):
        raise AnswerUnreadable(why="user_id")
    return user
