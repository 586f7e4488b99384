"""What the webhooks of Meta have in common: handshake, signature on the raw body, envelope.

Facts: developers.facebook.com, Graph API webhooks, "Getting started".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.errors import BadInput, BadSetting, NotSigned, SourceError
from core.ports import Connection, Knock, Reply

_SIGNATURE: Final = "x-hub-signature-256"
_SHORTEST_KEY: Final = 16
_LONGEST_ID: Final = 200


class NotMeta(ValueError):
    """A piece of a webhook that is not as its description says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """sleutels: what signs what is brought to us, and what lets us speak."""

    app_secret: str
    access_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """wijziging: one change of one account, as a webhook brings them in batches."""

    account: str
    field: str
    value: Mapping[str, Any]
    time: object = None
    """When the network says that it happened, as it stands there."""


def keys_of(connection: Connection) -> Keys:
    """The app secret and the access token, which stand in one secret. Raises BadSetting."""
    parts = connection.secret.split()
    if len(parts) != 2 or min(map(len, parts)) < _SHORTEST_KEY:
        raise BadSetting(name="secret", why="app secret, access token")
    return Keys(app_secret=parts[0], access_token=parts[1])


def handshake(knock: Knock, verify_token: str) -> Reply:
    """Shows who asks to be subscribed that we agreed to it. Raises NotSigned, BadInput."""
    asked = knock.query
    given, wanted = asked.get("hub.verify_token", ""), verify_token
    if not wanted or not hmac.compare_digest(_raw(given), _raw(wanted)):
        raise NotSigned(why="hub.verify_token")
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not _is_plain(challenge):
        raise BadInput(field="hub.challenge", why="?")
    return Reply(body=challenge.encode())


def changes_in(knock: Knock, keys: Keys, of: str) -> Iterator[Change | SourceError]:
    """The changes of a signed body, in order; what is no change as a value.

    The signature is checked before anything is read. Raises NotSigned, BadInput.
    """
    body = _read(_signed(knock, keys.app_secret))
    if not isinstance(body, dict) or body.get("object") != of:
        raise BadInput(field="object", why=of)
    entries = body.get("entry")
    if not isinstance(entries, list):
        raise BadInput(field="entry", why="?")
    return _changes(entries)


def _signed(knock: Knock, app_secret: str) -> bytes:
    """The body, when its signature is right."""
    right = hmac.new(app_secret.encode(), knock.body, hashlib.sha256).hexdigest()
    given = knock.headers.get(_SIGNATURE, "")
    if not hmac.compare_digest(_raw(given), _raw(f"sha256={right}")):
        raise NotSigned(why=_SIGNATURE)
    return knock.body


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadInput(field="body", why="JSON") from None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _changes(entries: list[Any]) -> Iterator[Change | SourceError]:
    for entry in entries:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            yield SourceError(line=0, why="entry")
            continue
        for change in changes:
            yield _change(entry, change)


def _change(entry: Mapping[str, Any], change: Any) -> Change | SourceError:
    try:
        return Change(
            account=id_in(entry, "id"),
            field=id_in(object_of(change), "field"),
            value=object_of(change.get("value")),
            time=entry.get("time"),
        )
    except NotMeta as wrong:
        return SourceError(line=0, why=str(wrong))


def object_of(value: Any) -> Mapping[str, Any]:
    """A JSON object. Raises NotMeta."""
    if not isinstance(value, dict):
        raise NotMeta("object")
    return value


def list_in(values: Mapping[str, Any], name: str) -> list[Any]:
    """A list; empty when it is not there. Raises NotMeta."""
    found = values.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise NotMeta(name)
    return found


def id_in(values: Mapping[str, Any], name: str) -> str:
    """One of the network's own ids or codes: short, plain, not empty. Raises NotMeta."""
    found = values.get(name)
    if not isinstance(found, str) or not _is_plain(found):
        raise NotMeta(name)
    return found


def id_if_any(values: Mapping[str, Any], name: str) -> str:
    """An id, or "" when there is none. Raises NotMeta for one that cannot be an id."""
    return id_in(values, name) if values.get(name) else ""


def text_in(values: Mapping[str, Any], name: str) -> str:
    """What somebody wrote; "" when it is not there. Raises NotMeta."""
    found = values.get(name, "")
    if found is None:
        return ""
    if not isinstance(found, str):
        raise NotMeta(name)
    return found.strip()


def moment_in(values: Mapping[str, Any], name: str) -> datetime:
    """A moment in seconds since 1970, as a number or as text. Raises NotMeta."""
    found = values.get(name)
    try:
        if isinstance(found, bool) or not isinstance(found, (int, str)) or int(found) < 0:
            raise NotMeta(name)
        return datetime.fromtimestamp(int(found), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotMeta(name) from None


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()
