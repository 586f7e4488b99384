"""What Meta would bring, signed as Meta signs it; the field names are those of its reference."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Final

from core.ports import Connection, Knock

APP_SECRET: Final = "0123456789abcdef0123456789abcdef"
TOKEN: Final = "EAAGtestaccesstokenEAAG"
PHONE_ID: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
ANNA: Final = {"user_id": "NL.13491208655302741918", "wa_id": "31612340001"}
PIET: Final = {"user_id": "NL.99991208655302741918", "wa_id": "31612340002"}
GROUP: Final = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD"
AT: Final = datetime(2026, 11, 21, 20, 15, tzinfo=UTC)


def connection(**settings: str) -> Connection:
    given = {"phone_number_id": PHONE_ID, "verify_token": "zeg het maar"}
    return Connection(
        id=7,
        pilot_id=1,
        source="whatsapp_cloud",
        name="Meldnummer",
        settings={**given, **settings},
        secret=f"{APP_SECRET} {TOKEN}",
    )


def knock(body: Any, secret: str = APP_SECRET, **headers: str) -> Knock:
    """A body, signed; bytes as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Knock(
        method="POST", query={}, headers={"x-hub-signature-256": signature, **headers}, body=raw
    )


def brought(*changes: dict[str, Any], of: str = "whatsapp_business_account") -> dict[str, Any]:
    return {"object": of, "entry": [{"id": ACCOUNT, "time": 1, "changes": list(changes)}]}


def change(field: str = "messages", **value: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "31701234567", "phone_number_id": PHONE_ID}
    given = {"messaging_product": "whatsapp", "metadata": metadata}
    return {"field": field, "value": {**given, **value}}


def written(*messages: dict[str, Any], by: dict[str, str] = ANNA) -> dict[str, Any]:
    """A change with messages of one person."""
    contact = {"profile": {"name": "Anna Vuurdoorn"}, **by}
    return change(contacts=[contact], messages=list(messages))


def message(
    kind: str = "text", id: str = "wamid.HBg1", by: dict[str, str] = ANNA, **content: Any
) -> dict[str, Any]:
    given = {"id": id, "timestamp": str(int(AT.timestamp())), "type": kind}
    sender = {"from": by["wa_id"]} if "wa_id" in by else {}
    return {**given, **sender, **content}


def text(words: str, **more: Any) -> dict[str, Any]:
    return message("text", text={"body": words}, **more)
