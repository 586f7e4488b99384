"""A token by OpenID Connect's client credentials, asked once and kept until it ends."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

from connectors.call import Caller, Refused, checked_address
from core.errors import AnswerUnreadable, SecretRefused

_BEFORE_ITS_END: Final = timedelta(seconds=30)
_MOST: Final = 256
_Key = tuple[str, str, str]

_kept: dict[_Key, tuple[str, datetime]] = {}
_lock: Final = threading.Lock()


def token(address: str, client: str, secret: str, now: datetime) -> str:
    """A bearer token for this client. Raises BadSetting, SecretRefused and what a Caller raises."""
    key = (address, client, secret)
    with _lock:
        found, until = _kept.get(key, ("", now))
    if until > now:
        return found
    found, until = _ask(address, client, secret, now)
    with _lock:
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[key] = (found, until)
    return found


def forget(address: str, client: str, secret: str) -> None:
    """The server no longer takes the token: ask for another one."""
    with _lock:
        _kept.pop((address, client, secret), None)


def _ask(address: str, client: str, secret: str, now: datetime) -> tuple[str, datetime]:
    caller = Caller(checked_address(address, "token_url"))
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    try:
        said = caller.post("", data=form).object()
    except Refused as error:
        raise SecretRefused(why=f"http_{error.status}") from None
    found, lasts_s = said.get("access_token"), said.get("expires_in", 60)
    if not isinstance(found, str) or not found or not isinstance(lasts_s, int | float):
        raise AnswerUnreadable(why="access_token")
    return found, now + timedelta(seconds=max(0.0, min(float(lasts_s), 86_400))) - _BEFORE_ITS_END
