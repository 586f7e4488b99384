"""Standard Webhooks (standardwebhooks.com, symmetric, v1): signed requests, in both directions.

HMAC-SHA256 over "id.timestamp.body", the body as raw bytes; a secret is "whsec_" and base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from core.errors import BadSetting, NotSigned

TOLERANCE: Final = timedelta(minutes=5)
"""How far a sender's clock may be from ours: what is older may be sent again by others."""
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_PREFIX: Final = "whsec_"
_FEWEST_BYTES: Final = 24
_MOST_SIGNATURES: Final = 10
_SECONDS: Final = re.compile(r"[0-9]{1,11}")
_LONGEST_ID: Final = 200


def keys_of(secret: str) -> tuple[bytes, ...]:
    """The keys in a secret; during a rotation two stand in it, the newer first.

    Raises BadSetting for what is no such secret, or one that could be guessed.
    """
    keys = tuple(_key(one) for one in secret.split())
    if not keys or len(keys) > 2:
        raise BadSetting(name="secret", why="whsec_…")
    return keys


def _key(secret: str) -> bytes:
    text = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < _FEWEST_BYTES:
        raise BadSetting(name="secret", why="whsec_…")
    return key


def sign(secret: str, once: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a request; signed with every key of a rotation.

    `once` is the same when the request is sent again.
    """
    seconds = str(int(now.timestamp()))
    signatures = [f"v1,{_signature(key, once, seconds, body)}" for key in keys_of(secret)]
    return {ID: once, TIMESTAMP: seconds, SIGNATURE: " ".join(signatures)}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a request that was signed with the secret, within five minutes of now.

    `headers` by lower-case names; nothing of the body is looked at. Raises NotSigned, BadSetting.
    """
    keys = keys_of(secret)
    once, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not once or len(once) > _LONGEST_ID or not _SECONDS.fullmatch(seconds):
        raise NotSigned
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        raise NotSigned
    given = headers.get(SIGNATURE, "").split()[:_MOST_SIGNATURES]
    right = [f"v1,{_signature(key, once, seconds, body)}".encode() for key in keys]
    # Every pair is compared, so that the time it takes tells nothing.
    matches = [hmac.compare_digest(one.encode(), key) for one in given for key in right]
    if not any(matches):
        raise NotSigned
    return once


def _signature(key: bytes, once: str, seconds: str, body: bytes) -> str:
    signed = b".".join((once.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
