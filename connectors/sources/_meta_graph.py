"""A small client of Meta's Graph API: asks, and names by Meta's own codes what is wrong.

Codes: developers.facebook.com, Graph API "Handle errors" and WhatsApp Cloud API "Error codes".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.call import Answer, Caller, Refused, checked_address
from connectors.sources._meta_webhook import keys_of
from core.errors import (
    AnswerUnreadable,
    HNMError,
    NetworkDown,
    SecretRefused,
    SentUnsure,
    SourceBusy,
    WindowClosed,
)
from core.ports import Connection

ADDRESS: Final = "https://graph.facebook.com/v25.0"

_WINDOW_CLOSED: Final = 131047
_NO_ACCOUNT: Final = (10, 102, 190, 131005, 131031)
_NOT_NOW: Final = (1, 2, 131000, 131016, 131057, 133004)
_BUSY_S: Final = {
    4: 300.0,
    17: 300.0,
    32: 300.0,
    368: 3600.0,
    613: 300.0,
    80007: 300.0,
    130429: 60.0,
    131048: 3600.0,
    131056: 10.0,
}
"""How long we leave it alone: too many questions, too many texts, looks like spam."""
_NEVER_SENT: Final = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")
_UNSURE_WAIT_S: Final = 300.0


class Graph:
    """One account at the Graph API. Raises BadSetting for an unsafe address or a half secret."""

    def __init__(self, connection: Connection) -> None:
        given = connection.settings.get("graph_address", "")
        address = checked_address(given, "graph_address") if given else ADDRESS
        token = keys_of(connection).access_token
        self.headers = {"Authorization": f"Bearer {token}"}
        self._caller = Caller(address, headers=self.headers)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Raises SourceBusy, NetworkDown, SecretRefused, AnswerUnreadable, Refused."""
        return self._ask("GET", path, params=query).object()

    def send(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Says something that must not be said twice.

        Raises as `get` does, WindowClosed, and SentUnsure when the answer was lost on its way.
        """
        try:
            return self._ask("POST", path, json=body).object()
        except NetworkDown as error:
            if error.params.get("why") in _NEVER_SENT:
                raise
            raise SentUnsure(after_s=_UNSURE_WAIT_S) from None

    def _ask(self, method: str, path: str, **given: Any) -> Answer:
        try:
            return self._caller.ask(method, path, **given)
        except Refused as error:
            raise _named(error) from None


def _named(error: Refused) -> HNMError:
    """A refusal by Meta's own code for it."""
    code = _code(error.answer)
    if code is None:
        return AnswerUnreadable(why=f"http_{error.status}")
    if code in _NO_ACCOUNT:
        return SecretRefused(why=str(code))
    if code in _BUSY_S:
        return SourceBusy(after_s=_BUSY_S[code])
    if code in _NOT_NOW:
        return NetworkDown(why=str(code))
    if code == _WINDOW_CLOSED:
        return WindowClosed(permanent=True, why=str(code))
    return Refused(status=error.status, why=str(code))


def _code(answer: Any) -> int | None:
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def word_in(answer: Mapping[str, Any], name: str) -> str:
    """A text in an answer. Raises AnswerUnreadable."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise AnswerUnreadable(why=name)
    return found
